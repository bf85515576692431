"""Certificates: every one that is derived is valid, every one that is changed is refused."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from sith import (
    THEOREMS,
    Agreement,
    CrossEntropy,
    GaussianAlignment,
    InputError,
    Outcome,
    Statement,
    Theorem,
    Verification,
    certificate_data,
    derive,
    theorem,
    verify_certificate,
)
from tests.helpers.claims import quadratic_claim
from tests.helpers.spectral import ou
from tests.helpers.verdicts import smallest_point, smallest_verdict

ROOT = Path(__file__).resolve().parents[2]
SOLVER = ("fields.infinitesimal", "fields.kernel")
VMF = "zimmermann_2021_vmf"
LP = "zimmermann_2021_lp"
DIET = "reizinger_2025_diet"
STYLE = "vonkugelgen_2021_content_style"
ICA = "hyvarinen_1999_nonidentifiability"
POINTS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "vmf": (VMF, 2, {"kappa": sp.Rational(5, 2)}),
    "lp": (LP, 2, {"p": 4}),
    "absolute": (LP, 2, {"p": 1}),
    "aniso": ("rusak_2025_aninfonce", 3, {"ties": "pair"}),
    "labels": (DIET, 2, {"case": "C4", "classes": 3}),
    "style": (STYLE, 3, {}),
    "ica": (ICA, 2, {"objective": "independence"}),
}
Data = dict[str, Any]


@cache
def _written(name: str) -> str:
    slug, dim, parameters = POINTS[name]
    verdict = derive(theorem(slug), dim, 2, **parameters)
    return json.dumps(certificate_data(verdict, slug, parameters))


def written(name: str) -> Data:
    """A fresh copy of a certificate, as it is read from its file."""
    data: Data = json.loads(_written(name))
    return data


def signed(data: Data) -> Data:
    """The certificate with the checksum of its content, as a forger would leave it."""
    body = {k: v for k, v in data.items() if k != "checksum"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return {**body, "checksum": sha256(text.encode()).hexdigest()}


def verify(name: str, data: Data) -> Verification:
    return verify_certificate(data, theorem(POINTS[name][0]))


def refused(name: str, data: Data, said: str = "") -> None:
    """Assert that a forged certificate is not valid, with and without its checksum mended."""
    assert data != written(name)
    assert not verify(name, data).valid
    answer = verify(name, signed(data))
    assert not answer.valid
    assert answer.exit_status == 1
    assert answer.reason
    assert "\n" not in answer.reason
    assert said in answer.reason, answer.reason


# What is derived is valid.


@pytest.mark.parametrize("entry", THEOREMS, ids=lambda entry: entry.slug)
def test_the_certificate_of_every_theorem_is_valid(entry: Theorem) -> None:
    parameters = {k: v for k, v in smallest_point(entry.slug).items() if k != "dim"}
    verdict = smallest_verdict(entry.slug)
    data = json.loads(json.dumps(certificate_data(verdict, entry.slug, parameters)))
    answer = verify_certificate(data, entry)
    # A claim may be settled where the set of optimal maps is not, and the reverse.
    concludes = verdict.agreement is not Agreement.UNDECIDED or (
        verdict.outcome is not Outcome.UNDECIDED
    )
    assert answer.valid is concludes, answer.reason
    if concludes:
        assert answer.exit_status == 0
        assert answer.trusted == verdict.trusted
        assert verdict.outcome.value in answer.reason


@pytest.mark.parametrize("name", POINTS)
def test_a_certificate_is_valid_and_says_what_was_checked(name: str) -> None:
    data = written(name)
    assert signed(data) == data
    answer = verify(name, data)
    assert answer.valid, answer.reason
    told = " ".join(answer.checked)
    for part in ("condition", "base map", "degree 1", "degree 2", "stated group"):
        assert part in told
    assert json.loads(json.dumps(answer.to_dict()))["valid"] is True
    text = str(answer)
    assert "not re-checked" in text
    assert all(lemma.name in text for lemma in answer.trusted)


def test_a_claim_that_disagrees_has_a_valid_certificate() -> None:
    claim = quadratic_claim(sp.Matrix([[2, 1], [1, 3]]))
    wrong = claim.replace(group=theorem(LP).at(2).group)
    verdict = derive(wrong, degree=2)
    assert not verdict.agrees
    data = certificate_data(verdict, "wrong", {})
    assert verify_certificate(data, wrong).valid
    assert not verify_certificate(data, claim).valid
    forged = signed({**data, "agrees": True, "agreement": "agrees"})
    assert "disagrees" in verify_certificate(forged, wrong).reason


def test_a_rescaled_base_map_is_part_of_the_certificate() -> None:
    form = sp.eye(2)
    claim = quadratic_claim(form, temperature=4)
    data = certificate_data(derive(claim, degree=2), "scaled", {})
    assert [b[0]["coefficient"] for b in data["base"]] == ["2", "2"]
    assert verify_certificate(data, claim).valid
    data["base"][0][0]["coefficient"] = "3"
    assert "multiple" in verify_certificate(signed(data), claim).reason


def test_gauge_changes_are_recounted() -> None:
    data = written("labels")
    assert all(d["gauge"] > 0 for d in data["degrees"])
    for d in data["degrees"]:
        d["gauge"], d["rank"] = d["gauge"] + 1, d["rank"] - 1
    refused("labels", data, "move no field")


# What is changed is refused.


@pytest.mark.parametrize("name", ["vmf", "lp", "absolute", "aniso", "labels"])
@pytest.mark.parametrize("seed", range(4))
def test_a_changed_coefficient(name: str, seed: int) -> None:
    rng = random.Random(seed)
    data = written(name)
    field = rng.choice(rng.choice(data["degrees"])["fields"])
    term = rng.choice([t for component in field for t in component])
    # A shift of p-norms stays one when its length changes: that field moves to another place.
    if name in {"lp", "absolute"}:
        term["powers"] = [k + 1 for k in term["powers"]]
    else:
        term["coefficient"] = str(sp.Rational(term["coefficient"]) + sp.Rational(1, 7 + seed))
    refused(name, data, "is not free" if name not in {"lp", "absolute"} else "")


@pytest.mark.parametrize("name", POINTS)
def test_any_changed_number_breaks_the_checksum(name: str) -> None:
    for key, value in (("rank", 0), ("primes", [7]), ("draws", [])):
        data = written(name)
        data["degrees"][0][key] = value
        assert not verify(name, data).valid
    data = written(name)
    terms = [t for f in data["degrees"][-1]["fields"] for component in f for t in component]
    if terms:
        terms[-1]["coefficient"] = "41/43"
        assert not verify(name, data).valid


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("step", [-1, 1])
def test_a_changed_rank(name: str, step: int) -> None:
    data = written(name)
    data["degrees"][1]["rank"] += step
    refused(name, data, "degree 2")


@pytest.mark.parametrize("name", POINTS)
def test_a_dropped_field(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    top["fields"].pop()
    top["changes"].pop()
    refused(name, data, "leaves room for")
    # The forger mends the counts: the rank at the stored points says otherwise.
    top["rank"] += 1
    data["dimension_by_degree"]["2"] -= 1
    refused(name, data, "the rank at the stored points is")


@pytest.mark.parametrize("name", POINTS)
def test_a_fake_field(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    dim = data["dimension"]
    fake = [{"powers": [2 * int(j == dim - 1) for j in range(dim)], "coefficient": "1"}]
    outputs = len(data["base"])
    top["fields"].append([fake if i == 0 else [] for i in range(outputs)])
    top["changes"].append(dict.fromkeys(data["base_parameters"], "0"))
    top["rank"] -= 1
    data["dimension_by_degree"]["2"] += 1
    refused(name, data)
    if name != "ica":
        refused(name, data, "is not free")


@pytest.mark.parametrize("name", ["vmf", "aniso", "labels", "style"])
def test_a_repeated_field(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    top["fields"].append(top["fields"][0])
    top["changes"].append(top["changes"][0])
    refused(name, data, "span only")


@pytest.mark.parametrize("name", ["vmf", "lp", "aniso", "labels", "style"])
def test_a_draw_outside_the_support(name: str) -> None:
    for place in range(4):
        data = written(name)
        data["degrees"][1]["draws"][3][place][0] = "13/7"
        refused(name, data, "draw 3")


def test_a_partner_with_other_content() -> None:
    data = written("style")
    z, partner = data["degrees"][1]["draws"][3][:2]
    partner[0] = str(1 - sp.Rational(z[0]))
    refused("style", data, "share their content")


@pytest.mark.parametrize("name", POINTS)
def test_points_that_are_all_the_same(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    top["draws"] = [top["draws"][0]] * len(top["draws"])
    refused(name, data, "rank")


@pytest.mark.parametrize("name", POINTS)
def test_a_changed_dimension(name: str) -> None:
    data = written(name)
    data["dimension_by_degree"]["1"] += 1
    refused(name, data, "dimensions")


def test_monomials_that_are_no_basis() -> None:
    data = written("vmf")
    assert len(data["degrees"][1]["monomials"]) == 5
    data["degrees"][1]["monomials"] = [[0, 0], [1, 0], [0, 1], [2, 0], [0, 2]]
    refused("vmf", data, "span 4 of 5")
    data["degrees"][1]["monomials"] = [[0, 0], [1, 0], [0, 1], [2, 0]]
    refused("vmf", data, "not the 5 of a basis")
    data["degrees"][1]["monomials"] = [[0, 0], [1, 0], [0, 1], [2, 0], [3, 0]]
    refused("vmf", data, "another degree")


def _set(key: str, value: Any) -> Callable[[Data], None]:
    return lambda data: data.__setitem__(key, value)


def _base(value: str) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        for component in data["base"]:
            component[0]["coefficient"] = value

    return change


def _trust(drop: str) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        data["trusted"] = [t for t in data["trusted"] if not t.startswith(drop)]

    return change


FORGERIES: dict[str, tuple[str, Callable[[Data], None], str]] = {
    "group name": ("vmf", _set("group", "O(3)"), "'group' does not follow from the fields"),
    "group parts": ("vmf", _set("group_data", {"kind": "Linear", "dim": 2}), "stored parts"),
    "group without parts": ("vmf", _set("group_data", {}), "stored parts"),
    "group of another dimension": (
        "vmf",
        lambda d: d.update(group="O(3)", group_data={"kind": "Orthogonal", "dim": 3}),
        "'group' does not follow from the fields",
    ),
    "larger group": (
        "vmf",
        lambda d: d.update(group="GL(2)", group_data={"kind": "Linear", "dim": 2}),
        "'group' does not follow from the fields",
    ),
    "group in which a field is missing": (
        "vmf",
        lambda d: d.update(
            group="signed permutations B(2)", group_data={"kind": "SignedPermutations", "dim": 2}
        ),
        "'group' does not follow from the fields",
    ),
    "smaller finite part": (
        "lp",
        lambda d: d.update(
            group="sign flips with shifts",
            group_data={"kind": "Shifted", "group": {"kind": "SignFlips", "dim": 2}},
        ),
        "",
    ),
    "stated group": ("vmf", _set("stated", "O(3)"), "the claim states"),
    "relation": ("vmf", _set("relation", "contains"), "compares by"),
    "agreement": ("vmf", _set("agreement", "disagrees"), "agrees"),
    "agrees": ("vmf", _set("agrees", False), "agrees"),
    "outcome": ("ica", _set("verdict", "identified"), "not identified"),
    "other outcome": ("vmf", _set("verdict", "not identified"), "identified"),
    "claim": ("vmf", _set("claim", LP), "is about"),
    "digest": ("vmf", _set("digest", "0" * 64), "condition"),
    "kappa": ("vmf", _set("parameters", {"kappa": "3"}), "have changed"),
    "kappa left out": ("vmf", _set("parameters", {}), "have changed"),
    "unknown parameter": ("vmf", _set("parameters", {"k": "3"}), "no parameter"),
    "parameter of another kind": ("vmf", _set("parameters", {"kappa": "abc"}), "cannot be taken"),
    "base map": ("vmf", _base("2"), "does not solve"),
    "base map zero": ("vmf", _base("0"), "not a positive multiple"),
    "base map reversed": ("vmf", _base("-1"), "not a positive multiple"),
    "base parameters": ("labels", _set("base_parameters", {}), "learned parameters"),
    "no lemmas": ("vmf", _set("trusted", []), "the lemmas are not those"),
    "foreign lemma": ("vmf", lambda d: d["trusted"].append("L-wish"), "the lemmas are not those"),
    "settling lemma left out": ("aniso", _trust("L-ellipsoid"), "the lemmas are not those"),
    "degree left out": ("vmf", lambda d: d["degrees"].pop(0), "degrees"),
    "scope": ("vmf", lambda d: d["scope"].update(dimension=7), "scope"),
    "repeated modulus": (
        "vmf",
        lambda d: d["degrees"][0].update(primes=d["degrees"][0]["primes"] * 2),
        "repeated",
    ),
    "bound without points": (
        "labels",
        lambda d: d["completeness"][0].update(points=[]),
        "no point",
    ),
    "modulus": ("vmf", lambda d: d["degrees"][1].update(primes=[15]), "prime"),
    "unknowns": ("vmf", lambda d: d["degrees"][1].update(unknowns=11), "unknowns"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_certificate(forgery: str) -> None:
    name, change, said = FORGERIES[forgery]
    data = written(name)
    change(data)
    refused(name, data, said)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [leaf for k, v in value.items() for leaf in _leaves(v, (*path, k))]
    if isinstance(value, list) and value:
        return [leaf for i, v in enumerate(value) for leaf in _leaves(v, (*path, i))]
    return [path]


WRONG: tuple[Any, ...] = (
    0,
    1,
    -1,
    7,
    "0",
    "1",
    "-5/3",
    "1/2147483647",
    "x",
    "",
    [],
    {},
    None,
    True,
)


@pytest.mark.parametrize("name", POINTS)
def test_one_changed_entry_anywhere(name: str) -> None:
    rng = random.Random(name)
    original = written(name)
    leaves = _leaves(original)
    plain = [path for path in leaves if "draws" not in path]
    for _ in range(12):
        data = written(name)
        path = rng.choice(rng.choice((leaves, plain)))
        inner: Any = data
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = rng.choice(WRONG)
        if json.dumps(data) == json.dumps(original):
            continue
        assert not accepted(name, data), path
        accepted(name, signed(data))  # an answer, not a crash


def accepted(name: str, data: Data) -> bool:
    """Whether a certificate is read and found valid; a malformed one is one line."""
    try:
        return verify(name, data).valid
    except InputError as error:
        if "\n" in str(error):
            raise
        return False


class _Corridor:
    """A space of the user's own, whose support the checker does not know."""

    dim = 2
    latex = "C"

    def constraints(self, point: Any) -> tuple[Any, ...]:
        return ()

    def rational_point(self, rng: random.Random) -> tuple[sp.Rational, ...]:
        return tuple(sp.Rational(rng.randint(1, 96), 97) for _ in range(2))


def test_an_unknown_support_is_not_taken_on_trust() -> None:
    claim = quadratic_claim(sp.eye(2))
    own = claim.replace(world=claim.world.replace(space=_Corridor()))
    answer = verify_certificate(certificate_data(derive(own, degree=1), "own", {}), own)
    assert not answer.valid
    assert "support" in answer.reason


def test_a_certificate_of_another_claim() -> None:
    answer = verify_certificate(written("vmf"), theorem(LP))
    assert not answer.valid
    assert not answer.same_claim


def test_the_words_of_a_valid_certificate_are_sealed() -> None:
    data = written("vmf")
    assert data["scope"]["not_shown"] == []
    data["scope"]["not_shown"] = ["everything"]
    assert "'scope.not_shown' does not follow" in verify("vmf", data).reason


# What concludes nothing.


def test_an_undecided_verdict_holds_nothing() -> None:
    verdict = derive(theorem(LP), 2, 2, max_unknowns=2)
    data = certificate_data(verdict, LP, {})
    answer = verify_certificate(data, theorem(LP))
    assert not answer.valid
    assert "undecided" in answer.reason
    assert "allowed: at most 2" in answer.reason
    assert "holds nothing" in answer.reason


def test_a_mis_specified_claim_without_an_obstruction_holds_nothing() -> None:
    claim = theorem("reizinger_2025_diet").at(2, case="C1", classes=3)
    claim = claim.replace(objective=CrossEntropy(unit_rows=True))
    verdict = derive(claim, degree=1)
    assert verdict.outcome is Outcome.MIS_SPECIFIED
    answer = verify_certificate(certificate_data(verdict, "c", {}), claim)
    assert not answer.valid
    assert "mis-specified" in answer.reason


def test_a_verdict_without_evidence_holds_nothing() -> None:
    """All maps of the law N(0, I): a spectrum gives the answer, and no certificate is written."""
    claim = ou((sp.Rational(9, 10),) * 2).replace(objective=GaussianAlignment())
    verdict = derive(claim)
    assert verdict.outcome is Outcome.IDENTIFIED
    answer = verify_certificate(certificate_data(verdict, "c", {}), claim)
    assert not answer.valid
    assert "no field, spectrum or obstruction is stored" in answer.reason


@cache
def _obstructed() -> str:
    claim = quadratic_claim(sp.eye(2), critic=-sp.eye(2))
    return json.dumps(certificate_data(derive(claim, degree=1), "c", {}))


OBSTRUCTED: dict[str, Any] = {
    "base_words": "(z1, z2)",
    "lower": [{"kind": "map", "element": "z", "checked": "so it is"}],
    "upper": [{"group": "O(2)", "scope": "all maps of the encoder class", "by": "elimination"}],
    "missing": ["a proof"],
    "escape": "z1",
    "reason": "no map h whatever attains it",
}


@pytest.mark.parametrize("key", OBSTRUCTED)
def test_an_obstruction_says_that_no_map_is_optimal_and_no_more(key: str) -> None:
    claim = quadratic_claim(sp.eye(2), critic=-sp.eye(2))
    data = json.loads(_obstructed())
    assert verify_certificate(data, claim).valid
    answer = verify_certificate(signed({**data, key: OBSTRUCTED[key]}), claim)
    assert f"'{key}' does not follow from the obstruction" in answer.reason


def test_the_scope_of_an_obstruction_and_entries_that_it_does_not_use() -> None:
    claim = quadratic_claim(sp.eye(2), critic=-sp.eye(2))
    data = json.loads(_obstructed())
    scope = {**data["scope"], "components": "all of them"}
    answer = verify_certificate(signed({**data, "scope": scope}), claim)
    assert "'scope' does not follow" in answer.reason
    unused = {**data["obstruction"], "reference": not data["obstruction"]["reference"]}
    assert not verify_certificate(signed({**data, "obstruction": unused}), claim).valid


def test_a_parameter_that_no_text_can_hold() -> None:
    verdict = derive(theorem(VMF), 2, 1)
    with pytest.raises(InputError, match="cannot be written"):
        certificate_data(verdict, VMF, {"kappa": None})


# What is no certificate.


def _degree(key: str, value: Any) -> Callable[[Data], None]:
    return lambda data: data["degrees"][0].__setitem__(key, value)


def _coefficient(value: Any) -> Callable[[Data], None]:
    return lambda data: data["base"][0][0].__setitem__("coefficient", value)


def _powers(value: Any) -> Callable[[Data], None]:
    return lambda data: data["base"][0][0].__setitem__("powers", value)


MALFORMED: list[Callable[[Data], None]] = [
    *(lambda d, key=key: d.pop(key) for key in ("format", "version", "claim")),
    *(_coefficient(x) for x in (1, "0.5", "1/0", "", "1/-2", " 1", "z1", "١", "9" * 2001, None)),
    *(_powers(x) for x in ([1], [1, 0, 0], [-1, 0], [1, "0"], [10**6, 0], [True, 0], "10", None)),
    *(_degree("rank", x) for x in (-1, "3", True, None, 10**30)),
    *(_degree("draws", x) for x in ({}, [[]], [[["1", "0"]]], [["1", "0", "1", "0"]], "x")),
    *(_degree("fields", x) for x in ([1], [[1]], [[[{"powers": [1, 0]}]]], None)),
    *(_degree("changes", x) for x in ([], [[]], [{"a": "b"}], None)),
    *(_degree("monomials", x) for x in ([[1]], [[0, -1]], 3)),
    *(_degree("degree", x) for x in (0, 101, "1")),
    _set("version", 2),
    _set("version", "1"),
    _set("verdict", "proved"),
    _set("relation", "near"),
    _set("agreement", ""),
    _set("agrees", 1),
    _set("degrees", {}),
    _set("base", None),
    _set("scope", []),
    _set("parameters", []),
    _set("parameters", {"kappa": 5}),
    _set("parameters", {"kappa": "5/0"}),
    _set("dimension", 0),
    _set("dimension", 10**9),
    _set("dimension_by_degree", {"one": 1}),
    _set("trusted", "L-gibbs"),
    _set("checksum", 1),
    _set("extra", {1, 2}),
    _degree("note", "x"),
    lambda d: d["scope"].update(note="x"),
    lambda d: d["base"][0][0].update(note="x"),
    lambda d: d["completeness"][0].update(note="x"),
    lambda d: d["base"][0].append(d["base"][0][0]),
]


@pytest.mark.parametrize("number", range(len(MALFORMED)))
def test_a_malformed_entry_is_an_input_error(number: int) -> None:
    data = copy.deepcopy(written("vmf"))
    MALFORMED[number](data)
    with pytest.raises(InputError) as caught:
        verify("vmf", data)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 300


def test_every_entry_is_needed() -> None:
    for key in sorted(written("vmf")):
        data = written("vmf")
        del data[key]
        with pytest.raises(InputError):
            verify("vmf", data)


@pytest.mark.parametrize("data", [None, [], 3, "text", {}, {"format": "other"}])
def test_other_data_is_no_certificate(data: Any) -> None:
    statement: Statement = theorem(VMF)
    with pytest.raises(InputError):
        verify_certificate(data, statement)


@pytest.mark.parametrize(
    "group",
    [
        {"kind": "eval"},
        {"kind": "Shifted", "group": {"kind": "Translations", "dim": 2}},
        {"kind": "Orthogonal", "dim": 2, "form": [["1"]]},
        {"kind": "Orthogonal", "dim": 2, "form": [["1", "0"], ["0", "-1"]]},
        {"kind": "BlockOrthogonal", "blocks": [[0], [0]]},
        {"dim": 2},
    ],
)
def test_a_malformed_group_is_refused(group: Data) -> None:
    refused("vmf", {**written("vmf"), "group_data": group})


# The verifier concludes again from the stored fields; it does not search for them. What shares no
# code with the solver is the proof kernel, tests/theory/test_proof_kernel.py.


def test_the_search_for_fields_may_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    data = written("vmf")

    def gone(*_: Any, **__: Any) -> Any:
        raise AssertionError("the solver was called")

    for name in SOLVER:
        module = sys.modules[f"sith.theory.derivation.{name}"]
        for key, value in list(vars(module).items()):
            if callable(value) and getattr(value, "__module__", "") == module.__name__:
                monkeypatch.setattr(module, key, gone)
    assert verify("vmf", data).valid
