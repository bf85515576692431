"""The lines of processes that have ended become one columnar part."""

from __future__ import annotations

import fcntl
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from sith.numerics.sweeping.parts import write_part
from sith.numerics.sweeping.row import Row, read_row


def compact(marker: Path, lines: Path, parts: Path) -> None:
    """Write the rows of files that no live process holds into a part, and remove the files.

    Where another process compacts, `marker` is locked and nothing is done. A kill in between leaves
    rows in both places, and they count once.
    """
    with ExitStack() as open_files:
        if not locked(open_files.enter_context(marker.open("rb"))):
            return
        ended: list[Path] = []
        rows: dict[str, Row] = {}
        for path in sorted(lines.glob("*.jsonl")):
            with suppress(FileNotFoundError):
                file = open_files.enter_context(path.open("rb"))
                # Locked before it is looked at: its writer may be about to lock it.
                if not locked(file) or not is_at(file, path):
                    continue
                ended.append(path)
                for row in (r for line in file.read().splitlines() for r in read_row(line)):
                    known = rows.get(row.key)
                    if known is None or row.done or not known.done:
                        rows[row.key] = row
        if rows:
            write_part(parts, list(rows.values()))
        for path in ended:
            path.unlink(missing_ok=True)


def is_at(file: IO[bytes], path: Path) -> bool:
    """Whether an open file is the one of that name still."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def locked(file: IO[bytes]) -> bool:
    """Lock a file for this process until it is closed, if no other has it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
