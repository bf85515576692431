"""No registered theorem falls to the search, over its parameters, within a small fixed budget."""

from __future__ import annotations

import pytest

from sith import THEOREMS, Theorem
from sith.numerics.searching import search, stages

CASES, WORK, DEGREE = 4, 15_000, 2
"""For each stage; `sith refute SLUG --budget deep` is the long run."""


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda t: t.slug)
def test_the_search_finds_no_witness(entry: Theorem) -> None:
    dim = min(point["dim"] for point in entry.points)
    for stage in stages(entry, DEGREE):
        witness, attempt = search(entry, stage, dim=dim, fixed={}, cases=CASES, work=WORK, seed=0)
        refuted = [w for w in witness if w.check(entry).holds]
        assert not refuted, f"{refuted[0]}\n{attempt}"
