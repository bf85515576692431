"""The kernel on certificates of several kinds, alone on a bare Python; every entry matters."""

from __future__ import annotations

import ast
import copy
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

from sith import (
    InputError,
    MeasurePreserving,
    Statement,
    certificate_data,
    derive,
    latents,
    theorem,
    verify_certificate,
)
from sith.numerics.claims.certificates import KernelAnswer, after_kernel, ask_kernel, permitted
from sith.numerics.cli import main
from sith.theory.derivation.certificates import checksum
from sith.theory.derivation.certificates.group_tests import group_test_data
from sith.theory.derivation.verification import proof_kernel
from tests.helpers.claims import quadratic_claim
from tests.quality.leaves.kinds import KINDS as CERTIFIED

Data = dict[str, Any]
KERNEL = Path(proof_kernel.__file__)


@cache
def _text(name: str) -> str:
    if name == "sphere of R^3":
        slug = "zimmermann_2021_vmf"
        return json.dumps(certificate_data(derive(theorem(slug), 3, 2), slug, {}))
    return json.dumps(CERTIFIED[name].certificate()[0])


def written(name: str) -> Data:
    data: Data = json.loads(_text(name))
    return data


def case(name: str) -> tuple[Data, Statement]:
    """A certificate of the walk over every entry, and its claim."""
    return written(name), CERTIFIED[name].statement()


def signed(data: Data) -> Data:
    return {**data, "checksum": checksum(data)}


def alone(data: Data, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the kernel as a file, with no packages and no environment."""
    path = folder / "certificate.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-X", "utf8", str(KERNEL), str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


def rejected(data: Data, said: str) -> None:
    with pytest.raises(proof_kernel.Reject, match=said):
        proof_kernel.check(signed(data))


KINDS = ("sphere of R^3", *(name for name, kind in CERTIFIED.items() if kind.fields))


@pytest.mark.parametrize("name", KINDS)
def test_a_certificate_is_valid_on_a_bare_python(name: str, tmp_path: Path) -> None:
    answer = alone(written(name), tmp_path)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert not answer.stderr
    assert "valid: " in answer.stdout.splitlines()[-1]
    for word in ("checked", "not checked", "trusted", "degree 1", "degree 2", "digest, group_data"):
        assert word in answer.stdout


def test_the_kernel_is_one_short_file_that_imports_the_standard_library_alone() -> None:
    text = KERNEL.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 600
    nodes = list(ast.walk(ast.parse(text)))
    found = {a.name.split(".")[0] for n in nodes if isinstance(n, ast.Import) for a in n.names}
    found |= {str(n.module).split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom)}
    assert found <= sys.stdlib_module_names
    called = {n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "float", "__import__"}


def test_what_it_cannot_read_or_check_is_status_2(tmp_path: Path) -> None:
    for data in ({}, {"format": "sith certificate"}, {**written("sphere"), "version": 2}):
        assert alone(data, tmp_path).returncode == 2
    spectral = alone(written("spectrum"), tmp_path)
    assert spectral.returncode == 2
    assert "spectral" in spectral.stdout
    data = written("sphere")
    equation = data["system"]["equations"][0]
    del equation["residual"]
    equation["not_polynomial"] = "exp(z1)"
    answer = alone(signed(data), tmp_path)
    assert answer.returncode == 2
    assert "exp(z1)" in answer.stdout


# What is false is rejected.


def test_a_false_group_of_maps_is_rejected(tmp_path: Path) -> None:
    """A critic fixes the rotations, and the maps that keep the prior are not free."""
    z = latents(2)
    claim = quadratic_claim(sp.eye(2))
    data = json.loads(json.dumps(certificate_data(derive(claim, degree=3), "x", {})))
    group = MeasurePreserving(2, -((z[0] ** 2 + z[1] ** 2) ** 2))
    data["groups"]["derived"] = group_test_data(group, 3)
    data["group"] = str(group)
    answer = alone(signed(data), tmp_path)
    assert answer.returncode == 1
    assert answer.stdout.startswith("rejected: ")


@pytest.mark.parametrize("name", ["sphere", "norms", "absolute values", "likelihood", "decoder"])
def test_a_field_that_is_not_free(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    d = data["dimension"]
    fake = [{"powers": [2 * int(j == 0) for j in range(d)], "coefficient": "1"}]
    top["fields"].append([fake, *([] for _ in range(len(data["base"]) - 1))])
    top["changes"].append(dict.fromkeys(data["base_parameters"], "0"))
    if name == "decoder":
        top["fields"][-1][0][0]["powers"] = [1, 1]
    rejected(data, "is not free")


@pytest.mark.parametrize("name", ["sphere", "norms", "absolute values", "law", "content"])
def test_a_dropped_field_leaves_room(name: str) -> None:
    data = written(name)
    top = data["degrees"][1]
    top["fields"].pop()
    top["changes"].pop()
    rejected(data, "there are not")
    top["rank"] += 1
    rejected(data, "the certificate says")


def test_a_repeated_field_a_base_map_and_a_file_that_was_changed() -> None:
    data = written("sphere")
    data["degrees"][0]["fields"] *= 2
    data["degrees"][0]["changes"] *= 2
    rejected(data, "dependent")
    data = written("sphere")
    data["base"][0][0]["coefficient"] = "2"
    rejected(data, "base map")
    with pytest.raises(proof_kernel.Reject, match="checksum"):
        proof_kernel.check({**written("sphere"), "reason": "another"})


@pytest.mark.parametrize("name", ["sphere", "norms", "linear", "reconstruction", "likelihood"])
def test_agreement_follows_from_fields_and_maps(name: str) -> None:
    data = written(name)
    assert data["agreement"] == "agrees"
    rejected({**data, "agreement": "disagrees", "agrees": False}, "shown by no field")
    rejected({**data, "agrees": False}, "not what 'agrees' says")
    if data["degrees"][-1]["fields"]:
        test = copy.deepcopy(data["groups"]["stated"])
        trivial = {"fields": [], "generators": [], "algebra": {"span": []}, "name": "trivial"}
        data["groups"]["stated"] = {**test, **trivial}
        rejected({**data, "stated": "trivial"}, "refuted by")


UPPER = {"group": "O(2)", "by": "a lemma"}


@pytest.mark.parametrize(
    ("outcome", "agreement", "scopes", "holds"),
    [
        ("identified", "agrees", ["all maps"], True),
        ("identified locally", "agrees locally", ["all smooth maps near the identity"], True),
        ("identified", "agrees", ["all smooth maps near the identity"], False),
        ("identified locally", "agrees", ["all smooth maps near the identity"], False),
        ("identified locally", "agrees locally", ["polynomial fields of degree ≤ 2"], False),
        ("not identified", "agrees locally", ["all maps"], False),
        ("undecided", "undecided", [], False),
    ],
)
def test_the_table_of_bounds(outcome: str, agreement: str, scopes: list[str], holds: bool) -> None:
    data = written("sphere")
    data |= {"verdict": outcome, "agreement": agreement, "lower": [], "missing": []}
    data["agrees"] = agreement.startswith("agrees")
    data["upper"] = [{**UPPER, "scope": scope} for scope in scopes]
    if holds:
        checked, left, _ = proof_kernel.check(signed(data))
        assert checked
        assert any("a lemma" in line for line in left)
    else:
        rejected(data, "no bound shows")


def test_elements_of_the_lower_bound_are_checked() -> None:
    data = {**written("sphere"), "upper": [{**UPPER, "scope": "all maps"}], "missing": []}
    swap = [[{"powers": [0, 1], "coefficient": "1"}], [{"powers": [1, 0], "coefficient": "1"}]]
    element = {"element": "swap", "checked": "substituted", "kind": "map", "map": swap}
    proof_kernel.check(signed({**data, "lower": [element]}))
    stretched = copy.deepcopy(element)
    stretched["map"][0][0]["coefficient"] = "2"
    rejected({**data, "lower": [stretched]}, "swap is not free")
    field = {"element": "ξ", "checked": "substituted", "kind": "field", "field": swap}
    rejected({**data, "lower": [field]}, "not a free field")


# Every entry matters: tests/quality/test_leaves.py.


@pytest.mark.parametrize(
    "key", ["fields", "components", "component_count", "not_shown", "equations"]
)
@pytest.mark.parametrize("name", ["sphere", "linear", "law"])
def test_words_and_counts_of_the_scope_are_recomputed(name: str, key: str) -> None:
    data, statement = case(name)
    said = data["scope"][key]
    other = (
        said + 1 if isinstance(said, int) else [*said, "x"] if key == "not_shown" else "all maps"
    )
    data["scope"][key] = other
    answer = verify_certificate(signed(data), statement)
    assert not answer.valid
    assert key in answer.reason


def test_reason_equations_and_unknown_entries_are_compared() -> None:
    data, statement = case("law")
    answer = verify_certificate(signed({**data, "reason": "because"}), statement)
    assert "'reason' does not follow" in answer.reason
    changed = copy.deepcopy(data)
    changed["system"]["equations"][0]["residual"][0]["coefficient"] = "7"
    answer = verify_certificate(signed(changed), statement)
    assert "system.equations[0].residual[0].coefficient" in answer.reason
    with pytest.raises(InputError, match="not one of its entries"):
        verify_certificate(signed({**data, "extra": 1}), statement)


# The command line.


def test_lemmas_are_permitted_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(written("sphere of R^3")), encoding="utf-8")
    for permit, status in (("L-gibbs,L-sphere-iso", 0), ("L-gibbs", 1), ("", 1)):
        assert main(["verify", str(path), "--permit", permit, "--json"]) == status
        report = json.loads(capsys.readouterr().out)
        assert report["valid"] is (status == 0)
        assert report["verifiers"]["kernel"]["answer"] == "valid"
        assert "sith verify" in report["verifiers"]["claim"]
        assert status == 0 or "L-sphere-iso" in report["reason"]


def test_what_the_kernel_rejects_is_not_valid() -> None:
    data, statement = case("sphere")
    verification = verify_certificate(data, statement)
    assert ask_kernel(data).answer is KernelAnswer.VALID
    assert ask_kernel(case("spectrum")[0]).answer is KernelAnswer.NOT_CHECKED
    report = ask_kernel({**data, "reason": "x"})
    assert report.answer is KernelAnswer.REJECTED
    assert not after_kernel(verification, report).valid
    assert permitted(verification, [x.name for x in verification.trusted]).valid
    assert not permitted(verification, []).valid
