"""The picture of a comparison shows each pair's group, what is open, and runs that do not vary."""

from __future__ import annotations

import numpy as np
import pytest

from sith.numerics.cli import main
from sith.numerics.data import compare
from sith.theory import InputError


def runs(rows: int = 300) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    z = rng.standard_normal((rows, 3))
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    flat = np.full((rows, 3), 0.5)
    return [z, flat, z @ turn, z @ [[1, 0.5, 0], [0, 1, 0.5], [0, 0, 1]], z[:, [2, 0, 1]]]


def texts(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_field_says_the_group_of_its_own_pair() -> None:
    report = compare(runs())
    found = dict.fromkeys(texts(report.figure()))
    assert [t for t in found if t.startswith("orth.")] == ["orth.\n0.0% left"]
    assert "collapsed" in found
    axes = report.figure().axes[0]
    at = {
        text.get_position(): text.get_text().splitlines()[0]
        for text in axes.texts
        if text.get_text()
    }
    # The run in column 1 does not vary, so that no pair of it has a field.
    assert at == {
        (1, 1): "collapsed",
        (0, 2): "orth.",
        (0, 3): "linear",
        (0, 4): "perm.",
        (2, 3): "linear",
        (2, 4): "orth.",
        (3, 4): "linear",
    }


def test_one_run_and_too_many_have_no_picture() -> None:
    z = runs()[0]
    with pytest.raises(InputError, match="2 to 40 runs"):
        compare([z]).figure()


def test_the_command_draws_and_refuses_another_suffix(tmp_path, capsys) -> None:
    for k, run in enumerate(runs(100)[::2]):
        np.save(tmp_path / f"{k}.npy", run)
    call = ["compare", *sorted(str(p) for p in tmp_path.glob("*.npy")), "--quiet", "--figure"]
    assert main([*call, str(tmp_path / "a.svg")]) == 0
    assert "<svg" in (tmp_path / "a.svg").read_text()[:1000]
    assert main([*call, str(tmp_path / "a.txt")]) == 2
    assert ".png, .svg or .pdf" in capsys.readouterr().err
