"""The exact check of spectral objectives: explicit maps on Gauss nodes, against the eigenproblem.

On n Gauss–Hermite nodes a coordinate the Hermite polynomials of degree < n are orthonormal, so that
E h(z)h(z̃)ᵀ is exact for polynomial h of degree < n in each coordinate. On a graph all is a sum.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from sith.numerics.exact.candidates import Candidate, candidates
from sith.numerics.exact.decide import decide
from sith.numerics.exact.lines import spectral_lines
from sith.numerics.exact.problem import LatentMap, Linearisation
from sith.numerics.exact.report import TOLERANCE, ExactReport, Tried
from sith.numerics.exact.spectra import TopModes, top_modes
from sith.numerics.exact.trials import SAME, Setting, try_maps
from sith.numerics.lowering.lower import lower_map
from sith.theory import (
    Agreement,
    AugmentationGraph,
    BarlowTwins,
    Claim,
    JacobiDiffusion,
    OrnsteinUhlenbeck,
    Orthogonal,
    SpectralContrastive,
    SpectralObjective,
    UnsupportedCondition,
    contained,
    latents,
)

_NODES = {1: 16, 2: 10, 3: 8}


@dataclass(frozen=True, slots=True)
class SpectralProblem:
    """A spectral objective on nodes with weights and the joint moments of a pair.

    Fields:
        objective: of the theory.
        nodes, weights: ``(N, d)`` and ``(N,)``.
        smoothed: ``(N, N)``, Sf at the nodes is ``smoothed @ f``.
        modes: the optimum.
    """

    objective: SpectralObjective
    nodes: Tensor
    weights: Tensor
    smoothed: Tensor
    modes: TopModes

    def gap(self, h: LatentMap) -> float:
        """The loss of h above the optimum, plus by how much the exact constraints are violated.

        Zero exactly at the optimum: a map that violates a constraint has no loss, and the size of
        the violation stands for it.
        """
        values = h(self.nodes)
        loss, violation = self._terms(values)
        best, _ = self._terms(self.modes.optimum(self.nodes))
        return max(loss - best, 0.0) + violation if violation < TOLERANCE else violation

    def linearise(self, h: LatentMap) -> Linearisation:
        """Refuse: fields are not compared for spectral objectives."""
        del h
        raise UnsupportedCondition("fields are not compared for spectral objectives")

    def _terms(self, values: Tensor) -> tuple[float, float]:
        if not self.objective.constant_mode:
            mean = self.weights @ values
            drift = 0.0 if self.objective.shifts else float(mean.square().sum())
            values = values - mean
        else:
            drift = 0.0
        weighted = values.T * self.weights
        second = weighted @ values
        cross = weighted @ (self.smoothed @ values)
        eye = torch.eye(values.shape[1], dtype=values.dtype)
        alignment = 2 * float((second - cross).trace())
        if isinstance(self.objective, SpectralContrastive):
            spread = float((second - eye).square().sum())
            return float(self.objective.beta) * alignment + spread, 0.0
        violation = drift + float((second - eye).square().sum())
        if isinstance(self.objective, BarlowTwins):
            return float((cross - eye).square().sum()), violation
        return alignment, violation


def spectral_problem(claim: Claim) -> SpectralProblem:
    """Return the problem of a claim.

    Raises:
        UnsupportedCondition: no nodes for the pairs, or the dimension is too large.
    """
    objective, pairs = claim.objective, claim.world.pairs
    if not isinstance(objective, SpectralObjective):
        raise UnsupportedCondition(f"the objective '{objective}' is not spectral")
    modes = top_modes(claim.world, objective, claim.encoder.output.dim)
    if isinstance(pairs, AugmentationGraph):
        joint = torch.tensor([[float(x) for x in row] for row in pairs.joint]).double()
        weights = joint.sum(1)
        nodes = torch.eye(len(joint), dtype=torch.float64)
        return SpectralProblem(objective, nodes, weights, joint / weights[:, None], modes)
    if not isinstance(pairs, OrnsteinUhlenbeck | JacobiDiffusion) or claim.dim not in _NODES:
        raise UnsupportedCondition(
            f"quadrature of pairs '{pairs}'", allowed=f"d from {min(_NODES)} to {max(_NODES)}"
        )
    count = _NODES[claim.dim]
    lines = spectral_lines(pairs)
    rules = [line.nodes(count) for line in lines]
    nodes = torch.cartesian_prod(*(z for z, _ in rules)).reshape(-1, claim.dim)
    weights = reduce(torch.kron, [mass for _, mass in rules])
    smoothed = reduce(torch.kron, [line.operator(count) for line in lines])
    return SpectralProblem(objective, nodes, weights, smoothed, modes)


def stated_map(claim: Claim, modes: TopModes) -> LatentMap:
    """Return the functions that the stated group acts on: stated, the latents, or the top modes.

    Without stated functions they are the latents with mean 0 and variance 1 where these are as many
    as the outputs, and the top modes otherwise.
    """
    standardised = getattr(claim.world.pairs, "standardised", None)
    stated = claim.base
    if not stated and standardised is not None and claim.encoder.output.dim == claim.dim:
        stated = tuple(standardised(latents(claim.dim)))
    return lower_map(stated, latents(claim.dim)) if stated else modes.optimum


def check_spectral(claim: Claim, rng: random.Random) -> ExactReport:
    """Try members of the stated group after the stated functions, and maps outside it.

    Among the maps outside is the one that trades its last mode for the first that is not kept. Where
    a mode is dropped the features do not span R^k, and maps outside O(k) that agree with a rotation
    on them are left out if the group holds O(k).
    """
    problem = spectral_problem(claim)
    modes = problem.modes
    base = stated_map(claim, modes)
    details = {
        "nodes": len(problem.nodes),
        "eigenvalues kept": ", ".join(f"{v:.4g}" for v in modes.values),
        "next": modes.following,
    }
    base_gap = problem.gap(base)
    if base_gap > TOLERANCE:
        reason = f"the stated functions are no optimum: gap {base_gap:.3g}"
        tried = (Tried("stated functions", base_gap, optimal=False),)
        return ExactReport(claim.name, Agreement.DISAGREES, tried, (), TOLERANCE, reason, details)
    setting = Setting(problem, base, lambda values: values)
    drawn = candidates(claim.encoder.output, rng)
    if min(modes.scales) == 0 and contained(Orthogonal(claim.group.dim), claim.group).holds:
        drawn = tuple(c for c in drawn if not _rotates(c, base, problem))
    inside, outside, left_out = try_maps(claim, setting, drawn, rng)
    details["left out"] = f"{left_out} maps"
    if modes.scales[-1] > 0:
        traded = problem.gap(modes.traded)
        outside += (Tried("the next mode for the last", traded, traded <= TOLERANCE),)
    passed, reason = decide(claim, inside, outside, None)
    return ExactReport(claim.name, passed, inside, outside, TOLERANCE, reason, details)


def _rotates(candidate: Candidate, base: LatentMap, problem: SpectralProblem) -> bool:
    """Whether a map agrees with a rotation on the features of all nodes: equal inner products."""
    before = base(problem.nodes)
    after = lower_map(candidate.map.expressions, candidate.map.symbols)(before)
    if problem.objective.shifts:
        before, after = (v - problem.weights @ v for v in (before, after))
    return float((before @ before.T - after @ after.T).abs().max()) < SAME
