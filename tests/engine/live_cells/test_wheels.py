"""Libraries that are not in the page's memory come when a cell first imports them."""

import sys
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from newpip_book.live_cells import assets, snapshot

FILE = assets.SCRIPTS / "wheels.py"


@pytest.fixture
def wheels(monkeypatch):
    """The module that finds them, with the finders of this Python put back afterwards."""
    spec = spec_from_file_location("wheels", FILE)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    return module


def test_a_library_is_unpacked_once_when_it_is_first_imported(wheels, tmp_path, monkeypatch):
    unpacked = []

    def unpack(file):
        unpacked.append(file)
        (tmp_path / "lamps").mkdir()
        (tmp_path / "lamps" / "__init__.py").write_text("height = 31\n", encoding="utf-8")
        (tmp_path / "lamps" / "keepers.py").write_text("nights = 2\n", encoding="utf-8")

    monkeypatch.syspath_prepend(tmp_path)
    wheels.install({"lamps": "lamps-1.whl", "rocks": "rocks-1.whl"}, unpack)
    import lamps.keepers

    assert lamps.height == 31 and lamps.keepers.nights == 2 and unpacked == ["lamps-1.whl"]
    with pytest.raises(ModuleNotFoundError):
        import lamps.nobody  # noqa: F401
    with pytest.raises(ModuleNotFoundError):
        import elsewhere  # noqa: F401
    assert unpacked == ["lamps-1.whl"]
    for name in ("lamps", "lamps.keepers"):
        del sys.modules[name]


def test_a_library_that_is_not_fetched_is_not_taken_for_absent_and_is_asked_for_again(wheels):
    asked = []

    def unpack(file):
        asked.append(file)
        raise RuntimeError("the connection was cut")

    wheels.install({"lamps": "lamps-1.whl"}, unpack)
    for _ in range(2):
        with pytest.raises(ConnectionError, match="lamps was not fetched: the connection was cut. Run the cell again"):
            import lamps  # noqa: F401
    assert asked == ["lamps-1.whl"] * 2


def test_what_is_in_memory_has_all_that_it_needs():
    packages = {"a": {"depends": ["b"]}, "b": {"depends": ["c"]}, "c": {"depends": []}, "d": {"depends": ["a"]}}
    assert snapshot._with_needs(["a"], packages) == {"a", "b", "c"}


def test_the_same_content_is_packed_into_the_same_bytes(tmp_path):
    for name in ("one.gz", "two.gz"):
        snapshot._pack(tmp_path / name, b"memory" * 1000)
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
