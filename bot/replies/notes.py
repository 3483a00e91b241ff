"""What a reader must know about an answer itself: the codes of ``Answer.notes``, and their words.

The comment beside a code names the ``facts`` it carries; ``at`` of the note is said with it. Every fact is text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.clock import Clock, count
from bot.naming import plain
from store.records import Reason


class Note(StrEnum):
    """A thing the reader must know about the answer: ``Reason.code`` in ``Answer.notes``."""

    # How fresh the answer is. ``at``: when Postmark last told us something about what is shown; absent: never.
    UNREACHABLE = "unreachable"  # No Postmark server answered. cause: a `Trouble`, absent when they differ
    SERVER_FAILED = "server_failed"  # One of several servers failed, the others answered. server; cause: a `Trouble`
    OFFLINE = "offline"  # Nobody asked Postmark, because the reader said so.
    NOT_CONFIGURED = "not_configured"  # No Postmark token is set, so only the own records were searched.
    DEMO = "demo"  # The database holds the demo's made-up emails, and its stand-in Postmark is gone.
    UNFINISHED = "unfinished"  # The time ran out before everything was asked. count: emails not looked up again

    # What was found, and what it does not mean.
    TOO_NEW = "too_new"  # Nothing found, and mail of the last minutes may not be listed yet.
    TOO_OLD = "too_old"  # Nothing found, or the question reaches back further than Postmark keeps. days
    SHARED_REFERENCE = "shared_reference"  # The number belongs to emails of several customers. reference, count
    MANY_RECIPIENTS = "many_recipients"  # One email went to many people. count
    WIDENED = "widened"  # Nothing fits the narrowing words, so other emails are shown. words: what they asked for
    ONLY_COPIES = "only_copies"  # The address only ever got copies of other people's emails.
    NOT_TOGETHER = "none_fits_both"  # Both things asked for are known, but no email fits both. first, second: counts
    OUTSIDE_TIME = "only_outside_that_time"  # Emails fit, but none of that time. count; ``at``: the newest one
    SUPPRESSED_ADDRESS = "address_is_suppressed"  # Postmark sends nothing there. address, reason; ``at``: since when
    NOT_SAVED = "not_saved"  # What Postmark said is in this answer, but could not be stored.

    # What is wrong with the sending side, and weakens the answer.
    DOMAIN_UNVERIFIED = "domain_unverified"  # The sender's domain is not verified with Postmark. domain
    SERVER_TRACKING_OFF = "server_tracking_off"  # A Postmark server does not track. server; what: opens, links or both


LIMITS = frozenset({Note.TOO_NEW, Note.TOO_OLD})
"""What "nothing found" does not mean: said last, after what may help."""


class Trouble(StrEnum):
    """Why Postmark could not be asked: the ``cause`` of a note."""

    TIMED_OUT = "timed_out"
    REFUSED = "refused"  # No connection at all.
    RATE_LIMITED = "rate_limited"
    MAINTENANCE = "maintenance"
    FAULT = "fault"  # A server error, or an answer that makes no sense.
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - the name of a fault
    NOT_ACCEPTED = "not_accepted"  # It said no to the question itself.


_TROUBLES: Mapping[str, str] = {
    Trouble.TIMED_OUT: "isn't answering now",
    Trouble.REFUSED: "can't be reached now",
    Trouble.RATE_LIMITED: "asks me to slow down",
    Trouble.MAINTENANCE: "is down for maintenance",
    Trouble.FAULT: "has a fault of its own now",
    Trouble.NOT_ACCEPTED: "doesn't accept what I ask; run `seen doctor` and check POSTMARK_API_URL",
    Trouble.WRONG_TOKEN: "refuses the token; correct POSTMARK_SERVER_TOKEN",
}


def _as_of(note: Reason, clock: Clock, what: str = "it") -> str:
    return f"as I knew {what} {clock.when(note.at)}" if note.at else "from my own records"


def _unreachable(note: Reason, clock: Clock) -> str:
    trouble = _TROUBLES.get(note.facts.get("cause", ""), "isn't answering now")
    return f"Postmark {trouble}, so this is {_as_of(note, clock)}."


def _server_failed(note: Reason, clock: Clock) -> str:
    trouble = _TROUBLES.get(note.facts.get("cause", ""), "isn't answering now")
    server = plain(note.facts.get("server", "one of them"), 40)
    shown = f"its emails are shown {_as_of(note, clock, 'them')}, the others are fresh"
    return f"The Postmark server “{server}” {trouble}: {shown}."


def _offline(note: Reason, clock: Clock) -> str:
    return f"Postmark wasn't asked, as you wished; this is {_as_of(note, clock)}."


def _not_configured(_note: Reason, _clock: Clock) -> str:
    return "No Postmark token is set (POSTMARK_SERVER_TOKEN), so I could only look in my own records."


def _demo(_note: Reason, _clock: Clock) -> str:
    return "These are the demo's emails, made up from beginning to end."


def _unfinished(note: Reason, clock: Clock) -> str:
    number = note.facts.get("count")
    one = number == "1"
    which = "one of these emails" if one else f"{number or 'some'} of these emails"
    shown, what = ("it is shown", "it") if one else ("they are shown", "them")
    return f"Postmark was slow: {which} I couldn't look up again in time, so {shown} {_as_of(note, clock, what)}."


def _too_new(_note: Reason, _clock: Clock) -> str:
    return "Was it sent in the last few minutes? Postmark may not list it yet: ask again in five."


def _too_old(note: Reason, _clock: Clock) -> str:
    return f"Postmark keeps {note.facts.get('days', '45')} days; of older emails I only know what I recorded myself."


def _shared_reference(note: Reason, _clock: Clock) -> str:
    reference, number = plain(note.facts.get("reference", "This number"), 40), note.facts.get("count", "several")
    return f"{reference} stands on emails to {number} different customers; here is each of them by itself."


def _many_recipients(note: Reason, _clock: Clock) -> str:
    return f"This went to {note.facts.get('count', 'many')} people; what one of them did says nothing about the others."


def _widened(note: Reason, _clock: Clock) -> str:
    words = plain(note.facts.get("words", "what you asked for"), 60)
    return f"I found nothing that fits “{words}”; these are the other emails."


def _only_copies(_note: Reason, _clock: Clock) -> str:
    return "This address only got copies; the customer's own line is the one that counts."


def _not_together(note: Reason, _clock: Clock) -> str:
    first, second = (_number(note, name, "email") for name in ("first", "second"))
    return f"The first thing you named fits {first}, the second {second}, but none fits both."


def _outside_time(note: Reason, clock: Clock) -> str:
    newest = f", the newest sent {clock.when(note.at)}" if note.at else ""
    return f"Outside that time I know {_number(note, 'count', 'email')}{newest}."


_HELD = {
    "hardbounce": "an email bounced for good",
    "spamcomplaint": "an email was reported as spam",
    "manualsuppression": "it was blocked by hand or unsubscribed",
}


def _suppressed_address(note: Reason, clock: Clock) -> str:
    address = plain(note.facts.get("address", "this address"), 80)
    since = f" {clock.day(note.at)}" if note.at else ""
    held = _HELD.get(note.facts.get("reason", "").casefold(), "it was blocked")
    return f"Postmark sends nothing to {address} any more: {held}{since}. So newer emails never left."


def _not_saved(_note: Reason, _clock: Clock) -> str:
    return "I couldn't store what Postmark said just now; the answer stands, and `seen doctor` says what is wrong."


def _number(note: Reason, name: str, word: str) -> str:
    number = note.facts.get(name, "")
    return count(int(number), word) if number.isdecimal() and len(number) < 10 else f"some {word}s"


def _domain_unverified(note: Reason, _clock: Clock) -> str:
    domain = plain(note.facts.get("domain", "the sender's domain"), 80)
    return f"Postmark hasn't verified {domain}, so emails from it may land in spam; `seen doctor` says how to mend it."


def _server_tracking_off(note: Reason, _clock: Clock) -> str:
    what = {"opens": "opens", "links": "links"}.get(note.facts.get("what", ""), "opens or links")
    server = plain(note.facts.get("server", "postmark"), 40)
    return f"The Postmark server “{server}” doesn't track {what}; `seen doctor` says how to turn it on."


_WORDS: Mapping[str, Callable[[Reason, Clock], str]] = {
    Note.UNREACHABLE: _unreachable,
    Note.SERVER_FAILED: _server_failed,
    Note.OFFLINE: _offline,
    Note.NOT_CONFIGURED: _not_configured,
    Note.DEMO: _demo,
    Note.UNFINISHED: _unfinished,
    Note.TOO_NEW: _too_new,
    Note.TOO_OLD: _too_old,
    Note.SHARED_REFERENCE: _shared_reference,
    Note.MANY_RECIPIENTS: _many_recipients,
    Note.WIDENED: _widened,
    Note.ONLY_COPIES: _only_copies,
    Note.NOT_TOGETHER: _not_together,
    Note.OUTSIDE_TIME: _outside_time,
    Note.SUPPRESSED_ADDRESS: _suppressed_address,
    Note.NOT_SAVED: _not_saved,
    Note.DOMAIN_UNVERIFIED: _domain_unverified,
    Note.SERVER_TRACKING_OFF: _server_tracking_off,
}


def text(note: Reason, clock: Clock) -> str:
    """One sentence for a note. A code nobody has words for is said as its own words."""
    words = _WORDS.get(note.code)
    return words(note, clock) if words else f"{plain(note.code, 60).replace('_', ' ').capitalize()}."
