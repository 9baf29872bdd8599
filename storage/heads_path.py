"""Where the heads of a sealed file of records lie."""

from pathlib import Path

FOLDER = "heads"


def heads_path(segment: Path) -> Path:
    """The file beside a sealed file; it goes when that one goes."""
    return segment.parent / FOLDER / f"{segment.stem}.heads"
