"""``seen sync``: fetches what Postmark knows, and shows how far it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from bot import shell
from bot.shell import FAULTY, UNANSWERABLE, UNUSABLE, Stop

if TYPE_CHECKING:
    from rich.console import Console

    from bot.sync.fetching import Fetch, Progress


def sync(
    *,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=365, help="How far back.")] = 45,
) -> None:
    """Fetch what Postmark knows of the last weeks; stop it when you like, it goes on from there."""
    with shell.application() as app:
        from bot.sync.fetching import Fetch

        if not app.settings.servers or app.postmark is None:
            raise Stop("There is no Postmark server to ask. Set POSTMARK_SERVER_TOKEN.", UNUSABLE)
        shell.keep_apart(app)
        fetch = Fetch(
            app.database,
            app.postmark,
            references=app.judgement.references,
            back_to=datetime.now(UTC) - timedelta(days=days),
            now=lambda: datetime.now(UTC),
            sleep=time.sleep,
        )
        _run(fetch, shell.console(), days)


def _run(fetch: Fetch, console: Console, days: int) -> None:
    try:
        with (_bars if console.is_terminal else _lines)(fetch, console) as display:
            for progress in fetch.run():
                display.show(progress)
    except KeyboardInterrupt:
        shell.complain("Stopped. What has come is kept; `seen sync` goes on from there.")
        raise
    found = list(fetch.servers.values())
    for progress in found:
        if progress.given_up:
            shell.complain(_trouble(progress))
        else:
            console.print(f"{progress.server}: {_counts(progress)} in {days} days.", markup=False)
        for listing, at in progress.cut_at.items():
            shell.complain(
                f"{progress.server}: Postmark's list of {listing} ended at {at:%d %b %Y, %H:%M} UTC; what is older is "
                "looked up when you ask about an email."
            )
    failed = [progress for progress in found if progress.given_up]
    if failed:
        raise typer.Exit(UNANSWERABLE if len(failed) == len(found) else FAULTY)


def _trouble(progress: Progress) -> str:
    if progress.error is None:
        return (
            f"{progress.server}: another process of Seen is at it and gets no further. See whether it hangs, and run "
            "`seen sync` again."
        )
    return f"{progress.error} {progress.error.advice} What has come is kept; `seen sync` goes on from there."


def _now(progress: Progress) -> str:
    """What there is to say while it goes on."""
    if progress.error is not None and not progress.over:
        return f"{progress.error} Trying again."
    if progress.waits and not progress.over:
        return "Another process of Seen is at it, or was until it was stopped; waiting."
    return _counts(progress)


def _counts(progress: Progress) -> str:
    from bot.postmark.listing import Listing

    words = {Listing.MESSAGES: "emails", Listing.OPENS: "opens", Listing.CLICKS: "clicks", Listing.BOUNCES: "bounces"}
    return ", ".join(f"{progress.rows[listing]:,} {word}" for listing, word in words.items())


class _Display(Protocol):
    def show(self, progress: Progress) -> None:
        """Shows how far it is."""


class _Lines:
    """For a file or a pipe: a line for each tenth, and for each failure."""

    def __init__(self, fetch: Fetch, console: Console) -> None:
        self._console = console
        self._shown = dict.fromkeys(fetch.servers, 0)

    def show(self, progress: Progress) -> None:
        tenths = int(progress.share * 10)
        stands_still = not progress.over and (progress.error is not None or progress.waits)
        if stands_still or tenths > self._shown[progress.server]:
            self._shown[progress.server] = tenths
            how_far = "" if stands_still else f"{tenths * 10} %, "
            self._console.print(f"{progress.server}: {how_far}{_now(progress)}", markup=False)


@contextmanager
def _lines(fetch: Fetch, console: Console) -> Iterator[_Display]:
    yield _Lines(fetch, console)


class _Bars:
    """For a terminal: one bar for each server."""

    def __init__(self, fetch: Fetch, console: Console) -> None:
        from rich.markup import escape
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

        said = TextColumn("{task.fields[says]}", markup=False)
        self.bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            said,
            console=console,
        )
        self._tasks = {server: self.bars.add_task(escape(server), total=1.0, says="") for server in fetch.servers}

    def show(self, progress: Progress) -> None:
        self.bars.update(self._tasks[progress.server], completed=progress.share, says=_now(progress))


@contextmanager
def _bars(fetch: Fetch, console: Console) -> Iterator[_Display]:
    bars = _Bars(fetch, console)
    with bars.bars:
        yield bars
