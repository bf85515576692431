"""Exact samplers of worlds: latents, positive pairs, labels, environments, and how much a pair tells."""

from numerics.worlds.ancestors import ancestor_law as ancestor_law
from numerics.worlds.classes import ClassLatents as ClassLatents
from numerics.worlds.fisher_bingham import sample_fisher_bingham as sample_fisher_bingham
from numerics.worlds.generalised_normal import (
    sample_generalised_normal as sample_generalised_normal,
)
from numerics.worlds.information import LEAST_INFORMATION as LEAST_INFORMATION
from numerics.worlds.information import Information as Information
from numerics.worlds.information import information as information
from numerics.worlds.information import mean_cosine as mean_cosine
from numerics.worlds.information import require_informative as require_informative
from numerics.worlds.partly_kept import same_support as same_support
from numerics.worlds.sampler import WorldSampler as WorldSampler
from numerics.worlds.sampler import sample_labels as sample_labels
from numerics.worlds.sampler import sample_latents as sample_latents
from numerics.worlds.sampler import sample_partner as sample_partner
from numerics.worlds.sphere import sample_uniform_sphere as sample_uniform_sphere
from numerics.worlds.sprites import SpriteWorld as SpriteWorld
from numerics.worlds.von_mises_fisher import sample_vmf as sample_vmf
