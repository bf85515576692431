"""The example repository for CI: its tests, its table, its workflow and its hooks are true."""

from __future__ import annotations

import os
import runpy
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from sith.numerics.cli import main

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "ci"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A copy of the example, as a user has it."""
    return Path(copytree(EXAMPLE, tmp_path / "repository"))


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text())


def commands() -> list[str]:
    """What the workflow runs."""
    steps = read(EXAMPLE / ".github/workflows/claims.yml")["jobs"]["claims"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def test_the_tests_pass_and_leave_a_junit_file(repository: Path) -> None:
    command = next(c for c in commands() if "pytest" in c)
    done = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]],
        cwd=repository,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    suite = next(ElementTree.parse(repository / "claims.xml").iter("testsuite"))
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "2",
        "failures": "0",
        "errors": "0",
        "skipped": "0",
    }


def test_the_table_is_the_one_of_the_readme(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    status = runpy.run_path("status.py")
    assert status["main"](["claims.py:ROTATIONS"]) == 0
    table = capsys.readouterr().out
    assert table in (repository / "README.md").read_text()
    assert status["main"](["claims.py:ROTATIONS", "claims.py:PERMUTATIONS"]) == 1
    assert "| **disagrees** |" in capsys.readouterr().out


def test_the_workflow_runs_files_that_are_there() -> None:
    files = [word for c in commands() for word in shlex.split(c) if word.endswith((".py", ".txt"))]
    assert "status.py" in files
    assert all((EXAMPLE / name).is_file() for name in files)


@pytest.mark.parametrize(
    "file", [ROOT / ".pre-commit-hooks.yaml", EXAMPLE / ".pre-commit-config.yaml"]
)
def test_the_hooks_run(
    file: Path,
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = read(file)
    hooks = found if isinstance(found, list) else found["repos"][0]["hooks"]
    monkeypatch.chdir(repository)
    for hook in hooks:
        program, *arguments = shlex.split(hook["entry"])
        assert program == "sith"
        assert not hook["pass_filenames"]
        assert main([*arguments, "claims.py:PERMUTATIONS"]) == 1
    capsys.readouterr()


def test_a_claim_that_holds_does_not_disagree() -> None:
    from sith import SignedPermutations, theorem
    from sith.testing import disagrees

    right = theorem("zimmermann_2021_vmf").at(2)
    with pytest.raises(AssertionError, match="agrees"):
        disagrees(right)
    assert disagrees(right.replace(group=SignedPermutations(2))).escape == "ξ = (z2, -z1)"
