"""Mixings g: latents to observations, one per file, with parameters batched over seeds."""

from numerics.mixings.identity import IdentityMixing as IdentityMixing
from numerics.mixings.identity import identity_mixing as identity_mixing
from numerics.mixings.injectivity import InjectivityReport as InjectivityReport
from numerics.mixings.injectivity import check_injectivity as check_injectivity
from numerics.mixings.leaky_relu import LeakyReluMixing as LeakyReluMixing
from numerics.mixings.leaky_relu import leaky_relu_mixing as leaky_relu_mixing
from numerics.mixings.linear import LinearMixing as LinearMixing
from numerics.mixings.linear import linear_mixing as linear_mixing
from numerics.mixings.linear import prescribed_matrices as prescribed_matrices
from numerics.mixings.smooth import SmoothMixing as SmoothMixing
from numerics.mixings.smooth import smooth_mixing as smooth_mixing
from numerics.mixings.spiral import SpiralMixing as SpiralMixing
from numerics.mixings.spiral import spiral_mixing as spiral_mixing
