"""How much longer than an empty Python program `seen ask` takes, as a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from bench.figures import Figure
from bench.history import customer, fill
from bench.processes import HOME, database

BUDGET = 0.6
"""Seconds."""


def measure(rounds: int) -> Iterator[Figure]:
    """The one figure."""
    with database("sqlite") as url:
        fill(url, 10_000)
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(HOME), "DATABASE_URL": url}
        ask = [sys.executable, "-m", "bot", "ask", customer(7), "--offline"]
        nothing = [sys.executable, "-c", "pass"]
        for command in (ask, nothing):
            _time(command, environment)  # so that the disk is warm
        times = [(_time(ask, environment), _time(nothing, environment)) for _ in range(rounds)]
    yield Figure(
        name="`seen ask` as a process",
        value=median(asked - idle for asked, idle in times),
        unit="s more than `python -c pass`",
        at_most=BUDGET,
        details={"seconds": median(asked for asked, _ in times), "empty seconds": median(idle for _, idle in times)},
    )


def _time(command: list[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, env=environment, cwd="/", check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin
