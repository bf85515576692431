"""The search for counterexamples: stages from algebra to training, and witnesses as data."""

from numerics.searching.points import Point as Point
from numerics.searching.points import points as points
from numerics.searching.report import Attempt as Attempt
from numerics.searching.report import Finding as Finding
from numerics.searching.report import RefuteReport as RefuteReport
from numerics.searching.search import search as search
from numerics.searching.witness import Counterexample as Counterexample
from numerics.searching.witness import Kind as Kind
from numerics.searching.witness import check_counterexample as check_counterexample
from numerics.searching.witness import read_counterexample as read_counterexample
