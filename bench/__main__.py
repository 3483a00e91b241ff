"""``python -m bench``: measures what there are budgets for, prints the tables, and writes ``bench/results.json``."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import alerts, answers, evidence, ingest, memory, start
from bench.figures import Figure
from bench.processes import KINDS

RESULTS = Path(__file__).with_name("results.json")
PACKAGES = ("sqlalchemy", "psycopg", "starlette", "uvicorn", "msgspec", "django", "django-anymail")


def sections(*, quick: bool, full: bool) -> dict[str, Callable[[], Iterator[Figure]]]:
    """What can be measured, by name."""
    effort = ingest.Effort(rounds=1, seconds=0.2) if quick else ingest.Effort(rounds=9, seconds=2.0)
    small, large, questions = (100, 1_000, 3) if quick else (10_000, 1_000_000, 60)
    watching = (
        alerts.Effort(size=1_000, watched=100, due=20, ticks=1, seconds=2.0)
        if quick
        else alerts.Effort(size=1_000_000, watched=100_000, due=1_000, ticks=9, seconds=120.0)
    )
    webhooks = 2_000 if quick else 1_000_000 if full else 50_000
    return {
        "ingest": lambda: (figure for kind in KINDS for figure in ingest.measure(kind, effort)),
        "answers": lambda: (figure for kind in KINDS for figure in answers.measure(kind, small, large, questions)),
        "alerts": lambda: (figure for kind in KINDS for figure in alerts.measure(kind, watching)),
        "evidence": lambda: evidence.measure(2_000 if quick else 100_000, 1 if quick else 5),
        "start": lambda: start.measure(2 if quick else 11),
        "memory": lambda: memory.measure(webhooks),
    }


def main(arguments: list[str]) -> None:
    """Measures what is named, or everything."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", help="ingest, answers, alerts, evidence, start, memory; none: all")
    parser.add_argument("--quick", action="store_true", help="only to see that it runs: the figures mean nothing")
    parser.add_argument("--full", action="store_true", help="a million webhooks for the memory")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results are written")
    options = parser.parse_args(arguments)
    available = sections(quick=options.quick, full=options.full)
    if unknown := set(options.sections) - set(available):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(available)}")
    console = Console()
    results = {}
    for name in options.sections or available:
        figures = []
        for figure in available[name]():
            figures.append(figure)
            console.print(f"  {figure.name}: {figure.value:.3g} {figure.unit}", highlight=False)
        console.print(_table(name, figures))
        results[name] = [figure.as_json() for figure in figures]
    report = {"measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "quick": options.quick, **_machine()}
    options.output.write_text(json.dumps(report | {"sections": results}, indent=1, ensure_ascii=False) + "\n")
    console.print(f"Written to {options.output}.")


def _table(name: str, figures: list[Figure]) -> Table:
    table = Table(title=name)
    for heading in ("what", "measured", "", "budget", "kept"):
        table.add_column(heading, justify="right" if heading in {"measured", "budget"} else "left")
    for figure in figures:
        kept = {True: "yes", False: "NO", None: ""}[figure.met]
        table.add_row(figure.name, f"{figure.value:.3g}", figure.unit, figure.budget, kept)
    return table


def _machine() -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "packages": {name: version(name) for name in PACKAGES},
    }


if __name__ == "__main__":
    main(sys.argv[1:])
