"""What is said of watches, in every state, built by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from bot.replies import blocks
from bot.replies.blocks import Reply, Watched
from store.alert_records import Watch, WatchEnd
from store.records import JudgedTrail
from tests.replies.blocks.alerting import ROSA, of_job, silent
from tests.replies.situations import NOW, SITUATIONS, at


def watch(question: str = "1042", **more: object) -> Watch:
    """Rosa's watch, begun a minute ago."""
    given: dict[str, object] = {"key": f"{ROSA}|{question}", "who": ROSA, "question": question, "watch_id": 7}
    times = {"began_at": NOW - timedelta(minutes=1), "expires_at": at("2026-12-07 10:00")}
    return Watch(**{**given, **times, **more})  # type: ignore[arg-type]  # as given


def watched(*entries: JudgedTrail, **more: object) -> Watched:
    """The same with the emails it is about."""
    return Watched(watch(**more), entries)  # type: ignore[arg-type]  # as given


def messages() -> Mapping[str, Reply]:
    """Every message that tells of watches, by name."""
    waiting, clicked = silent(), SITUATIONS["person clicked"]
    expired = {"end": WatchEnd.EXPIRED, "ended_at": NOW}
    seen = {"end": WatchEnd.SEEN, "ended_at": NOW}
    failed = SITUATIONS["mistyped address"]
    in_thread = {"channel": "C0OFFICE", "thread": "1.2"}
    return {
        "watch": blocks.watching(watched(waiting), now=NOW),
        "watch: in a thread": blocks.watching(watched(waiting, **in_thread), now=NOW, in_open=True),
        "watch: already": blocks.watching(watched(waiting), now=NOW, already=True),
        "watch: nothing sent yet": blocks.watching(watched(), now=NOW, shortened=True),
        "watch: nothing can show": blocks.watching(watched(SITUATIONS["tracking was off"]), now=NOW),
        "watch: seen before": blocks.nothing_to_wait_for(clicked, now=NOW, question="1042"),
        "watch: failed before": blocks.nothing_to_wait_for(failed, now=NOW, question="1042"),
        "watch: what": blocks.watch_what(),
        "watch: too many": blocks.too_many_watches(50),
        "watch: told": blocks.watch_told(watched(clicked, **seen), now=NOW, entry=clicked),
        "watch: told in a thread": blocks.watch_told(
            watched(clicked, **seen, **in_thread), now=NOW, entry=clicked, in_open=True
        ),
        "watch: told of a failure": blocks.watch_told(watched(failed, **seen), now=NOW, entry=failed),
        "watch: told at its end": blocks.watch_told(
            watched(waiting, **expired), now=NOW, entry=waiting, unchecked=True
        ),
        "watch: told that nothing went out": blocks.watch_told(watched(**expired), now=NOW, entry=None),
        "watch: off": blocks.unwatched(watched(waiting)),
        "watch: not on": blocks.not_watched("1042"),
        "watches": blocks.watches(
            [watched(waiting), watched(of_job(1050, waiting), question="1050"), watched(question="kate@fir.example")],
            now=NOW,
        ),
        "watches: none": blocks.watches([], now=NOW),
        "watches: many": blocks.watches([watched(of_job(n, waiting), question=str(n)) for n in range(50)], now=NOW),
    }
