"""Identifiability theory of self-supervised learning: state a claim, derive it, check it.

`from sith import Claim, derive, check`: every public name of the exact layer, `sith.theory`, and of
the numerical layer, `sith.numerics`. A name is loaded on first use, so that `import sith` loads
neither sympy nor torch.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sith.numerics import BUDGETS as BUDGETS
    from sith.numerics import AuditReport as AuditReport
    from sith.numerics import Budget as Budget
    from sith.numerics import CheckReport as CheckReport
    from sith.numerics import Counterexample as Counterexample
    from sith.numerics import Design as Design
    from sith.numerics import RefuteReport as RefuteReport
    from sith.numerics import Store as Store
    from sith.numerics import StoreReport as StoreReport
    from sith.numerics import StudyReport as StudyReport
    from sith.numerics import Task as Task
    from sith.numerics import TrainedReport as TrainedReport
    from sith.numerics import TrainedRun as TrainedRun
    from sith.numerics import audit as audit
    from sith.numerics import check as check
    from sith.numerics import check_counterexample as check_counterexample
    from sith.numerics import exact_check as exact_check
    from sith.numerics import load_statement as load_statement
    from sith.numerics import measure_run as measure_run
    from sith.numerics import pick_budget as pick_budget
    from sith.numerics import read_counterexample as read_counterexample
    from sith.numerics import read_sweep as read_sweep
    from sith.numerics import refute as refute
    from sith.numerics import report as report
    from sith.numerics import run_study as run_study
    from sith.numerics import run_tasks as run_tasks
    from sith.numerics import stored_study as stored_study
    from sith.numerics import tabular_optimum as tabular_optimum
    from sith.numerics import train_claim as train_claim
    from sith.numerics import train_design as train_design
    from sith.theory import ERRATA as ERRATA
    from sith.theory import IMPLICATIONS as IMPLICATIONS
    from sith.theory import LOG_DET as LOG_DET
    from sith.theory import OPEN_PROBLEMS as OPEN_PROBLEMS
    from sith.theory import PREDICTIONS as PREDICTIONS
    from sith.theory import TABLE as TABLE
    from sith.theory import THEOREMS as THEOREMS
    from sith.theory import UNPUBLISHED as UNPUBLISHED
    from sith.theory import WITNESSES as WITNESSES
    from sith.theory import AbstractCritic as AbstractCritic
    from sith.theory import AbstractGroup as AbstractGroup
    from sith.theory import AbstractMatrixGroup as AbstractMatrixGroup
    from sith.theory import AbstractObjective as AbstractObjective
    from sith.theory import AbstractPairs as AbstractPairs
    from sith.theory import AbstractPrior as AbstractPrior
    from sith.theory import AbstractProjector as AbstractProjector
    from sith.theory import AbstractSpace as AbstractSpace
    from sith.theory import Additive as Additive
    from sith.theory import Affine as Affine
    from sith.theory import Agreement as Agreement
    from sith.theory import AlgebraicSpace as AlgebraicSpace
    from sith.theory import Alignment as Alignment
    from sith.theory import AlignmentMaxEntropy as AlignmentMaxEntropy
    from sith.theory import AlignmentWhitening as AlignmentWhitening
    from sith.theory import AnisotropicSphere as AnisotropicSphere
    from sith.theory import Assumption as Assumption
    from sith.theory import Atoms as Atoms
    from sith.theory import AugmentationGraph as AugmentationGraph
    from sith.theory import BarlowTwins as BarlowTwins
    from sith.theory import BinaryNCE as BinaryNCE
    from sith.theory import BinaryPointwiseObjective as BinaryPointwiseObjective
    from sith.theory import BlockOrthogonal as BlockOrthogonal
    from sith.theory import BlockwiseDiffeomorphisms as BlockwiseDiffeomorphisms
    from sith.theory import Bound as Bound
    from sith.theory import Box as Box
    from sith.theory import BoxSymmetries as BoxSymmetries
    from sith.theory import BudgetExceeded as BudgetExceeded
    from sith.theory import Certificate as Certificate
    from sith.theory import Claim as Claim
    from sith.theory import Classes as Classes
    from sith.theory import Classification as Classification
    from sith.theory import CloseClassifier as CloseClassifier
    from sith.theory import Commutant as Commutant
    from sith.theory import Completeness as Completeness
    from sith.theory import ComponentwiseDiffeomorphisms as ComponentwiseDiffeomorphisms
    from sith.theory import Compositional as Compositional
    from sith.theory import Condition as Condition
    from sith.theory import ConditionalEnergy as ConditionalEnergy
    from sith.theory import ConditionalLikelihood as ConditionalLikelihood
    from sith.theory import ContentKeeping as ContentKeeping
    from sith.theory import CrossCovarianceIdentity as CrossCovarianceIdentity
    from sith.theory import CrossEntropy as CrossEntropy
    from sith.theory import Cut as Cut
    from sith.theory import DeterminingSystem as DeterminingSystem
    from sith.theory import DirectProduct as DirectProduct
    from sith.theory import DynamicsModel as DynamicsModel
    from sith.theory import Encoder as Encoder
    from sith.theory import EnvironmentClassification as EnvironmentClassification
    from sith.theory import Equation as Equation
    from sith.theory import Equivariance as Equivariance
    from sith.theory import Erratum as Erratum
    from sith.theory import Euclidean as Euclidean
    from sith.theory import Evidence as Evidence
    from sith.theory import ExponentialFamily as ExponentialFamily
    from sith.theory import ExponentialNorm as ExponentialNorm
    from sith.theory import ExpressionCritic as ExpressionCritic
    from sith.theory import Extent as Extent
    from sith.theory import Family as Family
    from sith.theory import Field as Field
    from sith.theory import FiniteSpace as FiniteSpace
    from sith.theory import FloatInSymbolicField as FloatInSymbolicField
    from sith.theory import FreePredictor as FreePredictor
    from sith.theory import Gaussian as Gaussian
    from sith.theory import GaussianAlignment as GaussianAlignment
    from sith.theory import GeneralisedContrastive as GeneralisedContrastive
    from sith.theory import GeneralisedPermutations as GeneralisedPermutations
    from sith.theory import Identified as Identified
    from sith.theory import Independence as Independence
    from sith.theory import InfoNCE as InfoNCE
    from sith.theory import InnerProduct as InnerProduct
    from sith.theory import InputError as InputError
    from sith.theory import InterventionalLikelihood as InterventionalLikelihood
    from sith.theory import Invariants as Invariants
    from sith.theory import JacobiDiffusion as JacobiDiffusion
    from sith.theory import Kind as Kind
    from sith.theory import KnownActions as KnownActions
    from sith.theory import LatentCorrelation as LatentCorrelation
    from sith.theory import LearnedDiagonal as LearnedDiagonal
    from sith.theory import Lemma as Lemma
    from sith.theory import Level as Level
    from sith.theory import Likelihood as Likelihood
    from sith.theory import Linear as Linear
    from sith.theory import LinearInterventions as LinearInterventions
    from sith.theory import LinearlyCorrelated as LinearlyCorrelated
    from sith.theory import LinearOptimum as LinearOptimum
    from sith.theory import LinearProjector as LinearProjector
    from sith.theory import LinearSolutions as LinearSolutions
    from sith.theory import LogDensity as LogDensity
    from sith.theory import Lower as Lower
    from sith.theory import Map as Map
    from sith.theory import Marginal as Marginal
    from sith.theory import MeasurePreserving as MeasurePreserving
    from sith.theory import Membership as Membership
    from sith.theory import Method as Method
    from sith.theory import MissingAssumption as MissingAssumption
    from sith.theory import Mixing as Mixing
    from sith.theory import Mode as Mode
    from sith.theory import ModelLikelihood as ModelLikelihood
    from sith.theory import MomentOperator as MomentOperator
    from sith.theory import NegativeNorm as NegativeNorm
    from sith.theory import NoPairs as NoPairs
    from sith.theory import NormalMixture as NormalMixture
    from sith.theory import Notation as Notation
    from sith.theory import Obstacle as Obstacle
    from sith.theory import Obstruction as Obstruction
    from sith.theory import OpenProblem as OpenProblem
    from sith.theory import OrnsteinUhlenbeck as OrnsteinUhlenbeck
    from sith.theory import Orthogonal as Orthogonal
    from sith.theory import OrthogonalColumns as OrthogonalColumns
    from sith.theory import Outcome as Outcome
    from sith.theory import PairLikelihood as PairLikelihood
    from sith.theory import PairLogDensity as PairLogDensity
    from sith.theory import Parameter as Parameter
    from sith.theory import PartialAlignment as PartialAlignment
    from sith.theory import PartlyKeptSphere as PartlyKeptSphere
    from sith.theory import PermutationContrast as PermutationContrast
    from sith.theory import Permutations as Permutations
    from sith.theory import PointwiseObjective as PointwiseObjective
    from sith.theory import PolynomialDegree as PolynomialDegree
    from sith.theory import Prediction as Prediction
    from sith.theory import Product as Product
    from sith.theory import ProductSpace as ProductSpace
    from sith.theory import Projected as Projected
    from sith.theory import Property as Property
    from sith.theory import Quantifier as Quantifier
    from sith.theory import Range as Range
    from sith.theory import RealSpace as RealSpace
    from sith.theory import Reconstruction as Reconstruction
    from sith.theory import Relation as Relation
    from sith.theory import ReversibleDiffusion as ReversibleDiffusion
    from sith.theory import Role as Role
    from sith.theory import RotationGroup as RotationGroup
    from sith.theory import Scope as Scope
    from sith.theory import ScoreMatching as ScoreMatching
    from sith.theory import SecondTower as SecondTower
    from sith.theory import SelfDistillation as SelfDistillation
    from sith.theory import Separation as Separation
    from sith.theory import SharedBlock as SharedBlock
    from sith.theory import Shifted as Shifted
    from sith.theory import SignedPermutations as SignedPermutations
    from sith.theory import SignFlips as SignFlips
    from sith.theory import Simplex as Simplex
    from sith.theory import SithError as SithError
    from sith.theory import SlicedNormality as SlicedNormality
    from sith.theory import SoftmaxLabels as SoftmaxLabels
    from sith.theory import Solution as Solution
    from sith.theory import Source as Source
    from sith.theory import SparseChange as SparseChange
    from sith.theory import SparseSupport as SparseSupport
    from sith.theory import SpectralContrastive as SpectralContrastive
    from sith.theory import SpectralObjective as SpectralObjective
    from sith.theory import Sphere as Sphere
    from sith.theory import StatedOptimum as StatedOptimum
    from sith.theory import Statement as Statement
    from sith.theory import Stationary as Stationary
    from sith.theory import StructuredMixing as StructuredMixing
    from sith.theory import Student as Student
    from sith.theory import StyleRedrawn as StyleRedrawn
    from sith.theory import SubsetsRedrawn as SubsetsRedrawn
    from sith.theory import Sum as Sum
    from sith.theory import Term as Term
    from sith.theory import Theorem as Theorem
    from sith.theory import Translations as Translations
    from sith.theory import Trivial as Trivial
    from sith.theory import Uniform as Uniform
    from sith.theory import Unimodular as Unimodular
    from sith.theory import UniversalProjector as UniversalProjector
    from sith.theory import UnknownName as UnknownName
    from sith.theory import UnsupportedCondition as UnsupportedCondition
    from sith.theory import Upper as Upper
    from sith.theory import UpTo as UpTo
    from sith.theory import Verdict as Verdict
    from sith.theory import Verification as Verification
    from sith.theory import VICReg as VICReg
    from sith.theory import VonMisesFisher as VonMisesFisher
    from sith.theory import Witness as Witness
    from sith.theory import World as World
    from sith.theory import as_rational as as_rational
    from sith.theory import certificate_data as certificate_data
    from sith.theory import check_base as check_base
    from sith.theory import check_bound as check_bound
    from sith.theory import check_count as check_count
    from sith.theory import check_decoder_inverse as check_decoder_inverse
    from sith.theory import check_erratum as check_erratum
    from sith.theory import check_field as check_field
    from sith.theory import check_independent as check_independent
    from sith.theory import check_lower_loss as check_lower_loss
    from sith.theory import check_map as check_map
    from sith.theory import check_members as check_members
    from sith.theory import check_obstruction as check_obstruction
    from sith.theory import check_separation as check_separation
    from sith.theory import check_witness as check_witness
    from sith.theory import classify as classify
    from sith.theory import completeness as completeness
    from sith.theory import component_count as component_count
    from sith.theory import contained as contained
    from sith.theory import cross_covariance as cross_covariance
    from sith.theory import derive as derive
    from sith.theory import determining_system as determining_system
    from sith.theory import equal as equal
    from sith.theory import erratum as erratum
    from sith.theory import exact as exact
    from sith.theory import finite_maps as finite_maps
    from sith.theory import invariants as invariants
    from sith.theory import is_identified as is_identified
    from sith.theory import jacobian_symbols as jacobian_symbols
    from sith.theory import kernel_test as kernel_test
    from sith.theory import latents as latents
    from sith.theory import linear_solutions as linear_solutions
    from sith.theory import linearise as linearise
    from sith.theory import map_data as map_data
    from sith.theory import map_symbols as map_symbols
    from sith.theory import named_groups as named_groups
    from sith.theory import natural_parameters as natural_parameters
    from sith.theory import norm_power as norm_power
    from sith.theory import notation_table as notation_table
    from sith.theory import open_problem as open_problem
    from sith.theory import optimal_score as optimal_score
    from sith.theory import optimal_scores as optimal_scores
    from sith.theory import optimum_condition as optimum_condition
    from sith.theory import pair as pair
    from sith.theory import prediction as prediction
    from sith.theory import properties as properties
    from sith.theory import rational as rational
    from sith.theory import rational_unit_vectors as rational_unit_vectors
    from sith.theory import read_certificate as read_certificate
    from sith.theory import read_map as read_map
    from sith.theory import recognise as recognise
    from sith.theory import separations as separations
    from sith.theory import softmax_cross_entropy as softmax_cross_entropy
    from sith.theory import solve as solve
    from sith.theory import spectrum as spectrum
    from sith.theory import strictly_smaller as strictly_smaller
    from sith.theory import theorem as theorem
    from sith.theory import torus as torus
    from sith.theory import verify_certificate as verify_certificate

__all__ = [
    "BUDGETS",
    "ERRATA",
    "IMPLICATIONS",
    "LOG_DET",
    "OPEN_PROBLEMS",
    "PREDICTIONS",
    "TABLE",
    "THEOREMS",
    "UNPUBLISHED",
    "WITNESSES",
    "AbstractCritic",
    "AbstractGroup",
    "AbstractMatrixGroup",
    "AbstractObjective",
    "AbstractPairs",
    "AbstractPrior",
    "AbstractProjector",
    "AbstractSpace",
    "Additive",
    "Affine",
    "Agreement",
    "AlgebraicSpace",
    "Alignment",
    "AlignmentMaxEntropy",
    "AlignmentWhitening",
    "AnisotropicSphere",
    "Assumption",
    "Atoms",
    "AuditReport",
    "AugmentationGraph",
    "BarlowTwins",
    "BinaryNCE",
    "BinaryPointwiseObjective",
    "BlockOrthogonal",
    "BlockwiseDiffeomorphisms",
    "Bound",
    "Box",
    "BoxSymmetries",
    "Budget",
    "BudgetExceeded",
    "Certificate",
    "CheckReport",
    "Claim",
    "Classes",
    "Classification",
    "CloseClassifier",
    "Commutant",
    "Completeness",
    "ComponentwiseDiffeomorphisms",
    "Compositional",
    "Condition",
    "ConditionalEnergy",
    "ConditionalLikelihood",
    "ContentKeeping",
    "Counterexample",
    "CrossCovarianceIdentity",
    "CrossEntropy",
    "Cut",
    "Design",
    "DeterminingSystem",
    "DirectProduct",
    "DynamicsModel",
    "Encoder",
    "EnvironmentClassification",
    "Equation",
    "Equivariance",
    "Erratum",
    "Euclidean",
    "Evidence",
    "ExponentialFamily",
    "ExponentialNorm",
    "ExpressionCritic",
    "Extent",
    "Family",
    "Field",
    "FiniteSpace",
    "FloatInSymbolicField",
    "FreePredictor",
    "Gaussian",
    "GaussianAlignment",
    "GeneralisedContrastive",
    "GeneralisedPermutations",
    "Identified",
    "Independence",
    "InfoNCE",
    "InnerProduct",
    "InputError",
    "InterventionalLikelihood",
    "Invariants",
    "JacobiDiffusion",
    "Kind",
    "KnownActions",
    "LatentCorrelation",
    "LearnedDiagonal",
    "Lemma",
    "Level",
    "Likelihood",
    "Linear",
    "LinearInterventions",
    "LinearOptimum",
    "LinearProjector",
    "LinearSolutions",
    "LinearlyCorrelated",
    "LogDensity",
    "Lower",
    "Map",
    "Marginal",
    "MeasurePreserving",
    "Membership",
    "Method",
    "MissingAssumption",
    "Mixing",
    "Mode",
    "ModelLikelihood",
    "MomentOperator",
    "NegativeNorm",
    "NoPairs",
    "NormalMixture",
    "Notation",
    "Obstacle",
    "Obstruction",
    "OpenProblem",
    "OrnsteinUhlenbeck",
    "Orthogonal",
    "OrthogonalColumns",
    "Outcome",
    "PairLikelihood",
    "PairLogDensity",
    "Parameter",
    "PartialAlignment",
    "PartlyKeptSphere",
    "PermutationContrast",
    "Permutations",
    "PointwiseObjective",
    "PolynomialDegree",
    "Prediction",
    "Product",
    "ProductSpace",
    "Projected",
    "Property",
    "Quantifier",
    "Range",
    "RealSpace",
    "Reconstruction",
    "RefuteReport",
    "Relation",
    "ReversibleDiffusion",
    "Role",
    "RotationGroup",
    "Scope",
    "ScoreMatching",
    "SecondTower",
    "SelfDistillation",
    "Separation",
    "SharedBlock",
    "Shifted",
    "SignFlips",
    "SignedPermutations",
    "Simplex",
    "SithError",
    "SlicedNormality",
    "SoftmaxLabels",
    "Solution",
    "Source",
    "SparseChange",
    "SparseSupport",
    "SpectralContrastive",
    "SpectralObjective",
    "Sphere",
    "StatedOptimum",
    "Statement",
    "Stationary",
    "Store",
    "StoreReport",
    "StructuredMixing",
    "Student",
    "StudyReport",
    "StyleRedrawn",
    "SubsetsRedrawn",
    "Sum",
    "Task",
    "Term",
    "Theorem",
    "TrainedReport",
    "TrainedRun",
    "Translations",
    "Trivial",
    "Uniform",
    "Unimodular",
    "UniversalProjector",
    "UnknownName",
    "UnsupportedCondition",
    "UpTo",
    "Upper",
    "VICReg",
    "Verdict",
    "Verification",
    "VonMisesFisher",
    "Witness",
    "World",
    "as_rational",
    "audit",
    "certificate_data",
    "check",
    "check_base",
    "check_bound",
    "check_count",
    "check_counterexample",
    "check_decoder_inverse",
    "check_erratum",
    "check_field",
    "check_independent",
    "check_lower_loss",
    "check_map",
    "check_members",
    "check_obstruction",
    "check_separation",
    "check_witness",
    "classify",
    "completeness",
    "component_count",
    "contained",
    "cross_covariance",
    "derive",
    "determining_system",
    "equal",
    "erratum",
    "exact",
    "exact_check",
    "finite_maps",
    "invariants",
    "is_identified",
    "jacobian_symbols",
    "kernel_test",
    "latents",
    "linear_solutions",
    "linearise",
    "load_statement",
    "map_data",
    "map_symbols",
    "measure_run",
    "named_groups",
    "natural_parameters",
    "norm_power",
    "notation_table",
    "open_problem",
    "optimal_score",
    "optimal_scores",
    "optimum_condition",
    "pair",
    "pick_budget",
    "prediction",
    "properties",
    "rational",
    "rational_unit_vectors",
    "read_certificate",
    "read_counterexample",
    "read_map",
    "read_sweep",
    "recognise",
    "refute",
    "report",
    "run_study",
    "run_tasks",
    "separations",
    "softmax_cross_entropy",
    "solve",
    "spectrum",
    "stored_study",
    "strictly_smaller",
    "tabular_optimum",
    "theorem",
    "torus",
    "train_claim",
    "train_design",
    "verify_certificate",
]

# In a checkout the two layers are folders beside this one; an installed package holds them itself.
_TREE = Path(__file__).resolve().parents[1]
if (_TREE / "pyproject.toml").is_file() and (_TREE / "theory").is_dir():
    __path__.append(str(_TREE))

_LAYERS = ("sith.theory", "sith.numerics")


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name in __all__:
        for layer in map(import_module, _LAYERS):
            if name in layer.__all__:
                value = getattr(layer, name)
                globals()[name] = value
                return value
    raise AttributeError(f"module 'sith' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
