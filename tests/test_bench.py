"""The benchmarks run; what they measure is looked at by people."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]


@pytest.mark.parametrize("section", ["ingest", "answers", "alerts", "evidence", "start", "memory"])
def test_a_section_runs(section: str, tmp_path: Path) -> None:
    """Every section of the benchmarks runs through and writes figures, each with the things it was made of."""
    output = tmp_path / "results.json"
    subprocess.run(
        [sys.executable, "-m", "bench", section, "--quick", "--output", str(output)],
        cwd=HOME,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
        timeout=240,
    )
    report = json.loads(output.read_text())
    figures = report["sections"][section]
    assert report["quick"] is True
    assert figures
    assert all(math.isfinite(figure["value"]) and figure["unit"] for figure in figures)
    assert any(figure["budget"] for figure in figures)


def test_an_unknown_section() -> None:
    """A section that does not exist is refused with the ones that do."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=HOME, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "ingest" in done.stderr
