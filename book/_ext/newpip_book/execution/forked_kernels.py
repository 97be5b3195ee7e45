"""Kernels that start as copies of a process that has imported already what the chapters import.

A fresh kernel spends most of a short chapter's time on importing. On Linux, Python's fork server imports once; each
chapter gets a client that is a copy of it, and its kernel is a copy of the client, taken before that has threads.
Elsewhere, where forking after such imports is not safe, clients and kernels start afresh.
"""

import asyncio
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import wait
from uuid import uuid4

from jupyter_client.manager import AsyncKernelManager, KernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import default

from newpip_book.project import LIBRARY, ROOT

FORKS = sys.platform == "linux" and hasattr(os, "fork")
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>
LAUNCHER = ["-P", "-m", "newpip_book.execution.kernel"]


def fork_context(modules):
    """Start the process that imports; it does so while this one goes on.

    Parameters
    ----------
    modules : iterable of str
        What to import; what cannot be imported is left to the chapter, which says so.

    Returns
    -------
    multiprocessing.context.BaseContext
        Its processes are copies of that one.
    """
    if not FORKS:
        return multiprocessing.get_context("spawn")
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(["newpip_book.execution.kernel_preload", *sorted(modules)])
    from multiprocessing.forkserver import ensure_running

    ensure_running()
    return chosen


def map_forked(task, items, chunksize):
    """Do something with each of many items in copies of this process, one for each processor.

    Parameters
    ----------
    task : callable
    items : list
    chunksize : int
        How many of them a copy is given at a time.

    Yields
    ------
    object
        What `task` returned, as it comes; where copies of a process are not safe, one item after the other, here.
    """
    if not FORKS:
        yield from map(task, items)
        return
    os.environ["OMP_NUM_THREADS"] = "1"  # a forked process that finds threads of its parent's waits for ever
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(task, items, chunksize=chunksize)


def depend_on(parent):
    """Let a copy of a process end with it, even where that is killed, and leave to it what to say of an interrupt.

    Parameters
    ----------
    parent : int
        The process that this one is a copy of.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before that
        os._exit(1)


def run_in_process(context, task, *arguments):
    """Do something in a process made for it, in this one's environment, and return what it returned.

    Parameters
    ----------
    context : multiprocessing.context.BaseContext
    task : callable
    *arguments
        Like `task` and what it returns, they go by pickle.

    Returns
    -------
    object

    Raises
    ------
    EOFError
        When the process ended without a result.
    """
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_send_result, args=(there, dict(os.environ), task, arguments))
    process.start()
    there.close()
    try:
        return here.recv()
    finally:
        process.join()


def _send_result(connection, environment, task, arguments):
    os.environ.clear()  # what makes processes may have been started in another
    os.environ.update(environment)
    result = task(*arguments)
    with suppress(BrokenPipeError):  # whoever asked for it was stopped, and said so
        connection.send(result)


class NamedKernelManager(KernelManager):
    """Starts the book's own kernel, and reaches it by a name that is no other's, where Linux keeps such names.

    A port is chosen before the kernel takes it: where two builds run at once, another program may have it by then.
    """

    @default("transport")
    def _default_transport(self):
        return "ipc" if FORKS else "tcp"

    @default("ip")
    def _default_ip(self):
        return f"@newpip-{uuid4().hex}" if FORKS else super()._ip_default()

    def format_kernel_cmd(self, extra_arguments=None):
        return [sys.executable, *LAUNCHER, "-f", os.path.realpath(self.connection_file), *(extra_arguments or [])]


class FreshKernelManager(NamedKernelManager, AsyncKernelManager):
    """Starts its kernel as a process that has imported nothing yet."""


class ForkedKernelManager(NamedKernelManager, AsyncKernelManager):
    """Starts its kernel as a copy of this process, which is to have no other thread yet."""

    def __init__(self, **settings):
        super().__init__(**settings)
        if FORKS:
            self.provisioner = _ForkProvisioner(kernel_spec=self.kernel_spec, parent=self)


class _ForkProvisioner(LocalProvisioner):
    """Does with a forked process what its parent class does with a started one."""

    async def launch_kernel(self, cmd, **settings):
        arguments = cmd[1 + len(LAUNCHER) :]
        process = multiprocessing.get_context("fork").Process(
            target=_run_kernel, args=(os.getpid(), arguments, settings["cwd"], settings["env"])
        )
        process.start()
        threading.Thread(target=_exit_with_parent, daemon=True).start()
        self.process = _ForkedProcess(process)
        self.pid = self.pgid = process.pid  # it makes a group of its own
        return self.connection_info


class _ForkedProcess:
    """A process of multiprocessing, called as one of subprocess."""

    stdin = stdout = stderr = None

    def __init__(self, process):
        self.process, self.pid = process, process.pid

    def poll(self):
        return self.process.exitcode

    def wait(self):
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.process.kill()

    def terminate(self):
        self.process.terminate()


def _run_kernel(client, arguments, folder, environment):
    """Be a kernel, until told to stop or left alone."""
    depend_on(client)
    gc.freeze()  # what was imported is no garbage: to look through it would copy it
    os.setsid()
    asyncio.set_event_loop(None)  # the client's goes on in the client
    signal.set_wakeup_fd(-1)  # nor is that loop to hear of the kernel's signals, and take them for its own
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.chdir(folder)
    if not sys.flags.safe_path:
        sys.path.pop(0)  # as the launcher of a fresh kernel does with the folder it was started from
    os.environ.clear()
    os.environ.update(environment)
    from newpip_book.execution.kernel import forget_modules, launch

    forget_modules(str(LIBRARY), str(ROOT / "chapters"))
    launch(arguments)


def _exit_with_parent():
    """End, and the kernel with this process, when whoever asked for the chapter is gone."""
    wait([multiprocessing.parent_process().sentinel])
    os._exit(1)
