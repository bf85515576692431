"""`sith derive --latex`: a theorem for a draft that compiles, and that says no more than the verdict."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sith import Agreement, Outcome, SignedPermutations, Verdict, derive, theorem
from sith.numerics.claims.draft import draft
from sith.numerics.claims.tex import expression, statement, text
from sith.numerics.cli import main

SLUGS = (
    "comon_1994_linear_ica",
    "haochen_2021_spectral",
    "hyvarinen_1999_nonidentifiability",
    "lyu_2022_latent_correlation",
    "zimmermann_2021_vmf",
)
"""A lemma, a spectrum, free functions, an undecided outcome, a sphere."""


def fault(latex: str) -> str:
    """What would stop LaTeX, or "": environments, braces, dollars, specials and letters."""
    body = "\n".join(re.sub(r"(?<!\\)%.*", "", line) for line in latex.splitlines())
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", body):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return f"\\end{{{name}}} ends nothing"
    if opened:
        return f"{opened[-1]} is not ended"
    if foreign := set(re.findall(r"[^\x00-\x7fÀ-ſ–—‘’“”]", body)):
        return f"letters without a package: {sorted(foreign)}"
    body = re.sub(r"\\\[.*?\\\]", "", body, flags=re.DOTALL)
    bare = re.sub(r"\\[^A-Za-z]", "", body)
    if bare.count("$") % 2:
        return "a dollar is left open"
    depth = 0
    for sign in re.findall(r"[{}]", bare):
        depth += 1 if sign == "{" else -1
        if depth < 0:
            return "a brace closes nothing"
    if depth:
        return "a brace is left open"
    outside = re.sub(r"\$[^$]*\$", "", re.sub(r"\\(label|ref)\{[^}]*\}", "", bare))
    special = set(re.findall(r"[&#_^~]", outside))
    return f"specials in words: {sorted(special)}" if special else ""


@cache
def verdict(slug: str) -> Verdict:
    """The verdict on a theorem, of a low degree."""
    return derive(theorem(slug), degree=2)


@pytest.mark.parametrize(
    "broken",
    [
        r"\begin{theorem} x",
        r"\begin{theorem}\begin{itemize}\end{theorem}\end{itemize}",
        "a_b",
        "R^2",
        "a & b",
        "$x",
        "{x",
        "x}",
        "κ",
        "f̃",
    ],
)
def test_a_fault_is_noticed(broken: str) -> None:
    assert fault(broken) != ""


@pytest.mark.parametrize("slug", SLUGS)
def test_the_theorem_compiles_and_says_what_was_derived(slug: str) -> None:
    claim, found = theorem(slug).at(), verdict(slug)
    latex = draft(claim, found)
    assert fault(latex) == ""
    assert latex.count(r"\begin{theorem}") == 1
    assert all(statement(a.statement).rstrip(".") in latex for a in claim.assumptions)
    for lemma in found.trusted:
        assert text(lemma.name) in latex
    assert latex.count("Not shown:") == len(found.scope.not_shown)
    assert latex.count("contained in") >= len(found.upper)


def test_what_is_open_is_a_conjecture() -> None:
    claim, found = theorem("zimmermann_2021_vmf").at(), verdict("zimmermann_2021_vmf")
    unsettled = replace(
        found, outcome=Outcome.UNDECIDED, agreement=Agreement.UNDECIDED, missing=("a bound",)
    )
    latex = draft(claim, unsettled)
    assert r"\begin{conjecture}" in latex
    assert r"\begin{theorem}" not in latex
    assert "Missing: a bound" in latex


def test_a_local_result_says_so() -> None:
    claim, found = theorem("zimmermann_2021_vmf").at(), verdict("zimmermann_2021_vmf")
    near = draft(claim, replace(found, outcome=Outcome.LOCALLY, agreement=Agreement.LOCALLY))
    assert "near the identity the optimal maps are those of" in near
    assert "Maps far from the identity are not excluded" in near
    assert "every optimal" not in near


def test_a_refuted_claim_states_the_derived_group() -> None:
    claim = theorem("zimmermann_2021_vmf").at(2).replace(group=SignedPermutations(2))
    found = derive(claim)
    latex = draft(claim, found)
    assert fault(latex) == ""
    assert "every optimal $h$ lies in $O(2)$" in latex
    assert "is refuted" in latex
    undecided = draft(claim, replace(found, outcome=Outcome.UNDECIDED))
    assert "Then it is false that the optimal maps equal" in undecided


def test_words_and_expressions() -> None:
    assert text("κ = 10 & R^2, z̃ of σ_{k+1}") == (
        r"$\kappa$ = 10 \& $\mathbb{R}^{2}$, $\tilde{z}$ of $\sigma_{k+1}$"
    )
    assert statement("50 % of $x_1$") == r"50 \% of $x_1$"
    assert statement("a lone $") == r"a lone \$"
    assert expression("(1, 2*sqrt(15)*z3/5)") == r"$(1, 2 \sqrt{15} z_{3}/5)$"
    assert expression("cos(z1)**2") == r"$\cos(z_{1})^{2}$"
    assert expression("some_word") == r"\texttt{some\_word}"


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["derive", "zimmermann_2021_vmf", "--dim", "2", "--latex", "--quiet"]) == 0
    latex = capsys.readouterr().out
    assert fault(latex) == ""
    assert r"\begin{theorem}" in latex
    assert "Let $d=2$" in latex
