"""What the variables of the environment may say to this book."""

import os
import re

SETTINGS = {
    "NEWPIP_WORKERS": (r"[1-9]\d{0,3}", "a whole number from 1, of chapters that run side by side,"),
    "NEWPIP_TIMEOUT": (r"[1-9]\d{0,8}", "a whole number of seconds, from 1,"),
    "NEWPIP_CLAIMS": (r"mark", "mark, or nothing,"),
    "NEWPIP_SITE": (r"https?://[^\s/]\S*", "an address that begins with https://"),
    "NEWPIP_REPOSITORY": (r"https?://[^\s/]\S*", "an address that begins with https://"),
    "SOURCE_DATE_EPOCH": (r"\d{1,11}", "a whole number of seconds since 1970"),
}


def setting_problems():
    """Name the variables whose value this book does not understand.

    Returns
    -------
    list of str
        One line a variable: its name, its value, and what was expected.
    """
    return [
        f"{name}: {os.environ[name]!r} was given; {expected} was expected"
        for name, (form, expected) in SETTINGS.items()
        if os.environ.get(name) and not re.fullmatch(form, os.environ[name])
    ]
