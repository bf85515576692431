"""How the command line speaks: one answer on standard output, everything else on standard error."""

from __future__ import annotations

import io
import json
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, TextIO, cast

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from sith.numerics.cli.parts import Parts
from sith.numerics.cli.streams import FULL, Forgiving, put
from sith.theory import SithError

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


def present(as_json: bool, command: Callable[[], Answer], parts: Parts | None = None) -> int:
    """Run a command, write its answer, and return the exit status.

    What the command or a claim file prints meanwhile goes to standard error. `parts` collects what
    is finished: after an interrupt that is the answer. However a user's code ends, it is an error of
    the input, and no end of this program.
    """
    from sith.numerics.claims.guarded import guarded, may_be_a_signal
    from sith.numerics.claims.loading import described, located

    try:
        with guarded(), redirect_stdout(cast("TextIO", Forgiving())):
            answer = command()
        if answer.remark:
            note(answer.remark)
        return _delivered(as_json_text(answer.data) if as_json else rendered(answer.text), answer)
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
    except BaseException as error:  # noqa: BLE001
        if isinstance(error, KeyboardInterrupt) and may_be_a_signal(error):
            return interrupted(error, as_json, parts)
        return fail(
            f"no answer was reached: the code of a claim ended the program: {described(error)} "
            f"({located(error)})",
            as_json,
        )


def _delivered(text: str, answer: Answer) -> int:
    """Write an answer; a full standard output is said, and is no verdict."""
    full = put(sys.stdout, text)
    if not full:
        return answer.status
    note(f"error: {FULL}: {full}")
    return 2


def interrupted(error: KeyboardInterrupt, as_json: bool, parts: Parts | None = None) -> int:
    """Write what was finished before a signal; return the status that shells give for it."""
    if parts is not None:
        write(as_json_text(parts.data) if as_json else f"{parts}\n")
    elif as_json:
        write(as_json_text({"interrupted": True}))
    note("interrupted")
    return 128 + int(getattr(error, "number", signal.SIGINT))


def fail(message: str, as_json: bool) -> int:
    """Write an error in one line, and as JSON where that was asked for; return status 2."""
    line = " ".join(message.split())
    note(f"error: {line}")
    if as_json:
        write(as_json_text({"error": line}))
    return 2


def note(line: str) -> None:
    """Write one line to standard error."""
    put(sys.stderr, f"{line}\n")


def write(text: str) -> str:
    """Write to standard output; return "", or why it could not be written."""
    return put(sys.stdout, text)


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
    shown = io.StringIO()
    terminal = False
    with suppress(ValueError, AttributeError):  # it may be closed
        terminal = sys.stdout.isatty()
    console = Console(file=shown, force_terminal=terminal, highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 400
    console.print(text, soft_wrap=isinstance(text, str | Text))
    return "\n".join(line.rstrip() for line in shown.getvalue().splitlines()) + "\n"


def headed(report: str, status: int) -> Text:
    """Return a report with its first line in the colour of the exit status."""
    first, newline, rest = report.partition("\n")
    return Text.assemble((first, STATUS_STYLE.get(status, "bold")), newline + rest)


@dataclass(frozen=True, slots=True)
class Teller:
    """How a command speaks while it runs: of progress, and of what is finished."""

    stage: Callable[[str, float], None]
    show: Callable[[str], None]

    def __call__(self, stage: str, fraction: float) -> None:
        """Tell the stage and the fraction of it that is done."""
        self.stage(stage, fraction)


@contextmanager
def progress(quiet: bool) -> Iterator[Teller]:
    """Give what takes stages and fractions: a bar on a terminal, lines elsewhere, or nothing."""
    if quiet:
        yield Teller(lambda _stage, _fraction: None, lambda _text: None)
        return
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Teller(_lines(), note)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1)
        yield Teller(
            lambda stage, fraction: bar.update(task, description=stage, completed=fraction),
            lambda text: console.print(Text(text), soft_wrap=True),
        )


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
