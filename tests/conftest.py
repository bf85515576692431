"""Settings for the whole suite: the profiles of hypothesis, and tests that need a GPU."""

import os

import pytest
from hypothesis import settings

# One thread per process: the tests run in several processes, and waiting threads cost more than
# they do. Set before torch is loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# No deadline: the first call into sympy is slow on any machine.
settings.register_profile("dev", deadline=None, max_examples=25)
settings.register_profile(
    "ci", deadline=None, max_examples=100, derandomize=True, database=None, print_blob=True
)
settings.register_profile("deep", deadline=None, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "dev"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests marked gpu where torch sees no CUDA device."""
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if not marked:
        return
    import torch

    if not torch.cuda.is_available():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="torch sees no CUDA device"))
