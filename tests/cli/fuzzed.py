r"""Inputs of every command that no user means, and what must become of them.

    python -m tests.cli.fuzzed [--count 2000]

Each input is a command line, with files where the command reads some. An answer is one of the statuses
0 to 3; status 2 is one line on standard error. A traceback, another status, and a line that asks the
user to report it are faults. Inputs are drawn by hypothesis, without a database and from a fixed seed.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sith.numerics.cli import main

ODD = (
    "",
    " ",
    "\n",
    "\0",
    "$",
    "$x_{$",
    "²",
    "٣",
    "∞",
    "-1",
    "0",
    "1e9",
    "nan",
    "inf",
    "1/0",
    "0x10",
    "9" * 5000,
    "a=b=c",
    "None",
    "true",
    "[1]",
    "{}",
    "'",
    '"',
    "`",
    "%s%n",
    "..",
    "~nobody/x",
    "absent/file",
    "x" * 300,
    "café",
    "\udcff",
    "🦊",
    ".py",
    ".py:",
    "x.py:CLAIM",
    "bad.py",
    "bad.py:",
    "bad.py:CLAIM:X",
    "empty.py:CLAIM",
    "folder.py:CLAIM",
    "/dev/null",
    "--",
    "--json=1",
)
"""Texts that stand for no value of any option."""

SLUG = "zimmermann_2021_vmf"

CLAIMED: dict[str, tuple[str, ...]] = {
    "show": ("--dim", "--set"),
    "derive": ("--dim", "--degree", "--set", "--scope", "--max-unknowns"),
    "check": ("--dim", "--degree", "--set", "--budget", "--seeds", "--device"),
    "refute": ("--dim", "--set", "--budget", "--seed"),
    "audit": ("--dim", "--set", "--budget", "--seed"),
    "classify": ("--dim", "--degree", "--set", "--over"),
    "invariants": ("--dim", "--set", "--points", "--degree", "--max-monomials"),
}
"""Commands on a claim, with options of which none takes a text of `ODD`, bar whole numbers."""

NEVER = tuple(t for t in ODD if t not in ("0", "-1", "٣", "²", ""))
"""Those that are no whole number either."""

FILES: dict[str, bytes] = {
    "bad.py": b"raise BaseException('no')",
    "empty.py": b"",
    "exits.py": b"import os; os._exit(0)",
    "cut.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'",
    "text.npy": b"hello",
    "empty.csv": b"",
    "words.csv": b"a,b\nx,y\nz\n",
    "nan.csv": b"a,b\nnan,inf\n1,2\n",
    "cut.npz": b"PK\x03\x04",
    "cut.parquet": b"PAR1",
    "cut.pt": b"\x80\x02",
    "cut.safetensors": b"\xff" * 16,
    "list.json": b"[]",
    "cut.json": b'{"format": "sith certificate"',
    "odd.json": b'{"format": "sith certificate", "claim": {"argument": 3}}',
    "witness.json": b'{"format": "sith witness", "argument": "exits.py:CLAIM"}',
    "deep.json": b"[" * 100_000,
    "nul.json": b"\0\0",
}

TOML = (
    "3",
    "-1",
    "0",
    "1.5",
    "nan",
    "true",
    "''",
    "'x'",
    "'$'",
    "'bad.py:CLAIM'",
    "'exits.py:CLAIM'",
    "1979-05-27",
    "07:32:00",
    "[]",
    "[[]]",
    "[1, 'x']",
    "{a = 1}",
    "9" * 400,
    f"'{SLUG}'",
    "['none', 'x']",
)
AXES = (
    "claim",
    "weakening",
    "dim",
    "seed",
    "steps",
    "batch",
    "samples",
    "held_out",
    "encoder",
    "width",
    "blocks",
    "init_scale",
    "optimiser",
    "learning_rate",
    "weight_decay",
    "parameters",
    "odd",
)


@st.composite
def on_a_claim(draw: st.DrawFn) -> list[str]:
    """A command on a claim of which claim or option cannot be."""
    verb = draw(st.sampled_from(sorted(CLAIMED)))
    if draw(st.booleans()):
        return [verb, draw(st.sampled_from(ODD) | st.text(max_size=12))]
    option = draw(st.sampled_from(CLAIMED[verb]))
    return [verb, SLUG, f"{option}={draw(st.sampled_from(NEVER))}"]


@st.composite
def on_files(draw: st.DrawFn) -> list[str]:
    """A command on files of which at least one is not what it reads."""
    verb, count = draw(
        st.sampled_from([("verify", 1), ("score", 2), ("compare", 2), ("diagnose", 1)])
    )
    named = st.sampled_from([*FILES, "absent.npy", "folder.py", "cut.npz:a", "words.csv:a,b"])
    arguments = draw(st.lists(named | st.sampled_from(ODD), min_size=count, max_size=count))
    options = {"verify": ("--claim", "--permit"), "diagnose": ("--claim", "--axes")}
    for option in options.get(verb, ("--axes", "--rows", "--blocks", "--split", "--groups")):
        if draw(st.integers(0, 3)) == 0:
            arguments.append(f"{option}={draw(st.sampled_from(ODD))}")
    return [verb, *arguments]


@st.composite
def on_stores(draw: st.DrawFn) -> list[str]:
    """A study, a report or a new claim with a value that cannot be."""
    odd = st.sampled_from(NEVER)
    verb = draw(st.sampled_from(["study", "report", "new", "nothing"]))
    if verb == "study":
        option = draw(st.sampled_from(["--budget", "--workers"]))
        return ["study", draw(odd), f"{option}={draw(odd)}"]
    if verb == "new":
        return ["new", draw(odd), f"--out={draw(st.sampled_from(['.', 'bad.py', 'absent']))}"]
    return [verb, draw(odd)]


@st.composite
def sweeps(draw: st.DrawFn) -> list[str]:
    """A sweep of odd axes; nothing is run."""
    axes = draw(st.lists(st.sampled_from(AXES), max_size=3, unique=True))
    lines = [] if "claim" in axes else draw(st.sampled_from([[], [f"claim = '{SLUG}'"]]))
    lines = [*lines, *(f"{axis} = {draw(st.sampled_from(TOML))}" for axis in axes)]
    head = draw(st.sampled_from(["[grid]", "[[grid]]", "grid = 3", "name = 1\n[grid]", ""]))
    Path("odd.toml").write_text("\n".join([head, *lines]), encoding="utf-8")
    spec = draw(st.sampled_from(["odd.toml"] * 8 + ["absent.toml", "folder.py", "nul.json"]))
    shard = draw(st.sampled_from(["0/1", *NEVER[:8], "²/3", "1/1", "-1/2"]))
    return ["sweep", spec, "--status", "--store=unused", f"--shard={shard}"]


COMMANDS = on_a_claim() | on_files() | on_stores() | sweeps()


@contextlib.contextmanager
def scratch():
    """Give a working folder with the files."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        for name, data in FILES.items():
            (Path(folder) / name).write_bytes(data)
        (Path(folder) / "folder.py").mkdir()
        os.chdir(folder)
        try:
            yield Path(folder)
        finally:
            os.chdir(before)


def fault(arguments: list[str]) -> str:
    """Run a command line in this process; return what is wrong with its answer, "" if nothing is."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = main(arguments)
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {error}"
    said = err.getvalue()
    if status not in (0, 1, 2, 3):
        return f"status {status}"
    for words in ("Traceback", "no answer was reached"):
        if words in said:
            return said
    lines = [line for line in said.splitlines() if line.startswith("error:")]
    if status == 2 and len(lines) != 1:
        return f"status 2 with {len(lines)} lines of error: {said}"
    return ""


def run(count: int, faults: dict[str, list[str]]) -> int:
    """Draw so many command lines, and collect those with a fault by what it says."""
    seen = [0]

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(COMMANDS)
    def once(arguments: list[str]) -> None:
        seen[0] += 1
        found = fault(arguments)
        if found:
            faults.setdefault(found, arguments)

    with scratch():
        once()
    return seen[0]


def command() -> int:
    """Print the faults, one command line for each kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    faults: dict[str, list[str]] = {}
    seen = run(parser.parse_args().count, faults)
    for found, arguments in faults.items():
        sys.stdout.write(f"sith {arguments}\n  {found[:600]}\n")
    sys.stdout.write(f"{seen} inputs, {len(faults)} kinds of fault\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(command())
