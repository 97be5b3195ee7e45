"""Run the chapters on a folder of data, without drawing, and print as JSON what each would say to its reader.

Run as ``python -m tests.walks.say FOLDER [CHAPTER ...]``: a process of its own, as what draws is put out
of action in it.
"""

import ast
import json
import os
import re
import sys

from newpip import publish
from newpip.forms import MIME
from newpip_book.authoring import notebooks
from newpip_book.provenance.undrawn import undraw

CITED = re.compile(r"\{(?:glue:text|result|glue:)\}`([^`]*)`")
CLAIM = re.compile(r"\s*\{claim\}`([^`]*)`")


def run(path):
    """Run a chapter's cells, those of an unanswered exercise aside.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict
        ``numbers`` as shown, ``claims``, those that ``failed`` with what was compared, ``words``
        (captions and alternative texts) and ``rows`` of figures and tables.
    """
    found = {"numbers": {}, "failed": {}, "claims": [], "words": {}, "rows": {}}

    def collect(forms, raw=True, metadata=None):
        payload = forms.get(MIME)
        if payload:
            found["words"][payload["key"]] = f"{payload['caption']} {payload.get('alt', '')}"
            found["rows"][payload["key"]] = " ".join(sum(payload.get("rows", []), []))
            return
        key, told = metadata["scrapbook"]["name"], metadata["newpip"]
        if "holds" in told:
            found["claims"].append(key.removeprefix("claim."))
            if not told["holds"]:
                found["failed"][key.removeprefix("claim.")] = told["because"]
        else:
            found["numbers"][key] = forms["text/plain"].removeprefix(f"{key} = ")

    publish.display = collect
    os.chdir(path.parent)
    space = {"__name__": "__main__"}
    for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
        if cell.cell_type == "code":
            try:
                exec(compile(ast.parse(cell.source), f"{path.stem}, cell {number}", "exec"), space)  # noqa: S102
            except Exception as error:
                raise RuntimeError(f"{path.stem}, cell {number}: {error!r}") from error
    return found


def told(found):
    """Paste what the chapters named into the prose of the whole book.

    Parameters
    ----------
    found : dict
        Of each chapter that was run, by its name.

    Returns
    -------
    list of dict
        Each sentence with its place, and the claims at its end.
    """
    numbers = {key: text for one in found.values() for key, text in one["numbers"].items()}
    said = []
    for _, place, text in notebooks.prose():
        for line in text.split("\n"):
            words = CITED.sub(lambda cited: numbers.get(cited[1], f"<{cited[1]}>"), CLAIM.sub("", line))
            said.append({"place": place, "said": words, "claims": CLAIM.findall(line)})
    return said


def main():
    """Print what the chapters say on the data of a folder."""
    folder, *names = sys.argv[1:]
    os.environ["NEWPIP_DATA"] = folder
    undraw()
    printed, sys.stdout = sys.stdout, sys.stderr  # what chapters print is not what is asked for
    paths = [path for path in notebooks.chapters() if not names or path.stem[:2] in names]
    found = {path.stem: run(path) for path in paths}
    json.dump({"chapters": found, "sentences": told(found)}, printed)


if __name__ == "__main__":
    main()
