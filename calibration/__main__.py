"""``make calibrate``: plays every world, asks Seen and its rivals, prints the figures and keeps them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bot.evidence import VERSION
from calibration.model import World
from calibration.picture import draw
from calibration.report import dishonesties, figures, misses, reliability_table, tables
from calibration.score import Case
from calibration.trial import FRESH, LEARNED, smaller, try_world
from calibration.worlds import DEVELOPMENT, HELD_OUT

_HERE = Path(__file__).parent
_RESULTS = _HERE / "results.json"
_PICTURE = _HERE.parent / "docs" / "pictures" / "calibration.svg"

SETS = {"development": DEVELOPMENT, "held-out": HELD_OUT}


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 when a bound is broken in a held-out world."""
    options = _options(arguments)
    faults: list[str] = []
    kept = _kept()
    for name in SETS if options.only is None else [options.only]:
        worlds = [world for world in SETS[name] if not options.world or world.name in options.world]
        if not worlds:
            continue
        cases = _try_all(worlds, quick=options.quick)
        results = {world.name: figures(world, cases[world.name]) for world in worlds}
        everything = [case for some in cases.values() for case in some]
        print(f"── {name} worlds\n\n{tables(results)}\n")
        for who in (LEARNED, FRESH):
            print(f"{reliability_table(everything, who)}\n")
        found = [line for world, one in results.items() for line in (*misses(world, one), *dishonesties(world, one))]
        print("\n".join(found) or "Every bound holds.", end="\n\n")
        kept[name] = results
        if name == "held-out":
            faults += found
            if not options.world and not options.quick:
                _PICTURE.parent.mkdir(parents=True, exist_ok=True)
                _PICTURE.write_text(draw(everything, results), encoding="utf-8")
    if not options.world and not options.quick:
        _RESULTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return int(bool(faults))


def _kept() -> dict[str, object]:
    """What earlier runs kept of worlds that this one may not play; nothing that was said under other rules."""
    before = dict(json.loads(_RESULTS.read_text(encoding="utf-8"))) if _RESULTS.exists() else {}
    return before if before.get("rules") == VERSION else {"rules": VERSION}


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m calibration", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of the people, one history each; keeps nothing")
    parser.add_argument("--only", choices=SETS, help="these worlds alone")
    parser.add_argument("--world", action="append", metavar="NAME", help="this world alone (may be repeated)")
    return parser.parse_args(arguments)


def _try_all(worlds: Sequence[World], *, quick: bool) -> dict[str, list[Case]]:
    names = [world.name for world in worlds]
    with ProcessPoolExecutor(max_workers=2) as pool:
        return dict(zip(names, pool.map(_quickly if quick else _fully, names), strict=True))


def _fully(name: str) -> list[Case]:
    world = _named(name)
    return try_world(world, world.seeds)


def _quickly(name: str) -> list[Case]:
    world = _named(name)
    return try_world(smaller(world, 0.25), world.seeds[:1])


def _named(name: str) -> World:
    """Worlds hold functions, which don't travel between processes: their names do."""
    return next(world for world in (*DEVELOPMENT, *HELD_OUT) if world.name == name)


sys.exit(main(sys.argv[1:]))
