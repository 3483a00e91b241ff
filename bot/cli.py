"""The command ``seen``: reads what was typed, calls a service, prints. Imports what a command needs when it runs."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import cli_history, cli_rules, cli_sync, shell
from bot.shell import FAULTY, NOTHING_FOUND, UNANSWERABLE, UNUSABLE, At, Json, Offline, Stop, Why

if TYPE_CHECKING:
    from bot.app import App
    from bot.clock import Clock
    from bot.evidence import Weighing
    from bot.evidence.habits import Habits
    from store.records import Answer, JudgedTrail, NextStep, Trail, Verdict

commands = typer.Typer(
    help="Did the customer see it?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


_LEARNS_AT_START = 3.0
"""Seconds for which a server may learn before it listens; what is left to learn follows."""


def main() -> NoReturn:
    """Run ``seen`` with the arguments of this process."""
    shell.run(commands)


# ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────


@commands.command()
def ask(
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT…", help="An address, @domain, name, number, or a sentence.")
    ],
    *,
    json: Json = False,
    at: At = None,
    offline: Offline = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Emails to show at most.")] = 10,
    why: Why = False,
) -> None:
    """Did the customer see it?"""
    now = datetime.now(UTC)
    moment = shell.moment(at) if at else None
    with shell.application() as app:
        from bot import question as questions
        from bot.replies import document, terminal
        from store.records import NotUnderstood

        settings = app.settings
        if settings.servers and not offline:
            shell.keep_apart(app)
        question = questions.parse(
            " ".join(text), now=moment or now, timezone=settings.timezone, reference_pattern=settings.reference_pattern
        )
        if isinstance(question, NotUnderstood):
            terminal.show_not_understood(question, shell.console(stderr=True))
            raise typer.Exit(UNUSABLE)
        answer = app.answer(question, now=now, offline=offline, limit=limit, at=moment)
        if json:
            lay_out = _lay_out(app, answer) if why else None
            shell.print_json(document.to_json(answer, settings.timezone, lay_out=lay_out))
        else:
            terminal.show(answer, shell.console(), zone=settings.timezone)
            if why:
                _show_why(app, answer)
        if answer.entries:
            return
        raise typer.Exit(UNANSWERABLE if answer.unanswerable else NOTHING_FOUND)


def _show_why(app: App, answer: Answer) -> None:
    from bot.clock import ZoneClock
    from bot.replies import tables

    clock, console = ZoneClock(answer.as_of, app.settings.timezone), shell.console()
    lay_out = _lay_out(app, answer)
    for entry in answer.entries:
        console.print()
        tables.show_why(lay_out(entry.trail, answer.as_of), console, clock=clock)


def _lay_out(app: App, answer: Answer) -> Callable[[Trail, datetime], Weighing]:
    return app.laying_out([entry.trail for entry in answer.entries], answer.as_of)


@commands.command()
def explain(
    file: Annotated[
        str, typer.Argument(metavar="FILE.jsonl", help="Webhook bodies, search rows, records; - for stdin.")
    ],
    *,
    at: At = None,
    json: Json = False,
    no_habits: Annotated[bool, typer.Option("--no-habits", help="Learn nothing from the file's history.")] = False,
    why: Why = False,
) -> None:
    """Judge every email in a file of evidence, without Postmark or a database."""
    now = shell.moment(at) if at else datetime.now(UTC)
    settings = shell.settings()
    from bot import explain as explaining
    from bot.clock import ZoneClock
    from bot.judgement import Judgement

    try:
        with shell.lines_of(file) as lines:
            evidence = explaining.read(lines, received_at=datetime.now(UTC))
    except explaining.UnusableLine as error:
        raise Stop(f"{file}: {error}") from None
    judgement = Judgement(settings)
    weighings: dict[tuple[str, str], Weighing] = {}

    def judge(trail: Trail, at: datetime, habits: Habits | None = None) -> tuple[Verdict, NextStep]:
        if why:
            weighings[trail.message.message_id, trail.recipient.key] = judgement.lay_out(trail, at, habits)
        return judgement.judge(trail, at, habits)

    entries = explaining.judge(
        evidence,
        now=now,
        references=judgement.references,
        judge=judge,
        learn=not no_habits,
        own_networks=judgement.own_networks,
    )
    _show_explained(entries, weighings, clock=ZoneClock(now, settings.timezone), json=json)
    for sentence in explaining.remarks(evidence, entries):
        shell.complain(sentence)


def _show_explained(
    entries: Sequence[JudgedTrail], weighings: Mapping[tuple[str, str], Weighing], *, clock: Clock, json: bool
) -> None:
    from bot import explain as explaining
    from bot.replies import document, tables, terminal

    together = explaining.by_message(entries)
    console = shell.console()
    if not entries and not json:
        terminal.show_trails(entries, console, clock=clock)
    for number, entry in enumerate(entries):
        message_id = entry.trail.message.message_id
        weighing = weighings.get((message_id, entry.trail.recipient.key))
        siblings = together[message_id]
        if json:
            shell.print_json(document.trail_to_json(entry, clock, siblings=siblings, weighing=weighing))
            continue
        if number:
            console.print()
        terminal.show_trails([entry], console, clock=clock, siblings=siblings)
        if weighing:
            tables.show_why(weighing, console, clock=clock, title=False)


@commands.command()
def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="H", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="P", min=0, max=65535, help="Port; 0 takes a free one.")
    ] = 8000,
) -> None:
    """Receive Postmark's webhooks and your portal's events, answer in Slack, and send alerts and digests there."""
    import socket

    import uvicorn

    from bot import logs, serving
    from handlers.http import server

    settings = shell.settings()
    logs.configure(settings.log_level, settings.log_format)
    with shell.application(settings) as app:
        if settings.servers or settings.postmark_webhook_user or settings.tracking_token:
            shell.keep_apart(app)
        try:
            listening = socket.create_server((host, port), family=_family(host), backlog=2048)
        except OSError as error:
            raise Stop(f"Cannot listen on {host}, port {port}: {error.strerror}. Choose another with --port.") from None
        for sentence in app.missing():
            shell.complain(sentence)
        app.learn(datetime.now(UTC), patience=_LEARNS_AT_START)
        shell.complain(
            f"Listening on http://{host}:{listening.getsockname()[1]} (database: {app.database.dialect_name})."
        )
        uvicorn.Server(server.configure(serving.web(app), host=host, port=port)).run(sockets=[listening])


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
    with shell.application() as app:
        try:
            demonstration.run(
                app,
                seed=seed,
                console=shell.console(),
                now=datetime.now(UTC),
                stay=_until_interrupted if stays else None,
            )
        except demonstration.NotADemoDatabase as error:
            raise Stop(str(error)) from None


@commands.command()
def migrate() -> None:
    """Bring the database up to date."""
    with shell.application() as app:
        shell.console().print(f"The {app.database.dialect_name} database is up to date.", highlight=False)


@commands.command()
def doctor() -> None:
    """Check every setting, token, tracking switch, webhook, domain and Slack, and say how to mend each fault."""
    from bot.app import postmark_of
    from bot.doctor import Resolver, examine
    from bot.replies import checkup
    from bot.settings import strays

    settings = shell.settings()
    checks = examine(settings, postmark_of(settings), now=datetime.now(UTC), resolver=Resolver(), strays=strays())
    if checkup.show(checks, shell.console()):
        raise typer.Exit(FAULTY)


@commands.command()
def manifest(
    *,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", help="Where Slack reaches this service; not for Socket Mode.")
    ] = None,
) -> None:
    """Print what Slack makes the app from: paste it at api.slack.com/apps, Create New App, From a manifest."""
    from bot.slack import manifest as manifests

    if url is not None and not re.fullmatch(r"https://[^\s/]+(/[^\s?#]*)?", url):
        raise Stop(
            f"--url {url}: should be this service's address as Slack reaches it, such as https://seen.example.com."
        )
    sys.stdout.write(manifests.written(manifests.manifest(url)))


@commands.command()
def audit(
    *,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, help="How far back.")] = 30,
    who: Annotated[str | None, typer.Option("--who", metavar="ID", help="One person's, by Slack ID.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Lines at most.")] = 200,
    json: Json = False,
) -> None:
    """Show who looked up what in Slack, where and when, newest first."""
    with shell.application() as app:
        from datetime import timedelta

        from bot.replies import record
        from store import asked

        since = datetime.now(UTC) - timedelta(days=days)
        with app.database.read() as connection:
            lines = list(asked.newest(connection, who=who, since=since, limit=limit))
        if json:
            for line in lines:
                shell.print_json(record.to_json(line))
        else:
            record.show(lines, shell.console(), zone=app.settings.timezone)


commands.add_typer(cli_rules.rules, name="rules")
for command in (cli_history.habits, cli_history.feedback, cli_history.calibration, cli_sync.sync):
    commands.command()(command)


def _until_interrupted(_: str) -> None:
    """Goes on until Ctrl-C."""
    import threading

    threading.Event().wait()


def _family(host: str) -> int:
    import socket

    return socket.AF_INET6 if ":" in host else socket.AF_INET
