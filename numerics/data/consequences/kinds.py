"""The consequences of marginals and pairs that can be tested, each with its test."""

from __future__ import annotations

from sith.numerics.data.consequences import correlations, marginals, pairs
from sith.numerics.data.consequences.evidence import LINEAR, ORTHOGONAL, SCALED, SMOOTH, Consequence

EXCHANGEABLE = Consequence(
    "exchangeable pairs", "(z, z̃) and (z̃, z) have one law", "pairs", SMOOTH, pairs.exchangeable
)
REDRAWN = Consequence(
    "full support",
    "no direction is the same in both of a pair",
    "pairs",
    LINEAR,
    pairs.redrawn_everywhere,
)
UNIFORM_SPHERE = Consequence(
    "uniform on the sphere",
    "mean 0 and second moments I/d of unit vectors",
    "samples",
    ORTHOGONAL,
    marginals.uniform_on_sphere,
)
UNIFORM_BOX = Consequence(
    "uniform on a box",
    "every coordinate is uniform between its extremes",
    "samples",
    SCALED,
    marginals.uniform_on_box,
)
NORMAL = Consequence(
    "normal", "no skewness, and the kurtosis of a normal law", "samples", LINEAR, marginals.normal
)
NOT_NORMAL = Consequence(
    "not normal",
    "at most one coordinate has an excess kurtosis within ±0.5",
    "samples",
    SCALED,
    marginals.not_normal,
)
INDEPENDENT = Consequence(
    "independent coordinates",
    "no correlation of coordinates or of their squares",
    "samples",
    SCALED | {"smooth"},
    marginals.independent,
)
MISES = Consequence(
    "von Mises–Fisher",
    "z·z̃ has the law ∝ exp(κt)(1−t²)^((d−3)/2) at the fitted κ",
    "pairs",
    ORTHOGONAL,
    pairs.von_mises_fisher,
)
ISOTROPIC = Consequence(
    "isotropic pairs", "z̃ − z has a covariance ∝ I", "pairs", ORTHOGONAL, pairs.isotropic
)
ANISOTROPIC = Consequence(
    "distinct weights",
    "the variances of z̃ − z differ, by a tenth at least",
    "pairs",
    ORTHOGONAL,
    pairs.anisotropic,
)
EQUAL_RATES = Consequence(
    "equal correlations",
    "all canonical correlations of a pair are equal",
    "pairs",
    LINEAR,
    correlations.equal_correlations,
)
DISTINCT_RATES = Consequence(
    "distinct correlations",
    "neighbouring canonical correlations of a pair differ by 0.02 at least",
    "pairs",
    LINEAR,
    correlations.distinct_correlations,
)
POSITIVE = Consequence(
    "positive correlations",
    "no direction is anticorrelated within pairs",
    "pairs",
    LINEAR,
    correlations.positive_correlations,
)
DEPENDENT = Consequence(
    "dependence within pairs",
    "every coordinate depends on its partner",
    "pairs",
    SCALED,
    correlations.dependent_pairs,
)
