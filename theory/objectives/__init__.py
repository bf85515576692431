"""Population losses and critics."""

from sith.theory.objectives.alignment_alone import Alignment as Alignment
from sith.theory.objectives.alignment_alone import SelfDistillation as SelfDistillation
from sith.theory.objectives.alignment_max_entropy import (
    AlignmentMaxEntropy as AlignmentMaxEntropy,
)
from sith.theory.objectives.alignment_whitening import AlignmentWhitening as AlignmentWhitening
from sith.theory.objectives.barlow_twins import BarlowTwins as BarlowTwins
from sith.theory.objectives.binary_minimum import BinaryMinimum as BinaryMinimum
from sith.theory.objectives.binary_minimum import binary_minimum as binary_minimum
from sith.theory.objectives.binary_nce import BinaryNCE as BinaryNCE
from sith.theory.objectives.close_classifier import CloseClassifier as CloseClassifier
from sith.theory.objectives.conditional_energy import ConditionalEnergy as ConditionalEnergy
from sith.theory.objectives.conditional_likelihood import (
    ConditionalLikelihood as ConditionalLikelihood,
)
from sith.theory.objectives.critic import AbstractCritic as AbstractCritic
from sith.theory.objectives.critic import DynamicsModel as DynamicsModel
from sith.theory.objectives.critic import ExpressionCritic as ExpressionCritic
from sith.theory.objectives.critic import InnerProduct as InnerProduct
from sith.theory.objectives.critic import LearnedDiagonal as LearnedDiagonal
from sith.theory.objectives.critic import NegativeNorm as NegativeNorm
from sith.theory.objectives.cross_covariance_identity import (
    CrossCovarianceIdentity as CrossCovarianceIdentity,
)
from sith.theory.objectives.cross_entropy import CrossEntropy as CrossEntropy
from sith.theory.objectives.environment_classification import (
    EnvironmentClassification as EnvironmentClassification,
)
from sith.theory.objectives.equivariance import Equivariance as Equivariance
from sith.theory.objectives.free_tower import FreePredictor as FreePredictor
from sith.theory.objectives.free_tower import SecondTower as SecondTower
from sith.theory.objectives.gaussian_alignment import GaussianAlignment as GaussianAlignment
from sith.theory.objectives.generalised_contrastive import (
    GeneralisedContrastive as GeneralisedContrastive,
)
from sith.theory.objectives.infonce import InfoNCE as InfoNCE
from sith.theory.objectives.interventional_likelihood import (
    InterventionalLikelihood as InterventionalLikelihood,
)
from sith.theory.objectives.latent_correlation import LatentCorrelation as LatentCorrelation
from sith.theory.objectives.law_matching import LawMatching as LawMatching
from sith.theory.objectives.likelihood import Independence as Independence
from sith.theory.objectives.likelihood import Likelihood as Likelihood
from sith.theory.objectives.limit_minimum import LimitMinimum as LimitMinimum
from sith.theory.objectives.limit_minimum import limit_minimum as limit_minimum
from sith.theory.objectives.linear_optimum import LinearOptimum as LinearOptimum
from sith.theory.objectives.model_likelihood import ModelLikelihood as ModelLikelihood
from sith.theory.objectives.objective import AbstractObjective as AbstractObjective
from sith.theory.objectives.objective import BinaryPointwiseObjective as BinaryPointwiseObjective
from sith.theory.objectives.objective import PointwiseObjective as PointwiseObjective
from sith.theory.objectives.objective import softmax_cross_entropy as softmax_cross_entropy
from sith.theory.objectives.own import Reduced as Reduced
from sith.theory.objectives.own import kind_of as kind_of
from sith.theory.objectives.own import rank_is_finite as rank_is_finite
from sith.theory.objectives.own import reduce_objective as reduce_objective
from sith.theory.objectives.own import standard_objective as standard_objective
from sith.theory.objectives.pair_likelihood import PairLikelihood as PairLikelihood
from sith.theory.objectives.partial_alignment import PartialAlignment as PartialAlignment
from sith.theory.objectives.permutation_contrast import PermutationContrast as PermutationContrast
from sith.theory.objectives.projected import Projected as Projected
from sith.theory.objectives.projector import AbstractProjector as AbstractProjector
from sith.theory.objectives.projector import LinearProjector as LinearProjector
from sith.theory.objectives.projector import UniversalProjector as UniversalProjector
from sith.theory.objectives.reconstruction import Reconstruction as Reconstruction
from sith.theory.objectives.score_matching import ScoreMatching as ScoreMatching
from sith.theory.objectives.sliced_normality import SlicedNormality as SlicedNormality
from sith.theory.objectives.slot_minimum import slot_minimum as slot_minimum
from sith.theory.objectives.slot_minimum import slot_symbols as slot_symbols
from sith.theory.objectives.sparse_change import SparseChange as SparseChange
from sith.theory.objectives.spectral import SpectralObjective as SpectralObjective
from sith.theory.objectives.spectral_contrastive import SpectralContrastive as SpectralContrastive
from sith.theory.objectives.stated_optimum import LOG_DET as LOG_DET
from sith.theory.objectives.stated_optimum import StatedOptimum as StatedOptimum
from sith.theory.objectives.stated_optimum import jacobian_symbols as jacobian_symbols
from sith.theory.objectives.stated_optimum import map_symbols as map_symbols
from sith.theory.objectives.sum_of_losses import Sum as Sum
from sith.theory.objectives.sum_of_losses import Term as Term
from sith.theory.objectives.vicreg import VICReg as VICReg
