"""Give each page a picture for links to it that people share: its title beside the figure that it shows at its top.

Such a picture needs an absolute address, so there are none until the address of the book is known (metadata.py).
"""

import io
import textwrap
from html import escape
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from newpip.files import write_atomic
from newpip_book import page_records

SIZE, EDGE, WORDS = (1200, 630), 50, 400  # pixels: of a picture, of its margin, of the column of words
INK, SOFT, PAPER = "#1f2933", "#5b6672", "#fefdfb"


def add_tags(app, pagename, templatename, context, doctree):
    """Name a page's picture, its size and what is on it, for Open Graph and for cards."""
    figure = _figure(app, pagename) if doctree is not None and app.config.html_baseurl else None
    if figure is None:
        return
    said = {
        "og:image": f"{app.config.html_baseurl}{_place(figure['page'])}",
        "og:image:type": "image/png",
        "og:image:width": str(SIZE[0]),
        "og:image:height": str(SIZE[1]),
        "og:image:alt": figure["alt"],
    }
    tags = [f'<meta property="{name}" content="{escape(text)}" />' for name, text in said.items()]
    context["metatags"] += "\n".join([*tags, '<meta name="twitter:card" content="summary_large_image" />\n'])


def _figure(app, pagename):
    """Return the figure at the top of a page, or of the cover where it has none: its key, alt and page."""
    pages = page_records.records(app.env)
    for page in (pagename, app.config.root_doc):
        for key in pages.get(page, {}).get("key figures", ()):
            for one in pages.values():
                if key in one.get("figures", {}):
                    return {**one["figures"][key], "page": page}
    return None


def _place(page):
    return f"_images/link-{page.rpartition('/')[2]}.png"


def write_pictures(app, error):
    """Draw the pictures that pages name."""
    if error is not None or not app.config.html_baseurl:
        return
    for page in app.env.found_docs:
        figure = _figure(app, page)
        if figure and figure["page"] == page:
            drawing = Path(app.outdir, "_downloads", f"{figure['key']}.png").read_bytes()
            title = app.config.html_title if page == app.config.root_doc else app.env.titles[page].astext()
            target = Path(app.outdir, _place(page))
            target.parent.mkdir(exist_ok=True)
            write_atomic(target, picture(str(Markup(title).striptags()), app.config.html_title, drawing))


def picture(title, book, drawing):
    """Draw the picture of a page.

    Parameters
    ----------
    title, book : str
        Of the page, and of the book that it is from.
    drawing : bytes
        The figure, as PNG on white.

    Returns
    -------
    bytes
        PNG.
    """
    from PIL import Image, ImageDraw, ImageFont

    fonts = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf"
    card = Image.new("RGB", SIZE, PAPER)
    shown = Image.open(io.BytesIO(drawing)).convert("RGB")
    shown.thumbnail((SIZE[0] - WORDS - 3 * EDGE, SIZE[1] - 2 * EDGE), Image.Resampling.LANCZOS)
    middle = (SIZE[0] + WORDS + EDGE) // 2
    card.paste("white", (WORDS + 3 * EDGE // 2, 0, *SIZE))
    card.paste(shown, (middle + EDGE // 4 - shown.width // 2, (SIZE[1] - shown.height) // 2))
    draw = ImageDraw.Draw(card)
    lines = "\n".join(textwrap.wrap(title, 18))
    draw.multiline_text((EDGE, EDGE), lines, INK, ImageFont.truetype(fonts / "DejaVuSerif-Bold.ttf", 38), spacing=12)
    foot = ImageFont.truetype(fonts / "DejaVuSans.ttf", 22)
    draw.text((EDGE, SIZE[1] - EDGE), book, SOFT, foot, anchor="ls")
    file = io.BytesIO()
    card.quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def setup(app):
    """Connect."""
    app.connect("html-page-context", add_tags, priority=950)  # when the others have written theirs
    app.connect("build-finished", write_pictures, priority=600)  # when downloads are in their places
