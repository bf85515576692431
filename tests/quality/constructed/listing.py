"""All constructions, and how claims are drawn from them by seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from tests.quality.constructed.case import Case, Plan
from tests.quality.constructed.constructions import (
    centres,
    conjugation,
    equal_blocks,
    extra_terms,
    folds,
    fusion,
    infinite,
    laws,
    named_marginals,
    nonpolynomial,
    output_box,
    pairs,
    permutation_contrast,
    published,
    reparametrised,
    spectral,
)

Source = Callable[[random.Random], Iterator[Plan]]

CONSTRUCTIONS: Mapping[str, Source] = {
    "centres": centres.plans,
    "conjugation": conjugation.plans,
    "cutting": extra_terms.cutting,
    "degrees": fusion.degrees,
    "extra-terms": extra_terms.plans,
    "equal-blocks": equal_blocks.plans,
    "few-functions": infinite.few_functions,
    "folds": folds.plans,
    "fusion": fusion.plans,
    "independence": named_marginals.independent,
    "likelihood": laws.likelihood,
    "named-marginals": named_marginals.named,
    "near-degenerate": fusion.near,
    "nonpolynomial": nonpolynomial.plans,
    "output-box": output_box.plans,
    "pair-likelihood": pairs.plans,
    "permutation-contrast": permutation_contrast.plans,
    "published": published.plans,
    "reconstruction": infinite.reconstruction,
    "registry": published.registry,
    "reparametrised": reparametrised.plans,
    "rigid-laws": laws.rigid,
    "spectral": spectral.plans,
    "unattained": extra_terms.unattained,
    "universal-law": laws.universal,
}


def cases_of(name: str, seed: int) -> Iterator[Case]:
    """Return the claims of one construction, plans in an order drawn by seed, one claim of each in turn."""
    rng = random.Random(f"{name} {seed}")
    plans = list(CONSTRUCTIONS[name](rng))
    rng.shuffle(plans)
    running = [plan.cases(random.Random(f"{name} {seed} {k}")) for k, plan in enumerate(plans)]
    while running:
        for source in list(running):
            case = next(source, ())
            if isinstance(case, Case):
                yield case
            else:
                running.remove(source)


def cases(seed: int, count: int = 0, only: tuple[str, ...] = ()) -> Iterator[Case]:
    """Return `count` claims, the constructions in turn; all claims where `count` is 0."""
    sources = {name: cases_of(name, seed) for name in only or CONSTRUCTIONS}
    return islice(_in_turn(sources), count or None)


def _in_turn(sources: dict[str, Iterator[Case]]) -> Iterator[Case]:
    while sources:
        for name in list(sources):
            case = next(sources[name], ())
            if isinstance(case, Case):
                yield case
            else:
                del sources[name]
