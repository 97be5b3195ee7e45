"""Publish a folder of pages whole: readers find the old one or the new one, never half of it."""

import os
import shutil
from contextlib import suppress
from os.path import relpath

from newpip_book.project import BUILD


def swap_tree(fresh, target):
    """Put a folder in the place of another, so that a reader finds the old one or the new one and never half of it.

    A file that did not change is not copied: the new folder takes it over from the old one.
    The bound books come along; those that are older than the pages are then removed.
    """
    from newpip_book.outputs import binding

    aside, old = target.with_suffix(".new"), target.with_suffix(".old")
    for folder in (aside, old):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        for folder, _, names in os.walk(fresh):
            inside = relpath(folder, fresh)
            os.makedirs(aside / inside)
            for name in names:
                _link_or_copy(os.path.join(folder, name), aside / inside / name, target / inside / name)
        for name in binding.BOUND:
            if (target / name).exists():
                shutil.copy2(target / name, aside / name)
        binding.update_download_links(aside)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)  # where the disk is full, it is in the way
        raise
    if target.exists():
        try:
            target.rename(old)
        except PermissionError:  # Windows, where a program has one of the pages open
            sync_tree(aside, target)
            shutil.rmtree(aside)
            return
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _link_or_copy(here, there, published):
    """Hard-link a file that is published already and did not change; copy any other."""
    if _same(here, published):
        with suppress(OSError):  # this disk has no hard links
            os.link(published, there)
            return
    shutil.copy2(here, there)


def _same(here, there):
    """Whether a file was copied to a place and neither was written since."""
    with suppress(FileNotFoundError):
        one, other = os.stat(here), os.stat(there)
        return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    return False


def sync_tree(fresh, target):
    """Bring a folder up to date with another, each file whole at any time: for a reader who looks on, it is quicker."""
    from newpip_book.outputs import binding

    kept = set()
    for folder, _, names in os.walk(fresh):
        inside = os.path.normpath(target / relpath(folder, fresh))
        os.makedirs(inside, exist_ok=True)
        for name in names:
            here, there = os.path.join(folder, name), os.path.join(inside, name)
            kept.add(there)
            if not _same(here, there):
                os.replace(shutil.copy2(here, f"{there}.new"), there)
    for folder, _, names in os.walk(target):
        for there in {os.path.join(folder, name) for name in names} - kept:
            os.remove(there)
    binding.update_download_links(target)


def recover_interrupted_publish():
    """Put back the pages, where a build was killed between taking the old ones away and putting the new ones there."""
    for folder in (".", "services/*"):
        for old in BUILD.glob(f"{folder}/html.old"):
            if not old.with_suffix("").exists():
                old.rename(old.with_suffix(""))
