"""The formal layer: assumptions, objectives, groups, theorems and their derivation, all exact."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sith.theory.assumptions import IMPLICATIONS as IMPLICATIONS
    from sith.theory.assumptions import AbstractPairs as AbstractPairs
    from sith.theory.assumptions import AbstractPrior as AbstractPrior
    from sith.theory.assumptions import AbstractSpace as AbstractSpace
    from sith.theory.assumptions import Additive as Additive
    from sith.theory.assumptions import AlgebraicSpace as AlgebraicSpace
    from sith.theory.assumptions import AnisotropicSphere as AnisotropicSphere
    from sith.theory.assumptions import Assumption as Assumption
    from sith.theory.assumptions import Atoms as Atoms
    from sith.theory.assumptions import AugmentationGraph as AugmentationGraph
    from sith.theory.assumptions import Box as Box
    from sith.theory.assumptions import Classes as Classes
    from sith.theory.assumptions import Compositional as Compositional
    from sith.theory.assumptions import Encoder as Encoder
    from sith.theory.assumptions import ExponentialFamily as ExponentialFamily
    from sith.theory.assumptions import ExponentialNorm as ExponentialNorm
    from sith.theory.assumptions import Family as Family
    from sith.theory.assumptions import FiniteSpace as FiniteSpace
    from sith.theory.assumptions import Gaussian as Gaussian
    from sith.theory.assumptions import JacobiDiffusion as JacobiDiffusion
    from sith.theory.assumptions import KnownActions as KnownActions
    from sith.theory.assumptions import LinearInterventions as LinearInterventions
    from sith.theory.assumptions import LinearlyCorrelated as LinearlyCorrelated
    from sith.theory.assumptions import LogDensity as LogDensity
    from sith.theory.assumptions import Marginal as Marginal
    from sith.theory.assumptions import Mixing as Mixing
    from sith.theory.assumptions import MomentOperator as MomentOperator
    from sith.theory.assumptions import NoPairs as NoPairs
    from sith.theory.assumptions import NormalMixture as NormalMixture
    from sith.theory.assumptions import OrnsteinUhlenbeck as OrnsteinUhlenbeck
    from sith.theory.assumptions import OrthogonalColumns as OrthogonalColumns
    from sith.theory.assumptions import PairLogDensity as PairLogDensity
    from sith.theory.assumptions import PartlyKeptSphere as PartlyKeptSphere
    from sith.theory.assumptions import PolynomialDegree as PolynomialDegree
    from sith.theory.assumptions import Product as Product
    from sith.theory.assumptions import ProductSpace as ProductSpace
    from sith.theory.assumptions import Property as Property
    from sith.theory.assumptions import RealSpace as RealSpace
    from sith.theory.assumptions import ReversibleDiffusion as ReversibleDiffusion
    from sith.theory.assumptions import Role as Role
    from sith.theory.assumptions import RotationGroup as RotationGroup
    from sith.theory.assumptions import SharedBlock as SharedBlock
    from sith.theory.assumptions import Simplex as Simplex
    from sith.theory.assumptions import SoftmaxLabels as SoftmaxLabels
    from sith.theory.assumptions import SparseSupport as SparseSupport
    from sith.theory.assumptions import Sphere as Sphere
    from sith.theory.assumptions import Stationary as Stationary
    from sith.theory.assumptions import StructuredMixing as StructuredMixing
    from sith.theory.assumptions import Student as Student
    from sith.theory.assumptions import StyleRedrawn as StyleRedrawn
    from sith.theory.assumptions import SubsetsRedrawn as SubsetsRedrawn
    from sith.theory.assumptions import Uniform as Uniform
    from sith.theory.assumptions import VonMisesFisher as VonMisesFisher
    from sith.theory.assumptions import World as World
    from sith.theory.assumptions import cross_covariance as cross_covariance
    from sith.theory.assumptions import natural_parameters as natural_parameters
    from sith.theory.assumptions import norm_power as norm_power
    from sith.theory.assumptions import properties as properties
    from sith.theory.assumptions import rational_unit_vectors as rational_unit_vectors
    from sith.theory.assumptions import torus as torus
    from sith.theory.claim import Claim as Claim
    from sith.theory.claim import Parameter as Parameter
    from sith.theory.claim import Statement as Statement
    from sith.theory.claim import Theorem as Theorem
    from sith.theory.derivation import Bound as Bound
    from sith.theory.derivation import Certificate as Certificate
    from sith.theory.derivation import Classification as Classification
    from sith.theory.derivation import Condition as Condition
    from sith.theory.derivation import Cut as Cut
    from sith.theory.derivation import DeterminingSystem as DeterminingSystem
    from sith.theory.derivation import Equation as Equation
    from sith.theory.derivation import Identified as Identified
    from sith.theory.derivation import Invariants as Invariants
    from sith.theory.derivation import Level as Level
    from sith.theory.derivation import LinearSolutions as LinearSolutions
    from sith.theory.derivation import Mode as Mode
    from sith.theory.derivation import Separation as Separation
    from sith.theory.derivation import Solution as Solution
    from sith.theory.derivation import UpTo as UpTo
    from sith.theory.derivation import Verification as Verification
    from sith.theory.derivation import certificate_data as certificate_data
    from sith.theory.derivation import check_base as check_base
    from sith.theory.derivation import check_bound as check_bound
    from sith.theory.derivation import check_count as check_count
    from sith.theory.derivation import check_decoder_inverse as check_decoder_inverse
    from sith.theory.derivation import check_erratum as check_erratum
    from sith.theory.derivation import check_field as check_field
    from sith.theory.derivation import check_independent as check_independent
    from sith.theory.derivation import check_lower_loss as check_lower_loss
    from sith.theory.derivation import check_map as check_map
    from sith.theory.derivation import check_members as check_members
    from sith.theory.derivation import check_obstruction as check_obstruction
    from sith.theory.derivation import check_separation as check_separation
    from sith.theory.derivation import check_witness as check_witness
    from sith.theory.derivation import classify as classify
    from sith.theory.derivation import completeness as completeness
    from sith.theory.derivation import component_count as component_count
    from sith.theory.derivation import derive as derive
    from sith.theory.derivation import determining_system as determining_system
    from sith.theory.derivation import finite_maps as finite_maps
    from sith.theory.derivation import invariants as invariants
    from sith.theory.derivation import is_identified as is_identified
    from sith.theory.derivation import kernel_test as kernel_test
    from sith.theory.derivation import linear_solutions as linear_solutions
    from sith.theory.derivation import linearise as linearise
    from sith.theory.derivation import optimal_score as optimal_score
    from sith.theory.derivation import optimal_scores as optimal_scores
    from sith.theory.derivation import optimum_condition as optimum_condition
    from sith.theory.derivation import read_certificate as read_certificate
    from sith.theory.derivation import recognise as recognise
    from sith.theory.derivation import separations as separations
    from sith.theory.derivation import solve as solve
    from sith.theory.derivation import spectrum as spectrum
    from sith.theory.derivation import verify_certificate as verify_certificate
    from sith.theory.errata import ERRATA as ERRATA
    from sith.theory.errata import erratum as erratum
    from sith.theory.erratum_entry import Erratum as Erratum
    from sith.theory.errors import BudgetExceeded as BudgetExceeded
    from sith.theory.errors import FloatInSymbolicField as FloatInSymbolicField
    from sith.theory.errors import InputError as InputError
    from sith.theory.errors import MissingAssumption as MissingAssumption
    from sith.theory.errors import SithError as SithError
    from sith.theory.errors import UnknownName as UnknownName
    from sith.theory.errors import UnsupportedCondition as UnsupportedCondition
    from sith.theory.exactness import exact as exact
    from sith.theory.exactness import rational as rational
    from sith.theory.groups import AbstractGroup as AbstractGroup
    from sith.theory.groups import AbstractMatrixGroup as AbstractMatrixGroup
    from sith.theory.groups import Affine as Affine
    from sith.theory.groups import BlockOrthogonal as BlockOrthogonal
    from sith.theory.groups import BlockwiseDiffeomorphisms as BlockwiseDiffeomorphisms
    from sith.theory.groups import BoxSymmetries as BoxSymmetries
    from sith.theory.groups import Commutant as Commutant
    from sith.theory.groups import ComponentwiseDiffeomorphisms as ComponentwiseDiffeomorphisms
    from sith.theory.groups import ContentKeeping as ContentKeeping
    from sith.theory.groups import DirectProduct as DirectProduct
    from sith.theory.groups import Euclidean as Euclidean
    from sith.theory.groups import Field as Field
    from sith.theory.groups import GeneralisedPermutations as GeneralisedPermutations
    from sith.theory.groups import Linear as Linear
    from sith.theory.groups import Map as Map
    from sith.theory.groups import MeasurePreserving as MeasurePreserving
    from sith.theory.groups import Orthogonal as Orthogonal
    from sith.theory.groups import Permutations as Permutations
    from sith.theory.groups import Shifted as Shifted
    from sith.theory.groups import SignedPermutations as SignedPermutations
    from sith.theory.groups import SignFlips as SignFlips
    from sith.theory.groups import Translations as Translations
    from sith.theory.groups import Trivial as Trivial
    from sith.theory.groups import Unimodular as Unimodular
    from sith.theory.groups import contained as contained
    from sith.theory.groups import equal as equal
    from sith.theory.groups import map_data as map_data
    from sith.theory.groups import named_groups as named_groups
    from sith.theory.groups import read_map as read_map
    from sith.theory.groups import strictly_smaller as strictly_smaller
    from sith.theory.notation import TABLE as TABLE
    from sith.theory.notation import Notation as Notation
    from sith.theory.notation import latents as latents
    from sith.theory.notation import notation_table as notation_table
    from sith.theory.notation import pair as pair
    from sith.theory.objectives import LOG_DET as LOG_DET
    from sith.theory.objectives import AbstractCritic as AbstractCritic
    from sith.theory.objectives import AbstractObjective as AbstractObjective
    from sith.theory.objectives import AbstractProjector as AbstractProjector
    from sith.theory.objectives import Alignment as Alignment
    from sith.theory.objectives import AlignmentMaxEntropy as AlignmentMaxEntropy
    from sith.theory.objectives import AlignmentWhitening as AlignmentWhitening
    from sith.theory.objectives import BarlowTwins as BarlowTwins
    from sith.theory.objectives import BinaryNCE as BinaryNCE
    from sith.theory.objectives import BinaryPointwiseObjective as BinaryPointwiseObjective
    from sith.theory.objectives import CloseClassifier as CloseClassifier
    from sith.theory.objectives import ConditionalEnergy as ConditionalEnergy
    from sith.theory.objectives import ConditionalLikelihood as ConditionalLikelihood
    from sith.theory.objectives import CrossCovarianceIdentity as CrossCovarianceIdentity
    from sith.theory.objectives import CrossEntropy as CrossEntropy
    from sith.theory.objectives import DynamicsModel as DynamicsModel
    from sith.theory.objectives import EnvironmentClassification as EnvironmentClassification
    from sith.theory.objectives import Equivariance as Equivariance
    from sith.theory.objectives import ExpressionCritic as ExpressionCritic
    from sith.theory.objectives import FreePredictor as FreePredictor
    from sith.theory.objectives import GaussianAlignment as GaussianAlignment
    from sith.theory.objectives import GeneralisedContrastive as GeneralisedContrastive
    from sith.theory.objectives import Independence as Independence
    from sith.theory.objectives import InfoNCE as InfoNCE
    from sith.theory.objectives import InnerProduct as InnerProduct
    from sith.theory.objectives import InterventionalLikelihood as InterventionalLikelihood
    from sith.theory.objectives import LatentCorrelation as LatentCorrelation
    from sith.theory.objectives import LearnedDiagonal as LearnedDiagonal
    from sith.theory.objectives import Likelihood as Likelihood
    from sith.theory.objectives import LinearOptimum as LinearOptimum
    from sith.theory.objectives import LinearProjector as LinearProjector
    from sith.theory.objectives import ModelLikelihood as ModelLikelihood
    from sith.theory.objectives import NegativeNorm as NegativeNorm
    from sith.theory.objectives import PairLikelihood as PairLikelihood
    from sith.theory.objectives import PartialAlignment as PartialAlignment
    from sith.theory.objectives import PermutationContrast as PermutationContrast
    from sith.theory.objectives import PointwiseObjective as PointwiseObjective
    from sith.theory.objectives import Projected as Projected
    from sith.theory.objectives import Reconstruction as Reconstruction
    from sith.theory.objectives import ScoreMatching as ScoreMatching
    from sith.theory.objectives import SecondTower as SecondTower
    from sith.theory.objectives import SelfDistillation as SelfDistillation
    from sith.theory.objectives import SlicedNormality as SlicedNormality
    from sith.theory.objectives import SparseChange as SparseChange
    from sith.theory.objectives import SpectralContrastive as SpectralContrastive
    from sith.theory.objectives import SpectralObjective as SpectralObjective
    from sith.theory.objectives import StatedOptimum as StatedOptimum
    from sith.theory.objectives import Sum as Sum
    from sith.theory.objectives import Term as Term
    from sith.theory.objectives import UniversalProjector as UniversalProjector
    from sith.theory.objectives import VICReg as VICReg
    from sith.theory.objectives import jacobian_symbols as jacobian_symbols
    from sith.theory.objectives import map_symbols as map_symbols
    from sith.theory.objectives import softmax_cross_entropy as softmax_cross_entropy
    from sith.theory.obstruction import Obstacle as Obstacle
    from sith.theory.obstruction import Obstruction as Obstruction
    from sith.theory.open_entry import OpenProblem as OpenProblem
    from sith.theory.open_problems import OPEN_PROBLEMS as OPEN_PROBLEMS
    from sith.theory.open_problems import open_problem as open_problem
    from sith.theory.parameter_values import Quantifier as Quantifier
    from sith.theory.parameter_values import Range as Range
    from sith.theory.parameter_values import as_rational as as_rational
    from sith.theory.prediction_entry import Prediction as Prediction
    from sith.theory.predictions import PREDICTIONS as PREDICTIONS
    from sith.theory.predictions import prediction as prediction
    from sith.theory.source import UNPUBLISHED as UNPUBLISHED
    from sith.theory.source import Evidence as Evidence
    from sith.theory.source import Source as Source
    from sith.theory.theorems import THEOREMS as THEOREMS
    from sith.theory.theorems import theorem as theorem
    from sith.theory.verdict import Agreement as Agreement
    from sith.theory.verdict import Completeness as Completeness
    from sith.theory.verdict import Extent as Extent
    from sith.theory.verdict import Kind as Kind
    from sith.theory.verdict import Lemma as Lemma
    from sith.theory.verdict import Lower as Lower
    from sith.theory.verdict import Membership as Membership
    from sith.theory.verdict import Method as Method
    from sith.theory.verdict import Outcome as Outcome
    from sith.theory.verdict import Relation as Relation
    from sith.theory.verdict import Scope as Scope
    from sith.theory.verdict import Upper as Upper
    from sith.theory.verdict import Verdict as Verdict
    from sith.theory.witness import Witness as Witness
    from sith.theory.witnesses import WITNESSES as WITNESSES

_HOME = {
    "AbstractCritic": "sith.theory.objectives",
    "AbstractGroup": "sith.theory.groups",
    "AbstractMatrixGroup": "sith.theory.groups",
    "AbstractObjective": "sith.theory.objectives",
    "AbstractPairs": "sith.theory.assumptions",
    "AbstractPrior": "sith.theory.assumptions",
    "AbstractProjector": "sith.theory.objectives",
    "AbstractSpace": "sith.theory.assumptions",
    "Additive": "sith.theory.assumptions",
    "Affine": "sith.theory.groups",
    "Agreement": "sith.theory.verdict",
    "Alignment": "sith.theory.objectives",
    "AlgebraicSpace": "sith.theory.assumptions",
    "AlignmentMaxEntropy": "sith.theory.objectives",
    "AlignmentWhitening": "sith.theory.objectives",
    "AnisotropicSphere": "sith.theory.assumptions",
    "LinearProjector": "sith.theory.objectives",
    "ModelLikelihood": "sith.theory.objectives",
    "Projected": "sith.theory.objectives",
    "SelfDistillation": "sith.theory.objectives",
    "UniversalProjector": "sith.theory.objectives",
    "as_rational": "sith.theory.parameter_values",
    "Assumption": "sith.theory.assumptions",
    "Atoms": "sith.theory.assumptions",
    "AugmentationGraph": "sith.theory.assumptions",
    "BarlowTwins": "sith.theory.objectives",
    "BinaryNCE": "sith.theory.objectives",
    "BinaryPointwiseObjective": "sith.theory.objectives",
    "BlockOrthogonal": "sith.theory.groups",
    "BlockwiseDiffeomorphisms": "sith.theory.groups",
    "Bound": "sith.theory.derivation",
    "Box": "sith.theory.assumptions",
    "BoxSymmetries": "sith.theory.groups",
    "BudgetExceeded": "sith.theory.errors",
    "Certificate": "sith.theory.derivation",
    "certificate_data": "sith.theory.derivation",
    "check_base": "sith.theory.derivation",
    "check_bound": "sith.theory.derivation",
    "check_count": "sith.theory.derivation",
    "check_decoder_inverse": "sith.theory.derivation",
    "check_erratum": "sith.theory.derivation",
    "check_field": "sith.theory.derivation",
    "check_independent": "sith.theory.derivation",
    "check_lower_loss": "sith.theory.derivation",
    "check_map": "sith.theory.derivation",
    "check_members": "sith.theory.derivation",
    "check_obstruction": "sith.theory.derivation",
    "check_separation": "sith.theory.derivation",
    "check_witness": "sith.theory.derivation",
    "Claim": "sith.theory.claim",
    "Classes": "sith.theory.assumptions",
    "Classification": "sith.theory.derivation",
    "classify": "sith.theory.derivation",
    "CloseClassifier": "sith.theory.objectives",
    "Commutant": "sith.theory.groups",
    "Completeness": "sith.theory.verdict",
    "completeness": "sith.theory.derivation",
    "component_count": "sith.theory.derivation",
    "ComponentwiseDiffeomorphisms": "sith.theory.groups",
    "Compositional": "sith.theory.assumptions",
    "Condition": "sith.theory.derivation",
    "ConditionalEnergy": "sith.theory.objectives",
    "ConditionalLikelihood": "sith.theory.objectives",
    "contained": "sith.theory.groups",
    "ContentKeeping": "sith.theory.groups",
    "cross_covariance": "sith.theory.assumptions",
    "CrossCovarianceIdentity": "sith.theory.objectives",
    "CrossEntropy": "sith.theory.objectives",
    "Cut": "sith.theory.derivation",
    "derive": "sith.theory.derivation",
    "determining_system": "sith.theory.derivation",
    "DeterminingSystem": "sith.theory.derivation",
    "DirectProduct": "sith.theory.groups",
    "DynamicsModel": "sith.theory.objectives",
    "Encoder": "sith.theory.assumptions",
    "EnvironmentClassification": "sith.theory.objectives",
    "equal": "sith.theory.groups",
    "Equation": "sith.theory.derivation",
    "Equivariance": "sith.theory.objectives",
    "ERRATA": "sith.theory.errata",
    "Erratum": "sith.theory.erratum_entry",
    "erratum": "sith.theory.errata",
    "Euclidean": "sith.theory.groups",
    "Evidence": "sith.theory.source",
    "exact": "sith.theory.exactness",
    "ExponentialFamily": "sith.theory.assumptions",
    "ExponentialNorm": "sith.theory.assumptions",
    "ExpressionCritic": "sith.theory.objectives",
    "Extent": "sith.theory.verdict",
    "Family": "sith.theory.assumptions",
    "Field": "sith.theory.groups",
    "finite_maps": "sith.theory.derivation",
    "FiniteSpace": "sith.theory.assumptions",
    "FloatInSymbolicField": "sith.theory.errors",
    "Gaussian": "sith.theory.assumptions",
    "GaussianAlignment": "sith.theory.objectives",
    "GeneralisedContrastive": "sith.theory.objectives",
    "GeneralisedPermutations": "sith.theory.groups",
    "Identified": "sith.theory.derivation",
    "IMPLICATIONS": "sith.theory.assumptions",
    "Independence": "sith.theory.objectives",
    "InfoNCE": "sith.theory.objectives",
    "InnerProduct": "sith.theory.objectives",
    "InputError": "sith.theory.errors",
    "InterventionalLikelihood": "sith.theory.objectives",
    "Invariants": "sith.theory.derivation",
    "invariants": "sith.theory.derivation",
    "is_identified": "sith.theory.derivation",
    "jacobian_symbols": "sith.theory.objectives",
    "JacobiDiffusion": "sith.theory.assumptions",
    "kernel_test": "sith.theory.derivation",
    "Kind": "sith.theory.verdict",
    "KnownActions": "sith.theory.assumptions",
    "LatentCorrelation": "sith.theory.objectives",
    "latents": "sith.theory.notation",
    "LearnedDiagonal": "sith.theory.objectives",
    "Lemma": "sith.theory.verdict",
    "Level": "sith.theory.derivation",
    "Likelihood": "sith.theory.objectives",
    "Linear": "sith.theory.groups",
    "linear_solutions": "sith.theory.derivation",
    "LinearInterventions": "sith.theory.assumptions",
    "linearise": "sith.theory.derivation",
    "LinearlyCorrelated": "sith.theory.assumptions",
    "LinearOptimum": "sith.theory.objectives",
    "LinearSolutions": "sith.theory.derivation",
    "LOG_DET": "sith.theory.objectives",
    "LogDensity": "sith.theory.assumptions",
    "Lower": "sith.theory.verdict",
    "Map": "sith.theory.groups",
    "map_data": "sith.theory.groups",
    "map_symbols": "sith.theory.objectives",
    "Marginal": "sith.theory.assumptions",
    "MeasurePreserving": "sith.theory.groups",
    "Membership": "sith.theory.verdict",
    "Method": "sith.theory.verdict",
    "MissingAssumption": "sith.theory.errors",
    "Mixing": "sith.theory.assumptions",
    "Mode": "sith.theory.derivation",
    "MomentOperator": "sith.theory.assumptions",
    "named_groups": "sith.theory.groups",
    "natural_parameters": "sith.theory.assumptions",
    "NegativeNorm": "sith.theory.objectives",
    "NoPairs": "sith.theory.assumptions",
    "norm_power": "sith.theory.assumptions",
    "NormalMixture": "sith.theory.assumptions",
    "Notation": "sith.theory.notation",
    "notation_table": "sith.theory.notation",
    "Obstacle": "sith.theory.obstruction",
    "Obstruction": "sith.theory.obstruction",
    "optimal_score": "sith.theory.derivation",
    "optimal_scores": "sith.theory.derivation",
    "optimum_condition": "sith.theory.derivation",
    "OrnsteinUhlenbeck": "sith.theory.assumptions",
    "OPEN_PROBLEMS": "sith.theory.open_problems",
    "OpenProblem": "sith.theory.open_entry",
    "open_problem": "sith.theory.open_problems",
    "Orthogonal": "sith.theory.groups",
    "OrthogonalColumns": "sith.theory.assumptions",
    "Outcome": "sith.theory.verdict",
    "pair": "sith.theory.notation",
    "PairLikelihood": "sith.theory.objectives",
    "PairLogDensity": "sith.theory.assumptions",
    "Parameter": "sith.theory.claim",
    "PartialAlignment": "sith.theory.objectives",
    "PartlyKeptSphere": "sith.theory.assumptions",
    "PermutationContrast": "sith.theory.objectives",
    "Permutations": "sith.theory.groups",
    "PointwiseObjective": "sith.theory.objectives",
    "PolynomialDegree": "sith.theory.assumptions",
    "Prediction": "sith.theory.prediction_entry",
    "prediction": "sith.theory.predictions",
    "PREDICTIONS": "sith.theory.predictions",
    "Product": "sith.theory.assumptions",
    "ProductSpace": "sith.theory.assumptions",
    "properties": "sith.theory.assumptions",
    "Property": "sith.theory.assumptions",
    "Quantifier": "sith.theory.parameter_values",
    "Range": "sith.theory.parameter_values",
    "rational": "sith.theory.exactness",
    "rational_unit_vectors": "sith.theory.assumptions",
    "read_certificate": "sith.theory.derivation",
    "read_map": "sith.theory.groups",
    "RealSpace": "sith.theory.assumptions",
    "recognise": "sith.theory.derivation",
    "Reconstruction": "sith.theory.objectives",
    "Relation": "sith.theory.verdict",
    "ReversibleDiffusion": "sith.theory.assumptions",
    "Role": "sith.theory.assumptions",
    "RotationGroup": "sith.theory.assumptions",
    "Scope": "sith.theory.verdict",
    "Separation": "sith.theory.derivation",
    "separations": "sith.theory.derivation",
    "SharedBlock": "sith.theory.assumptions",
    "Shifted": "sith.theory.groups",
    "SignedPermutations": "sith.theory.groups",
    "SignFlips": "sith.theory.groups",
    "Simplex": "sith.theory.assumptions",
    "SithError": "sith.theory.errors",
    "SlicedNormality": "sith.theory.objectives",
    "softmax_cross_entropy": "sith.theory.objectives",
    "SoftmaxLabels": "sith.theory.assumptions",
    "Solution": "sith.theory.derivation",
    "solve": "sith.theory.derivation",
    "Source": "sith.theory.source",
    "SparseSupport": "sith.theory.assumptions",
    "SpectralContrastive": "sith.theory.objectives",
    "SpectralObjective": "sith.theory.objectives",
    "spectrum": "sith.theory.derivation",
    "Sphere": "sith.theory.assumptions",
    "StatedOptimum": "sith.theory.objectives",
    "Statement": "sith.theory.claim",
    "Stationary": "sith.theory.assumptions",
    "strictly_smaller": "sith.theory.groups",
    "StructuredMixing": "sith.theory.assumptions",
    "Student": "sith.theory.assumptions",
    "StyleRedrawn": "sith.theory.assumptions",
    "SubsetsRedrawn": "sith.theory.assumptions",
    "Sum": "sith.theory.objectives",
    "TABLE": "sith.theory.notation",
    "Term": "sith.theory.objectives",
    "Theorem": "sith.theory.claim",
    "theorem": "sith.theory.theorems",
    "THEOREMS": "sith.theory.theorems",
    "torus": "sith.theory.assumptions",
    "Translations": "sith.theory.groups",
    "Trivial": "sith.theory.groups",
    "Uniform": "sith.theory.assumptions",
    "Unimodular": "sith.theory.groups",
    "UnknownName": "sith.theory.errors",
    "UNPUBLISHED": "sith.theory.source",
    "UnsupportedCondition": "sith.theory.errors",
    "Upper": "sith.theory.verdict",
    "UpTo": "sith.theory.derivation",
    "Verdict": "sith.theory.verdict",
    "Verification": "sith.theory.derivation",
    "verify_certificate": "sith.theory.derivation",
    "VICReg": "sith.theory.objectives",
    "VonMisesFisher": "sith.theory.assumptions",
    "Witness": "sith.theory.witness",
    "WITNESSES": "sith.theory.witnesses",
    "FreePredictor": "sith.theory.objectives",
    "ScoreMatching": "sith.theory.objectives",
    "SecondTower": "sith.theory.objectives",
    "SparseChange": "sith.theory.objectives",
    "World": "sith.theory.assumptions",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name not in _HOME:
        raise AttributeError(f"module 'sith.theory' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
