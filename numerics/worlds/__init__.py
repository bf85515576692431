"""Exact samplers of worlds: latents, positive pairs, labels, environments, and how much a pair tells."""

from sith.numerics.worlds.ancestors import ancestor_law as ancestor_law
from sith.numerics.worlds.classes import ClassLatents as ClassLatents
from sith.numerics.worlds.draws import Draws as Draws
from sith.numerics.worlds.draws import draws_of as draws_of
from sith.numerics.worlds.fisher_bingham import sample_fisher_bingham as sample_fisher_bingham
from sith.numerics.worlds.generalised_normal import (
    sample_generalised_normal as sample_generalised_normal,
)
from sith.numerics.worlds.information import LEAST_INFORMATION as LEAST_INFORMATION
from sith.numerics.worlds.information import Information as Information
from sith.numerics.worlds.information import information as information
from sith.numerics.worlds.information import mean_cosine as mean_cosine
from sith.numerics.worlds.information import require_informative as require_informative
from sith.numerics.worlds.marginal import draw_marginal as draw_marginal
from sith.numerics.worlds.marginal import top_in_the_box as top_in_the_box
from sith.numerics.worlds.partly_kept import same_support as same_support
from sith.numerics.worlds.prior import prior_sampler_of as prior_sampler_of
from sith.numerics.worlds.sampler import WorldSampler as WorldSampler
from sith.numerics.worlds.sampler import sample_labels as sample_labels
from sith.numerics.worlds.sampler import sample_latents as sample_latents
from sith.numerics.worlds.sampler import sample_partner as sample_partner
from sith.numerics.worlds.space_parts import grid_dim as grid_dim
from sith.numerics.worlds.space_parts import onto as onto
from sith.numerics.worlds.space_parts import uniform_on as uniform_on
from sith.numerics.worlds.sphere import sample_uniform_sphere as sample_uniform_sphere
from sith.numerics.worlds.sprites import SpriteWorld as SpriteWorld
from sith.numerics.worlds.von_mises_fisher import sample_vmf as sample_vmf
