"""Certificates of spectral verdicts: valid as derived, refused when changed."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Callable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

from sith import (
    Claim,
    Euclidean,
    Orthogonal,
    SpectralContrastive,
    VICReg,
    certificate_data,
    derive,
    latents,
    verify_certificate,
)
from sith.theory.derivation.verification.spectral import inertia
from tests.helpers.spectral import R, graph, jacobi, lazy_cycle, ou, path

Z = latents(2)
CLAIMS: dict[str, Claim] = {
    "gaussian": ou((R(9, 10),) * 2),
    "replaced": ou((R(19, 20), R(9, 10)), base=(Z[0], (Z[0] ** 2 - 1) / sp.sqrt(2))),
    "wrong": ou((R(19, 20), R(9, 10))),
    "tie": ou((R(9, 10), R(81, 100))),
    "shifts": ou((R(9, 10),) * 3, objective=VICReg(), group=Euclidean(3)),
    "dropped": ou((R(9, 10),) * 2, 3, objective=SpectralContrastive(20)),
    "bounded": jacobi((R(9, 10), R(4, 5)), 1, 1),
    "rational": graph([[4, 4, 1, 1], [4, 4, 1, 1], [1, 1, 4, 4], [1, 1, 4, 4]], 2),
    "irrational": graph(path(6), 3),
    "irrational tie": graph(lazy_cycle(5), 2),
}
Data = dict[str, Any]


def written(name: str) -> Data:
    data: Data = json.loads(json.dumps(certificate_data(derive(CLAIMS[name]), name, {})))
    return data


def signed(data: Data) -> Data:
    body = {k: v for k, v in data.items() if k != "checksum"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return {**body, "checksum": sha256(text.encode()).hexdigest()}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_derived_is_valid(name: str) -> None:
    data = written(name)
    answer = verify_certificate(data, CLAIMS[name])
    assert answer.valid, answer.reason
    assert answer.trusted == derive(CLAIMS[name]).trusted
    assert len(answer.checked) == 5
    changed = {**data, "argument": data["argument"] + "."}
    assert "checksum" in verify_certificate(changed, CLAIMS[name]).reason


def _level(number: int, key: str, value: Any) -> Callable[[Data], None]:
    return lambda data: data["spectral"]["levels"][number].__setitem__(key, value)


def _value(number: int, value: str) -> Callable[[Data], None]:
    return lambda data: data["spectral"]["levels"][number].update(low=value, high=value)


def _spectral(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data["spectral"].update(changes)


def _top(**changes: Any) -> Callable[[Data], None]:
    return lambda data: data.update(changes)


def _without_first(data: Data) -> None:
    data["spectral"]["levels"].pop(0)
    data["spectral"]["outputs"] = 1


def _bent(data: Data) -> None:
    data["spectral"]["levels"][0]["functions"][0].append({"powers": [3, 0], "coefficient": "1"})


def _repeated(data: Data) -> None:
    functions = data["spectral"]["levels"][0]["functions"]
    functions[1] = functions[0]


def _linear_instead(data: Data) -> None:
    """The forger keeps z2, of the smaller eigenvalue, in place of He_2(z1)."""
    level = data["spectral"]["levels"][1]
    level.update(low="9/10", high="9/10", squares=["1"])
    level["functions"] = [[{"powers": [0, 1], "coefficient": "1"}]]
    data.update(verdict="identified", agreement="agrees", agrees=True)
    data["dimension_by_degree"] = {"1": 1}
    data["scope"]["degrees"] = [1]


FORGERIES: dict[str, tuple[str, Callable[[Data], None], str]] = {
    "eigenvalue": ("gaussian", _value(0, "8/10"), ""),
    "larger eigenvalue": ("gaussian", _value(0, "91/100"), ""),
    "function": ("gaussian", _bent, "no eigenfunction"),
    "repeated function": ("gaussian", _repeated, "orthogonal"),
    "square": ("gaussian", _level(0, "squares", ["1", "2"]), "is not 2"),
    "multiplicity": ("gaussian", _level(0, "multiplicity", 3), "multiplicity is 2"),
    "taken": ("gaussian", _spectral(taken=1), "do not fill"),
    "outputs": ("gaussian", _spectral(outputs=3), "outputs"),
    "left out": ("replaced", _without_first, "are above"),
    "linear after all": ("wrong", _linear_instead, "are above"),
    "agreement": ("wrong", _top(agreement="agrees", agrees=True), "the spectrum shows"),
    "outcome": ("tie", _top(verdict="identified"), "the spectrum shows"),
    "identified": ("replaced", _top(verdict="identified"), "the spectrum shows"),
    "group": (
        "shifts",
        _top(group="O(3)", group_data={"kind": "Orthogonal", "dim": 3}),
        "free up to E(3)",
    ),
    "dimension": ("bounded", _top(dimension_by_degree={"1": 2}), "dimensions"),
    "trusted": ("bounded", _top(trusted=[]), "lemmas"),
    "completeness": (
        "bounded",
        lambda d: d["scope"]["completeness"].update(complete=True),
        "no bound on smooth fields",
    ),
    "stated": ("bounded", _top(stated="E(2)"), "the claim states"),
    "digest": ("bounded", _top(digest="0" * 64), "another claim"),
    "interval": ("irrational", _level(1, "low", "1/10"), ""),
    "interval beside": (
        "irrational",
        lambda d: d["spectral"]["levels"][1].update(low="93/100", high="99/100"),
        "multiplicity is 0",
    ),
    "minimal": ("irrational", _level(1, "minimal", ["-1", "1"]), "change sign"),
    "minimal with a root": ("irrational", _level(1, "minimal", ["-921/1000", "1"]), "no factor"),
    "invented tie": ("irrational", _level(2, "multiplicity", 2), "multiplicity is 1"),
    "untied": ("irrational tie", _level(1, "multiplicity", 1), "multiplicity is 2"),
    "kept after all": ("dropped", _spectral(dropped=0), "do not fill"),
    "dropped too much": ("rational", _spectral(dropped=1, taken=0), ""),
    "smaller lower bound": ("gaussian", _top(lower=[]), "'lower' does not follow"),
    "another feature": (
        "gaussian",
        lambda d: d["lower"][0].update(element="h = Q h₀ for Q in O(2), h₀ = (z1, z1)"),
        "'lower' does not follow",
    ),
    "bound without a gap": (
        "tie",
        _top(
            upper=[
                {
                    "group": "O(2)",
                    "scope": "all maps of the encoder class",
                    "by": "L-eckart-young-mirsky",
                }
            ]
        ),
        "'upper' does not follow",
    ),
    "bound by another lemma": (
        "gaussian",
        lambda d: d["upper"][0].update(by="L-wish"),
        "'upper' does not follow",
    ),
    "base map in words": ("replaced", _top(base_words="z"), "'base_words' does not follow"),
    "nothing separates": ("replaced", _top(escape=""), "'escape' does not follow"),
    "another rotation": ("tie", _top(escape="z1"), "'escape' does not follow"),
    "missing": ("bounded", _top(missing=["a proof"]), "'missing' does not follow"),
    "components": (
        "dropped",
        lambda d: d["scope"].update(components="all maps"),
        "'scope.components' does not follow",
    ),
    "not shown": (
        "rational",
        lambda d: d["scope"].update(not_shown=[]),
        "'scope.not_shown' does not follow",
    ),
    "eigenvalues in words": (
        "rational",
        lambda d: d["scope"].update(fields="all functions of a node; eigenvalues kept 1 (×2)"),
        "does not name the eigenvalues",
    ),
    "no tie in words": (
        "irrational tie",
        lambda d: d["scope"].update(fields=d["scope"]["fields"].replace("no gap", "a gap")),
        "does not name the eigenvalues",
    ),
    "a reason where the claim holds": ("gaussian", _top(reason="so it is"), "'reason'"),
    "the other fault": ("wrong", _top(reason="too small a group is stated: z1"), "'reason'"),
    "parts of another group": (
        "gaussian",
        _top(group_data={"kind": "Orthogonal", "dim": 2, "form": [["1", "0"], ["0", "1"]]}),
        "free up to O(2)",
    ),
    "a base map": (
        "gaussian",
        _top(base=[[{"powers": [1, 0], "coefficient": "1"}]]),
        "belongs to a spectrum",
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_changed_is_refused(name: str) -> None:
    where, change, said = FORGERIES[name]
    data = written(where)
    change(data)
    assert data != written(where)
    answer = verify_certificate(signed(data), CLAIMS[where])
    assert not answer.valid
    assert said in answer.reason, answer.reason
    assert "\n" not in answer.reason


def test_a_certificate_is_about_one_claim() -> None:
    data = written("gaussian")
    for other in (
        ou((R(9, 10), R(89, 100))),
        CLAIMS["gaussian"].replace(group=Euclidean(2)),
        CLAIMS["gaussian"].replace(objective=VICReg()),
        CLAIMS["gaussian"].replace(base=(Z[1], Z[0])),
    ):
        answer = verify_certificate(data, other)
        assert not answer.valid
        assert not answer.same_claim
    heavier = [[5 if i == j == 0 else x for j, x in enumerate(r)] for i, r in enumerate(path(6))]
    assert not verify_certificate(written("irrational"), graph(heavier, 3)).same_claim
    assert CLAIMS["gaussian"].group == Orthogonal(2)


MUTANTS: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "eigenvalue": ("gaussian", "product._eigenvalue", lambda p, i, n: Fraction(1, 2) ** n),
    "jacobi eigenvalue": ("bounded", "product._eigenvalue", lambda p, i, n: Fraction(1, 2) ** n),
    "hermite": ("replaced", "product.hermite", lambda n, x: x**n),
    "square": ("gaussian", "product.hermite_square", lambda n: sp.Integer(n + 1)),
    "jacobi": ("bounded", "product.jacobi", lambda n, a, b, x: x**n),
    "order": (
        "replaced",
        "product._largest_first",
        lambda p: iter([(Fraction(19, 20), (1, 0)), (Fraction(9, 10), (0, 1))] * 9),
    ),
    "eigenvectors": ("rational", "pencil._kernel", lambda m: []),
    "uniqueness": ("tie", "solve.free_dimension", lambda c, t: 1),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_fault_in_the_solver_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, target, mutant = MUTANTS[name]
    claim = CLAIMS[where]
    module, attribute = target.split(".")
    monkeypatch.setattr(sys.modules[f"sith.theory.derivation.spectral.{module}"], attribute, mutant)
    verdict = derive(claim)
    assert not verify_certificate(certificate_data(verdict, where, {}), claim).valid


@pytest.mark.parametrize("seed", range(5))
def test_the_checker_counts_like_numpy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    half = rng.integers(-3, 4, (6, 6))
    matrix = half + half.T
    if seed % 2:
        np.fill_diagonal(matrix, 0)
        matrix[4:, :] = matrix[:, 4:] = 0
    values = np.linalg.eigvalsh(matrix)
    found = inertia([[Fraction(int(x)) for x in row] for row in matrix])
    assert found == (int((values > 1e-9).sum()), int((abs(values) < 1e-9).sum()))


def test_the_checker_imports_no_solver() -> None:
    folder = (
        Path(__file__).resolve().parents[2] / "theory" / "derivation" / "verification" / "spectral"
    )
    files = sorted(folder.glob("*.py"))
    assert {"verify", "moments"} <= {file.stem for file in files}
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
        assert not [m for m in modules if m.startswith("sith.theory.derivation.spectral.")]
        assert "sith.theory.derivation.spectral" not in modules
