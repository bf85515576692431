"""Which named lemma settles the components of the group that the engine does not reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sith.theory.assumptions import AnisotropicSphere, Classes, KnownActions, Sphere
from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.content import OPEN_SUPPORT, SUBSETS
from sith.theory.derivation.lemmas.forms import bilinear_form, distance_form, positive
from sith.theory.derivation.lemmas.heads import (
    AFFINE_GENERATORS,
    LINEAR_COMMUTANT,
    QUADRIC,
    SECOND_ORDER_VARIABILITY,
)
from sith.theory.derivation.lemmas.isometries import (
    BILINEAR,
    EUCLIDEAN_ISOMETRY,
    LP_ISOMETRY,
    SPHERE_ISOMETRY,
    critic_of,
)
from sith.theory.derivation.lemmas.metrics import DYNAMICS, ELLIPSOID
from sith.theory.derivation.lemmas.products import (
    CONGRUENCE,
    PRODUCT_ISOMETRIES,
    metric_on,
    product_isometries,
)
from sith.theory.derivation.lemmas.record import Entry, Problem, Setting
from sith.theory.groups import (
    AbstractGroup,
    Affine,
    BlockOrthogonal,
    BlockwiseDiffeomorphisms,
    Commutant,
    ComponentwiseDiffeomorphisms,
    ContentKeeping,
    Euclidean,
    Linear,
    Orthogonal,
    Shifted,
    SignedPermutations,
)
from sith.theory.objectives import PartialAlignment, SparseChange, standard_objective
from sith.theory.verdict import Extent, Lemma


@dataclass(frozen=True, slots=True)
class Settling:
    """A lemma whose hypotheses were checked: every optimal map in `extent` lies in `group`."""

    lemma: Lemma
    group: AbstractGroup
    extent: Extent = Extent.ALL_MAPS


def settling_lemmas(claim: Claim, condition: Condition) -> tuple[Settling, ...]:
    """Return the lemmas whose hypotheses the condition meets, with what each concludes."""
    objective = standard_objective(claim.objective, claim.encoder.output.dim)
    case = Setting(Problem(claim.world, objective, claim.encoder), condition)
    return tuple(_matches(case))


def _matches(case: Setting) -> Iterator[Settling]:
    # Linear maps are solved for, and these lemmas would say nothing more of them.
    if not case.condition.linear_only:
        yield from _isometries(case)
    yield from _heads(case)
    yield from _content(case)


def _settling(
    entry: Entry[Setting], case: Setting, group: AbstractGroup, extent: Extent = Extent.ALL_MAPS
) -> Iterator[Settling]:
    yield from (Settling(lemma, group, extent) for lemma in entry.cited(case))


def _isometries(case: Setting) -> Iterator[Settling]:
    """Lemmas on equations that hold at all pairs: distances, inner products, dynamics."""
    condition = case.condition
    d = len(condition.z)
    yield from _settling(SPHERE_ISOMETRY, case, Orthogonal(d))
    yield from _settling(LP_ISOMETRY, case, Shifted(SignedPermutations(d)))
    shifted = bool(getattr(critic_of(case), "shift", True))
    yield from _settling(DYNAMICS, case, Euclidean(d) if shifted else Orthogonal(d))
    for lemma in EUCLIDEAN_ISOMETRY.cited(case):
        yield from (Settling(lemma, Euclidean(d, form)) for form in distance_form(condition))
    for lemma in BILINEAR.cited(case):
        for form in bilinear_form(condition):
            definite = [Orthogonal(d, s) for s in positive(form)]
            yield from (Settling(lemma, group) for group in (*definite, Linear(d))[:1])
    yield from _products(case)
    pairs = condition.pairs
    if isinstance(pairs, AnisotropicSphere):
        yield from _settling(ELLIPSOID, case, BlockOrthogonal(pairs.blocks()))


def _products(case: Setting) -> Iterator[Settling]:
    """Lemmas on distances that are kept on a space, read modulo its equations."""
    condition = case.condition
    if SPHERE_ISOMETRY.cited(case) or EUCLIDEAN_ISOMETRY.cited(case) or BILINEAR.cited(case):
        return  # these say the same
    for lemma in CONGRUENCE.cited(case):
        for form in metric_on(condition):
            yield Settling(lemma, Euclidean(len(condition.z), form / form[0, 0]))
            for other in PRODUCT_ISOMETRIES.cited(case):
                yield Settling(other, product_isometries(condition, form))


def _heads(case: Setting) -> Iterator[Settling]:
    """Lemmas on learned linear heads, and on commuting with known actions."""
    condition, pairs = case.condition, case.condition.pairs
    d = len(condition.z)
    if isinstance(pairs, KnownActions):
        yield from _settling(LINEAR_COMMUTANT, case, Commutant(pairs.matrices))
    if isinstance(pairs, Classes):
        # Latents with classes are on the sphere, and a linear map of it into itself is orthogonal.
        group = Orthogonal(d) if isinstance(condition.output, Sphere) else Linear(d)
        yield from _settling(AFFINE_GENERATORS, case, group)
        yield from _settling(QUADRIC, case, Orthogonal(d))
    else:
        constants = len(condition.parameters) > d * len(condition.equations)
        yield from _settling(AFFINE_GENERATORS, case, Affine(d) if constants else Linear(d))
    yield from _settling(
        SECOND_ORDER_VARIABILITY, case, ComponentwiseDiffeomorphisms(d), _extent(case)
    )


def _extent(case: Setting) -> Extent:
    """Where the lemma speaks of invertible maps, all maps only if the encoder is said to be so."""
    return Extent.ALL_MAPS if case.problem.encoder.invertible else Extent.INVERTIBLE


def _content(case: Setting) -> Iterator[Settling]:
    """The lemma on redrawn style, for losses that compare the two views."""
    pairs, d = case.condition.pairs, len(case.condition.z)
    if not isinstance(case.problem.objective, PartialAlignment | SparseChange):
        everything = BlockwiseDiffeomorphisms((tuple(range(len(case.condition.image))),))
        yield from _settling(OPEN_SUPPORT, case, everything, _extent(case))
        return
    for lemma in SUBSETS.cited(case):
        blocks = pairs.blocks(d)  # type: ignore[union-attr]
        # In another order of the outputs only single coordinates stay blocks.
        if not case.condition.symmetric or all(len(b) == 1 for b in blocks):
            yield Settling(lemma, BlockwiseDiffeomorphisms(blocks))
    content = getattr(pairs, "content", ())
    count = len(content)
    if content == tuple(range(count)) and 0 < count < d:
        # The content's outputs are a function ψ of the content. h is injective, so ψ is injective
        # near each point, hence on an interval; in more coordinates ψ may wind around.
        extent = Extent.ALL_MAPS if count == 1 else Extent.SMOOTH
        yield from _settling(OPEN_SUPPORT, case, ContentKeeping(d, count), extent)
