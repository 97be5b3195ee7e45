"""An odd value of a variable is one line and ends with two, before anything is read."""

import pytest

from newpip_book import cli, settings

ODD = {
    "NEWPIP_WORKERS": ("abc", "0", "-2", "1.5", " 2"),
    "NEWPIP_TIMEOUT": ("abc", "0", "1e3"),
    "NEWPIP_CLAIMS": ("maybe", "Mark"),
    "NEWPIP_SITE": ("example.org", "https://", "https://a b"),
    "NEWPIP_REPOSITORY": ("git@example.org:a/b",),
    "SOURCE_DATE_EPOCH": ("abc", "-1", "1.5", "2026-01-01", "9" * 20),
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in ODD.items() for value in values])
def test_an_odd_value_is_named_with_what_was_expected(name, value, monkeypatch, capsys):
    monkeypatch.setenv(name, value)
    assert cli.main(["check"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith(f"{name}: {value!r} was given; ") and told.err.count("\n") == 1


def test_every_setting_is_tried_and_what_is_right_or_empty_passes(monkeypatch):
    assert ODD.keys() == settings.SETTINGS.keys()
    right = ("2", "600", "mark", "https://example.org/book/", "https://example.org/a/b", "1760000000")
    for values in (right, [""] * len(right)):
        for name, value in zip(settings.SETTINGS, values, strict=True):
            monkeypatch.setenv(name, value)
        assert settings.setting_problems() == []
