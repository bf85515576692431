"""From a claim to something that trains: one kind of experiment for each kind of objective."""

from sith.numerics.experiments.class_flow import Misfit as Misfit
from sith.numerics.experiments.class_flow import misfit_of as misfit_of
from sith.numerics.experiments.decoders import Decoder as Decoder
from sith.numerics.experiments.decoders import decoder_of as decoder_of
from sith.numerics.experiments.design import informative as informative
from sith.numerics.experiments.dynamics import partner_density as partner_density
from sith.numerics.experiments.environment_head import EnvironmentHead as EnvironmentHead
from sith.numerics.experiments.environment_head import head_of as head_of
from sith.numerics.experiments.environment_law import EnvironmentLaw as EnvironmentLaw
from sith.numerics.experiments.environment_law import environment_law as environment_law
from sith.numerics.experiments.environment_law import law_of as law_of
from sith.numerics.experiments.environments import bent as bent
from sith.numerics.experiments.masked_prediction import MaskedStudy as MaskedStudy
from sith.numerics.experiments.masked_prediction import Visibility as Visibility
from sith.numerics.experiments.masked_prediction import (
    masked_prediction_study as masked_prediction_study,
)
from sith.numerics.experiments.masked_prediction import population_rows as population_rows
from sith.numerics.experiments.own_injectivity import injectivity as injectivity
from sith.numerics.experiments.own_mixing import OwnMixing as OwnMixing
from sith.numerics.experiments.pair_likelihood import box_transition as box_transition
from sith.numerics.experiments.paired import PairedExperiment as PairedExperiment
from sith.numerics.experiments.permutation_contrast import log_ratio as log_ratio
from sith.numerics.experiments.protocol import Experiment as Experiment
from sith.numerics.experiments.score_of import Scoring as Scoring
from sith.numerics.experiments.score_of import score_of as score_of
from sith.numerics.experiments.scores import GROUP as GROUP
from sith.numerics.experiments.scores import contrast_in_groups as contrast_in_groups
from sith.numerics.experiments.scores import few_negatives as few_negatives
from sith.numerics.experiments.scores import optimal_offset as optimal_offset
from sith.numerics.experiments.set_up import COMBINATIONS as COMBINATIONS
from sith.numerics.experiments.set_up import experiment_of as experiment_of
from sith.numerics.experiments.set_up import set_up as set_up
from sith.numerics.experiments.set_up import trained_by as trained_by
from sith.numerics.experiments.spectral import SpectralExperiment as SpectralExperiment
from sith.numerics.experiments.spectral_loss import loss_scale as loss_scale
from sith.numerics.experiments.spectral_loss import spectral_loss as spectral_loss
from sith.numerics.experiments.spectral_pairs import drawn_pairs_of as drawn_pairs_of
from sith.numerics.experiments.sprites import SpriteStudy as SpriteStudy
from sith.numerics.experiments.sprites import Stage as Stage
from sith.numerics.experiments.sprites import pair_loss as pair_loss
from sith.numerics.experiments.sprites import sprite_study as sprite_study
from sith.numerics.experiments.views import view_loss_of as view_loss_of
from sith.numerics.experiments.views import views_of as views_of
from sith.numerics.experiments.with_own import OwnParts as OwnParts
from sith.numerics.experiments.with_own import with_own as with_own
