"""Seen, asked as its users ask it: ``seen explain`` reads the lines, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store.records import Finding

_HERE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Opinion:
    """What Seen says of one email to one recipient."""

    probability: float
    finding: Finding


def opinions(lines: Iterable[bytes], *, now: datetime, habits: bool) -> dict[tuple[str, str], Opinion]:
    """Seen's verdicts by message ID and recipient. Without ``habits`` it learns nothing from the lines.

    Raises ``RuntimeError`` when the command fails.
    """
    command = [sys.executable, "-m", "bot", "explain", "-", "--json", "--at", now.isoformat()]
    told = subprocess.run(  # noqa: S603 - our own command
        command if habits else [*command, "--no-habits"],
        input=b"\n".join(lines),
        capture_output=True,
        check=False,
        cwd=_HERE,
        env={"PATH": os.environ.get("PATH", "")},  # nothing of this machine's settings
    )
    if told.returncode:
        raise RuntimeError(told.stderr.decode().strip())
    found = {}
    for line in told.stdout.splitlines():
        trail = json.loads(line)
        opinion = Opinion(trail["probability"], Finding(trail["verdict"]))
        found[trail["message_id"], trail["recipient"]] = opinion
    return found
