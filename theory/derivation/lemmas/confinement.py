"""Lemmas that sharpen a proved bound: maps that keep the box, and monotone maps of the line."""

from __future__ import annotations

from sith.theory.assumptions import (
    Box,
    Gaussian,
    LogDensity,
    Marginal,
    Product,
    Uniform,
    confined_coordinates,
    unstated_coordinates,
)
from sith.theory.claim import Claim
from sith.theory.derivation.equation import Condition
from sith.theory.derivation.lemmas.record import Bounding, Entry, Hypothesis, Problem, Setting
from sith.theory.groups import (
    AbstractGroup,
    AbstractMatrixGroup,
    Euclidean,
    Linear,
    Shifted,
    Unimodular,
    contained,
)
from sith.theory.objectives import AlignmentMaxEntropy, LawMatching
from sith.theory.verdict import Extent


def keeps_volume(group: AbstractGroup) -> bool:
    """Whether a group is affine with determinants ±1."""
    affine = isinstance(group, AbstractMatrixGroup | Shifted | Euclidean)
    if not affine:
        return False
    return contained(group, Shifted(Unimodular(Linear(group.dim)))).holds


def outputs_in_box(condition: Condition) -> bool:
    """Whether the outputs have to lie in the unit box, which the equations do not impose."""
    return condition.in_box or len(confined_coordinates(condition.output)) == len(condition.image)


def confined_outputs(condition: Condition) -> tuple[int, ...]:
    """Return the outputs that have to lie in (0, 1), which the equations do not impose."""
    if condition.in_box:
        return tuple(range(len(condition.image)))
    return confined_coordinates(condition.output)


def outputs_confined(condition: Condition) -> bool:
    """Whether some outputs have to lie in (0, 1), or may have to for all that their space says."""
    return bool(confined_outputs(condition) or unstated_coordinates(condition.output))


def bounding(claim: Claim, condition: Condition, bound: AbstractGroup, extent: Extent) -> Bounding:
    """Return the case in which a lemma may sharpen a bound of a claim."""
    problem = Problem(claim.world, claim.objective, claim.encoder)
    return Bounding(Setting(problem, condition), bound, extent)


def _fills_box(case: Bounding) -> bool:
    """Whether the base map takes the latents onto the unit box, in the outputs' own units."""
    condition = case.setting.condition
    if condition.in_box:
        # Coordinates of the box, or of a content that is made uniform on it.
        coordinates = all(b in condition.z for b in condition.base)
        return coordinates and not condition.over
    plain = condition.base == condition.z and not condition.base_words and not condition.over
    return isinstance(condition.space, Box) and plain


BOX_SYMMETRIES: Entry[Bounding] = Entry(
    "L-box-symmetries",
    "an affine map of determinant ±1 that takes the unit box into itself permutes the coordinates and "
    "reflects some of them at 1/2",
    "the image has the volume of the box, so it is the box; vertices go to vertices and edges to edges",
    (
        Hypothesis(
            "affine",
            "every optimal map is h₀ followed by an affine map of determinant ±1",
            "the proved bound is an affine group inside the unimodular one",
            lambda case: keeps_volume(case.bound),
        ),
        Hypothesis(
            "fills",
            "h₀ takes the latents onto the unit box",
            "the latents, or the content, fill the box, and h₀ keeps their coordinates as they are",
            _fills_box,
        ),
        Hypothesis(
            "into",
            "the outputs lie in the unit box",
            "the output space, or the law that the outputs have",
            lambda case: outputs_in_box(case.setting.condition),
        ),
    ),
)


def _one_output(case: Bounding) -> bool:
    return len(case.setting.condition.image) == 1


def _law_kept(case: Bounding) -> bool:
    """Whether the output is a map of one latent whose law it keeps."""
    setting = case.setting
    objective = setting.problem.objective
    if isinstance(objective, AlignmentMaxEntropy):
        return True
    single = len(setting.condition.z) == 1
    return single and isinstance(objective, LawMatching)


def _injective(case: Bounding) -> bool:
    """Whether h is injective: a likelihood is one of invertible maps."""
    problem = case.setting.problem
    if not isinstance(problem.objective, AlignmentMaxEntropy):
        return True
    return problem.encoder.invertible or case.extent is Extent.INVERTIBLE


def interval_law(case: Bounding) -> bool:
    """Whether the law kept has a positive density on an interval, which `law` describes there."""
    prior, condition = case.setting.problem.world.prior, case.setting.condition
    if isinstance(case.setting.problem.objective, AlignmentMaxEntropy):
        return condition.in_box
    if isinstance(prior, Product):
        bounded = Marginal.UNIFORM in prior.marginals
        return condition.in_box or not bounded
    if isinstance(prior, Uniform):
        return condition.in_box
    return isinstance(prior, Gaussian | LogDensity)


REARRANGEMENT: Entry[Bounding] = Entry(
    "L-rearrangement",
    "on the line, a continuous injective map that keeps a law of positive density on an interval is the "
    "identity or z ↦ F⁻¹(1 − F(z)), F being its distribution function",
    "a monotone map that keeps the law keeps F or takes it to 1 − F",
    (
        Hypothesis("line", "there is one output", "the number of outputs", _one_output),
        Hypothesis(
            "kept",
            "the output is a function of one latent and has its law",
            "the kind of the objective, and the number of latents; of contents the law is uniform",
            _law_kept,
        ),
        Hypothesis(
            "continuous",
            "maps of the class need not be linear, and are continuous",
            "h is not restricted to linear maps",
            lambda case: not case.setting.condition.linear_only,
        ),
        Hypothesis(
            "injective",
            "h is injective on the latent that it is a function of",
            "the likelihood is one of invertible maps; elsewhere the encoder or the bound says so",
            _injective,
        ),
        Hypothesis(
            "interval",
            "the law has a positive density on an interval, with the edges that its formula says",
            "the prior is positive on R, or uniform on the unit box",
            interval_law,
        ),
    ),
)
