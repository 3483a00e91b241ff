"""Many alerts in one message: a burst of the same failure, or more than anybody wants to be told one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.clock import count
from bot.evidence.codes import Cause
from bot.naming import plain
from bot.replies.alert_view import AlertView
from bot.replies.blocks import parts
from bot.replies.blocks.actions import Action, Value
from bot.replies.blocks.alert_words import BY_HAND, Spoken
from bot.replies.blocks.alerts import value_of
from bot.replies.blocks.entries import EMOJI
from bot.replies.blocks.moments import SlackClock, mention
from bot.replies.blocks.writing import Block, Reply, cut, emoji, message_text, plain_text, quote, rich, section, words
from store.addresses import display_domain, domain_of
from store.alert_records import AlertKind, Ending
from store.records import DeliveryState, Finding

ROWS = 25
_TABLE, _CHOICES = 6000, 2500
"""Characters, so that a message stays within what Slack takes."""
_MENTIONS = 5
_LATE = datetime.max.replace(tzinfo=UTC)
_TITLES = ("Email", "To", "How it stands")

_SETTLED: Mapping[Ending, str] = {
    Ending.SEEN: "{} seen",
    Ending.REPLIED: "{} answered",
    Ending.PAID: "{} paid",
    Ending.VISITED: "{} by a visit to the portal",
    Ending.OTHER_CONTACT: "{} seen by another contact",
    Ending.REPLACED: "{} replaced by a newer email",
    Ending.HANDLED: "{} handled",
    Ending.CALLED: "{} called",
    Ending.NOT_IMPORTANT: "{} not important",
    Ending.DELIVERED: "{} arrived after all",
    Ending.CANT_TELL: "{} of which no sign can come",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """Alerts being laid out: the open ones first, the longest waiting before others."""

    all: Sequence[Spoken]

    @property
    def open(self) -> Sequence[Spoken]:
        return [spoken for spoken in self.all if spoken.view.alert.is_open]

    @property
    def is_burst(self) -> bool:
        """Whether all of them failed, and for the same reason."""
        kinds = {(spoken.view.alert.kind, spoken.view.alert.group) for spoken in self.all}
        return len(kinds) == 1 and kinds.pop()[0] is AlertKind.FAILED


def together(views: Sequence[AlertView], *, now: datetime) -> Reply:
    """One message for several alerts, as they stand; at least one."""
    clock = SlackClock(now)
    page = _Page(sorted((Spoken(view, clock) for view in views), key=_order))
    if not page.open:
        return _settled(page)
    first = "".join(f"{name} " for name in _mentioned(views))
    headline, below = _burst(page) if page.is_burst else _many(page)
    notes = list(dict.fromkeys(note for spoken in page.all for note in spoken.notes()))
    table, spoken_lines, left = _table(page)
    sign = EMOJI[Finding.NOT_DELIVERED if page.is_burst else Finding.NO_SIGN]
    head = section(*words(first), emoji(sign), *words(f" {headline}", bold=True))
    blocks = [
        rich(head, *(quote(*words(note)) for note in notes), section(*words(below))),
        table,
        *([parts.context(left)] if left else []),
        *_buttons(page),
    ]
    text = [f"{first}{headline}", *notes, below, *spoken_lines, left]
    return Reply(message_text(text), tuple(blocks))


def _order(spoken: Spoken) -> tuple[bool, datetime, str]:
    return not spoken.view.alert.is_open, spoken.entry.trail.message.sent_at or _LATE, spoken.view.alert.key


def _mentioned(views: Sequence[AlertView]) -> list[str]:
    found = dict.fromkeys(mention(view.mention) for view in views if view.mention)
    return [name for name in found if name][:_MENTIONS]


def open_alerts(views: Sequence[AlertView], *, now: datetime, total: int) -> Reply:
    """The open alerts for whoever asks for them: ``views`` of ``total``, newest first."""
    if not views:
        first = "No important email needs a look just now."
        return Reply(message_text([first]), (rich(section(emoji(EMOJI[Finding.SEEN]), *words(f" {first}"))),))
    page = _Page([Spoken(view, SlackClock(now)) for view in views])
    needs = "important email needs" if total == 1 else "important emails need"
    first = f"{total} {needs} a look, newest first."
    table, said, _ = _table(page)
    left = total - len(said)
    more = f"{count(left, 'further email')} left out here: Home lists all of them." if left else ""
    blocks = [
        rich(section(emoji(EMOJI[Finding.NO_SIGN]), *words(f" {first}", bold=True))),
        table,
        *([parts.context(more)] if more else []),
        *parts.actions(_choice(page.all)),
    ]
    return Reply(message_text([first, *said, more]), tuple(blocks))


def alert_line(view: AlertView, number: int, *, now: datetime, action: Action) -> list[Block]:
    """An alert in a list, with a button that opens it; ``number`` tells several in a row apart."""
    spoken = Spoken(view, SlackClock(now))
    what, whom, how = spoken.line()
    line = {
        "type": "section",
        "text": plain_text(f"{what} to {whom}", 200),
        "accessory": parts.button("Open", action, value_of(view), number=number),
    }
    stands = words(f" {spoken.snoozed() or how}", most=300)
    return [line, rich(section(emoji(EMOJI[spoken.entry.verdict.finding]), *stands))]


# ── What stands first ────────────────────────────────────────────────────────────────────────────────────────────

_FAILED: Mapping[DeliveryState, str] = {
    DeliveryState.SUPPRESSED: "were held back by Postmark",
    DeliveryState.COMPLAINED: "were reported as spam",
}
_ASKS: Mapping[str, str] = {
    Cause.BLOCKED: "Call one of them and ask whoever looks after their mail to let your emails through; until then "
    "others will be refused, too.",
    Cause.UNAUTHENTICATED: "This one is yours to mend: run `seen doctor`, which names the DNS record that is missing.",
    Cause.NO_SUCH_DOMAIN: "Check how that domain is spelt where the addresses are kept.",
    Cause.NOT_SENT: "This one is yours to mend: Postmark's own activity page says what stopped them.",
    Cause.VIRUS: "Have the attachment checked, or put a link in its place, before anything is sent again.",
    Cause.TOO_LARGE: "Send them again with a link in place of the attachment.",
}
_CHOOSE = "Choose one below for its next step, and call those that matter today."


def _burst(page: _Page) -> tuple[str, str]:
    """``4 emails to acme.example were refused since 9:10``, why, and what to do."""
    newest = max(page.all, key=lambda spoken: spoken.entry.verdict.delivery.at or spoken.view.alert.began_at)
    first = min(spoken.entry.verdict.delivery.at or spoken.view.alert.began_at for spoken in page.all)
    domains = {domain_of(spoken.entry.trail.recipient.key) for spoken in page.all}
    to = f" to {plain(display_domain(domains.pop()), 80)}" if len(domains) == 1 else ""
    delivery = newest.entry.verdict.delivery
    did = _FAILED.get(delivery.state, "were refused" if to else "failed for the same reason")
    did = did.replace("were", "was", 1) if len(page.all) == 1 else did
    since = newest.clock.until(first)
    emails = count(len(page.all), "email")
    headline = f"{emails}{to} {did} since {since}."
    why = newest.told.why[:1]
    return headline, " ".join([*why, _ASKS.get(delivery.code or "", _CHOOSE)])


def _many(page: _Page) -> tuple[str, str]:
    still, settled = page.open, len(page.all) - len(page.open)
    failed = sum(spoken.view.alert.kind is AlertKind.FAILED for spoken in still)
    silent = len(still) - failed
    parts_ = [f"{silent} without a reliable sign"] if silent else []
    parts_ += [f"{failed} that did not arrive"] if failed else []
    emails = "important email" if len(still) == 1 else "important emails"
    needs = "needs" if len(still) == 1 else "need"
    after = f" The other {settled} {'is' if settled == 1 else 'are'} settled." if settled else ""
    return f"{len(still)} {emails} {needs} a look: {' and '.join(parts_)}.", _CHOOSE + after


def _settled(page: _Page) -> Reply:
    counted = Counter(spoken.view.alert.ending or Ending.HANDLED for spoken in page.all)
    how = ", ".join(_SETTLED[ending].format(number) for ending, number in counted.most_common())
    what = "failed emails" if page.is_burst else "important emails"
    first = f"All {len(page.all)} {what} of this message are settled: {how}."
    blocks = [rich(section(emoji(EMOJI[Finding.SEEN]), *words(f" {first}")))]
    undo = [spoken for spoken in page.all if spoken.view.alert.ending in BY_HAND]
    return Reply(message_text([first]), (*blocks, *parts.actions(_choice(undo))))


# ── The table and the buttons ────────────────────────────────────────────────────────────────────────────────────


def _table(page: _Page) -> tuple[Block, list[str], str]:
    """The table, the same in words, and what it leaves out."""
    rows = [spoken.line() for spoken in page.all[:ROWS]]
    block, shown = parts.table(_TITLES, rows, room=_TABLE)
    said = [f"{what} to {whom}: {how}" for what, whom, how in rows[:shown]]
    left = len(page.all) - shown
    return block, said, f"{count(left, 'further email')} left out here: Home lists all of them." if left else ""


def _buttons(page: _Page) -> list[Block]:
    sure = parts.confirmation(
        "Mark all as handled?",
        f"All {len(page.open)} open emails of this message count as handled by you. Each can be undone by itself.",
        "All handled",
        "Cancel",
    )
    handled = parts.button("All handled", Action.ALERTS_HANDLED, Value(number=len(page.open)), confirm=sure)
    return parts.actions([*_choice(page.all), handled])


def _choice(among: Sequence[Spoken]) -> list[Block]:
    """A menu from which one of them is opened."""
    options, room = [], _CHOICES
    for spoken in among:
        what, whom, _ = spoken.line()
        text = cut(f"{what} · {whom}", 75)
        room -= len(text)
        if room < 0:
            break
        options.append(parts.option(text, value_of(spoken.view, Action.ALERT_OPEN)))
    return parts.select("One of them …", Action.ALERT_OPEN, options)
