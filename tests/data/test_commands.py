"""The commands score, compare and diagnose: one JSON object, exit status, one line for bad input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sith.numerics.cli import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    r = np.random.default_rng(0)
    z = r.standard_normal((300, 3))
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    q = np.linalg.qr(r.standard_normal((3, 3)))[0]
    broken = z.copy()
    broken[5] = np.nan
    files = {
        "z": z,
        "y": z @ q,
        "sheared": z @ r.standard_normal((3, 3)),
        "broken": broken,
        "still": np.ones((300, 3)),
        "half": z[:100],
        "cube": np.zeros((300, 8, 8)),
        "groups": np.arange(300) // 3,
        "split": np.arange(300) % 2,
        "pairs": np.stack([z, z @ q], 1),
    }
    for name, array in files.items():
        np.save(tmp_path / f"{name}.npy", array)
    return tmp_path


def run(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict, str]:
    arguments = [str(folder / w) if w.endswith(".npy") else w for w in words]
    status = main([*arguments, "--quiet", "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out), err


def test_score_has_the_keys_of_its_contract(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fast = ("--measures", "linear_r2,procrustes_r2")
    for split in ((), ("--groups", "groups.npy"), ("--split", "split.npy"), ("--blocks", "4")):
        status, data, _ = run(folder, capsys, "score", "z.npy", "y.npy", *fast, *split)
        assert status == 0
        assert {"scores", "split", "rows", "warnings"} <= set(data)
        assert data["scores"]["procrustes_r2"]["value"] > 0.99
    status, data, _ = run(
        folder, capsys, "score", "z.npy", "broken.npy", "--drop-rows", *fast, "--random"
    )
    assert (status, data["rows"]) == (0, 299)


def test_compare_has_the_keys_and_the_status_of_its_contract(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = ("--claim", "zimmermann_2021_vmf")
    status, data, _ = run(folder, capsys, "compare", "z.npy", "y.npy", *claim)
    assert (status, data["group"]) == (0, "orthogonal")
    assert {"group", "table", "collapsed", "warnings"} <= set(data)
    status, data, _ = run(folder, capsys, "compare", "z.npy", "sheared.npy", *claim)
    assert (status, data["group"]) == (1, "linear")
    status, data, _ = run(folder, capsys, "compare", "still.npy")
    assert status == 0
    assert data["collapsed"][0]["kind"] == "complete"


def test_diagnose_has_the_keys_and_the_status_of_its_contract(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claim = ("--claim", "zimmermann_2021_vmf", "--draws", "0")
    status, data, _ = run(folder, capsys, "diagnose", "pairs.npy", *claim)
    assert {"assumptions", "theorems"} <= set(data)
    assert {"name", "answer", "evidence"} <= set(data["assumptions"][0])
    # A rotation is no von Mises–Fisher conditional.
    assert status == 1
    assert "vmf_conditional" in data["theorems"][0]["contradicted"]
    status, data, _ = run(folder, capsys, "diagnose", "z.npy", *claim)
    assert status == 0
    answers = {a["name"]: a["answer"] for a in data["assumptions"]}
    assert answers["vmf_conditional"] == "not testable from these data"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("score", "z.npy", "half.npy"), "the same rows"),
        (("score", "z.npy", "cube.npy"), "--axes row,coordinate,coordinate"),
        (("score", "z.npy", "broken.npy"), "row 5 has entries that are not finite"),
        (("score", "z.npy", "still.npy"), "all rows coincide"),
        (("score", "still.npy", "y.npy"), "is constant"),
        (("score", "z.npy", "none.npy"), "there is no file"),
        (("score", "z.npy", "y.npy", "--nominal", "a"), "--nominal"),
        (("score", "z.npy", "y.npy", "--axes", "run,row"), "axes 'run,row'"),
        (("compare", "z.npy", "half.npy"), "the same rows"),
        (("compare", "z.npy", "y.npy", "--claim", "nothing"), "nothing"),
        (("diagnose", "cube.npy"), "the pairs have shape"),
        (("diagnose", "pairs.npy", "--claim", "zimmermann_2021_vmf", "--dim", "4"), "d = 4"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    status, data, err = run(folder, capsys, *words)
    assert status == 2
    assert said in data["error"]
    assert len(err.strip().splitlines()) == 1
    assert "no answer was reached" not in err
