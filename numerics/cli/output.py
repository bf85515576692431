"""How the command line speaks: one answer on standard output, everything else on standard error."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from enum import Enum
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sith.theory import SithError

INTERRUPTED = 130
STATUS_STYLE = {0: "bold green", 1: "bold red", 2: "bold yellow", 3: "bold yellow"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: plain data for JSON, text for a reader, the exit status, a remark.

    `remark` is one line for standard error.
    """

    data: Mapping[str, Any]
    text: RenderableType
    status: int = 0
    remark: str = ""


def present(as_json: bool, command: Callable[[], Answer]) -> int:
    """Run a command, write its answer, and return the exit status.

    What the command or a claim file prints meanwhile goes to standard error.
    """
    from sith.numerics.claims.loading import described, located

    try:
        with redirect_stdout(sys.stderr):
            answer = command()
        if answer.remark:
            note(answer.remark)
        write(as_json_text(answer.data) if as_json else rendered(answer.text))
    except KeyboardInterrupt:
        note("interrupted")
        return INTERRUPTED
    except SithError as error:
        return fail(str(error), as_json)
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        return fail(f"{what}{error.strerror or described(error)}", as_json)
    except Exception as error:
        if os.environ.get("SITH_TRACEBACK"):
            raise
        return fail(
            f"no answer was reached: {described(error)} ({located(error)}); if this line is not in "
            "your claim file, report it with the output under SITH_TRACEBACK=1",
            as_json,
        )
    return answer.status


def fail(message: str, as_json: bool) -> int:
    """Write an error in one line, and as JSON where that was asked for; return status 2."""
    line = " ".join(message.split())
    note(f"error: {line}")
    if as_json:
        write(as_json_text({"error": line}))
    return 2


def note(line: str) -> None:
    """Write one line to standard error."""
    _write(sys.stderr, f"{line}\n")


def write(text: str) -> None:
    """Write to standard output."""
    _write(sys.stdout, text)


def _write(stream: TextIO, text: str) -> None:
    """Write and flush; a reader that has gone away is not an error."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        silence(stream)


def silence(stream: TextIO) -> None:
    """Point a closed stream at nothing, so that the interpreter's last flush is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def as_json_text(data: Mapping[str, Any]) -> str:
    """Return one JSON object; numbers that JSON lacks become null."""
    return json.dumps(_plain(data), indent=2, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, str | bool | int) else str(value)


def rendered(text: RenderableType) -> str:
    """Return text for standard output: coloured on a terminal, unwrapped lines elsewhere."""
    console = Console(file=sys.stdout, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 400
    with console.capture() as captured:
        console.print(text, soft_wrap=isinstance(text, str | Text))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def headed(report: str, status: int) -> Text:
    """Return a report with its first line in the colour of the exit status."""
    first, newline, rest = report.partition("\n")
    return Text.assemble((first, STATUS_STYLE.get(status, "bold")), newline + rest)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """Give a function of (stage, fraction): a bar on a terminal, lines elsewhere, or nothing."""
    if quiet:
        yield lambda _stage, _fraction: None
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1)
        yield lambda stage, fraction: bar.update(task, description=stage, completed=fraction)


def _lines() -> Callable[[str, float], None]:
    """Write a line for each new stage and each quarter of it, with the time left."""
    seen: set[tuple[str, int]] = set()
    begun: dict[str, tuple[float, float]] = {}

    def tell(stage: str, fraction: float) -> None:
        now = time.monotonic()
        start, at = begun.setdefault(stage, (now, fraction))
        key = (stage, int(4 * fraction))
        if key not in seen:
            seen.add(key)
            gone = fraction - at
            left = (1 - fraction) * (now - start) / gone if gone > 0 else 0.0
            note(f"{stage}: {fraction:.0%}" + (f", {left:.0f} s left" if left >= 1 else ""))

    return tell
