"""The digest's message: one table, no mention, everything in words, whatever doesn't fit is counted."""

from __future__ import annotations

import pytest

from bot.replies import chart as charts
from tests.replies.blocks import digesting
from tests.replies.blocks.checking import nodes, texts

REPLIES = digesting.replies()


@pytest.mark.parametrize("name", REPLIES)
def test_nobody_is_mentioned(name: str) -> None:
    """A digest calls nobody: no people, groups, channels or @here among its elements, no button either."""
    kinds = {kind for kind, _ in nodes(REPLIES[name].blocks)}
    assert not kinds & {"user", "usergroup", "channel", "broadcast", "actions", "button"}
    assert "<" not in REPLIES[name].text


@pytest.mark.parametrize("name", ["digest", "digest, in words alone", "digest, Postmark down"])
def test_its_text_says_all_of_it(name: str) -> None:
    """The message's own text holds every line of the table and what the curve says, for who sees no blocks."""
    reply, view = REPLIES[name], digesting.views()[name]
    rows = next(block for block in reply.blocks if block["type"] == "table")["rows"][1:]
    for row in rows:
        cells = ["".join(texts([cell])) for cell in row]
        assert f"{cells[0]}: {cells[1]} to {cells[2]}: {cells[3]}." in reply.text.splitlines()
    assert view.chart is None or charts.told(view.chart) in reply.text


def test_the_picture_has_a_text_alternative() -> None:
    """The picture is shown as a file of Slack's, with the same in words; without a file nothing refers to one."""
    images = [block for block in REPLIES["digest"].blocks if block["type"] == "image"]
    assert images == [
        {"type": "image", "slack_file": {"id": digesting.PICTURE}, "alt_text": charts.told(digesting.chart())}
    ]
    alone = REPLIES["digest, in words alone"].blocks
    assert "image" not in {block["type"] for block in alone}
    assert charts.in_short(digesting.chart()) in "".join(texts(alone))


def test_what_does_not_fit_is_counted() -> None:
    """Of each sort at most ten stand in the table; the line below says how many more there are."""
    cells = list(texts([block for block in REPLIES["digest, many"].blocks if block["type"] == "table"]))
    assert [cell for cell in cells if cell.startswith("and ")] == [
        f"and {1200 - 10} more",
        f"and {60 - 10} more domains",
        f"and {5000 - 10} more",
    ]


def test_what_wants_somebody_comes_first() -> None:
    """The first sentence is what is due and what failed; a quiet morning says that nothing is due."""
    assert REPLIES["digest"].text.startswith(
        "2 important emails have no reliable sign yet and run out of time today; 3 emails did not arrive.\n"
    )
    assert REPLIES["digest, nothing is due"].text.startswith("No important email runs out of time today.\n")
