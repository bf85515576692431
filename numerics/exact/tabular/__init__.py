"""The tabular optimum: population losses minimised over maps that are free at every point."""

from sith.numerics.exact.tabular.kept import keeps_coordinates as keeps_coordinates
from sith.numerics.exact.tabular.kept import kept_world as kept_world
from sith.numerics.exact.tabular.lbfgs import Minimised as Minimised
from sith.numerics.exact.tabular.lbfgs import minimise_rows as minimise_rows
from sith.numerics.exact.tabular.losses import AlignmentUniformity as AlignmentUniformity
from sith.numerics.exact.tabular.losses import AlignmentWhitening as AlignmentWhitening
from sith.numerics.exact.tabular.losses import Contrastive as Contrastive
from sith.numerics.exact.tabular.losses import SpectralContrastive as SpectralContrastive
from sith.numerics.exact.tabular.losses import TabularLoss as TabularLoss
from sith.numerics.exact.tabular.losses import normalised_pairs as normalised_pairs
from sith.numerics.exact.tabular.optimum import tabular_optimum as tabular_optimum
from sith.numerics.exact.tabular.polish import polish_rows as polish_rows
from sith.numerics.exact.tabular.problem import TabularProblem as TabularProblem
from sith.numerics.exact.tabular.problem import base_of as base_of
from sith.numerics.exact.tabular.problem import contrastive as contrastive
from sith.numerics.exact.tabular.problem import default_points as default_points
from sith.numerics.exact.tabular.problem import tabular_loss_of as tabular_loss_of
from sith.numerics.exact.tabular.problem import tabular_problem as tabular_problem
from sith.numerics.exact.tabular.report import TabularReport as TabularReport
from sith.numerics.exact.tabular.search import polish_table as polish_table
from sith.numerics.exact.tabular.world import FiniteWorld as FiniteWorld
from sith.numerics.exact.tabular.world import finite_world as finite_world
from sith.numerics.exact.tabular.world import frozen_height as frozen_height
from sith.numerics.exact.tabular.world import independent_product as independent_product
from sith.numerics.exact.tabular.world import world_on_nodes as world_on_nodes
