"""Closed and full streams, special files and links, and claim files that end the program."""

import json
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from sith.numerics.claims.certificates import writable, write_json
from sith.numerics.claims.loading import load_statement
from sith.numerics.cli import main
from sith.theory import InputError

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
SITH = f"{sys.executable} -m sith.numerics.cli"

CLAIM = """
from sith import *
CLAIM = Claim("mine", World(Box(2), Uniform(), ExponentialNorm(1, 2)),
              InfoNCE(NegativeNorm(2)), Encoder(RealSpace(2)), Euclidean(2))
"""


def shell(line: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("show nobody 2>/dev/full", 2),
        ("show nobody >&- 2>&-", 2),
        ("--version >/dev/full", 2),
        ("--version >&-", 0),
        ("show zimmermann_2021_vmf >/dev/full", 2),
    ],
)
def test_a_closed_or_full_stream_is_no_verdict(arguments: str, status: int) -> None:
    done = shell(f"{SITH} {arguments}")
    assert done.returncode == status
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize(
    "line",
    [
        "raise BaseException('no')",
        "class Mine(BaseException): pass\nraise Mine('no')",
        "raise KeyboardInterrupt",
        "raise GeneratorExit",
        "import os; os._exit(0)",
        "from os import _exit; _exit(1)",
        "import sys; sys.exit(0)",
        "import sys; sys.stdout.close(); raise ValueError('no')",
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
    ],
)
def test_a_claim_file_that_ends_the_program_is_an_input_error(tmp_path, capsys, line) -> None:
    file = tmp_path / "ends.py"
    file.write_text(line + CLAIM)
    assert main(["show", f"{file}:CLAIM"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and "ends.py" in err


def test_code_that_ends_the_program_later_is_an_input_error_too(tmp_path, capsys) -> None:
    file = tmp_path / "later.py"
    file.write_text(
        "from dataclasses import dataclass\nimport os\nfrom sith import *\n"
        "@dataclass(frozen=True)\nclass Odd(NegativeNorm):\n"
        "    def __str__(self): os._exit(0)\n" + CLAIM.replace("NegativeNorm(2)", "Odd(2)")
    )
    assert main(["show", f"{file}:CLAIM"]) == 2
    assert "os._exit" in capsys.readouterr().err


def test_the_working_folder_is_that_of_before(tmp_path) -> None:
    file = tmp_path / "moves.py"
    file.write_text("import os; os.chdir('/')\n" + CLAIM)
    before = os.getcwd()
    load_statement(f"{file}:CLAIM")
    assert os.getcwd() == before


def test_a_device_or_a_pipe_is_written_to_and_not_replaced(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert writable(pipe, "--certificate") == pipe
    write_json(pipe, {"a": 1})
    assert os.read(reader, 100) == b'{\n "a": 1\n}\n'
    os.close(reader)
    assert pipe.is_fifo() and list(tmp_path.iterdir()) == [pipe]
    write_json(Path("/dev/null"), {"a": 1})
    assert Path("/dev/null").is_char_device()


def test_a_link_is_followed(tmp_path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "real.json", tmp_path / "link.json"
    link.symlink_to(target)
    write_json(writable(link, "--certificate"), {"a": 1})  # nothing is there yet
    assert link.is_symlink() and target.read_text() == '{\n "a": 1\n}\n'
    target.chmod(0o640)
    write_json(link, {"a": 2})
    assert link.is_symlink() and target.stat().st_mode & 0o777 == 0o640
    gone = tmp_path / "gone.json"
    gone.symlink_to(tmp_path / "absent" / "x.json")
    with pytest.raises(InputError, match="does not exist"):
        writable(gone, "--certificate")
    with pytest.raises(InputError, match="null"):
        writable(Path("a\0b"), "--certificate")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_check_shows_and_keeps_what_was_finished(
    tmp_path, capsys, monkeypatch, number
) -> None:
    """The signal comes in training, after the derivation and the exact checks."""
    verb = import_module("sith.numerics.verbs.check")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    monkeypatch.setattr(verb, "trained_check", lambda *_a, **_k: os.kill(os.getpid(), number))
    monkeypatch.setattr(verb, "_tabular", lambda *_: ())
    file, kept = tmp_path / "mine.py", tmp_path / "kept"
    file.write_text(CLAIM)
    arguments = ["check", f"{file}:CLAIM", "--save", str(kept)]
    assert main(arguments) == 128 + number
    out, err = capsys.readouterr()
    for text in (out, err):
        assert "derived" in text and "exact" in text and "mine: identified" in text
    assert "Traceback" not in err and err.splitlines()[-1] == "interrupted"
    stored = json.loads((tmp_path / "kept.part" / "unfinished.json").read_text())
    assert set(stored["finished"]) == {"derived", "exact"}
    assert not kept.exists()
    assert main([*arguments, "--json", "--quiet"]) == 128 + number
    found = json.loads(capsys.readouterr().out)
    signal.signal(signal.SIGINT, before)
    assert found["interrupted"] and found["finished"]["derived"]["verdict"] == "identified"
