"""Webhook bodies gone wrong, drawn from a seed: the same seed gives the same bytes."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

from tests.http.bodies import Body, history

ODD_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    42,
    2**63,
    -(2**70),
    1.5,
    1e308,
    "",
    " ",
    "null",
    "unknown",
    "\0",
    "a\0b",
    "\ud83d",
    "x\udc00y",
    "\u202e\u200b\ufeff",
    "👩‍👩‍👧 Zoë",
    "' OR 1=1 --",
    "%s {} \\",
    "0001-01-01T00:00:00Z",
    "2026-02-30T25:61:61Z",
    "yesterday",
    "2026-11-20T14:02:44.1234567-05:00",
    1795183364,
    [],
    [None],
    [[[]]],
    {},
    {"": None},
    {"Email": {"Email": []}},
]
ODD_ADDRESSES = [
    "@",
    "a@",
    "@b",
    "a@b@c",
    "Maria <maria@oakleaf.example>",
    "<>",
    "x" * 1000 + "@y.example",
    "ö@ü.example",
]
ODD_TYPES = ["open", "OPEN", "Opened", "", "Inbound", "Teleport", "Open\0", "DeliveryBounce"]

Mutation = Callable[[random.Random, Body], None]


def body(seed: int) -> bytes:
    """A body that differs from every other seed's at least in the email it speaks of."""
    draw = random.Random(seed)
    chosen = copy.deepcopy(draw.choice(history(seed + 1)))
    chosen["Marker"] = f"marker-{seed}"
    for _ in range(draw.randint(1, 4)):
        draw.choice(MUTATIONS)(draw, chosen)
    return draw.choices(ENCODINGS, WEIGHTS)[0](draw, chosen)


# ── What goes wrong in the values ────────────────────────────────────────────────────────────────────────────────


def _place(draw: random.Random, value: Body) -> tuple[Body, str]:
    """A field somewhere in the body, more often an outer one."""
    name = draw.choice(list(value) or [""])
    inner = value.get(name)
    if isinstance(inner, dict) and inner and draw.random() < 0.6:
        return _place(draw, inner)
    return value, name


def _missing(draw: random.Random, value: Body) -> None:
    where, name = _place(draw, value)
    where.pop(name, None)


def _odd(draw: random.Random, value: Body) -> None:
    where, name = _place(draw, value)
    where[name] = copy.deepcopy(draw.choice(ODD_VALUES))


def _other_type(draw: random.Random, value: Body) -> None:
    where, name = _place(draw, value)
    was = where.get(name)
    where[name] = draw.choice([str(was), [was], {"value": was}, len(str(was))])


def _huge(draw: random.Random, value: Body) -> None:
    where, name = _place(draw, value)
    where[name] = draw.choice(["x", "é", "\0", "🙂", "a@b."]) * draw.choice([500, 5_000, 300_000])


def _nested(draw: random.Random, value: Body) -> None:
    where, name = _place(draw, value)
    deep: Any = "bottom"
    for _ in range(draw.choice([5, 50, 200])):
        deep = draw.choice([[deep], {"in": deep}, {"Geo": deep}])
    where[name] = deep


def _many(draw: random.Random, value: Body) -> None:
    value |= {f"Field{number}": number for number in range(draw.choice([100, 5_000]))}


def _address(draw: random.Random, value: Body) -> None:
    value["Email" if "Email" in value else "Recipient"] = draw.choice(ODD_ADDRESSES)


def _record_type(draw: random.Random, value: Body) -> None:
    value["RecordType"] = draw.choice(ODD_TYPES)


def _inbound(draw: random.Random, value: Body) -> None:
    value.pop("RecordType", None)
    value["FromFull"] = draw.choice([None, {}, {"Email": "maria@oakleaf.example"}, "text"])
    value["Headers"] = draw.choice([None, "text", [{}], [{"Name": "In-Reply-To", "Value": None}], [{"Name": 7}, 7]])


MUTATIONS: list[Mutation] = [
    _missing,
    _missing,
    _odd,
    _odd,
    _odd,
    _other_type,
    _huge,
    _nested,
    _many,
    _address,
    _record_type,
    _inbound,
]


# ── What goes wrong in the bytes ─────────────────────────────────────────────────────────────────────────────────


def _plain(_: random.Random, value: Body) -> bytes:
    return json.dumps(value).encode()


def _unescaped(_: random.Random, value: Body) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _marked(_: random.Random, value: Body) -> bytes:
    return b"\xef\xbb\xbf" + json.dumps(value).encode()


def _utf16(_: random.Random, value: Body) -> bytes:
    return json.dumps(value).encode("utf-16")


def _latin1(_: random.Random, value: Body) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("latin-1", "replace")


def _cut(draw: random.Random, value: Body) -> bytes:
    whole = json.dumps(value).encode()
    return whole[: draw.randrange(len(whole))]


def _flipped(draw: random.Random, value: Body) -> bytes:
    whole = bytearray(json.dumps(value).encode())
    for _ in range(draw.randint(1, 5)):
        whole[draw.randrange(len(whole))] = draw.randrange(256)
    return bytes(whole)


def _twice(_: random.Random, value: Body) -> bytes:
    """Every field twice: the standard does not say which one counts."""
    whole = json.dumps(value)
    return (whole[:-1] + ", " + whole[1:]).encode() if len(value) else whole.encode()


def _not_a_number(_: random.Random, value: Body) -> bytes:
    return json.dumps(value | {"ReadSeconds": float("nan"), "ID": float("inf")}).encode()


def _bottomless(_: random.Random, value: Body) -> bytes:
    return json.dumps(value)[:-1].encode() + b', "Deep": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"


def _in_a_list(_: random.Random, value: Body) -> bytes:
    return json.dumps([value]).encode()


ENCODINGS: list[Callable[[random.Random, Body], bytes]] = [
    _plain,
    _unescaped,
    _marked,
    _utf16,
    _latin1,
    _cut,
    _flipped,
    _twice,
    _not_a_number,
    _bottomless,
    _in_a_list,
]
WEIGHTS = [12, 6, 1, 1, 2, 2, 4, 2, 1, 1, 1]
