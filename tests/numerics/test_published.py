"""Published tables: the smallest rows run, a killed run resumes, what is stored is what is declared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from sith import InputError
from sith.numerics.benchmarks.published import (
    ROWS,
    Measured,
    Row,
    collect,
    differs,
    measure_row,
    pick_rows,
    read_results,
    resume,
)
from sith.numerics.benchmarks.published.__main__ import main

STORED = Path(__file__).resolve().parents[2] / "book" / "_static" / "published.json"
SMALLEST = "holds, identity"


def row_named(name: str) -> Row:
    """A row of any table by its name."""
    (row,) = (row for row in ROWS if row.name == name)
    return row


def short(name: str, steps: int = 20) -> Row:
    """A row with few steps."""
    return replace(row_named(name), steps=steps)


def test_the_smallest_row_finds_the_latents() -> None:
    measured = measure_row(short(SMALLEST, 100), (100, 101))
    assert min(measured.scores["linear_r2"]) > 0.95
    assert measured.interval("linear_r2").n == 2
    assert max(np.abs(measured.loss_gap)) < 0.1 * min(measured.information)
    assert measured.trace[-1][0] == measured.steps == 100


@pytest.mark.parametrize(
    "name",
    [
        "supervised",
        "supervised, Laplace",
        "DIET, unit rows",
        "supervised, 1000 stored samples",
        "violated, patches",
        "adapted negatives, leaky relu",
        "matched encoder, spiral",
        "Λ of two values",
    ],
)
def test_a_few_steps_of_every_kind_of_row(name: str) -> None:
    row = short(name, 4)
    measured = measure_row(row, (100,))
    assert np.isfinite([*measured.loss_gap, *measured.information]).all()
    assert set(row.published) <= set(measured.scores)


@pytest.mark.parametrize("name", ["supervised", "supervised, normal", "DIET, unit rows"])
def test_no_classifier_is_below_the_exact_posterior(name: str) -> None:
    run = row_named(name).setting.build((100,))
    assert float(run.gap(run.encoder, run.extras)) > 0
    assert 0 < float(run.information) < np.log(1000)


@pytest.mark.parametrize("law", ["laplace", "normal"])
def test_the_posterior_of_projected_noise_is_calibrated(law: str) -> None:
    """Classes that the posterior gives probability p are true in a fraction p of the draws."""
    world = replace(row_named("supervised").setting, classes=4, law=law)  # type: ignore[type-var]
    generator = torch.Generator().manual_seed(100)
    vectors = torch.nn.functional.normalize(torch.randn(4, 5, generator=generator), dim=-1)
    z, labels = world.sample(vectors, 20_000, generator)  # type: ignore[attr-defined]
    log_p = world.log_density(z.double(), vectors.double()).log_softmax(-1)  # type: ignore[attr-defined]
    p = log_p.exp()
    score = torch.nn.functional.one_hot(labels, 4) - p
    # Mean zero under the true posterior, against any function of z: 1, p and z.
    for weight in (torch.ones_like(p[:, :1]), p[:, :1], z[:, :1].double()):
        products = weight * score
        z_scores = products.mean(0) / products.std(0) * len(z) ** 0.5
        assert float(z_scores.abs().max()) < 4.5  # twelve normal values a law: below 1e-4
    wrong = torch.nn.functional.one_hot(labels, 4) - (2 * log_p).softmax(-1)
    products = p[:, :1] * wrong
    assert float((products.mean(0) / products.std(0) * len(z) ** 0.5).abs().max()) > 4.5


def test_patches_keep_the_sphere_and_volume() -> None:
    mixing = row_named("holds, patches").setting.build((100,))
    norms = torch.linalg.vector_norm(mixing.observations, dim=-1)
    torch.testing.assert_close(norms, torch.ones_like(norms))
    assert float(mixing.observations.mean(1).norm()) < 5 / 64  # five standard errors of 4096 rows


def test_a_killed_run_resumes(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    rows = [short(SMALLEST, 2), short("holds, linear", 2)]
    first = [(r, m) for r, m, new in resume(rows[:1], (100,), path) if new]
    path.write_text(path.read_text() + '{"key": "diversity/holds, li')
    again = list(resume(rows, (100,), path))
    assert [new for _, _, new in again] == [False, True]
    assert again[0][1] == first[0][1]
    assert len(read_results(path)) == 2
    assert [new for _, _, new in resume(rows, (100,), path)] == [False, False]
    assert [new for _, _, new in resume(rows[:1], (101,), path)] == [True]
    assert len(collect([(r, m) for r, m, _ in again], (100,))["rows"]) == 2


def test_a_difference_is_said_and_a_match_is_not() -> None:
    row = replace(row_named(SMALLEST), because="of a test")
    measured = Measured(
        row.key, "", {"linear_r2": (0.5, 0.51, 0.49)}, (0.0,), (1.0,), (1.0,), (), 1, 0.0
    )
    assert differs(row, measured) == "linear_r2 differs by -0.500 because of a test"
    near = replace(measured, scores={"linear_r2": (0.995, 0.996, 0.994)})
    assert differs(row, near) == ""


def test_unknown_rows_and_tables_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputError, match="cross_entropy"):
        pick_rows(["cross entropy"])
    assert main(["--rows", "no such row"]) == 2
    assert "no such row" in capsys.readouterr().err


def test_the_command_stores_and_collects(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row, out, table = row_named(SMALLEST), tmp_path / "rows.jsonl", tmp_path / "table.json"
    measured = replace(measure_row(replace(row, steps=2), (0,)), digest=row.digest((0,)))
    out.write_text(json.dumps(measured.to_dict()) + "\n")
    arguments = ["--rows", SMALLEST, "--seeds", "1", "--out", str(out), "--collect", str(table)]
    assert main(arguments) == 0
    assert "(stored)" in capsys.readouterr().out
    (stored,) = json.loads(table.read_text())["rows"]
    assert stored["published"] == dict(row.published)


def test_the_stored_table_covers_every_declared_row() -> None:
    """Each row is stored with the settings it is declared with, or listed as not measured yet."""
    data = json.loads(STORED.read_text())
    seeds = tuple(data["seeds"])
    assert len(seeds) >= 3
    digests = {row["digest"]: row for row in data["rows"]}
    measured = [row for row in ROWS if row.key not in data["missing"]]
    assert set(data["missing"]) <= {row.key for row in ROWS}
    assert set(digests) == {row.digest(seeds) for row in measured}
    assert measured
    for row in measured:
        stored = digests[row.digest(seeds)]
        assert stored["published"] == dict(row.published)
        assert stored["steps"] == row.steps
        assert all(np.isfinite(stored["loss_gap"]))


def test_every_difference_in_the_stored_table_has_a_reason() -> None:
    for row in json.loads(STORED.read_text())["rows"]:
        assert "not known" not in row["differs"], row["key"]
