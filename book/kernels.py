"""Kernels that are forked from one process in which the packages are imported already.

Ninety pages that each import torch and sympy anew would spend a quarter of the build on imports.
`python book/kernels.py serve SOCKET` imports them once; `python book/kernels.py start SOCKET FILE ...` is what a
kernel specification names: it asks for a fork that runs a kernel on the connection file FILE, passes
signals on, and ends with it. A kernel ends when the process that asked for it is gone.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STREAMS = (0, 1, 2)
LONGEST_ADDRESS = 100  # bytes; systems allow 104 or 108
PRELOADED = (
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "torch",
    "sith.numerics.verbs",
    "sith.numerics.studies",
    "book.figures",
)


@contextlib.contextmanager
def forked_kernels(folder: Path, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Serve kernels from `folder` and yield `environment` with the path of their specification.

    Kernels are started as usual where a process cannot hand its streams to another one, and where the
    path is too long for a socket.
    """
    address, specification = folder / "kernels.sock", folder / "path" / "kernels" / "python3"
    if not hasattr(socket, "send_fds") or len(os.fsencode(address)) > LONGEST_ADDRESS:
        yield environment
        return
    specification.mkdir(parents=True)
    start = [sys.executable, str(Path(__file__).resolve()), "start", str(address)]
    kernel = {
        "argv": [*start, "{connection_file}"],
        "display_name": "Python 3",
        "language": "python",
    }
    (specification / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    # The backend is chosen when matplotlib is imported, which a kernel does too late here.
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    server = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "serve", str(address)],
        env=environment | inline,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        if server.stdout is None or not server.stdout.readline():
            raise RuntimeError("the packages could not be imported; the message is above")
        yield environment | {"JUPYTER_PATH": str(folder / "path")}
    finally:
        server.terminate()
        server.wait()


def serve(address: str) -> None:
    """Import the packages, say so in one line, and fork a kernel for each request."""
    for name in PRELOADED:
        importlib.import_module(name)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # kernels are not waited for
        # The standard input is closed when the build ends, however it ends.
        while listener in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            message, streams, _, _ = socket.recv_fds(connection, 65536, len(STREAMS))
            if os.fork() == 0:
                listener.close()
                run(connection, json.loads(message), streams)
            for descriptor in streams:
                os.close(descriptor)
            connection.close()


def run(connection: socket.socket, request: dict[str, Any], streams: list[int]) -> None:
    """Be a kernel in this forked process, and never return."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for own, given in zip(STREAMS, streams, strict=True):
        os.dup2(given, own)
        os.close(given)
    os.chdir(request["folder"])
    connection.sendall(str(os.getpid()).encode())
    threading.Thread(target=_end_with, args=(connection,), daemon=True).start()
    status = 1
    try:
        kernel = importlib.import_module("ipykernel.kernelapp").IPKernelApp
        # A parent of 1 is not watched, and leaves out the notes that a kernel prints for itself.
        kernel.launch_instance(argv=["--IPKernelApp.parent_handle=1", "-f", *request["arguments"]])
        status = 0
    finally:
        os._exit(status)


def _end_with(connection: socket.socket) -> None:
    """End this process when the other end of the connection is closed."""
    connection.recv(1)
    os._exit(1)


def start(address: str, *arguments: str) -> None:
    """Ask for a kernel with a connection file and further arguments, and last as long as it does."""
    request = json.dumps({"arguments": arguments, "folder": os.getcwd()}).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        socket.send_fds(connection, [request], list(STREAMS))
        process = int(connection.recv(64))
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda given, _frame: os.kill(process, given))
        connection.recv(1)


if __name__ == "__main__":
    {"serve": serve, "start": start}[sys.argv[1]](*sys.argv[2:])
