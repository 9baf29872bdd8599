"""What makes PDF, where it is installed."""

import pytest


def needed() -> None:
    """Skips a test on a machine that lacks the package, or a library that it draws with."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"needs weasyprint: {error}")
