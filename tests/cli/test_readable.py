"""`sith show` prints formulas as text; LaTeX comes with --latex alone."""

from __future__ import annotations

import pytest

from sith.numerics.claims.readable import formula, readable
from sith.numerics.cli import main

FORMULAS = {
    r"S^{d-1}": "Sᵈ⁻¹",
    r"p(\tilde z\mid z)\propto e^{\kappa z^\top\tilde z}": "p(z̃|z) ∝ e^(κzᵀz̃)",
    r"h\in GL(d)": "h ∈ GL(d)",
    r"\tfrac1\tau s(u,v)": "1/τ s(u,v)",
    r"\frac{z_{1}}{2} + z_{2}": "z₁/2 + z₂",
    r"\frac{a + b}{c\cdot d}": "(a + b)/(c·d)",
    r"S=\tfrac12(T+T^*)": "S=1/2 (T+T*)",
    r"\sqrt{1-\rho^2}\,\eta": "√(1-ρ²) η",
    r"\lVert w_i\rVert=1\quad\forall i": "‖wᵢ‖=1  ∀i",
    r"\log{\left(a_{2} \right)}": "log(a₂)",
    r"\log p(z)+\log\lvert\det J\rvert": "log p(z)+log |det J|",
    r"\operatorname{Cov}h=I": "Cov h=I",
    r"\sigma_k\text{ the largest}": "σₖ the largest",
    r"\hat g=g\circ h^{-1}": "g\u0302=g∘h⁻¹",
    r"g^{(B)}(z_B)": "g^(B)(z_B)",
    r"\mathbb R^d\setminus\{0\}": "ℝᵈ∖{0}",
    r"x \unheard y": "x unheard y",
    r"\frac{a": "a/()",
    r"x^": "x^()",
}


@pytest.mark.parametrize(("latex", "text"), FORMULAS.items())
def test_a_formula_is_text(latex: str, text: str) -> None:
    assert formula(latex) == text


def test_only_formulas_are_changed() -> None:
    assert readable(r"the unit sphere $S^{d-1}$ of $\mathbb R^d$") == "the unit sphere Sᵈ⁻¹ of ℝᵈ"
    assert readable("snake_case and a\\b") == "snake_case and a\\b"
    assert readable("it costs 5 $ at most") == "it costs 5 $ at most"


def test_latex_is_printed_where_it_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "haochen_2021_spectral"]) == 0
    text = capsys.readouterr().out
    assert not {"\\", "$"} & set(text)
    assert "Q ∈ O(k)" in text
    assert main(["show", "haochen_2021_spectral", "--latex"]) == 0
    assert r"Q\in O(k)" in capsys.readouterr().out
