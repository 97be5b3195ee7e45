"""A kernel to which no machine adds anything: it reads no settings and runs no start-up file, wherever they are."""

import os
import sys

from ipykernel.kernelapp import IPKernelApp

SETTINGS = (
    "--log-level=CRITICAL",  # silent about its own workings
    "--InteractiveShell.automagic=False",  # a name alone in a cell is a name
)


class Kernel(IPKernelApp):
    """IPython's kernel, which knows what it is told by arguments alone."""

    def load_config_file(self, *arguments, **settings):
        """Read none."""

    def init_path(self):
        """Leave the path as it is: what lies beside a chapter is no library."""

    def _run_startup_files(self):
        """Run none, neither the user's nor the machine's nor that of PYTHONSTARTUP."""

    def init_shell(self):
        """Let a semicolon silence a cell though no history is kept, and no cell end the kernel as if all were well."""
        super().init_shell()
        shell, running = self.shell, [""]
        shell.events.register("pre_run_cell", lambda cell: running.append(cell.raw_cell))
        shell.displayhook.quiet = lambda: shell.displayhook.semicolon_at_end_of_expression(running[-1])
        for name in ("exit", "quit"):
            shell.user_ns.pop(name, None)


def launch(arguments):
    """Be a kernel, until told to stop or left alone.

    Parameters
    ----------
    arguments : list of str
        As after ``python -m ipykernel_launcher``.
    """
    Kernel.launch_instance(argv=[*SETTINGS, *arguments])


def forget_modules(*folders):
    """Forget the modules in some folders, so that whoever imports one reads it as it is there now.

    Parameters
    ----------
    *folders : str
    """
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None) or ""
        if path.startswith(tuple(f"{folder}{os.sep}" for folder in folders)):
            del sys.modules[name]


if __name__ == "__main__":
    launch(sys.argv[1:])
