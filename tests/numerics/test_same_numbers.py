"""The same seed gives the same numbers: again, among other seeds, in a thread, in other processes."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sith import Store, Task, run_tasks
from sith.numerics.runs.design import Design
from sith.numerics.sweeping.training import run_training

SMALL = Design(steps=20, batch=32, held_out=128, width=8, encoder="mlp")
ULPS = 1e-5
"""Seeds are trained in one batch of matrix products, whose float32 sums a library may order by the
number of matrices: twenty steps leave a difference of this order at most. Everything else is equal."""


def settings(seed: int) -> dict[str, Any]:
    from dataclasses import asdict

    return {"claim": "zimmermann_2021_vmf", "dim": 2, **asdict(SMALL), "seed": seed}


def in_store(folder: Any, workers: int) -> list[dict[str, Any]]:
    tasks = [Task("train", settings(seed), "one batch") for seed in (0, 1)]
    store = Store(folder)
    assert run_tasks(tasks, store, workers=workers).done == 2
    rows = store.rows()
    return [dict(rows[task.key].result) for task in tasks]


def test_again_and_in_a_thread_the_numbers_are_equal() -> None:
    both = [settings(0), settings(1)]
    first = run_training(both)
    assert run_training(both) == first
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.extend(run_training(both)))
    thread.start()
    thread.join()
    assert found == first


def test_a_seed_alone_has_the_numbers_that_it_has_among_others() -> None:
    among = run_training([settings(0), settings(1)])[1]
    alone = run_training([settings(1)])[0]
    assert alone.keys() == among.keys()
    for name, value in among.items():
        if isinstance(value, float):
            assert alone[name] == pytest.approx(value, abs=ULPS), name
    other = run_training([settings(2)])[0]
    assert abs(other["loss"] - alone["loss"]) > 10 * ULPS  # another seed is told apart


@pytest.mark.slow
def test_one_and_two_spawned_workers_give_the_numbers_of_this_process(tmp_path: Any) -> None:
    here = in_store(tmp_path / "one", 1)
    there = in_store(tmp_path / "two", 2)
    for one, two in zip(here, there, strict=True):
        for name, value in one.items():
            if isinstance(value, float):
                assert two[name] == pytest.approx(value, abs=ULPS), name
