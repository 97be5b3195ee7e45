"""What the slides say, by book/slides.yml: sentences with their claims, the top of the cover, a closing section."""

import re

from newpip.schema import read_bytes
from newpip_book.authoring import notebooks, sentences

LIST = "book/slides.yml"
PAGE = "slides/index"
OPENING = 2  # paragraphs of the cover
POINT = 2  # lines of each point of the closing section


def read(root):
    """Read the list of slides.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the book.

    Returns
    -------
    dict
        ``slides``, each with its ``figure``, ``claim`` and, where the sentence is not of the figure's chapter, its
        ``page``; and ``closing``, the label of a section. None where the book has no slides.
    """
    import yaml

    path = root / LIST
    return yaml.safe_load(read_bytes(path).decode("utf-8")) if path.is_file() else None


def cited(root, pages, cover, homes):
    """Name the results, claims and figures that the slides show.

    Parameters
    ----------
    root : pathlib.Path
    pages : dict
        From the name of each page to its path.
    cover : str
        The name of the first page.
    homes : dict
        From the key of each figure to the name of its chapter.

    Returns
    -------
    results, claims, figures : set of str
    """
    listed = read(root)
    if listed is None:
        return set(), set(), set()
    said = [*_opening(pages[cover]), *_closing(pages.values(), listed.get("closing"))]
    for one in listed["slides"]:
        page = one.get("page") or homes.get(one["figure"])
        ending = f"{{claim}}`{one['claim']}`"
        said += [line for line in sentences.lines(pages[page]) if ending in line][:1] if page in pages else []
    found = [(role["name"], role["content"]) for line in said for role in notebooks.ROLE.finditer(line)]
    results = {content for name, content in found if name == "result" or name.startswith("glue")}
    return results, {one["claim"] for one in listed["slides"]}, {one["figure"] for one in listed["slides"]}


def _opening(path):
    """List the paragraphs of the cover that the first slide shows."""
    text = "\n\n".join(words for _, _, words in notebooks.prose([path]))
    blocks = [block for block in re.split(r"\n{2,}", text) if not re.match(r"\(|#|[`:]{3}", block)]
    return "\n".join(blocks[:OPENING]).split("\n")


def _closing(paths, label):
    """List the lines of the section that closes the deck which its slide shows: the first of each point."""
    for path in paths:
        for _, _, text in notebooks.prose([path]) if label else ():
            section = re.search(rf"^\({re.escape(label)}\)=\n#.*\n(?P<text>[^#]*)", text, flags=re.MULTILINE)
            if section:
                points = re.split(r"^(?:[-*]|\d+\.) ", section["text"], flags=re.MULTILINE)[1:]
                return [line for point in points for line in point.split("\n")[:POINT]]
    return []
