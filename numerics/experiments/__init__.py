"""From a claim to something that trains: one kind of experiment for each kind of objective."""

from numerics.experiments.class_flow import Misfit as Misfit
from numerics.experiments.class_flow import misfit_of as misfit_of
from numerics.experiments.design import informative as informative
from numerics.experiments.dynamics import partner_density as partner_density
from numerics.experiments.environments import bent as bent
from numerics.experiments.environments import environment_law as environment_law
from numerics.experiments.masked_prediction import MaskedStudy as MaskedStudy
from numerics.experiments.masked_prediction import Visibility as Visibility
from numerics.experiments.masked_prediction import (
    masked_prediction_study as masked_prediction_study,
)
from numerics.experiments.masked_prediction import population_rows as population_rows
from numerics.experiments.pair_likelihood import box_transition as box_transition
from numerics.experiments.paired import PairedExperiment as PairedExperiment
from numerics.experiments.permutation_contrast import log_ratio as log_ratio
from numerics.experiments.protocol import Experiment as Experiment
from numerics.experiments.scores import GROUP as GROUP
from numerics.experiments.scores import contrast_in_groups as contrast_in_groups
from numerics.experiments.scores import few_negatives as few_negatives
from numerics.experiments.scores import optimal_offset as optimal_offset
from numerics.experiments.set_up import set_up as set_up
from numerics.experiments.spectral import SpectralExperiment as SpectralExperiment
from numerics.experiments.spectral import spectral_loss as spectral_loss
from numerics.experiments.sprites import SpriteStudy as SpriteStudy
from numerics.experiments.sprites import Stage as Stage
from numerics.experiments.sprites import pair_loss as pair_loss
from numerics.experiments.sprites import sprite_study as sprite_study
