"""What a GPU does with the library: agreement with the CPU, speed, memory, and the registry."""

from sith.numerics.benchmarks.gpu.agreement import compared_case as compared_case
from sith.numerics.benchmarks.gpu.compared import CASES as CASES
from sith.numerics.benchmarks.gpu.live import peak_bytes as peak_bytes
from sith.numerics.benchmarks.gpu.parts import PARTS as PARTS
from sith.numerics.benchmarks.gpu.parts import Part as Part
from sith.numerics.benchmarks.gpu.parts import measured as measured
from sith.numerics.benchmarks.gpu.size import FULL as FULL
from sith.numerics.benchmarks.gpu.size import SMALL as SMALL
from sith.numerics.benchmarks.gpu.size import Size as Size
from sith.numerics.benchmarks.gpu.step import captured as captured
from sith.numerics.benchmarks.gpu.step import prepare as prepare
