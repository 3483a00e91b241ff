"""Commands about what people said of verdicts, and how those fared: ``feedback`` and ``calibration``."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot import shell
from bot.shell import NOTHING_FOUND, Json, Stop

if TYPE_CHECKING:
    from bot.app import App
    from store.records import JudgedTrail


class Word(StrEnum):
    """What can be said of an email."""

    SEEN = "seen"
    NOT_SEEN = "not-seen"
    UNDO = "undo"


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
        who = _account()
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


def _account() -> str:
    """The name of the account that types."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"
