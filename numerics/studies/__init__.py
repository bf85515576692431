"""Studies: what the exact layer predicts of training, beside what training does."""

from numerics.studies.masked_prediction import MaskedStudy as MaskedStudy
from numerics.studies.masked_prediction import Visibility as Visibility
from numerics.studies.masked_prediction import masked_prediction_study as masked_prediction_study
from numerics.studies.masked_prediction import population_rows as population_rows
from numerics.studies.sprites import SpriteStudy as SpriteStudy
from numerics.studies.sprites import Stage as Stage
from numerics.studies.sprites import pair_loss as pair_loss
from numerics.studies.sprites import sprite_study as sprite_study
