"""What a page is told of a workbook that somebody hands to it."""

from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings

from newpip import own, own_page, schema, workbook
from newpip.service_tables import EXAMPLE
from tests.newpip.odd_services import services, workbook_of

UNCHECKED = {"suppress_health_check": list(HealthCheck), "database": None}


def held(service):
    """Hand a service's workbook to a page, and hold what it is told to what was counted."""
    title, sheets = service
    given_back = own_page.read({"service.xlsx": workbook_of(title, sheets)})
    assert given_back["title"] == title and given_back.keys() == {"title", "tables", "notes", "links"}
    assert given_back["tables"] == workbook.read({"service.xlsx": workbook_of(title, sheets)}).files()
    said = parse_qs(given_back["links"][0]["fragment"].removeprefix("tool?"), strict_parsing=True)
    counts = sorted(count for _, count in sheets["referrals"][-3:])
    if counts[0] > 0:
        three = [float(one) for one in said["referrals"][0].split("~")]
        assert three == pytest.approx([counts[0], counts[len(counts) // 2], counts[-1]], rel=1e-5)
    assert ("full_caseload" in said) == ("scenario_inputs" in sheets) and "need" not in said and "births" not in said
    return given_back


@settings(max_examples=10, **UNCHECKED)
@given(services())
def test_any_service_gets_its_tables_and_its_way_to_the_tool(service):
    held(service)


@pytest.mark.night
@settings(max_examples=500, **UNCHECKED)
@given(services())
def test_five_hundred_services_get_theirs(service):
    held(service)


def test_the_example_is_read_and_said_to_be_made_up(tmp_path):
    found = own_page.read({own_page.NAME: own_page.example()})
    assert found["title"] == own_page.MADE_UP and any("those of the made-up example" in one for one in found["notes"])
    assert found["links"][0]["fragment"].startswith("tool?referrals=241~253~307&")
    workbook.write(tmp_path, found["tables"])
    assert schema.check(tmp_path, "it") == []


def test_what_cannot_be_read_is_told_cell_by_cell():
    sheets = EXAMPLE | {"referrals": [(1900 + at, f"many {at}") for at in range(150)]}
    found = own_page.read({"bad.xlsx": workbook_of("It", sheets)})
    assert found.keys() == {"problems"} and len(found["problems"]) == own_page.MOST + 1
    assert "bad.xlsx, sheet referrals, cell B2 (referrals): 'many 0' was found, a whole" in "\n".join(found["problems"])
    assert own_page.read({"a.xlsx": b"PK nothing"})["problems"][0].startswith("a.xlsx: ")
    assert own_page.read({"a.pdf": b"%PDF-1.4"})["problems"][0].startswith("a.pdf: this is a PDF")


def test_a_workbook_without_a_name_is_called_as_its_file():
    sheets = {name: rows for name, rows in EXAMPLE.items() if name != "scenario_inputs"}
    found = own_page.read({"Our  counts.xlsx": workbook_of(None, sheets)})
    assert found["title"] == "Our counts" and "as the file is" in found["notes"][-1]


def test_sentences_name_the_service_where_a_table_can_hold_its_name():
    import io

    import pandas as pd

    def name(title):
        rows = own_page.read({"a.xlsx": workbook_of(title, EXAMPLE)})["tables"]["service.csv"]
        return own.service_name(pd.read_csv(io.StringIO(rows), keep_default_na=False).set_index("fact"))

    assert name("Děti & rodiče") == "Děti & rodiče" and name("<script>x</script>") == name("=A1") == "the service"
