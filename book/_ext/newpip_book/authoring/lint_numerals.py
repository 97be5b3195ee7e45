"""Numbers that were typed: in digits, in words, and as the place of a row; all but those that were reviewed."""

import ast
import re

from newpip_book.authoring import labels, notebooks, prose, reviewed
from newpip_book.authoring.code_reading import calls

ALLOWED = "book/reviewed-numerals.txt"
DIGITS = re.compile(r"(?<![\w-])£?\d(?:[\d,.]*\d)?(?:\s?%|\b)?")
# Two and more ("one" is a pronoun too, "first" and "second" count a text's own points), parts of a whole, multiples.
# "Both", "once" and "pair" are left out: they speak of things that the sentence has just named.
UNITS = ("two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
PARTS = ("half", "third", "quarter", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
VALUES = {word: float(n) for n, word in enumerate([*UNITS, *TEENS], 2)}
VALUES |= {ten: 10.0 * n for n, ten in enumerate(TENS, 2)}
VALUES |= {f"{ten}-{unit}": VALUES[ten] + n for ten in TENS for n, unit in enumerate(("one", *UNITS), 1)}
VALUES |= {"hundred": 100.0, "thousand": 1000.0, "million": 1e6, "dozen": 12.0}
VALUES |= {part: 1 / n for n, part in enumerate(PARTS, 2)} | {"fourth": 1 / 4}
VALUES |= {"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "quadruple": 4.0}
VALUES |= {f"{unit}fold": VALUES[unit] for unit in (*UNITS, "ten")}
PLURALS = {"halves": "half", "halved": "half", "doubling": "double", "tripling": "triple", "quadrupling": "quadruple"}
WORDS = re.compile(
    rf"\b(?:{'|'.join(sorted(VALUES, key=len, reverse=True)).replace('-', '[- ]')}|{'|'.join(PLURALS)})[sd]?\b",
    flags=re.IGNORECASE,
)
# Turns that mean a row by its place: true until a row is added.
ROWS = r"(?:years?|steps?|counts?|months?|rows?|points?|trials?|reviews?|services?|parents?)"
ENDS = "last|latest|final|newest|oldest|earliest"
PLACES = re.compile(
    rf"\b(?:the|its|their|these|those|whose|our) (?:first and the )?(?:{ENDS})\b|\b(?:{ENDS}) {ROWS}\b"
    r"|\bat (?:first|last)\b|\bto date\b|\b(?:most recent|so far|last but one|penultimate)\b",
    flags=re.IGNORECASE,
)
END = re.compile(r"\b(?:first|last)\b")
KINDS = (DIGITS, WORDS, PLACES)


def typed_numerals():
    """Find every number in the book's words that is neither computed nor on the list.

    A number in words is computed where the claim of its sentence compares with that very number; a row's place, where
    the claim compares that place, or the sentence gives a result that is named by it.

    Returns
    -------
    list of str
        ``file:line: number in: line``, one each; ``file:cell N:line M`` in chapters.
    """
    allowed, compared = [pattern for pattern, _ in reviewed.patterns(ALLOWED)[0]], _compared()
    return [
        f"{place}: {one[0]!r} in: {line.strip()}"
        for place, line, words in prose.lines()
        for one in numbers(line, words)
        if not (
            _defines(place, one)
            or _computed(line, one, compared)
            or any(_covers(pattern, line, one) for pattern in allowed)
        )
    ]


def _defines(place, number):
    """Tell whether the place of a row stands in a label, which says what is meant by a result that is so chosen."""
    return place.startswith(labels.LABELS) and number.re is PLACES


def numbers(line, words):
    """List the numbers in the prose of a line, but for the mark of a list.

    Parameters
    ----------
    line, words : str
        As :func:`newpip_book.authoring.prose.lines` yields them.

    Returns
    -------
    list of re.Match
        In the order of the line.
    """
    mark = re.match(r"\s*\d+\.\s", words)
    start = mark.end() if mark else 0
    return sorted((one for kind in KINDS for one in kind.finditer(words, start)), key=lambda one: one.start())


def _computed(line, number, compared):
    """Tell whether a line's claim compares with what is said in words, or one of its results is named by the place."""
    cited = notebooks.ROLE.findall(line)
    said = _value(number[0])
    if said is not None:
        return any(said in compared.get(key, ()) for name, key in cited if name == "claim")
    claimed = set().union(*(compared.get(key, ()) for name, key in cited if name == "claim"))
    ends = set(END.findall(number[0].lower()))
    return bool(ends) and all(end in claimed or any(end in key.split(".") for _, key in cited) for end in ends)


def _value(word):
    """Return the number that a word stands for, as a float; None for digits and places."""
    word = "-".join(word.lower().split())
    word = PLURALS.get(word, word)
    return VALUES.get(word, VALUES.get(word[:-1]) if word[-1:] in ("s", "d") else None)


def _compared():
    """Return the numbers and places that each claim compares: in its condition, or in what it says was compared."""
    found = {}
    for path in notebooks.chapters():
        for cell in notebooks.load_notebook(path)[0].cells:
            for call in calls(cell.source) if cell.cell_type == "code" else ():
                if getattr(call.func, "id", "") == "claim" and call.args and isinstance(call.args[0], ast.Constant):
                    found.setdefault(call.args[0].value, set()).update(_numbers_in(call))
    return found


def _numbers_in(call):
    """Yield the numbers and places in a call after its first argument, those in words among them."""
    for part in (*call.args[1:], *(keyword.value for keyword in call.keywords)):
        for node in ast.walk(part):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and isinstance(node.right, ast.Constant):
                yield 1 / node.right.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from (_value(one[0]) for one in WORDS.finditer(node.value))
                yield from END.findall(node.value.lower())
            elif isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
                yield float(node.value)


def _covers(pattern, line, number):
    """Tell whether a reviewed phrase of a line holds a number, what stands in roles beside it included."""
    return any(found.start() <= number.start() and number.end() <= found.end() for found in pattern.finditer(line))


def problems():
    """List all that is wrong with the book's numbers, for ``newpip check``.

    Returns
    -------
    list of str
    """
    typed = [f"{one}; a number named by a chapter was expected" for one in typed_numerals()]
    return [*reviewed.patterns(ALLOWED)[1], *typed]
