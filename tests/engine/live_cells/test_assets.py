"""What goes beside the pages so that their cells can be run."""

import io
import zipfile
from types import SimpleNamespace

from newpip_book.live_cells import assets, distribution


def test_the_books_own_part_is_the_same_bytes_and_needs_no_index():
    first, second = assets.bundle_library(), assets.bundle_library()
    assert first == second
    names = zipfile.ZipFile(io.BytesIO(first)).namelist()
    assert {"runner.py", "IPython/__init__.py", "newpip/publish.py", "data/referrals.csv"} <= set(names)


def test_without_the_distribution_no_chapter_offers_to_run(monkeypatch):
    config = SimpleNamespace(html_static_path=[])
    app = SimpleNamespace(config=config, confdir=".", connect=lambda *event: None)
    app = SimpleNamespace(**vars(app), add_directive=lambda *directive: None)
    app.add_config_value = lambda name, default, rebuild: setattr(config, name, default)
    monkeypatch.setattr(distribution, "assembled", lambda: False)
    assets.setup(app)
    assert config.newpip_live_cells is False
    assets.add_run_buttons(app, "chapters/01-background", "page.html", {}, object())  # it would add a script
