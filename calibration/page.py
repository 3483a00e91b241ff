"""The table in the README: ``python -m calibration.page`` writes it anew from what ``make calibrate`` kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calibration.rivals import RULES
from calibration.trial import BEST, FRESH, LEARNED, NAIVE

_HERE = Path(__file__).parent
README = _HERE.parent / "README.md"
RESULTS = _HERE / "results.json"

_PART = re.compile(r"(<!-- calibration: [^>]*-->\n).*?(<!-- end of calibration -->)", re.DOTALL)
_GENERIC = list(RULES)[-1]
"""What filters by a generic list of bots."""


def table(held_out: Mapping[str, Any]) -> str:
    """A row for each world that was kept back: how wrong each is, and how far Seen's chances lie off."""
    rows = [
        "| made-up firm | opened or clicked | bots off | Seen at once | Seen, 90 days | best possible | off by |",
        "|---|---|---|---|---|---|---|",
    ]
    for found in held_out.values():
        by = found["by"]
        wrong = (f"{by[who]['brier']:.3f}" for who in (NAIVE, _GENERIC, FRESH, LEARNED, BEST))
        rows.append(f"| {found['about'].rstrip('.')} | {' | '.join(wrong)} | {by[LEARNED]['calibration error']:.3f} |")
    return "\n".join(rows)


def written(readme: str, held_out: Mapping[str, Any]) -> str:
    """The README with this table in its place."""
    return _PART.sub(lambda found: f"{found[1]}{table(held_out)}\n{found[2]}", readme)


def results() -> dict[str, Any]:
    """What the last run of each set kept."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8")))


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8"), results()["held-out"]), encoding="utf-8")
