"""The tabular optimum: population losses minimised over maps that are free at every point."""

from numerics.exact.tabular.kept import keeps_coordinates as keeps_coordinates
from numerics.exact.tabular.kept import kept_world as kept_world
from numerics.exact.tabular.lbfgs import Minimised as Minimised
from numerics.exact.tabular.lbfgs import minimise_rows as minimise_rows
from numerics.exact.tabular.losses import AlignmentUniformity as AlignmentUniformity
from numerics.exact.tabular.losses import AlignmentWhitening as AlignmentWhitening
from numerics.exact.tabular.losses import Contrastive as Contrastive
from numerics.exact.tabular.losses import SpectralContrastive as SpectralContrastive
from numerics.exact.tabular.losses import TabularLoss as TabularLoss
from numerics.exact.tabular.losses import normalised_pairs as normalised_pairs
from numerics.exact.tabular.optimum import tabular_optimum as tabular_optimum
from numerics.exact.tabular.polish import polish_rows as polish_rows
from numerics.exact.tabular.problem import TabularProblem as TabularProblem
from numerics.exact.tabular.problem import base_of as base_of
from numerics.exact.tabular.problem import contrastive as contrastive
from numerics.exact.tabular.problem import default_points as default_points
from numerics.exact.tabular.problem import tabular_problem as tabular_problem
from numerics.exact.tabular.report import TabularReport as TabularReport
from numerics.exact.tabular.search import polish_table as polish_table
from numerics.exact.tabular.world import FiniteWorld as FiniteWorld
from numerics.exact.tabular.world import finite_world as finite_world
from numerics.exact.tabular.world import frozen_height as frozen_height
from numerics.exact.tabular.world import independent_product as independent_product
from numerics.exact.tabular.world import world_on_nodes as world_on_nodes
