"""Lemmas of a spectral verdict; solver and checker both name them."""

from __future__ import annotations

from sith.theory.assumptions import (
    AugmentationGraph,
    Family,
    Gaussian,
    JacobiDiffusion,
    Mixing,
    MomentOperator,
    OrnsteinUhlenbeck,
    RealSpace,
)
from sith.theory.claim import Claim
from sith.theory.derivation.lemmas.record import Entry, Hypothesis, Problem, Subset
from sith.theory.objectives import BarlowTwins, GaussianAlignment, SpectralObjective
from sith.theory.verdict import Lemma

OPERATORS = AugmentationGraph | JacobiDiffusion | MomentOperator | OrnsteinUhlenbeck
"""Pairs whose conditional-expectation operator is known exactly."""


def _spectral(case: Problem) -> bool:
    return isinstance(case.objective, SpectralObjective)


def _whitens(case: Problem) -> bool:
    return isinstance(case.objective, SpectralObjective) and case.objective.whitens


def _reached(case: Problem) -> bool:
    """Whether the encoder class holds the functions among which the optimum is taken."""
    mixing, encoder = case.world.mixing, case.encoder
    if not isinstance(encoder.output, RealSpace) or mixing.restricts_jacobian:
        return False
    if encoder.family is Family.LINEAR:
        return mixing is Mixing.LINEAR and isinstance(case.world.pairs, OrnsteinUhlenbeck)
    return mixing is not Mixing.ARBITRARY


def _symmetric(case: Problem) -> bool:
    """Whether the operator of the pairs is its own adjoint."""
    pairs = case.world.pairs
    if not isinstance(pairs, AugmentationGraph | MomentOperator):
        return True
    _, _, cross = pairs.moments()
    return all(cross[i][j] == cross[j][i] for i in range(len(cross)) for j in range(i))


KNOWN: Hypothesis[Problem] = Hypothesis(
    "known_operator",
    "S = (T + T*)/2 is a known self-adjoint operator, T the conditional expectation of the pairs",
    "the world's pairs are Ornstein–Uhlenbeck, Jacobi, a finite graph, or given by moments",
    lambda case: isinstance(case.world.pairs, OPERATORS),
)
REACHED: Hypothesis[Problem] = Hypothesis(
    "reached",
    "the encoder class realises the functions among which the optimum is taken",
    "an injective mixing with a universal encoder into R^k, or both linear with Hermite functions",
    _reached,
)
KY_FAN: Entry[Problem] = Entry(
    "L-kyfan",
    "over k orthonormal functions (orthogonal to 1 where E h = 0), Σ E[h_i(z)h_i(z̃)] is at most the "
    "sum of the k largest eigenvalues of S = (T+T*)/2, with equality exactly on a top-k eigenspace",
    "Ky Fan (1949)",
    (
        Hypothesis(
            "whitened",
            "the outputs have the covariance I",
            "the objective is spectral, and says that it whitens",
            _whitens,
        ),
        KNOWN,
        REACHED,
    ),
)
INTERLACING: Entry[Problem] = Entry(
    "L-interlacing",
    "the eigenvalues of a compression of S to k orthonormal functions are at most the k largest "
    "eigenvalues of S, one by one",
    "Cauchy's interlacing theorem (Courant–Fischer)",
    (
        Hypothesis(
            "cross_correlation",
            "the loss is a function of the compression of T to the outputs",
            "the objective is BarlowTwins",
            lambda case: isinstance(case.objective, BarlowTwins),
        ),
        KNOWN,
        Hypothesis(
            "symmetric",
            "T is its own adjoint",
            "the table of cross-moments is symmetric, or the pairs are a reversible diffusion",
            _symmetric,
        ),
    ),
)
ECKART_YOUNG: Entry[Problem] = Entry(
    "L-eckart",
    "‖HH* − A‖² over H of k columns is minimal exactly where HH* keeps the k largest eigenvalues of "
    "A that are positive; H is then unique up to O(k)",
    "Eckart and Young (1936), for symmetric A and HH* positive semi-definite",
    (
        Hypothesis(
            "factorised",
            "the loss is ‖HH* − A‖² up to a constant, A a polynomial of degree 1 in S",
            "the objective is spectral and does not whiten",
            lambda case: _spectral(case) and not _whitens(case),
        ),
        KNOWN,
        REACHED,
    ),
)
MEHLER: Entry[Problem] = Entry(
    "L-mehler",
    "for Ornstein–Uhlenbeck pairs E[He_α(z̃)|z] = Π ρ_i^{α_i} He_α(z), and the Hermite polynomials "
    "are complete in L² of the Gaussian",
    "Mehler (1866)",
    (
        Hypothesis(
            "ornstein_uhlenbeck",
            "the pairs are Ornstein–Uhlenbeck pairs",
            "the kind of the pairs",
            lambda case: isinstance(case.world.pairs, OrnsteinUhlenbeck),
        ),
        Hypothesis(
            "gaussian",
            "the latents have the law N(0, I)",
            "the prior",
            lambda case: isinstance(case.world.prior, Gaussian),
        ),
    ),
)
JACOBI: Entry[Problem] = Entry(
    "L-jacobi",
    "the diffusion x(1−x)∂² + ((a+1)−(a+b+2)x)∂ has the Jacobi polynomials as eigenfunctions, of "
    "eigenvalues −n(n+a+b+1), and they are complete in L² of x^a(1−x)^b",
    "classical (Bakry and Émery, 1985; Szegő, 1939)",
    (
        Hypothesis(
            "jacobi",
            "the pairs are a Jacobi diffusion after some time, started in its stationary law",
            "the kind of the pairs, which fix the prior",
            lambda case: isinstance(case.world.pairs, JacobiDiffusion),
        ),
    ),
)
SUBSET: Entry[Subset] = Entry(
    "L-subset",
    "if every minimiser over a larger set of maps lies in a smaller one, these are the minimisers over "
    "the smaller set",
    "elementary",
    (
        Hypothesis(
            "smaller",
            "the claim minimises the whitened loss over maps of the law N(0, I), which are whitened",
            "the objective is GaussianAlignment",
            lambda case: isinstance(case.problem.objective, GaussianAlignment),
        ),
        Hypothesis(
            "gaussian",
            "linear functions of the latents of unit variance have the law N(0, 1)",
            "the prior is the standard Gaussian",
            lambda case: isinstance(case.problem.world.prior, Gaussian),
        ),
        Hypothesis(
            "kept",
            "every whitened optimum is linear in the latents",
            "the top eigenspace is unique, and its modes are linear without a constant",
            lambda case: case.kept.holds,
        ),
    ),
)


def spectral_lemmas(claim: Claim) -> tuple[Lemma, ...]:
    """Return the lemmas that the optimum and the spectrum rest on, those whose hypotheses hold."""
    case = Problem(claim.world, claim.objective, claim.encoder)
    optimum = KY_FAN if _whitens(case) else ECKART_YOUNG
    return (
        optimum.cite(case),
        *INTERLACING.cited(case),
        *MEHLER.cited(case),
        *JACOBI.cited(case),
    )
