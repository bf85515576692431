"""Settings for the whole suite: hypothesis profiles, the default set, and tests that need a GPU."""

import os

import pytest
from hypothesis import settings

from tests.helpers.marks import BY_DEFAULT, marker

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


def pytest_configure(config: pytest.Config) -> None:
    """Run a file or folder that is named as a whole, not only its tests of the default set.

    The processes of xdist read the same command line, and so come to the same choice.
    """
    named = config.args_source is pytest.Config.ArgsSource.ARGS
    if named and config.option.markexpr == BY_DEFAULT:
        config.option.markexpr = "not slow"


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that are not in the default set, and skip those for a GPU where none is."""
    for item in items:
        name = marker(item.nodeid.removeprefix("tests/"))
        if name:
            item.add_marker(name)
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if not marked:
        return
    import torch

    if not torch.cuda.is_available():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="torch sees no CUDA device"))
