"""What the analyses are timed on: the inputs of the book's chapters, or numbers like them."""

from newpip.capacity import Scenario

SEED = 20250701
BENEFITED, ASKED = 9, 10
LOST, STARTED = 14, 76
DELTA = -1.0, 1.0  # mean and standard deviation of the difference in log odds
PSI = 0.0, 0.5  # the same of the logarithm of how much easier the satisfied are to reach
TEAM = Scenario(
    ((8, 59), (12, 88), (12, 132), (12, 186)), acceptance=0.84, places=53, stay=7.5, spread=0.115, patience=12.0
)
MONTHS = sum(months for months, _ in TEAM.demand)
FAMILIES = round(TEAM.acceptance * sum(count for _, count in TEAM.demand))
