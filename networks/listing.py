"""The text of ``networks.json``: what is kept by hand and what is taken from the package, put together."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from networks.prefixes import announced, edition, merged

TARGET = Path(__file__).parents[1] / "bot" / "evidence" / "data" / "networks.json"
_HAND_KEPT = Path(__file__).parent / "hand_kept.json"
_WIDTH = 116


def listing() -> str:
    """The file as it should be. Raises ``NotInstalled``."""
    kept = json.loads(_HAND_KEPT.read_text(encoding="utf-8"))
    return _written(
        {
            "version": kept["version"],
            "about": "Address blocks whose owner says who fetched something. Looked up by the most specific block: "
            "`first`, then `mail_security`, then the package iporigin by its provider, then `last`. "
            "Made by `make networks`: change networks/hand_kept.json, not this file.",
            "hand_kept": ["first", "last"],
            "first": kept["first"],
            "mail_security": _mail_security(kept["owners"]),
            "last": kept["last"],
        }
    )


def _mail_security(owners: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    version = edition()
    day = version.rpartition(".")[2]
    known = announced({number for owner in owners for number in owner["asns"]})
    return {
        "kind": "mail_security",
        "licence": "CC BY 4.0",
        "attribution": f"IP to AS data by DB-IP Lite and RouteViews via @ip-location-db/asn {version} (CC BY 4.0). "
        "Keep this line wherever the prefixes are shipped",
        "changes": f"the prefixes announced by {sum(len(owner['asns']) for owner in owners)} networks were selected, "
        "grouped by owner, and neighbouring prefixes merged; the branches of one firm put together",
        "snapshot": f"{day[:4]}-{day[4:6]}-{day[6:8]}",
        "status": "the owners are the data set's word; none of the firms publishes its scanners' addresses",
        "owners": [
            {
                **owner,
                "networks": [
                    str(block) for block in merged([b for number in owner["asns"] for b in known.get(number, ())])
                ],
            }
            for owner in owners
        ],
    }


def _written(data: Mapping[str, Any]) -> str:
    """JSON with each name on a line of its own and long lists filled like text: easy to look through and to compare."""
    return "\n".join(_lines(data, "")) + "\n"


def _lines(value: object, indent: str) -> Iterable[str]:
    if isinstance(value, Mapping):
        yield from _enclosed("{}", [(f"{json.dumps(name)}: ", item) for name, item in value.items()], indent)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        yield from _enclosed("[]", [("", item) for item in value], indent)
    elif isinstance(value, list) and len(json.dumps(value)) + len(indent) > _WIDTH:
        text = ", ".join(json.dumps(item) for item in value)
        filled = textwrap.wrap(text, _WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
        yield from ("[", *(f"{indent}  {line}" for line in filled), f"{indent}]")
    else:
        yield json.dumps(value, ensure_ascii=False)


def _enclosed(brackets: str, items: Sequence[tuple[str, object]], indent: str) -> Iterable[str]:
    yield brackets[0]
    for at, (name, item) in enumerate(items):
        first, *rest = _lines(item, f"{indent}  ")
        lines = [f"{indent}  {name}{first}", *rest]
        if at + 1 < len(items):
            lines[-1] += ","
        yield from lines
    yield f"{indent}{brackets[1]}"
