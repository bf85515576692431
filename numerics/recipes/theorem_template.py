"""The files that a new theorem starts from; the claim in them derives, and is to be replaced."""

from __future__ import annotations

THEOREM = '''\
"""TO WRITE: the claim in one sentence.

Setting: classes with unit vectors v_c, z on S^{d−1} with p(z|c) ∝ exp(κ v_c·z), labels equally
likely, x = g(z) with g injective and continuous.
Assumptions: {v_c} is an affine generator system; common κ; equally likely labels; injective mixing;
universal encoder with free outputs.
Objective: cross-entropy of a bias-free linear classifier, the labels being the classes.
Claim: the maps h = f∘g at the optimum are in **equality** with GL(d).
Proof idea: the optimal logits are log p(c|z) up to a function of z, so differences of rows satisfy
⟨w_a − w_b, h(z)⟩ = κ⟨v_a − v_b, z⟩, and spanning differences make h linear.
Source: KEY.
Scope: TO WRITE: what the engine does not show.
Example:
    >>> from sith import derive, theorem
    >>> derive(theorem("SLUG"), dim=2, degree=2).group
    'GL(2)'
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from sith.theory.assumptions import (
    Assumption,
    Classes,
    Encoder,
    RealSpace,
    Role,
    Sphere,
    Uniform,
    World,
    rational_unit_vectors,
)
from sith.theory.claim import Claim, Parameter, Theorem
from sith.theory.groups import Linear
from sith.theory.objectives import CrossEntropy
from sith.theory.source import Evidence, Source
from sith.theory.theorems.shared import INJECTIVE_MIXING


def _few_classes(claim: Any) -> Claim:
    classes = claim.world.pairs
    few = Classes(classes.vectors[: claim.dim], classes.concentration)
    return claim.replace(world=claim.world.replace(pairs=few))


# Each assumption: its name, its statement, its role, and the weakening that takes its place.
ASSUMPTIONS = (
    Assumption(
        "affine_generators",
        r"$\\{v_a-v_b\\}$ spans $\\mathbb{R}^d$",
        Role.NECESSARY,
        "only d classes, so that the differences span d − 1 dimensions",
        _few_classes,
    ),
    INJECTIVE_MIXING,
)


def _claim(dim: int, kappa: Any) -> Claim:
    vectors = rational_unit_vectors(dim + 1, dim)
    return Claim(
        name="SLUG",
        world=World(Sphere(dim), Uniform(), Classes(vectors, kappa)),
        objective=CrossEntropy(),
        encoder=Encoder(RealSpace(dim)),
        group=Linear(dim),
        assumptions=ASSUMPTIONS,
    )


THEOREM = Theorem(
    slug="SLUG",
    title="TO WRITE: the title",
    statement=r"TO WRITE: if $p(z\\mid c)\\propto e^{\\kappa v_c^\\top z}$ on $S^{d-1}$ and $\\{v_c\\}$ is "
    r"an affine generator system, every minimiser of the cross-entropy satisfies $h\\in GL(d)$.",
    source=Source(
        key="KEY",
        authors="AUTHOR",
        year=YEAR,
        title="TO WRITE: the title of the paper",
        statement="",
        evidence=Evidence.RECALLED,
    ),
    claim_at=_claim,
    parameters=(Parameter("kappa", sp.Integer(3), "concentration κ of the classes, rational > 0"),),
    points=({"dim": 2, "kappa": 1}, {"dim": 3}, {"dim": 4, "kappa": 5}),
)
'''

PAGE = r"""---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3, language: python}
mystnb: {render_markdown_format: myst, merge_streams: true}
---
# TO WRITE: the title

TO WRITE: what the theorem says, and for whom it matters {cite:p}`KEY`.

## Statement

:::{prf:assumption}
:label: asm-SLUG

1. TO WRITE: the assumptions.
:::

:::{prf:theorem} TO WRITE: the name
:label: thm-SLUG

Under {prf:ref}`asm-SLUG`, TO WRITE: the claim.
:::

:::{admonition} Why it is true
:class: note
TO WRITE: the idea of the proof, at most five lines.
:::

:::{admonition} What it means for you
:class: tip
TO WRITE: what a practitioner does with it, at most three sentences.
:::

## Derivation

```{code-cell} ipython3
from book.figures import show
from sith import derive, theorem

entry = theorem("SLUG")
claim = entry.at()
verdict = derive(entry)
print(verdict.claim, "is", verdict.outcome.value)
print("derived", verdict.group)
print("stated ", verdict.stated)
```

The condition on $h$ at the optimum is derived from the loss.

```{code-cell} ipython3
show.condition(verdict)
```

```{code-cell} ipython3
assert verdict.agrees
```

## Without an assumption

```{code-cell} ipython3
show.dropped(claim)
```

## Scope and source

```{code-cell} ipython3
show.scope(verdict)
```

```{code-cell} ipython3
print(show.wrapped(entry.source))
print("Evidence:", entry.source.evidence.value)
```
"""

REFERENCE = """
@misc{KEY,
  author = {TO WRITE},
  title = {TO WRITE},
  year = {YEAR},
}
"""


def filled(template: str, slug: str) -> str:
    """Return a template with the slug, its author, year and bibliography key."""
    author, year, _ = slug.split("_", 2)
    words = {
        "SLUG": slug,
        "KEY": f"{author}_{year}",
        "AUTHOR": author.capitalize(),
        "YEAR": year,
    }
    for word, value in words.items():
        template = template.replace(word, value)
    return template
