"""The benchmark of a GPU, run whole on machines without one: smallest sizes, a pretend device, stand-ins."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from sith.numerics.benchmarks.gpu import (
    CASES,
    PARTS,
    SMALL,
    captured,
    compared_case,
    measured,
    peak_bytes,
    prepare,
)
from sith.numerics.benchmarks.gpu import __main__ as command
from sith.numerics.losses import InnerProduct, infonce
from sith.numerics.training import device as devices
from tests.helpers.pretend_device import DEVICE, REASON, pretend

BY_NAME = {part.name: part for part in PARTS}
ON_CPU = ["--device", "cpu", "--size", "small"]


def run(folder: Path, *arguments: str) -> int:
    return command.main(
        [
            *ON_CPU,
            "--out",
            str(folder / "gpu.jsonl"),
            "--json",
            str(folder / "gpu.json"),
            *arguments,
        ]
    )


def stored(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "gpu.json").read_text())
    return found


# The whole command


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_part_runs_on_the_cpu_and_none_runs_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path) == 0
    found = stored(tmp_path)
    assert {row["part"] for row in found["rows"]} == set(BY_NAME)
    assert found["kind"] == "cpu" and not found["left"]
    assert not [row for row in found["rows"] if row["error"]]
    text = capsys.readouterr().out
    assert text.count("\n") == len(found["rows"]) + 2 and "the figures mean nothing" in text
    monkeypatch.setattr(command, "measured", None)
    assert run(tmp_path) == 0
    assert stored(tmp_path) == found


def test_without_a_gpu_it_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert command.main(["--out", str(tmp_path / "gpu.jsonl")]) == 2
    out, err = capsys.readouterr()
    assert not out and err.count("\n") == 1 and "--device cpu" in err


def test_rows_are_left_when_time_is_over_and_done_by_the_next_call(tmp_path: Path) -> None:
    part = ["--parts", "registry"]
    assert run(tmp_path, *part, "--minutes", "0") == 3
    assert len(stored(tmp_path)["left"]) == len(SMALL.slugs) and not stored(tmp_path)["rows"]
    assert run(tmp_path, *part) == 0
    first, second = stored(tmp_path)["rows"]
    assert first["met"] and first["steps"] > 0 and not second["trained"]


def test_rows_of_another_machine_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"device": "another", "kind": "cuda", "torch": "0", "cuda": "0", "size": "full"}
    (tmp_path / "gpu.jsonl").write_text(json.dumps(row) + "\n")
    assert run(tmp_path) == 2
    assert "another" in capsys.readouterr().err


def test_a_row_that_raises_costs_no_other_and_is_repeated_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = ["--parts", "registry"]
    module = "sith.numerics.benchmarks.gpu.registry.train_claim"

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUBLAS_STATUS\nsomething")

    with monkeypatch.context() as patch:
        patch.setattr(module, fails)
        assert run(tmp_path, *part) == 1
    rows = stored(tmp_path)["rows"]
    assert [row["error"] for row in rows] == ["RuntimeError: CUBLAS_STATUS something"] * 2
    assert run(tmp_path, *part) == 1
    assert run(tmp_path, *part, "--again") == 0


def test_after_an_error_of_the_device_nothing_else_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr("sith.numerics.benchmarks.gpu.registry.train_claim", fails)
    assert run(tmp_path, "--parts", "registry") == 1
    assert len(stored(tmp_path)["rows"]) == len(stored(tmp_path)["left"]) == 1


# Agreement: what is noticed


def row_with(loss: Any) -> dict[str, Any]:
    """The right loss on the CPU, another one where the inputs are on the pretend device."""
    right = CASES["InfoNCE, inner product"]
    with pretend():
        return compared_case(
            lambda a, b: (loss if a.device.type != "cpu" else right)(a, b), 64, DEVICE
        )


def in_tf32(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """Factors with ten binary digits in float32, as matrix units round them; float64 as it is."""
    if a.dtype == torch.float64:
        return CASES["InfoNCE, inner product"](a, b)
    rounded = [(v.view(torch.int32) & ~0x1FFF).view(torch.float32) for v in (a.cpu(), b.cpu())]
    return CASES["InfoNCE, inner product"](*(v.to(DEVICE) for v in rounded))


def reordered(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The same loss, its sums in another order."""
    value, *gradients = CASES["InfoNCE, inner product"](a.flip(1), b.flip(1))
    return (value, *(g.flip(1) for g in gradients))


def without_one(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """One negative is left out."""
    x, y = a.clone().requires_grad_(), b.clone().requires_grad_()
    value = infonce(x, y, InnerProduct(0.5), negatives=y[:, 1:])
    return (value.detach(), *torch.autograd.grad(value.sum(), (x, y)))


@pytest.mark.skipif(bool(REASON), reason=REASON or "the pretend device works here")
@pytest.mark.parametrize(
    ("loss", "met"), [(reordered, True), (in_tf32, False), (without_one, False)]
)
def test_another_order_is_allowed_and_lost_digits_are_not(loss: Any, met: bool) -> None:
    assert row_with(loss)["met"] is met


def test_a_number_that_is_not_finite_is_noticed() -> None:
    def wrong(a: torch.Tensor, b: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (a.sum() if a.dtype == torch.float64 else a.sum() / 0 - a.sum() / 0,)

    assert not compared_case(wrong, 8, "cpu")["met"]


# On the pretend device


ON_DEVICE = [
    *(("agreement", name) for name in (*CASES, "training", "tabular optimum")),
    ("memory", "InfoNCE"),
    ("rate", "many seeds"),
    ("seeds", "eager"),
    ("registry", "haochen_2021_spectral"),
]


@pytest.mark.skipif(bool(REASON), reason=REASON or "the pretend device works here")
@pytest.mark.parametrize(("part", "name"), ON_DEVICE)
def test_a_row_runs_on_the_device(part: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "pick_device", lambda device: device)
    with pretend():
        row = measured(BY_NAME[part], name, SMALL, DEVICE)
    assert not row["error"], row
    # Speed is not asked for here.
    assert row["met"] or part in ("rate", "seeds"), row


# Memory and steps


def test_the_peak_is_that_of_what_lives_at_once() -> None:
    def one_after_the_other() -> None:
        for _ in range(8):
            torch.ones(1000)

    def at_once() -> None:
        kept = [torch.ones(1000) for _ in range(8)]
        assert len(kept) == 8

    assert peak_bytes(one_after_the_other, "cpu") in (4000, 8000)
    assert peak_bytes(at_once, "cpu") == 32_000


def test_a_step_moves_the_parameters() -> None:
    step = prepare("eager", 2, 16, 8, "cpu")
    before = step.state.flat.clone()
    step()
    first, _ = step.gradients()
    step()
    second, _ = step.gradients()
    assert not torch.equal(before, step.state.flat) and not torch.equal(first, second)
    with pytest.raises(Exception, match="CUDA graph on cpu"):
        prepare("graph", 2, 16, 8, "cpu")


def test_a_graph_is_captured_after_a_warm_up_and_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins for what the CPU build lacks: the calls and their order are those of torch's recipe."""
    calls: list[str] = []

    class Stream:
        def wait_stream(self, _: Any) -> None:
            calls.append("wait")

    class Graph:
        def replay(self) -> None:
            calls.append("replay")

    @contextlib.contextmanager
    def capture(_: Any) -> Any:
        calls.append("begin")
        yield
        calls.append("end")

    for name, stand_in in {
        "Stream": Stream,
        "current_stream": Stream,
        "stream": lambda _: contextlib.nullcontext(),
        "CUDAGraph": Graph,
        "graph": capture,
    }.items():
        monkeypatch.setattr(torch.cuda, name, stand_in)
    value = torch.zeros(1)

    def gradients() -> tuple[torch.Tensor, torch.Tensor]:
        calls.append("step")
        return value, value

    replay = captured(gradients)
    assert replay() == (value, value)
    assert calls == ["wait", "step", "step", "step", "wait", "begin", "step", "end", "replay"]
