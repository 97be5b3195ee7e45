"""The commissioning tool's formula in a browser: it computes what Python does."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from newpip import scenario
from newpip.data import load
from newpip_book.directives import commissioning

INPUTS, PRESETS = load("scenario_inputs"), load("scenario_presets")
EVERY = (*scenario.UNCERTAIN, *scenario.CHOSEN)
BOUNDS = INPUTS.set_index("input")[["least", "most"]]


def combinations(count=240):
    """Spread scenarios over what the tool accepts, with ranges of every kind, none among them."""
    rng = np.random.default_rng(20250701)
    for place in range(count):
        three = np.sort(rng.random((len(EVERY), 3)), axis=1) * rng.choice([1, 0.3, 0.05]) + 0.0
        if place % 4 == 0:
            three[rng.integers(len(scenario.UNCERTAIN)), :] = 0  # one without a range, at its least
        least, most = BOUNDS["least"].to_numpy()[:, None], BOUNDS["most"].to_numpy()[:, None]
        frame = pd.DataFrame(least + (most - least) * three, index=list(EVERY), columns=["low", "central", "high"])
        for name in scenario.CHOSEN:
            frame.loc[name] = frame.loc[name, "central"]
        yield frame


@pytest.fixture(scope="module")
def page(browser):
    opened = browser.new_page()
    opened.add_script_tag(path=Path(commissioning.__file__).with_name("scenario.js"))
    yield opened
    opened.close()


def area(name):
    return scenario.preset(INPUTS, PRESETS, name)


def close(found, expected):
    assert np.asarray(found, dtype=float) == pytest.approx(np.asarray(expected, dtype=float), rel=1e-9, abs=1e-9)


def test_the_page_computes_what_python_does_over_a_grid(page):
    script = """all => all.map(([inputs, output]) => {
        return { ...newpipScenario.ranges(inputs), tornado: newpipScenario.tornado(inputs, output) };
    })"""
    grid = list(
        zip([*combinations(), *map(area, PRESETS["preset"].unique())], itertools.cycle(scenario.OUTPUTS), strict=False)
    )
    assert len(grid) >= 200
    answers = page.evaluate(script, [[inputs.to_dict("index"), output] for inputs, output in grid])
    for (inputs, output), found in zip(grid, answers, strict=True):
        expected = scenario.ranges(inputs)
        assert list(found["outputs"]) == list(expected.index)
        close([list(row.values()) for row in found["outputs"].values()], expected[["central", "low", "high"]])
        assert found["enough"] == scenario.enough(inputs)
        ours = scenario.tornado(inputs, output).set_index("input")
        theirs = pd.DataFrame(found["tornado"]).set_index("input").loc[ours.index]
        close(theirs[["at_low", "at_high"]], ours[["at_low", "at_high"]])


def test_the_page_values_information_as_python_does(page):
    script = """inputs => {
        const drawn = newpipScenario.draw(inputs);
        const worth = newpipScenario.UNCERTAIN.map((name) => newpipScenario.known(inputs, drawn, name));
        return { ...newpipScenario.overall(drawn), worth };
    }"""
    for inputs in [*combinations(16), *map(area, PRESETS["preset"].unique())]:
        found = page.evaluate(script, inputs.to_dict("index"))
        expected, evpi, evppi = scenario.perfect_information(inputs)
        size = expected.max()  # losses are differences of large sums
        np.testing.assert_allclose(found["expected"], expected, rtol=1e-9)
        np.testing.assert_allclose([found["value"], *found["worth"]], [evpi, *evppi], rtol=1e-9, atol=1e-9 * size)
