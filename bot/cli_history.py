"""Commands about what recipients are like, what people said of verdicts, and how those fared."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot import shell
from bot.shell import NOTHING_FOUND, Json, Stop

if TYPE_CHECKING:
    from bot.app import App
    from bot.replies.habits import Basis
    from bot.settings import Settings
    from store.records import JudgedTrail, Question


class Word(StrEnum):
    """What can be said of an email."""

    SEEN = "seen"
    NOT_SEEN = "not-seen"
    UNDO = "undo"


_MOST = 500
"""So many of the newest emails to somebody are looked at."""


_LEARNS = 60.0
"""Seconds that learning from the history may take before habits are shown."""


def habits(
    who: Annotated[str, typer.Argument(metavar="ADDRESS|@DOMAIN", help="A recipient, or everybody at a domain.")],
    *,
    json: Json = False,
) -> None:
    """Show what is known of a recipient's habits, and how many emails that rests on."""
    now = datetime.now(UTC)
    with shell.application() as app:
        from bot.clock import ZoneClock
        from bot.replies import habits as knowledge
        from bot.replies import tables

        question = _whose(who, app.settings, now)
        name = knowledge.called(question.subjects[0])
        app.learn(now, patience=_LEARNS)
        answer = app.answer(question, now=now, offline=True, limit=_MOST)
        expect = app.habits([entry.trail for entry in answer.entries], now)
        weighings = [app.judgement.lay_out(entry.trail, now, expect(entry.trail)) for entry in answer.entries]
        told = knowledge.known(name, weighings, expect, now=now, basis=_basis(app))
        if json:
            shell.print_json(knowledge.to_json(told))
        elif told.past.emails:
            tables.show_habits(told, shell.console(), clock=ZoneClock(now, app.settings.timezone))
        if not told.past.emails:
            raise Stop(f"I know no email that reached {name}, so only published averages apply.", NOTHING_FOUND)


def _basis(app: App) -> Basis | None:
    """What habits were learned from."""
    from bot.replies.habits import Basis

    lesson = app.learning.lesson()
    return Basis(lesson.emails, lesson.since, lesson.at) if lesson else None


def _whose(who: str, settings: Settings, now: datetime) -> Question:
    from bot import question as questions
    from store.records import NotUnderstood, SubjectKind

    question = questions.parse(who, now=now, timezone=settings.timezone, reference_pattern=settings.reference_pattern)
    if isinstance(question, NotUnderstood) or question.subjects[0].kind not in {SubjectKind.EMAIL, SubjectKind.DOMAIN}:
        raise Stop("Whose habits? Name an address or a domain: maria@example.com, @example.com.")
    return question


def feedback(
    message_id: Annotated[str, typer.Argument(metavar="MESSAGE_ID", help="Postmark's ID of the email.")],
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whom it went to.")],
    truth: Annotated[
        Word,
        typer.Argument(metavar="seen|not-seen|undo", case_sensitive=False, help="What you know; undo takes it back."),
    ],
    *,
    json: Json = False,
) -> None:
    """Say whether a customer has really seen an email, so that verdicts can be held against the truth."""
    now = datetime.now(UTC)
    with shell.application() as app:
        from bot import marks
        from bot.replies import opinions
        from store.marks import Said

        entry = _entry(app, message_id.strip().lower(), address, now)
        who = shell.account()
        if truth is Word.UNDO:
            existed = marks.take_back(app.database, entry, at=now, who=who)
            seen, sentence = None, opinions.taken_back(entry, existed=existed)
        else:
            said = Said.SEEN if truth is Word.SEEN else Said.NOT_SEEN
            seen = marks.mark(app.database, entry, said, who=who, way=marks.COMMAND_LINE, at=now).seen
            sentence = opinions.kept(entry, seen=truth is Word.SEEN)
        if json:
            shell.print_json(opinions.mark_to_json(entry, seen=seen, at=now, who=who))
        else:
            shell.console().print(sentence, markup=False, emoji=False)


def calibration(*, json: Json = False) -> None:
    """Compare verdicts with what people said of them."""
    with shell.application() as app:
        from bot import marks
        from bot.replies import opinions, tables

        told = marks.fared(app.database)
        if json:
            shell.print_json(opinions.fared_to_json(told))
        else:
            tables.show_fared(told, shell.console())


def _entry(app: App, message_id: str, address: str, now: datetime) -> JudgedTrail:
    """The email to this recipient, judged; or else why there is none."""
    from bot.replies import opinions

    if app.settings.servers:
        shell.keep_apart(app)
    entry = app.trail(message_id, address, now=now)
    if entry is None:
        raise Stop(opinions.unknown(message_id, address, app.recipients(message_id, now=now)), NOTHING_FOUND)
    return entry
