"""Losses, one per file; each returns one value per seed."""

from sith.numerics.losses.alignment_entropy import alignment_entropy as alignment_entropy
from sith.numerics.losses.alignment_entropy import kernel_entropy as kernel_entropy
from sith.numerics.losses.all_negatives import decoupled_infonce as decoupled_infonce
from sith.numerics.losses.all_negatives import nt_xent as nt_xent
from sith.numerics.losses.barlow_twins import barlow_twins as barlow_twins
from sith.numerics.losses.characteristic import characteristic_function as characteristic_function
from sith.numerics.losses.clustering import dino as dino
from sith.numerics.losses.clustering import sinkhorn as sinkhorn
from sith.numerics.losses.clustering import swav as swav
from sith.numerics.losses.clustering import update_centre as update_centre
from sith.numerics.losses.cross_entropy import cross_entropy as cross_entropy
from sith.numerics.losses.graph import SimilarityGraph as SimilarityGraph
from sith.numerics.losses.graph import graph_barlow_twins as graph_barlow_twins
from sith.numerics.losses.graph import graph_spectral_contrastive as graph_spectral_contrastive
from sith.numerics.losses.graph import graph_vicreg as graph_vicreg
from sith.numerics.losses.graph import similarity_graph as similarity_graph
from sith.numerics.losses.infonce import Critic as Critic
from sith.numerics.losses.infonce import DiagonalMetric as DiagonalMetric
from sith.numerics.losses.infonce import InnerProduct as InnerProduct
from sith.numerics.losses.infonce import PowerDistance as PowerDistance
from sith.numerics.losses.infonce import infonce as infonce
from sith.numerics.losses.likelihood import flow_likelihood as flow_likelihood
from sith.numerics.losses.likelihood import likelihood as likelihood
from sith.numerics.losses.likelihood import (
    standard_normal_log_density as standard_normal_log_density,
)
from sith.numerics.losses.likelihood import value_and_jacobian as value_and_jacobian
from sith.numerics.losses.masked_prediction import masked_prediction as masked_prediction
from sith.numerics.losses.row_logsumexp import row_logsumexp as row_logsumexp
from sith.numerics.losses.self_distillation import decay_schedule as decay_schedule
from sith.numerics.losses.self_distillation import moving_average as moving_average
from sith.numerics.losses.self_distillation import self_distillation as self_distillation
from sith.numerics.losses.sigreg import random_directions as random_directions
from sith.numerics.losses.sigreg import sigreg as sigreg
from sith.numerics.losses.spectral_contrastive import spectral_contrastive as spectral_contrastive
from sith.numerics.losses.vicreg import covariance_penalty as covariance_penalty
from sith.numerics.losses.vicreg import variance_hinge as variance_hinge
from sith.numerics.losses.vicreg import vicreg as vicreg
from sith.numerics.losses.whitened_alignment import whitened_alignment as whitened_alignment
from sith.numerics.losses.whitened_alignment import whitening_penalty as whitening_penalty
