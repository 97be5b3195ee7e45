"""A light picture is the same picture: both are painted and compared, pixel by pixel."""

import base64
import io

import numpy as np

from newpip import draw
from newpip.svg import lean

PAINT = """async (pictures) => {
    const painted = [];
    for (const address of pictures) {
        const image = new Image();
        image.src = address;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
        const brush = canvas.getContext("2d");
        brush.fillStyle = "#ffffff";
        brush.fillRect(0, 0, canvas.width, canvas.height);
        brush.drawImage(image, 0, 0, canvas.width, canvas.height);
        painted.push(brush.getImageData(0, 0, canvas.width, canvas.height).data);
    }
    const [one, other] = painted;
    let apart = 0, inked = 0;
    for (let at = 0; at < one.length; at++) {
        apart += Math.abs(one[at] - other[at]) > 60;
        inked += one[at] < 200;
    }
    return [one.length === other.length, apart / inked, inked];
}"""


def drawing():
    """Draw what charts are made of: lines, signs of all kinds, turned and broken words, bands, arrows, labels."""
    fig, (ax, beside) = draw.canvas(2.6, columns=2)
    for place, mark in enumerate(["o", "s", "D", "X", "^", "P", (4, 0, 45)]):
        style = {"fillstyle": ["full", "left", "none"][place % 3], "markerfacecoloralt": draw.COLOURS["paper"]}
        ax.plot([place, place + 1], [place, 2], marker=mark, color=draw.COLOURS["other"], label=str(mark), **style)
    ax.fill_between([0, 7], [0, 1], [3, 4], alpha=0.3, linewidth=0)
    ax.set(xlabel="Words & <signs>", ylabel="turned\ntwice", xlim=(0.5, 6.5))
    ax.annotate("", (5, 1), (1, 5), arrowprops={"arrowstyle": "-|>", "color": draw.COLOURS["ink"]})
    ax.text(2, 5, "boxed\nand bold", weight="bold", bbox={"boxstyle": "round", "facecolor": draw.COLOURS["paper"]})
    ax.legend()
    grid = np.add.outer(np.linspace(0, 1, 20), np.linspace(0, 1, 20))
    beside.clabel(beside.contour(grid, colors=draw.COLOURS["newpip"], linestyles="--"))
    return fig


def test_a_light_picture_is_the_same_picture(browser):
    stream = io.StringIO()
    with draw.plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "k", "font.sans-serif": ["sans-serif"]}):
        drawing().savefig(stream, format="svg")
    full = stream.getvalue()
    light = lean(full, "k")
    assert len(light) < 0.6 * len(full) and "<text" in light and "&amp; &lt;signs&gt;" in light
    pictures = [f"data:image/svg+xml;base64,{base64.b64encode(one.encode()).decode()}" for one in (full, light)]
    page = browser.new_page()
    same_size, apart, inked = page.evaluate(PAINT, pictures)
    page.close()
    assert same_size and inked > 10_000 and apart < 0.002
