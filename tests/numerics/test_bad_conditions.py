"""Bad conditions: seeds that diverge, memory that runs out, runs that are killed or meet."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

import sith.numerics.runs.measured as measured_module
from sith import (
    Agreement,
    InputError,
    check,
    exact_check,
    measure_run,
    pick_budget,
    tabular_optimum,
    theorem,
    train_claim,
)
from sith.numerics.cli import main
from sith.numerics.exact import minimise_rows
from sith.numerics.experiments import SpectralExperiment
from sith.numerics.runs.saving import LOCK, claimed
from sith.numerics.training.checkpoint import FILE, Checkpoint
from sith.numerics.training.memory import MemoryShort, out_of_memory
from sith.numerics.training.result import Snapshot

GRAPH = theorem("haochen_2021_spectral")
VMF = theorem("zimmermann_2021_vmf")
ROOT = Path(__file__).resolve().parents[2]
TINY = replace(pick_budget("smoke"), steps_per_dim=60, width=16, held_out=2048)
LINUX = "can't allocate memory: you tried to allocate 4000000000 bytes. Error code 12"


def short(_: object) -> torch.Tensor:
    raise RuntimeError(f"[enforce fail] DefaultCPUAllocator: {LINUX}")


# Seeds that diverge


def poison(monkeypatch: pytest.MonkeyPatch, *values: float) -> None:
    """Multiply the losses of the seeds by these."""
    plain = SpectralExperiment.loss

    def loss(*arguments: object) -> torch.Tensor:
        found: torch.Tensor = plain(*arguments)  # type: ignore[arg-type]
        return found * torch.tensor(values)

    monkeypatch.setattr(SpectralExperiment, "loss", loss)


def test_a_check_names_the_seed_that_diverged_and_decides_by_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = check(GRAPH, seeds=3, device="cpu").trained[0]
    poison(monkeypatch, 1.0, math.nan, 1.0)
    report = check(GRAPH, seeds=3, device="cpu")
    found = report.trained[0]
    assert report.outcome is Agreement.AGREES, str(report)
    assert found.diverged == (1,)
    assert found.to_dict()["diverged"] == [1]
    assert "seed 1 diverged at step 0" in str(report)
    for name, value in found.metrics.items():
        assert name == "residual" or value.failed == 1, name
    # The other seeds end where they ended beside a sound one.
    assert found.metrics["linear_r2"].mean == pytest.approx(
        whole.metrics["linear_r2"].mean, abs=1e-2
    )
    assert whole.diverged == ()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_where_every_seed_diverged_the_check_is_undecided_and_says_so(
    monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    poison(monkeypatch, value, value)
    report = check(GRAPH, seeds=2, device="cpu")
    assert report.outcome is Agreement.UNDECIDED
    assert report.exit_status == 3
    found = report.trained[0]
    assert found.reason.startswith("every seed diverged: seeds 0, 1 diverged at step 0")
    assert found.metrics["linear_r2"].failed == 2
    assert found.diverged == (0, 1)
    json.dumps(report.to_dict(), allow_nan=False)


# Memory that runs out


def test_errors_of_memory_are_told_from_others() -> None:
    assert out_of_memory(RuntimeError(LINUX))
    assert out_of_memory(MemoryError())
    assert not out_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not out_of_memory(ValueError("out of memory"))


LIMITED = """
import resource, sys, torch
from sith.numerics.exact import minimise_rows

torch.set_num_threads(1)


def objective(x):
    wide = x[:, :, None] * torch.ones(2**18, dtype=torch.float64)
    return (wide - 1).square().mean((1, 2))


start = torch.linspace(0, 3, 32, dtype=torch.float64)[:, None]
minimise_rows(objective, start[:2], iterations=1)
pages = int(open("/proc/self/statm").read().split()[0])
limit = pages * resource.getpagesize() + int(sys.argv[1]) * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
found = minimise_rows(objective, start, iterations=3)
print(float((found.points - 1).abs().max()))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits the address space")
def test_rows_are_evaluated_in_smaller_blocks_under_a_real_limit_of_memory() -> None:
    """A row takes 2 MiB a temporary: 32 rows do not fit into 150 MiB, one does not fit into 1."""
    enough = limited(150)
    assert enough.returncode == 0, enough.stderr
    assert float(enough.stdout) < 1e-9
    lacking = limited(1)
    assert lacking.returncode == 1
    assert "MemoryShort: out of memory for one table of 1 numbers" in lacking.stderr


def limited(mebibytes: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", LIMITED, str(mebibytes)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MALLOC_MMAP_THRESHOLD_": "65536"}
    return subprocess.run(
        command, cwd=ROOT, env=environment, text=True, capture_output=True, check=False
    )


def test_exact_layers_that_run_out_of_memory_say_what_to_lower(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    claim = VMF.at(2, kappa=2)
    with monkeypatch.context() as patch:
        patch.setattr("sith.numerics.exact.check.compare_directions", lambda *_: short(0))
        report = exact_check(claim)
        assert report.passed is Agreement.UNDECIDED
        assert "memory ran out at degree 2; take a smaller --dim" in report.reason
    with monkeypatch.context() as patch:
        patch.setattr("sith.numerics.exact.tabular.optimum.base_loss", short)
        with pytest.raises(MemoryShort, match="fewer points"):
            tabular_optimum(claim, starts=2)
    with pytest.raises(RuntimeError, match="size mismatch"):
        minimise_rows(lambda x: x @ torch.ones(3).double(), torch.ones(1, 2).double())


def test_a_check_goes_on_without_the_layers_that_ran_out_of_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sith.numerics.exact.tabular.optimum.base_loss", short)
    monkeypatch.setattr("sith.numerics.runs.run._train", lambda *_: short(0))
    report = check(VMF, 2, kappa=4, seeds=2, device="cpu")
    assert report.derived.agreement is Agreement.AGREES
    assert report.exact[0].passed is Agreement.AGREES
    assert report.exit_status == 3
    tabular, training = report.skipped
    assert tabular.startswith("tabular optimum: out of memory")
    assert training.startswith("training: out of memory")
    assert "lower --seeds" in training


def test_measuring_falls_back_to_fewer_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = measured_module.procrustes_r2

    def limit(rows: int) -> Callable[..., object]:
        def score(z: torch.Tensor, y: torch.Tensor) -> object:
            return short(0) if z.shape[1] > rows else plain(z, y)

        return score

    claim = GRAPH.at()
    with monkeypatch.context() as patch:
        patch.setattr(measured_module, "procrustes_r2", limit(1024))
        report, _ = measured_module.trained_check(claim, TINY, (0, 1))
        assert "measured on 1024 rows" in report.notes[-1]
        assert report.metrics["procrustes_r2"].n == 2
    with monkeypatch.context() as patch:
        patch.setattr(measured_module, "procrustes_r2", limit(10))
        with pytest.raises(MemoryShort, match="lower --seeds"):
            measured_module.trained_check(claim, TINY, (0, 1))


# Runs that are killed, and runs that meet


def command(folder: Path) -> list[str]:
    options = ["--seeds", "2", "--device", "cpu", "--save", str(folder)]
    return ["check", "haochen_2021_spectral", *options]


STOPPING = """
import os, signal, sys
from sith.numerics.cli import main
from sith.numerics.training.checkpoint import Checkpoint

write = Checkpoint.write

def stopping(self, snapshot, generators):
    write(self, snapshot, generators)
    if snapshot.step >= 480:
        os.kill(os.getpid(), signal.SIGSTOP)

Checkpoint.write = stopping
sys.exit(main(sys.argv[1:]))
"""
"""The command line, which stops itself once the state of step 480 or later is on disk."""


def started(folder: Path, *program: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    line = [sys.executable, *(program or ("-m", "sith.numerics.cli")), *command(folder)]
    return subprocess.Popen(line, cwd=ROOT, env=environment, text=True, **pipes)


def steps_kept(state: Path) -> int:
    if not state.exists():
        return 0
    with safe_open(state, framework="pt") as stored:
        return int(stored.metadata()["step"])


@pytest.mark.skipif(os.name != "posix", reason="stops a process by a signal")
def test_a_check_that_is_killed_in_training_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """SIGKILL in the midst of training; just before, a second run into the folder is refused."""
    folder = tmp_path / "run"
    state = tmp_path / "run.part" / FILE
    first = started(folder, "-c", STOPPING)
    try:
        _, status = os.waitpid(first.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        second = main(command(folder))
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate()
    assert second == 2
    assert first.returncode == -signal.SIGKILL
    assert not folder.exists()
    assert 480 <= steps_kept(state) < 1000

    again = started(folder)
    _, told = again.communicate()
    assert again.returncode == 0, told
    assert "train: 50%" in told
    assert "train: 25%" not in told, "it began anew"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run"]
    whole = train_claim(GRAPH.at(), replace(pick_budget("smoke"), seeds=2), (0, 1))
    tensors = load_file(folder / "run.safetensors")
    assert torch.equal(tensors["losses"], whole.losses)
    assert torch.equal(tensors["representations"], whole.representations)
    for name, value in whole.encoder.state.items():
        assert torch.equal(tensors[f"encoder.{name}"], value), name
    saved = json.loads((folder / "report.json").read_text())["trained"]
    expected = measure_run(whole, (0, 1)).to_dict()
    for report in (saved, expected):
        report.pop("seconds")
    assert saved == json.loads(json.dumps(expected))


def test_a_second_run_into_a_folder_is_one_line_and_status_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    with claimed(folder):
        assert main(["check", "haochen_2021_spectral", "--quiet", "--save", str(folder)]) == 2
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        assert "another run is saving into" in line
        with pytest.raises(InputError, match="wait for its end"), claimed(folder):
            pass
        (tmp_path / "run.part" / "state").touch()
    assert sorted(p.name for p in (tmp_path / "run.part").iterdir()) == [LOCK, "state"]
    with claimed(folder) as part:
        (part / "state").unlink()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    def intrude(stage: str, _: float) -> None:
        if stage == "train" and not folder.exists():
            folder.mkdir()
            (folder / "mine").touch()

    with pytest.raises(InputError, match="exists already"):
        check(GRAPH, seeds=2, device="cpu", progress=intrude, save=folder)
    assert [p.name for p in folder.iterdir()] == ["mine"]


def test_a_state_that_cannot_be_read_or_is_of_another_run_counts_as_none(tmp_path: Path) -> None:
    store = Checkpoint(tmp_path, "a")
    generator = torch.Generator().manual_seed(1)
    store.write(Snapshot(3, {"flat": torch.ones(2)}), [generator])
    (found,) = store.read([generator])
    assert found.step == 3
    assert not Checkpoint(tmp_path, "b").read([generator])
    path = tmp_path / FILE
    path.write_bytes(path.read_bytes()[:-4])
    assert not store.read([generator])
    path.write_bytes(b"")
    assert not store.read([generator])
