"""Patches to libraries change how long a build takes and nothing else."""

from types import SimpleNamespace

from newpip_book.build import sphinx_patches


def test_pages_are_shared_but_the_cover_is_read_anew():
    """The contents of every page are made from the cover, and are gone from a copy of it that was written."""
    env = SimpleNamespace(get_doctree=lambda name: object())
    sphinx_patches.share_doctrees(SimpleNamespace(env=env, config=SimpleNamespace(root_doc="book/index")), None)
    assert env.get_doctree("chapters/01") is env.get_doctree("chapters/01")
    assert env.get_doctree("book/index") is not env.get_doctree("book/index")
