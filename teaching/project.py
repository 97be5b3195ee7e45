"""Write the three services of the course's project: ``newpip project DIR``.

All are made up. Each is odd in ways that its readers should find; what these are, the marking key says.
"""

from newpip import service_form
from newpip.service_tables import EXAMPLE

SERVICES = {  # folder: title, the sheets that differ from the example's, and what is odd
    "harbour": (
        "Harbour babies",
        {
            "referrals": [(2021, 62), (2022, 171), (2023, 176), (2024, 183), (2025, 188)],
            "service": {"accepts_referrals_from": (None, "2021-09")},
            "activity": [("referrals", "2024-01-01", "2024-12-31", 183), ("families", "2024-01-01", "2024-12-31", 149)],
        },
        (
            "The first year was open from September alone: the largest growth is that of a part year, and by the month "
            "referrals fell a little.",
            "After it referrals hardly rise: limits of the last step hold no growth and a fall as well.",
        ),
    ),
    "mill-lane": (
        "Mill Lane parents and babies",
        {
            "referrals": [(2021, 118), (2022, 131), (2023, 313), (2024, 152), (2025, 160)],
            "activity": [("referrals", "2024-01-01", "2024-12-31", 127), ("families", "2024-01-01", "2024-12-31", 121)],
            "service": {"service_dropout": (None, None)},
        },
        (
            "The count of 2023 looks as if two digits had changed places: growth jumps and falls back.",
            "The window is the whole of 2024, and its referrals are fewer than those of the year: one of the counts is "
            "of something else, such as referrals accepted.",
            "Nobody counted who left, so the page takes an illustration; its bounds are not this service's.",
        ),
    ),
    "north-quay": (
        "North Quay early years",
        {
            "referrals": [(2021, 44), (2022, 61), (2023, 80), (2024, 108), (2025, 141)],
            "activity": [("referrals", "2024-04-01", "2025-03-31", 115), ("families", "2024-04-01", "2025-03-31", 71)],
            "staffing": [("psychotherapist", 1, "yes"), ("manager", 1, "yes"), ("family worker", 2, "yes")],
            "service": {
                "service_dropout": ("52%", None),
                "stay_months_low": (9, None),
                "stay_months_high": (14, None),
            },
        },
        (
            "More than half of the families left: the bounds are so wide that no share of completers decides much.",
            "A manager is counted as a post that does therapy: the caseload of a post is too low by a quarter.",
            "The window is a financial year, the counts are of calendar years: do not hold one against the other.",
        ),
    ),
}


def main(folder):
    """Write a folder for each service, with its workbook and its tables.

    Parameters
    ----------
    folder : pathlib.Path
        Where the folders go.
    """
    for name, (title, sheets, _) in SERVICES.items():
        service_form.create_folder(folder / name, title, filled(sheets))
        print(f"{folder / name / service_form.BOOK}: {title}")


def filled(sheets):
    """Put a service's sheets in place of the example's; of the facts, those that differ."""
    facts = sheets.get("service", {})
    service = [(name, *facts.get(name, given)) for name, *given in EXAMPLE["service"]]
    return EXAMPLE | sheets | {"service": service}
