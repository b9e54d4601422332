"""What several tests share: real documents beside the project, and the rule that CI skips nothing."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def require(condition: object, reason: str) -> None:
    """Skip the test with its reason when a condition does not hold; in CI, fail it."""
    if not condition:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the project."""
    require(SHARED.is_dir(), f"{SHARED} is not there")
    return SHARED
