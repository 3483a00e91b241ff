"""The command ``seen``: reads what was typed, calls a service, prints. Imports what a command needs when it runs."""

from __future__ import annotations

import io
import json as jsonlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import App
    from bot.settings import Settings

NOTHING_FOUND = 3
UNUSABLE = 2
UNANSWERABLE = 4
FAULTY = 1

commands = typer.Typer(
    help="Did the customer see it?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Stop(Exception):  # noqa: N818 - its name says what happens
    """The command cannot go on. The text is for a person and says what to do; ``code`` is the exit code."""

    def __init__(self, text: str, code: int = UNUSABLE) -> None:
        super().__init__(text)
        self.code = code


def main() -> NoReturn:
    """Run ``seen`` with the arguments of this process. Errors are one readable sentence; ``--debug`` shows where."""
    debug = "--debug" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows "?" for "…" instead of failing
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        commands(arguments, prog_name="seen")
    except Stop as stop:
        _complain(str(stop))
        if debug:
            raise
        sys.exit(stop.code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; so does the wish to tell anybody
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        _complain(f"Something went wrong that shouldn't ({type(error).__name__}). Try again with --debug to see where.")
        sys.exit(1)
    sys.exit(0)


def _complain(text: str) -> None:
    for line in text.splitlines():
        print(f"seen: {line}", file=sys.stderr)  # noqa: T201 - standard error is where commands complain


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

At = Annotated[str | None, typer.Option("--at", metavar="TIME", help='"Now" for this answer: ISO 8601 with offset.')]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


@commands.command()
def ask(
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT…", help="An address, @domain, name, number, or a sentence.")
    ],
    *,
    json: Json = False,
    at: At = None,
    offline: Annotated[bool, typer.Option("--offline", help="Don't ask Postmark.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Emails to show at most.")] = 10,
) -> None:
    """Did the customer see it?"""
    now = datetime.now(UTC)
    moment = _moment(at) if at else None
    with _app() as app:
        from bot import question as questions
        from bot.replies import document, terminal
        from store.records import NotUnderstood

        settings = app.settings
        if settings.servers and not offline:
            _keep_apart(app)
        question = questions.parse(
            " ".join(text), now=moment or now, timezone=settings.timezone, reference_pattern=settings.reference_pattern
        )
        if isinstance(question, NotUnderstood):
            terminal.show_not_understood(question, _console(stderr=True))
            raise typer.Exit(UNUSABLE)
        answer = app.answer(question, now=now, offline=offline, limit=limit, at=moment)
        if json:
            _print_json(document.to_json(answer, settings.timezone))
        else:
            terminal.show(answer, _console(), zone=settings.timezone)
        if answer.entries:
            return
        raise typer.Exit(UNANSWERABLE if answer.unanswerable else NOTHING_FOUND)


@commands.command()
def explain(
    file: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="Webhook bodies, search rows, records; - for stdin.")
    ],
    *,
    at: At = None,
    json: Json = False,
    no_habits: Annotated[bool, typer.Option("--no-habits", help="Learn nothing from the file's history.")] = False,
) -> None:
    """Judge every trail in a file of evidence, offline."""
    now = _moment(at) if at else datetime.now(UTC)
    settings = _settings()
    from bot import explain as explaining
    from bot.app import Judgement
    from bot.clock import ZoneClock
    from bot.replies import document, terminal

    try:
        with _open(file) as lines:
            evidence = explaining.read(lines, received_at=datetime.now(UTC))
    except explaining.UnusableLine as error:
        raise Stop(f"{file}: {error}") from None
    judgement = Judgement(settings)
    entries = explaining.judge(
        evidence, now=now, references=judgement.references, judge=judgement.judge, learn=not no_habits
    )
    clock = ZoneClock(now, settings.timezone)
    if json:
        together = explaining.by_message(entries)
        for entry in entries:
            _print_json(document.trail_to_json(entry, clock, siblings=together[entry.trail.message.message_id]))
    else:
        terminal.show_trails(entries, _console(), clock=clock)
    for sentence in explaining.remarks(evidence, entries):
        _complain(sentence)


@commands.command()
def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="H", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="P", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
) -> None:
    """Receive Postmark's webhooks and your portal's events."""
    import socket

    import uvicorn

    from bot import logs
    from handlers.http import server

    settings = _settings()
    logs.configure(settings.log_level, settings.log_format)
    with _app(settings) as app:
        if settings.servers or settings.postmark_webhook_user or settings.tracking_token:
            _keep_apart(app)
        try:
            listening = socket.create_server((host, port), family=_family(host), backlog=2048)
        except OSError as error:
            raise Stop(f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port.") from None
        for sentence in app.missing():
            _complain(sentence)
        _complain(f"Listening on http://{host}:{listening.getsockname()[1]} (database: {app.database.dialect_name}).")
        uvicorn.Server(server.configure(app.web(), host=host, port=port)).run(sockets=[listening])


@commands.command()
def demo(
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the answers.")] = False,
    web: Annotated[bool, typer.Option("--web", help="Open the page without a terminal, too.")] = False,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Draw another history.")] = 1,
) -> None:
    """Show two weeks of a small firm's email and what Seen says of them, then a page to talk to it as in Slack."""
    from bot import demo as demonstration

    if once and web:
        raise Stop("--once ends after the answers, --web goes on until Ctrl-C: choose one.")
    stays = web or (not once and sys.stdout.isatty())
    with _app() as app:
        try:
            demonstration.run(
                app,
                seed=seed,
                console=_console(),
                now=datetime.now(UTC),
                stay=_until_interrupted if stays else None,
            )
        except demonstration.NotADemoDatabase as error:
            raise Stop(str(error)) from None


@commands.command()
def migrate() -> None:
    """Bring the database up to date."""
    with _app() as app:
        _console().print(f"The {app.database.dialect_name} database is up to date.", highlight=False)


@commands.command()
def doctor() -> None:
    """Check every setting, token, tracking switch, webhook and domain, and say how to mend each fault."""
    from bot.app import postmark_of
    from bot.doctor import Resolver, examine
    from bot.replies import checkup

    settings = _settings()
    checks = examine(settings, postmark_of(settings), now=datetime.now(UTC), resolver=Resolver())
    if checkup.show(checks, _console()):
        raise typer.Exit(FAULTY)


def _until_interrupted(_: str) -> None:
    """Goes on until Ctrl-C, which is the usual end and no failure."""
    import threading
    from contextlib import suppress

    with suppress(KeyboardInterrupt):
        threading.Event().wait()


# ── What commands share ──────────────────────────────────────────────────────────────────────────────────────────


def _moment(at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(at).astimezone(UTC) if datetime.fromisoformat(at).tzinfo else None
    except (ValueError, OverflowError):
        moment = None
    if moment is None:
        raise Stop(f"--at {at}: should be a time with its offset, such as 2026-11-23T10:15:00Z.")
    return moment


def _settings() -> Settings:
    from bot.settings import BadSettings, load

    try:
        return load()
    except BadSettings as error:
        raise Stop(str(error)) from None


@contextmanager
def _app(settings: Settings | None = None) -> Iterator[App]:
    """Seen on its database. What the store can't do becomes one sentence and its fix."""
    from bot.app import build
    from store.errors import StoreError

    try:
        with build(settings or _settings()) as app:
            yield app
    except StoreError as error:
        raise Stop(f"{error} {error.advice}") from error


def _keep_apart(app: App) -> None:
    """Stops before real mail comes among a demo's."""
    if mixing := app.mixing():
        raise Stop(mixing)


@contextmanager
def _open(file: str) -> Iterator[Iterator[bytes]]:
    if file == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as lines:
            yield iter(lines)
    except OSError as error:
        raise Stop(f"{file} cannot be read ({error.strerror}); give the path of a file of JSON lines, or -.") from None


def _family(host: str) -> int:
    import socket

    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def _print_json(value: object) -> None:
    sys.stdout.write(jsonlib.dumps(value) + "\n")
