"""Keep a chapter from the network while it runs: a guard against accident, not a sandbox against malice.

It refuses what Python's own sockets do in the kernel's process. Compiled code with sockets of its own, as the kernel's
own channels, and processes that a chapter starts, are not held by it.
"""

import ipaddress
import os
import sys

LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.getnameinfo"}
SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def block_network():
    """Refuse every address but those of this machine, from now to the end of the process."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # a proxy of this machine would lead out of it
    sys.addaudithook(_audit)


def _audit(event, arguments):
    """Stop a look-up or a connection that leads elsewhere."""
    if event in LOOK_UPS:
        host = arguments[0]
        host = host[0] if isinstance(host, tuple) else host
    elif event in SENDS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_local(host):
        raise PermissionError(f"a chapter may not reach the network; it asked for {host!r}")


def _is_local(host):
    """Tell whether an address is this machine's own."""
    host = host.decode() if isinstance(host, bytes) else host
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback or host == "0.0.0.0"  # noqa: S104, to listen on
    except ValueError:
        return False
