"""A derived verdict as a theorem for a draft: assumptions, group, scope and trusted lemmas."""

from __future__ import annotations

from collections.abc import Iterable

from sith.numerics.claims.tex import expression, statement, text
from sith.theory import Agreement, Claim, Outcome, Relation, Verdict
from sith.theory.verdict import BOUNDARY, RELABELLED

_STATED = {
    Relation.EQUALITY: "equal",
    Relation.CONTAINED: "are contained in",
    Relation.CONTAINS: "contain",
}
SHOWN = 4
"""Elements that are listed where no group names the free maps."""
LONG = 160
"""Characters of a remark; of a longer one the part before its details is kept."""


def draft(claim: Claim, verdict: Verdict) -> str:
    r"""Return LaTeX that states what was derived of a claim, no more.

    What is shown of the optimal maps, or of the stated group, is a `theorem`; where both are open the
    claim is a `conjecture`, with what is missing. Scope and trusted lemmas follow as a `remark`. The preamble needs amsmath, amssymb and `\newtheorem` for these.
    """
    open_ = verdict.outcome is Outcome.UNDECIDED and verdict.agreement is Agreement.UNDECIDED
    kind = "conjecture" if open_ else "theorem"
    title = text(claim.title or claim.name)
    label = "".join(c if c.isalnum() else "-" for c in claim.name)
    lines = [
        *(f"% {line}" for line in _origin(claim, verdict)),
        rf"\begin{{{kind}}}[{{{title}}}]\label{{thm:{label}}}",
        *_setting(claim),
        *_optimum(claim, verdict),
        *_conclusion(verdict),
        rf"\end{{{kind}}}",
        r"\begin{remark}[Scope and trusted lemmas]",
        *_scope(verdict),
        r"\end{remark}",
    ]
    return "\n".join(lines)


def _origin(claim: Claim, verdict: Verdict) -> Iterable[str]:
    yield f"sith derive {claim.name}: {verdict.outcome.value}"
    source = str(claim.source) if claim.source.key else claim.source.title
    yield f"source: {source}"
    yield f"stated: {verdict.stated} ({verdict.relation.value}); {verdict.agreement.value}"
    yield r"needs amsmath, amssymb, and \newtheorem for the environments below"


def _setting(claim: Claim) -> Iterable[str]:
    world = claim.world
    parts = (
        f"latents: {world.space}",
        f"prior: {world.prior}",
        f"pairs: {world.pairs}",
        f"mixing: {world.mixing.value}",
        f"encoder: {claim.encoder}",
    )
    yield f"Let $d={claim.dim}$; {'; '.join(map(text, parts))}."
    if claim.assumptions:
        yield "Assume that"
        yield from _list(statement(a.statement) for a in claim.assumptions)


def _optimum(claim: Claim, verdict: Verdict) -> Iterable[str]:
    yield rf"Let $h=f\circ g$ minimise the population loss ({text(str(claim.objective))})"
    yield rf"\[ {claim.objective.latex}. \]"
    if verdict.condition_latex:
        yield "At the optimum,"
        yield rf"\[ {verdict.condition_latex}. \]"


def _conclusion(verdict: Verdict) -> Iterable[str]:
    group = f"${verdict.group_latex}$" if verdict.group_latex else text(verdict.group)
    on = "" if verdict.base == "z" else f" acting on $h_0$ with values {expression(verdict.base)}"
    boxed = BOUNDARY in verdict.scope.not_shown
    these = "those of these maps that keep the box" if boxed else "all of these maps"
    order = ", up to the order of the outputs," if RELABELLED in verdict.scope.not_shown else ""
    if verdict.outcome is Outcome.IDENTIFIED:
        yield f"Then{order} every optimal $h$ lies in {group}{on}, and {these} are optimal."
    elif verdict.outcome is Outcome.LOCALLY:
        yield f"Then{order} near the identity the optimal maps are those of {group}{on}."
    elif verdict.outcome is Outcome.NOT_IDENTIFIED:
        yield from _free(verdict, group, on)
    elif verdict.outcome is Outcome.MIS_SPECIFIED:
        yield f"Then no map $h$ attains this optimum: {statement(verdict.reason)}."
    else:
        yield _compared(verdict)


def _compared(verdict: Verdict) -> str:
    """What is known of the stated group where the optimal maps are not determined."""
    said = f"the optimal maps {_STATED[verdict.relation]} {text(verdict.stated)}"
    if verdict.agreement is Agreement.DISAGREES:
        return f"Then it is false that {said}."
    near = "near the identity, " if verdict.agreement is Agreement.LOCALLY else ""
    return f"Then, {near}{said}." if near else f"Then {said}."


def _free(verdict: Verdict, group: str, on: str) -> Iterable[str]:
    """What is not identified: the free maps, by the name of their group or by examples."""
    if group:
        yield f"Then the latents are not identified: the optimal maps include those of {group}{on}."
        return
    yield "Then the latents are not identified. Optimal are, among others,"
    yield from _list(rf"{_element(e.element)}" for e in verdict.lower[:SHOWN])


def _element(words: str) -> str:
    return rf"\texttt{{{text(words)}}}"


def _scope(verdict: Verdict) -> Iterable[str]:
    yield f"Shown for $d={verdict.scope.dimension}$: {text(_brief(verdict.scope.fields, ' ('))}."
    items = [
        f"{text(bound.extent.value)}: contained in {text(bound.group)}, by {text(bound.by)}"
        for bound in verdict.upper
    ]
    if verdict.outcome is Outcome.LOCALLY or verdict.agreement is Agreement.LOCALLY:
        items.append("Maps far from the identity are not excluded")
    if verdict.agreement is Agreement.DISAGREES:
        items.append(f"The claim as stated, with {text(verdict.stated)}, is refuted")
        items += [f"What separates them: {_element(verdict.escape)}"] * bool(verdict.escape)
    items += [f"Missing: {text(_brief(item, ': '))}" for item in verdict.missing]
    items += [f"Not shown: {text(item)}" for item in verdict.scope.not_shown]
    items += [
        f"Trusted, not proved here: {text(lemma.name)}, {text(lemma.statement)} "
        f"({text(lemma.source)})"
        for lemma in verdict.trusted
    ]
    yield from _list(items)


def _brief(words: str, details: str) -> str:
    """Return a remark up to its details where it is long."""
    return words.partition(details)[0] if len(words) > LONG else words


def _list(items: Iterable[str]) -> Iterable[str]:
    found = [rf"  \item {item.rstrip('.')}." for item in items]
    if found:
        yield from (r"\begin{itemize}", *found, r"\end{itemize}")
