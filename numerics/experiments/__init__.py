"""From a claim to something that trains: one kind of experiment for each kind of objective."""

from numerics.experiments.protocol import Experiment as Experiment
from numerics.experiments.set_up import set_up as set_up
