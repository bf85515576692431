"""What a notebook shows: short, escaped, with the mathematics as formulas."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from sith import Claim, Orthogonal, Role, derive, theorem
from sith.theory import Assumption
from sith.theory.notebook import LONG, SHOWN, Formula, Statement, card, cell, table, text_card

VMF = theorem("zimmermann_2021_vmf")
NASTY = "<script>alert('x')</script> & $x$"
VOID = {"br"}


class Reader(HTMLParser):
    """Reads HTML; keeps the words that are not folded, and refuses tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "details" not in self.open or "summary" in self.open:
            self.words.append(data)


def read(html: str) -> Reader:
    """The HTML as read, all of whose tags are closed."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def shown(value: Any) -> str:
    """The words of a value that a notebook shows before anything is opened."""
    return " ".join(" ".join(read(value._repr_html_()).words).split())


def test_a_tag_that_is_not_closed_is_noticed() -> None:
    with pytest.raises(AssertionError):
        read("<p><b>x</p>")


@pytest.mark.parametrize("value", [NASTY, Statement(NASTY), Formula(NASTY)])
def test_every_kind_of_cell_is_escaped(value: Any) -> None:
    html = table([("name", value)])
    assert "<script" not in html
    assert "alert" in " ".join(read(html).words)


def test_a_dollar_starts_a_formula_only_where_one_is_meant() -> None:
    assert cell("a $x$") == "a <span>$</span>x<span>$</span>"
    formula = r'<span class="math tex2jax_process">\(x&lt;y\)</span>'
    assert cell(Statement("a $x<y$")) == f"a {formula}"
    assert cell(Formula("x<y")) == formula
    two = cell(Formula(r"x,\qquad \text{a,\quad b}"))
    assert two.count("<br>") == 1 and r"\(x,\)" in two and r"\(\text{a,\quad b}\)" in two
    assert "overflow-x" in cell(Formula("x" * 200)) and "overflow-x" not in two


def test_a_claim_with_marks_in_its_words() -> None:
    spoiled = VMF.at().replace(
        name=f"own {NASTY}",
        title=NASTY,
        assumptions=(Assumption("odd", NASTY, Role.SUFFICIENT, NASTY, lambda claim: claim),),
    )
    html = spoiled._repr_html_()
    read(html)
    assert "<script" not in html
    assert "1 assumption" in shown(spoiled)


def test_a_claim_a_world_and_a_theorem() -> None:
    claim = VMF.at()
    assert r"the minimisers equal \(O(3)\)" in shown(claim)
    assert "without it" not in shown(claim)  # folded
    assert "von Mises–Fisher, κ = 10" in shown(claim.world)
    assert "κ" in shown(claim.world) and "kappa" in shown(VMF)
    assert claim._repr_latex_().endswith(r"\text{minimisers }=\ O(3)$$")
    weaker = theorem("vonkugelgen_2021_content_style").at()
    assert r"\subseteq\ \mathrm{Diff}" in weaker._repr_latex_()


def test_a_verdict_is_short_and_says_the_first_thing_first() -> None:
    claim: Claim = VMF.at(2)
    right, wrong = (derive(c) for c in (claim, claim.replace(group=Orthogonal(2))))
    words = shown(right)
    assert words.startswith("zimmermann_2021_vmf: identified Every optimal map lies in O(2)")
    assert len(words) < 900
    assert "L-gibbs" not in words  # folded
    assert "L-gibbs" in right._repr_html_()
    assert "#176b2c" in right._repr_html_()
    assert right._repr_latex_() == r"$\displaystyle \text{identified}\text{; derived group }O(2)$"
    assert wrong.agrees


def test_a_verdict_against_the_claim_has_another_colour_and_its_counterexample() -> None:
    from sith import SignedPermutations

    wrong = derive(VMF.at(2).replace(group=SignedPermutations(2)))
    assert "#a1161b" in wrong._repr_html_()
    assert wrong.escape in re.sub(r"\s+", " ", shown(wrong))


def test_long_texts_are_folded() -> None:
    class Report:
        exit_status = 3

        def __str__(self) -> str:
            return "head\n" + "\n".join(f"line {k} <b>" for k in range(SHOWN + 4))

    words = " ".join(read(text_card(Report())).words)
    assert f"line {SHOWN - 1} <b>" in words
    assert f"line {SHOWN}" not in words
    assert "4 more lines" in words
    assert "x" * LONG not in " ".join(read(cell("x" * (LONG + 1))).words)


def test_empty_parts_leave_no_trace() -> None:
    assert card("head") == '<div class="sith"><p><strong>head</strong></p></div>'
    assert "details" not in card("head", folded=(("none", ""), ("none", [])))
