"""Writing files so that nobody reads half of one, and archives that are the same bytes for the same files."""

import io
import os
import zipfile
from pathlib import Path


def write_atomic(path, content):
    """Replace a file whole: a reader finds the old content or the new one, never half of it.

    Parameters
    ----------
    path : pathlib.Path
        It is left alone, its time too, where it has this content already.
    content : bytes or str
        Text is written as UTF-8, its line ends as they are.
    """
    write_together({path: content})


def write_together(files):
    """Replace several files, each whole, once all that is new is on the disk: a full disk leaves them as they were.

    Parameters
    ----------
    files : dict of pathlib.Path to bytes or str
        As for :func:`write_atomic`.
    """
    content = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    fresh = {path: Path(f"{path}.new") for path in files if not path.is_file() or path.read_bytes() != content[path]}
    try:
        for path, new in fresh.items():
            new.write_bytes(content[path])
        for path, new in fresh.items():
            os.replace(new, path)
    finally:
        for new in fresh.values():
            new.unlink(missing_ok=True)


def zip_bytes(files, date=(1980, 1, 1, 0, 0, 0)):
    """Pack files into a ZIP archive, the same bytes for the same files.

    Parameters
    ----------
    files : dict of str to bytes or str
        From the name in the archive to its content, in the order in which they are to stand. One named
        "mimetype" is stored, not compressed, as EPUB asks for.
    date : tuple of int
        Year, month, day, hour, minute and second that each file is given.

    Returns
    -------
    bytes
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return stream.getvalue()
