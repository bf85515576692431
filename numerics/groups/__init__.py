"""How far a trained representation is from an indeterminacy group, held out, and from smaller ones."""

from numerics.groups.residual import GroupResidual as GroupResidual
from numerics.groups.residual import residual as residual
from numerics.groups.subgroup import Components as Components
from numerics.groups.subgroup import Forms as Forms
from numerics.groups.subgroup import Kind as Kind
from numerics.groups.subgroup import Matrices as Matrices
from numerics.groups.subgroup import Side as Side
from numerics.groups.subgroup import Smaller as Smaller
from numerics.groups.subgroup import Subgroup as Subgroup
from numerics.groups.subgroups import maximal_subgroups as maximal_subgroups
from numerics.groups.subgroups import proper_subgroups as proper_subgroups
from numerics.groups.told_apart import Answer as Answer
from numerics.groups.told_apart import Finding as Finding
from numerics.groups.told_apart import Resolution as Resolution
from numerics.groups.told_apart import told_apart as told_apart
