"""The search for counterexamples: stages from algebra to training, and witnesses as data."""

from numerics.refute.points import Point as Point
from numerics.refute.points import points as points
from numerics.refute.report import Attempt as Attempt
from numerics.refute.report import Finding as Finding
from numerics.refute.report import RefuteReport as RefuteReport
from numerics.refute.search import search as search
from numerics.refute.witness import Counterexample as Counterexample
from numerics.refute.witness import Kind as Kind
from numerics.refute.witness import check_counterexample as check_counterexample
from numerics.refute.witness import read_counterexample as read_counterexample
