"""Population losses and critics."""

from theory.objectives.alignment_max_entropy import AlignmentMaxEntropy as AlignmentMaxEntropy
from theory.objectives.alignment_whitening import AlignmentWhitening as AlignmentWhitening
from theory.objectives.barlow_twins import BarlowTwins as BarlowTwins
from theory.objectives.binary_nce import BinaryNCE as BinaryNCE
from theory.objectives.close_classifier import CloseClassifier as CloseClassifier
from theory.objectives.conditional_energy import ConditionalEnergy as ConditionalEnergy
from theory.objectives.conditional_likelihood import (
    ConditionalLikelihood as ConditionalLikelihood,
)
from theory.objectives.critic import AbstractCritic as AbstractCritic
from theory.objectives.critic import DynamicsModel as DynamicsModel
from theory.objectives.critic import ExpressionCritic as ExpressionCritic
from theory.objectives.critic import InnerProduct as InnerProduct
from theory.objectives.critic import LearnedDiagonal as LearnedDiagonal
from theory.objectives.critic import NegativeNorm as NegativeNorm
from theory.objectives.cross_covariance_identity import (
    CrossCovarianceIdentity as CrossCovarianceIdentity,
)
from theory.objectives.cross_entropy import CrossEntropy as CrossEntropy
from theory.objectives.environment_classification import (
    EnvironmentClassification as EnvironmentClassification,
)
from theory.objectives.equivariance import Equivariance as Equivariance
from theory.objectives.gaussian_alignment import GaussianAlignment as GaussianAlignment
from theory.objectives.generalised_contrastive import (
    GeneralisedContrastive as GeneralisedContrastive,
)
from theory.objectives.infonce import InfoNCE as InfoNCE
from theory.objectives.interventional_likelihood import (
    InterventionalLikelihood as InterventionalLikelihood,
)
from theory.objectives.latent_correlation import LatentCorrelation as LatentCorrelation
from theory.objectives.likelihood import Independence as Independence
from theory.objectives.likelihood import Likelihood as Likelihood
from theory.objectives.linear_optimum import LinearOptimum as LinearOptimum
from theory.objectives.objective import AbstractObjective as AbstractObjective
from theory.objectives.objective import BinaryPointwiseObjective as BinaryPointwiseObjective
from theory.objectives.objective import PointwiseObjective as PointwiseObjective
from theory.objectives.objective import softmax_cross_entropy as softmax_cross_entropy
from theory.objectives.pair_likelihood import PairLikelihood as PairLikelihood
from theory.objectives.partial_alignment import PartialAlignment as PartialAlignment
from theory.objectives.permutation_contrast import PermutationContrast as PermutationContrast
from theory.objectives.reconstruction import Reconstruction as Reconstruction
from theory.objectives.sliced_normality import SlicedNormality as SlicedNormality
from theory.objectives.spectral import SpectralObjective as SpectralObjective
from theory.objectives.spectral_contrastive import SpectralContrastive as SpectralContrastive
from theory.objectives.vicreg import VICReg as VICReg
