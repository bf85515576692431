"""Every prediction, in alphabetical order. Adding one is one import and one entry."""

from __future__ import annotations

from theory.errors import UnknownName
from theory.prediction import Prediction
from theory.predictions.batch_size import PREDICTION as BATCH_SIZE
from theory.predictions.centring import PREDICTION as CENTRING
from theory.predictions.clustering import PREDICTION as CLUSTERING
from theory.predictions.covariance_operator import PREDICTION as COVARIANCE_OPERATOR
from theory.predictions.deep_linear import PREDICTION as DEEP_LINEAR
from theory.predictions.diet_classes import PREDICTION as DIET_CLASSES
from theory.predictions.dimensional_collapse import PREDICTION as DIMENSIONAL_COLLAPSE
from theory.predictions.direct_pred import PREDICTION as DIRECT_PRED
from theory.predictions.efference import PREDICTION as EFFERENCE
from theory.predictions.encoder_class import PREDICTION as ENCODER_CLASS
from theory.predictions.explaining_away import PREDICTION as EXPLAINING_AWAY
from theory.predictions.imbalance import PREDICTION as IMBALANCE
from theory.predictions.implementable_clusters import PREDICTION as IMPLEMENTABLE_CLUSTERS
from theory.predictions.information_bound import PREDICTION as INFORMATION_BOUND
from theory.predictions.interplay import PREDICTION as INTERPLAY
from theory.predictions.loss_gap_over_time import PREDICTION as LOSS_GAP_OVER_TIME
from theory.predictions.matched_encoder import PREDICTION as MATCHED_ENCODER
from theory.predictions.mode_blindness import PREDICTION as MODE_BLINDNESS
from theory.predictions.optimiser import PREDICTION as OPTIMISER
from theory.predictions.platonic import PREDICTION as PLATONIC
from theory.predictions.platonic_kernel import PREDICTION as PLATONIC_KERNEL
from theory.predictions.projector import PREDICTION as PROJECTOR
from theory.predictions.reweighted_sam import PREDICTION as REWEIGHTED_SAM
from theory.predictions.sample_size import PREDICTION as SAMPLE_SIZE
from theory.predictions.self_prediction import PREDICTION as SELF_PREDICTION
from theory.predictions.sigreg_directions import PREDICTION as SIGREG_DIRECTIONS
from theory.predictions.similarity_graph import PREDICTION as SIMILARITY_GRAPH
from theory.predictions.soft_diversity import PREDICTION as SOFT_DIVERSITY
from theory.predictions.stepwise import PREDICTION as STEPWISE
from theory.predictions.sterile_dichotomy import PREDICTION as STERILE_DICHOTOMY
from theory.predictions.training_time import PREDICTION as TRAINING_TIME
from theory.predictions.waveform import PREDICTION as WAVEFORM

PREDICTIONS: tuple[Prediction, ...] = (
    BATCH_SIZE,
    CENTRING,
    CLUSTERING,
    COVARIANCE_OPERATOR,
    DEEP_LINEAR,
    DIET_CLASSES,
    DIMENSIONAL_COLLAPSE,
    DIRECT_PRED,
    EFFERENCE,
    ENCODER_CLASS,
    EXPLAINING_AWAY,
    IMBALANCE,
    IMPLEMENTABLE_CLUSTERS,
    INFORMATION_BOUND,
    INTERPLAY,
    LOSS_GAP_OVER_TIME,
    MATCHED_ENCODER,
    MODE_BLINDNESS,
    OPTIMISER,
    PLATONIC,
    PLATONIC_KERNEL,
    PROJECTOR,
    REWEIGHTED_SAM,
    SAMPLE_SIZE,
    SELF_PREDICTION,
    SIGREG_DIRECTIONS,
    SIMILARITY_GRAPH,
    SOFT_DIVERSITY,
    STEPWISE,
    STERILE_DICHOTOMY,
    TRAINING_TIME,
    WAVEFORM,
)


def prediction(name: str) -> Prediction:
    """Return a prediction by name; raises `UnknownName` for another."""
    for entry in PREDICTIONS:
        if entry.name == name:
            return entry
    raise UnknownName(f"prediction '{name}'", allowed=", ".join(p.name for p in PREDICTIONS))
