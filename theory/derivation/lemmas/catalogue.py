"""Named lemmas that verdicts may trust, each with its source and a short reason."""

from __future__ import annotations

from sith.theory.verdict import Lemma

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
COMMON_VIEW = Lemma(
    "L-common-view",
    "if h_1(x_1) = h_k(x_k) almost surely and the latents have a positive density, two first views "
    "that occur with the same k-th view have the same h_1",
    "composition; Daunhawer et al. (2023), Yao et al. (2024)",
)
LATENT_CORRELATION = Lemma(
    "L-latent-correlation",
    "whitened outputs of two views have maximal correlation exactly where they are equal almost "
    "surely, if encoders that agree exist",
    "Cauchy–Schwarz; Lyu et al. (2022)",
)
DYNAMICS = Lemma(
    "L-dynamics",
    "if ‖f̂(h(z)) − h(z̃)‖² = ‖Az + c − z̃‖² up to a function of z for all z, z̃, with A invertible, h is "
    "affine with an orthogonal linear part, and linear if f̂ is linear and 1 is no eigenvalue of A",
    "differences in z make z̃ an affine function of h(z̃), then the squares of z̃ compare; Laiz et al. "
    "(2025), Thm 1",
)
EQUIVARIANCE = Lemma(
    "L-equivariance",
    "the loss E_a‖h(z̃) − M_a h(z)‖² is zero exactly where h(M_a z) = M_a h(z) almost surely, for every "
    "action that occurs",
    "a mean of squares; the identity attains it",
)
LINEAR_COMMUTANT = Lemma(
    "L-linear-commutant",
    "a linear h(z) = Mz with h(M_a z) = M_a h(z) has M M_a = M_a M; these equations are linear in M, so "
    "every invertible solution lies in the span of the free fields",
    "linear algebra",
)
PRECISION = Lemma(
    "L-precision",
    "Gaussian laws of mean 0 are equal exactly where their precisions are; the likelihood over all "
    "environments is maximal where every model law is the true one",
    "Gibbs' inequality",
)
ALIGNED = Lemma(
    "L-aligned",
    "a mean of squares is zero exactly where its terms vanish almost surely; the true inverse attains "
    "it",
    "elementary",
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
KERNEL_OF_DIFFERENCES = Lemma(
    "L-kernel-of-differences",
    "if K(h(z) − h(z̃)) = K(z − z̃) for all z, z̃ of a convex open set, K even, analytic at 0, the lowest "
    "order of K − K(0) there definite, a continuous h is z ↦ Mz + b, and M keeps every order of K",
    "h is locally bi-Lipschitz, and J_h lies in a compact group almost everywhere: a local isometry of a "
    "flat metric (Rademacher; Mazur–Ulam)",
)
BILINEAR = Lemma(
    "L-bilinear",
    "if h(z)ᵀS h(z̃) = zᵀS z̃ up to a function of z for all z, z̃ of an open set or a sphere, S positive "
    "definite, h is linear with MᵀSM = S",
    "differences in z̃ at d + 1 points in general position make h linear in z; comparing coefficients gives MᵀSM = S, and "
    "then no shift is left",
)
ELLIPSOID = Lemma(
    "L-ellipsoid",
    "if (h−h̃)ᵀΛ̂(h−h̃) = (z−z̃)ᵀΛ(z−z̃) on the sphere, h is orthogonal and maps the coordinates of "
    "each value of Λ onto those of the same value of Λ̂",
    "Rusak et al. (2025); principal axes of MᵀΛ̂M = Λ",
)
AFFINE_GENERATORS = Lemma(
    "L-affine-generators",
    "if {v_a − v_b} spans R^d, ⟨u_a − u_b, h(z)⟩ = κ⟨v_a − v_b, z⟩ for all a, b makes h linear "
    "(affine where constants are learned)",
    "Reizinger et al. (2025), arXiv 2410.21869, Thm 1C: Aᵀh(z) = z",
)
QUADRIC = Lemma(
    "L-quadric",
    "if {v_a − v_b} spans R^d and no quadric other than the unit sphere contains all v_a, unit rows "
    "w_a = M v_a + ψ with h = cM^{−T}z make M orthogonal and ψ = 0",
    "derived here: ‖Mv + ψ‖² − 1 is a multiple of ‖v‖² − 1, so MᵀM = λI, Mᵀψ = 0 and λ = 1; h is "
    "linear by Reizinger et al. (2025)",
)
BOX_SYMMETRIES = Lemma(
    "L-box-symmetries",
    "an affine map of determinant ±1 that takes the unit box into itself permutes the coordinates and "
    "reflects some of them at 1/2",
    "the image has the volume of the box, so it is the box; vertices go to vertices and edges to edges",
)
REARRANGEMENT = Lemma(
    "L-rearrangement",
    "on the line, a continuous injective map that keeps a law of positive density on an interval is the "
    "identity or z ↦ F⁻¹(1 − F(z)), F being its distribution function",
    "a monotone map that keeps the law keeps F or takes it to 1 − F",
)
OPEN_SUPPORT = Lemma(
    "L-open-support",
    "if h(c, s) = h(c, s̃) almost surely, with s̃ of positive density on an open set around s for "
    "every style coordinate, a continuous h is a function of the content c",
    "von Kügelgen et al. (2021), proof of Thm 4.2",
)
SECOND_ORDER_VARIABILITY = Lemma(
    "L-second-order-variability",
    "if the differences over u of (∂_i q_i, ∂_i² q_i) span R^{2d} at almost every point, a smooth "
    "diffeomorphism that keeps Σ_i q_i(z_i, u) − Σ_i q_i(z_i, u₀) separable for every u acts on each "
    "coordinate by itself, up to their order",
    "mixed derivatives; Hyvärinen, Sasaki and Turner (2019)",
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
HYPERBOLIC = Lemma(
    "L-hyperbolic",
    "in two coordinates, orthogonal columns and the change of variables for a smooth positive law "
    "are strictly hyperbolic near the identity: on a bounded domain every solution of the "
    "linearised equations is tangent to a curve of solutions",
    "the symbol at the identity has determinant k_2² − k_1²; classical local existence",
)
POLYNOMIAL_DECODER = Lemma(
    "L-polynomial-decoder",
    "if g and g∘k are polynomial of degree ≤ p, and constants and coordinates of g combine to every "
    "z_i and every z_i^p, then k is affine",
    "k_i and k_i^p are polynomial of degree ≤ p; Ahuja et al. (2023)",
)
DARMOIS_SKITOVICH = Lemma(
    "L-darmois-skitovich",
    "a matrix that takes independent coordinates to independent ones has a single non-zero entry "
    "in the column of every non-Gaussian coordinate; marginals symmetric about 0 fix shift and scale",
    "Darmois (1953), Skitovich (1953)",
)
INDEPENDENT_ATOMS = Lemma(
    "L-independent-atoms",
    "exp of Q-linearly independent polynomials without constant term and log of distinct irreducible "
    "polynomials are algebraically independent over the rational functions, constants included, and "
    "e is transcendental; so no further field solves the condition than those that solve it in "
    "independent symbols",
    "Ostrowski; Kolchin (1968); Ax (1971); Lindemann",
)
PAIR_LAW = Lemma(
    "L-pair-law",
    "the likelihood of pairs is maximal exactly where (h(z), h(z̃)) has the model's joint law, if the "
    "family contains it",
    "Gibbs' inequality and the change of variables",
)
REVERSIBLE = Lemma(
    "L-reversible",
    "if z̃ has the law of z and L(z, z̃) + log p(z) is symmetric, L being log p(z̃|z) up to a function "
    "of z, that function is constant",
    "the kernel K = p(z) e^L and u = e^{−c} satisfy Ku = u·K1, so Σ K (u(z) − u(z̃))² = 0",
)
KY_FAN = Lemma(
    "L-kyfan",
    "over k orthonormal functions (orthogonal to 1 where E h = 0), Σ E[h_i(z)h_i(z̃)] is at most the "
    "sum of the k largest eigenvalues of S = (T+T*)/2, with equality exactly on a top-k eigenspace",
    "Ky Fan (1949)",
)
INTERLACING = Lemma(
    "L-interlacing",
    "the eigenvalues of a compression of S to k orthonormal functions are at most the k largest "
    "eigenvalues of S, one by one",
    "Cauchy's interlacing theorem (Courant–Fischer)",
)
ECKART_YOUNG = Lemma(
    "L-eckart",
    "‖HH* − A‖² over H of k columns is minimal exactly where HH* keeps the k largest eigenvalues of "
    "A that are positive; H is then unique up to O(k)",
    "Eckart and Young (1936), for symmetric A and HH* positive semi-definite",
)
SUBSET = Lemma(
    "L-subset",
    "if every minimiser over a larger set of maps lies in a smaller one, these are the minimisers over "
    "the smaller set",
    "elementary",
)
MEHLER = Lemma(
    "L-mehler",
    "for Ornstein–Uhlenbeck pairs E[He_α(z̃)|z] = Π ρ_i^{α_i} He_α(z), and the Hermite polynomials "
    "are complete in L² of the Gaussian",
    "Mehler (1866)",
)
JACOBI = Lemma(
    "L-jacobi",
    "the diffusion x(1−x)∂² + ((a+1)−(a+b+2)x)∂ has the Jacobi polynomials as eigenfunctions, of "
    "eigenvalues −n(n+a+b+1), and they are complete in L² of x^a(1−x)^b",
    "classical (Bakry and Émery, 1985; Szegő, 1939)",
)
