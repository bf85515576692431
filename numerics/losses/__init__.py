"""Losses, one per file; each returns one value per seed."""

from numerics.losses.alignment_entropy import alignment_entropy as alignment_entropy
from numerics.losses.alignment_entropy import kernel_entropy as kernel_entropy
from numerics.losses.cross_entropy import cross_entropy as cross_entropy
from numerics.losses.infonce import Critic as Critic
from numerics.losses.infonce import DiagonalMetric as DiagonalMetric
from numerics.losses.infonce import InnerProduct as InnerProduct
from numerics.losses.infonce import PowerDistance as PowerDistance
from numerics.losses.infonce import infonce as infonce
from numerics.losses.likelihood import flow_likelihood as flow_likelihood
from numerics.losses.likelihood import likelihood as likelihood
from numerics.losses.likelihood import standard_normal_log_density as standard_normal_log_density
from numerics.losses.likelihood import value_and_jacobian as value_and_jacobian
from numerics.losses.row_logsumexp import row_logsumexp as row_logsumexp
