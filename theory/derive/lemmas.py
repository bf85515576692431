"""Named lemmas that verdicts may trust, each with its source and a short reason."""

from __future__ import annotations

from theory.verdict import Lemma

GIBBS = Lemma(
    "L-gibbs",
    "a cross-entropy is minimal exactly where the model's conditional equals the true one, "
    "if the family contains it",
    "Gibbs' inequality",
)
ALIGN_ENTROPY = Lemma(
    "L-align-entropy",
    "alignment plus negative entropy is minimal exactly where h(z) = h(z̃) almost surely and "
    "h(z) is uniform on the box",
    "von Kügelgen et al. (2021), proof of Thm 4.4",
)
LAW = Lemma(
    "L-law",
    "the likelihood of invertible h is maximal exactly where h(z) has the prior's law",
    "Gibbs' inequality and the change of variables",
)
CRAMER_WOLD = Lemma(
    "L-cramer-wold",
    "a law on R^d is N(0, I) exactly where its projection on every unit vector is N(0, 1)",
    "Cramér and Wold (1936): the characteristic function at ta is that of the projection on a at t",
)
WHITENING = Lemma(
    "L-whitening",
    "a square matrix has MΓMᵀ = I, Γ positive definite, exactly where MᵀM = Γ⁻¹",
    "M is invertible; multiply by its inverses",
)
INDEPENDENCE = Lemma(
    "L-independence",
    "the total correlation of h(z) is zero exactly where its density is a product",
    "Gibbs' inequality",
)
SPHERE_ISOMETRY = Lemma(
    "L-sphere-iso",
    "a map of the sphere with h(z)·h(z̃) = z·z̃ for almost all pairs is orthogonal, z ↦ Qz",
    "Mazur–Ulam type; Zimmermann et al. (2021); measurable h: arXiv 2606.04280",
)
LP_ISOMETRY = Lemma(
    "L-Lp-iso",
    "an isometry of ‖·‖_p, p ≠ 2, between convex bodies of R^d is a signed permutation with a shift",
    "Mazur–Ulam, Mankiewicz and Banach–Lamperti theorems",
)
EUCLIDEAN_ISOMETRY = Lemma(
    "L-euclidean-iso",
    "a map of a convex body that preserves (z−z̃)ᵀS(z−z̃), S positive definite, is affine with "
    "MᵀSM = S",
    "Mazur–Ulam theorem, after the change of coordinates S^{1/2}",
)
ELLIPSOID = Lemma(
    "L-ellipsoid",
    "if (h−h̃)ᵀΛ̂(h−h̃) = (z−z̃)ᵀΛ(z−z̃) on the sphere, h is orthogonal and maps the coordinates of "
    "each value of Λ onto those of the same value of Λ̂",
    "Rusak et al. (2025); principal axes of MᵀΛ̂M = Λ",
)
AFFINE_GENERATORS = Lemma(
    "L-affine-generators",
    "if {v_a − v_b} spans R^d, ⟨u_a − u_b, h(z)⟩ = κ⟨v_a − v_b, z⟩ for all a, b makes h linear",
    "Reizinger et al. (2025), arXiv 2410.21869, Thm 1C: Aᵀh(z) = z",
)
OPEN_SUPPORT = Lemma(
    "L-open-support",
    "if h(c, s) = h(c, s̃) almost surely, with s̃ of positive density on an open set around s for "
    "every style coordinate, a continuous h does not depend on s",
    "von Kügelgen et al. (2021), proof of Thm 4.2",
)
RECONSTRUCTION = Lemma(
    "L-reconstruction",
    "a reconstruction loss is zero exactly where encoder and decoder invert each other on the "
    "observations, so h = ĝ^{−1}∘g for some decoder ĝ of the class",
    "the class contains the true g",
)
ISOMETRY = Lemma(
    "L-isometry",
    "a twice differentiable map of a connected domain of R^d with JᵀJ = I is z ↦ Qz + b, Q orthogonal",
    "classical (Liouville; Mazur–Ulam for maps that keep distances)",
)
LIOUVILLE = Lemma(
    "L-liouville",
    "a smooth injective conformal map of the whole R^d, d ≥ 3, is z ↦ cQz + b, Q orthogonal",
    "Liouville's theorem on conformal maps; a Möbius transformation without a pole is a similarity",
)
COVARIANCE = Lemma(
    "L-covariance",
    "an affine map that keeps N(0, I) is orthogonal",
    "its mean is b and its covariance MMᵀ",
)
DARMOIS_SKITOVICH = Lemma(
    "L-darmois-skitovich",
    "a matrix that takes independent coordinates to independent ones has a single non-zero entry "
    "in the column of every non-Gaussian coordinate; marginals symmetric about 0 fix shift and scale",
    "Darmois (1953), Skitovich (1953)",
)
