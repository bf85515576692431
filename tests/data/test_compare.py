"""Compare: the planted group is found, the next smaller one is rejected, collapse has its word."""

from __future__ import annotations

import numpy as np
import pytest

from sith import InputError, theorem
from sith.numerics.data import Collapse, collapse, compare, join, read_table

ROWS = 600


def planted() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    r = np.random.default_rng(0)
    z = r.standard_normal((ROWS, 3)) * [1.0, 1.5, 2.0]
    q = np.linalg.qr(r.standard_normal((3, 3)))[0]
    a = np.array([[1.0, 0.8, 0.0], [0.0, 1.0, 0.5], [0.3, 0.0, 1.2]])
    cycle = [2, 0, 1]
    runs = {
        "permutations": z[:, cycle],
        "permutations with shifts": z[:, cycle] + 5.0,
        # The peer that matches on corr(|x|, |y|) returns the identity here, with R² −0.95.
        "signed permutations with shifts": 1.0 - z[:, cycle],
        "signed permutations": z[:, cycle] * [1.0, -1.0, 1.0],
        "generalised permutations": z[:, cycle] * [1.0, -2.0, 0.5],
        "orthogonal": z @ q,
        "orthogonal with one scale": 10.0 * z @ q,
        "Euclidean": z @ q + 3.0,
        "linear": z @ a,
        "affine": z @ a + 1.0,
        "none": r.standard_normal((ROWS, 3)),
    }
    return {name: (z, y) for name, y in runs.items()}


@pytest.mark.parametrize("group", planted())
@pytest.mark.parametrize("noise", [0.0, 0.05])
def test_the_planted_group_is_the_smallest_that_is_enough(group: str, noise: float) -> None:
    z, y = planted()[group]
    y = y + noise * y.std() * np.random.default_rng(1).standard_normal(y.shape)
    report = compare((z, y))
    assert report.group == group
    assert report.decided


def test_a_smooth_map_is_no_affine_one() -> None:
    r = np.random.default_rng(0)
    z = r.uniform(-1, 1, (ROWS, 2))
    report = compare((z, z + 0.25 * np.sin(3 * z[:, ::-1])))
    assert report.group == "smooth"


def test_widths_may_differ_where_the_group_allows_it() -> None:
    r = np.random.default_rng(0)
    z = r.standard_normal((ROWS, 3))
    q = np.linalg.qr(r.standard_normal((5, 5)))[0][:3]
    assert compare((z, z @ q)).group == "orthogonal"
    assert compare((z, np.c_[z, z[:, :2] - z[:, 1:]])).group == "linear"
    answers = {s.group: s.answer.value for s in compare((z, z @ q)).table[0].steps}
    assert answers["permutations"] == "not applicable"


def test_the_largest_group_of_all_pairs_is_reported() -> None:
    r = np.random.default_rng(0)
    z = r.standard_normal((ROWS, 2))
    report = compare((z, -z, z @ [[1.0, 2.0], [0.0, 1.0]]))
    assert len(report.table) == 3
    assert report.group == "linear"
    assert report.to_dict()["collapsed"] == []


def test_a_claim_beside_the_runs() -> None:
    r = np.random.default_rng(0)
    z = r.standard_normal((ROWS, 3))
    q = np.linalg.qr(r.standard_normal((3, 3)))[0]
    claim = theorem("zimmermann_2021_vmf").at(3)
    inside = compare((z, z @ q), claim=claim)
    beyond = compare((z, z @ r.standard_normal((3, 3))), claim=claim)
    assert (inside.exit_status, beyond.exit_status) == (0, 1)
    assert beyond.stated is not None
    assert any("uniform_marginal" in text for text in beyond.stated.suspects)
    signed = theorem("zimmermann_2021_lp").at(3)
    assert compare((z, z @ q), claim=signed).exit_status == 1
    assert compare((z, 1.0 - z[:, ::-1]), claim=signed).exit_status == 0


@pytest.mark.parametrize(
    ("samples", "kind"),
    [
        (
            (0.5 + 1e-6 * np.random.default_rng(0).standard_normal((500, 8))).astype("f4"),
            "complete",
        ),
        (0.5 + 1e-6 * np.random.default_rng(0).standard_normal((500, 8)), "complete"),
        (np.ones((50, 4)), "complete"),
        (np.zeros((50, 4)), "complete"),
        (np.random.default_rng(0).standard_normal((500, 2)) @ np.ones((2, 6)), "dimensional"),
        (np.random.default_rng(0).standard_normal((500, 6)), "none"),
        (1e-200 * np.random.default_rng(0).standard_normal((500, 6)), "none"),
        ((1 + np.random.default_rng(0).standard_normal((500, 6))).astype("f2"), "none"),
    ],
)
def test_collapse_has_a_clear_word(samples: np.ndarray, kind: str) -> None:
    found = collapse(read_table(samples, name="run"))
    assert found.kind is Collapse(kind)
    assert found.collapsed == (kind != "none")


def test_a_collapsed_run_is_left_out_and_named() -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    report = compare((z, np.ones((100, 2))))
    assert report.group == ""
    assert [r["kind"] for r in report.to_dict()["collapsed"]] == ["complete"]
    assert any("complete" in text for text in report.warnings)


def test_bad_input_is_refused() -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    for said, runs, options in (
        ("no run", (), {}),
        ("the same rows", (z, z[:50]), {}),
        ("margin", (z, z), {"margin": 0.0}),
        ("at least 40", (z[:10], z[:10]), {}),
    ):
        with pytest.raises(InputError, match=said):
            compare(runs, **options)


def test_too_few_rows_for_so_many_coordinates_are_undecided() -> None:
    r = np.random.default_rng(0)
    claim = theorem("zimmermann_2021_vmf").at(12)
    z = r.standard_normal((44, 12))
    q = np.linalg.qr(r.standard_normal((12, 12)))[0]
    # 22 fitted rows do not determine a map of 12 coordinates; with noise no fit says anything.
    noisy = z @ q + 0.3 * r.standard_normal((44, 12))
    report = compare((z, noisy), claim=claim)
    assert report.group == "undecided"
    assert report.exit_status == 3
    assert any("need 48" in text for text in report.warnings)
    # An exact map is one, however few rows show it.
    assert compare((z, z @ q), claim=claim).exit_status == 0


def test_the_answer_of_several_pairs_contains_them_all() -> None:
    assert join(("orthogonal", "permutations with shifts")) == "Euclidean"
    assert join(("orthogonal", "generalised permutations")) == "linear"
    assert join(("linear", "none")) == "none"
    assert join(("signed permutations", "orthogonal")) == "orthogonal"
    assert join(()) == ""


def test_a_collapsed_run_never_supports_a_claim() -> None:
    z = np.random.default_rng(0).standard_normal((100, 3))
    claim = theorem("zimmermann_2021_vmf").at(3)
    rounding = (1 + 1e-8 * z).astype("f4")
    for runs, status in (
        ((z, -z, np.ones((100, 3))), 1),
        ((z, -z, rounding), 3),
        ((np.ones((100, 3)), np.zeros((100, 3))), 3),
        ((z,), 3),
    ):
        assert compare(runs, claim=claim).exit_status == status


def test_sizes_beyond_all_measure_differ_by_a_scale() -> None:
    z = np.random.default_rng(0).standard_normal((100, 2))
    turned = z @ [[0.6, 0.8], [-0.8, 0.6]]
    assert compare((1e300 * z, 1e-300 * turned)).group == "orthogonal with one scale"
    assert compare((1e-300 * z, 1e-300 * turned)).group == "orthogonal"


def test_no_fit_rules_out_every_smooth_map() -> None:
    z = np.random.default_rng(0).standard_normal((80, 4))
    smooth = theorem("hyvarinen_2019_gcl").at(4)
    report = compare((z, np.sinh(2 * z)), claim=smooth)
    assert report.exit_status == 3
