"""How far a trained representation is from an indeterminacy group, held out."""

from numerics.groups.residual import GroupResidual as GroupResidual
from numerics.groups.residual import residual as residual
