"""Brings a library into the page when a cell first imports it, or a part of it that is not in memory yet."""

import importlib
import sys
from importlib.machinery import PathFinder


class OnDemand:
    """Finds modules of libraries whose files are not there yet; asked last, when no other finder has them.

    Parameters
    ----------
    files : dict of str to str
        From the name by which a library is imported to the file it comes in.
    unpack : callable
        Fetches such a file and unpacks it where Python finds it.
    """

    def __init__(self, files, unpack):
        self.files, self.unpack = dict(files), unpack

    def find_spec(self, name, path=None, target=None):
        """Unpack the library that a module belongs to, once, and look again.

        Parameters
        ----------
        name : str
        path : list of str, optional
            Where the package is that the module is part of.
        target : types.ModuleType, optional
            As finders are asked.

        Returns
        -------
        importlib.machinery.ModuleSpec or None
        """
        file = self.files.get(name.partition(".")[0])
        if file is None:
            return None
        self.bring(file)
        return PathFinder.find_spec(name, path, target)

    def bring(self, file):
        """Unpack a file, whatever is imported from it.

        Parameters
        ----------
        file : str

        Raises
        ------
        ConnectionError
            Which is no ImportError: a library that can do without another would go on without it for good.
        """
        try:
            self.unpack(file)
        except Exception as error:  # of JavaScript, whose errors Python's own hierarchy does not name
            name = file.partition("-")[0]
            raise ConnectionError(f"{name} was not fetched: {error}. Run the cell again.") from None
        self.files = {name: other for name, other in self.files.items() if other != file}
        importlib.invalidate_caches()


def install(files, unpack):
    """Let it be asked after all others.

    Parameters
    ----------
    files, unpack
        As :class:`OnDemand` takes them.

    Returns
    -------
    OnDemand
    """
    finder = OnDemand(files, unpack)
    sys.meta_path.append(finder)
    return finder
