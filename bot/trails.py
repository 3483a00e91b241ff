"""From messages and events to trails: who was sent what, and everything known to have happened to it.

Evidence belongs to a recipient. What a record leaves open is decided here, once: whose an event is that names no
recipient, which message is meant by a business number, which of two records tell of the same event. The outcome does
not depend on the order of what comes in, nor on how often it comes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from bot.folding import fold, in_order
from bot.references import normalise as normalise_reference
from store.addresses import domain_of, normalise, parse_mailbox
from store.records import Event, EventKind, Message, Recipient, Role, Trail

NEVER_EVIDENCE = frozenset({EventKind.TEST, EventKind.UNKNOWN})
"""Kept by the store, but part of no trail."""

ADDRESS_KINDS = frozenset({EventKind.SUPPRESSION, EventKind.REACTIVATION})
"""What happens to an address rather than to a message."""

POSTMARK_KINDS = frozenset(
    {
        EventKind.DELIVERY,
        EventKind.DEFERRAL,
        EventKind.BOUNCE,
        EventKind.COMPLAINT,
        EventKind.OPEN,
        EventKind.CLICK,
    }
)
"""Events whose recipient is certainly one of the message's. A reply may come from another address of theirs."""

FREE_MAIL = frozenset(
    """aol.com fastmail.com gmail.com gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.co.uk hotmail.com
    hotmail.de hotmail.fr icloud.com live.co.uk live.com mac.com mail.com me.com msn.com outlook.com outlook.de
    proton.me protonmail.com t-online.de web.de yahoo.co.uk yahoo.com yahoo.de yahoo.fr ymail.com zoho.com""".split()  # noqa: SIM905 - a list of names reads better without quotes
)
"""Domains that many people share: two addresses there do not make colleagues."""


def assemble(messages: Iterable[Message], events: Iterable[Event], *, until: datetime) -> list[Trail]:
    """The trails of these messages, newest first, then in the order of their recipients.

    In: what is known of the messages (a message known only from its events needs no row), and every event that may
    concern them: by message, by address (suppressions) or by reference (local records). What happened after ``until``
    is left out, and so is a message sent after it. Events told by two sources become one.
    """
    folded = fold(event for event in events if event.at <= until and event.kind not in NEVER_EVIDENCE)
    known = complete(messages, folded)
    heard = _first_heard(folded)
    files = [_open_file(message, heard) for message in known if message.sent_at is None or message.sent_at <= until]
    _attribute(folded, files)
    of_address: dict[str | None, list[Event]] = defaultdict(list)
    for event in folded:
        if event.kind in ADDRESS_KINDS:
            of_address[event.recipient_key].append(event)
    files.sort(key=lambda file: (file.began, file.message.message_id), reverse=True)
    return [trail for file in files for trail in file.trails(of_address)]


def complete(messages: Iterable[Message], events: Iterable[Event]) -> list[Message]:
    """The messages, with what their events say of them filled in, and a stub for each that only events know.

    References found in metadata, tag or subject are not looked for here; those that events register are added.
    """
    rows: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        rows[message.message_id].append(message)
    told: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=in_order):
        if event.message_id and event.kind not in NEVER_EVIDENCE:
            told[event.message_id].append(event)
    return [_complete(_merged(message_id, rows[message_id]), told[message_id]) for message_id in sorted({*rows, *told})]


# ── One message and what is filed under it ───────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _File:
    """A message while its trails are being put together."""

    message: Message
    began: datetime
    """When it was sent, or else when it was first heard of."""
    customers: frozenset[str]
    own: dict[str, list[Event]]
    shared: list[Event]

    def trails(self, of_address: Mapping[str | None, Sequence[Event]]) -> Iterable[Trail]:
        for recipient in self.message.recipients:
            about = of_address.get(recipient.key, ())
            yield Trail(
                message=self.message,
                recipient=recipient,
                events=tuple(self.own[recipient.key]),
                address_events=tuple(event for event in about if _concerns(event, self.message)),
                shared_events=tuple(self.shared),
                is_customer=recipient.key in self.customers,
            )

    def take(self, event: Event, customers: frozenset[str]) -> None:
        """File an event that names its message or number, but perhaps not its recipient.

        ``customers`` are those who may have caused it: when it is one person, it is theirs.
        """
        key = event.recipient_key
        if key in self.own:
            self.own[key].append(event)
        elif event.kind is EventKind.HANDLED:
            for record in self.own.values():
                record.append(event)
        elif key and not is_customer(Recipient(address=key, key=key), self.message):
            return  # a colleague who looks or answers says nothing about the customer
        elif key and event.kind is not EventKind.REPLY:
            self.shared.append(event)  # somebody else by name; people do answer from another address of theirs
        elif len(customers) == 1 and (only := next(iter(customers))) in self.own:
            self.own[only].append(event)
        elif not customers and len(self.own) == 1:
            next(iter(self.own.values())).append(event)
        else:
            self.shared.append(event)


def _first_heard(events: Iterable[Event]) -> dict[str, datetime]:
    """When each message was first heard of. The events are in the order of time."""
    heard: dict[str, datetime] = {}
    for event in events:
        if event.message_id:
            heard.setdefault(event.message_id, event.at)
    return heard


def _open_file(message: Message, heard: Mapping[str, datetime]) -> _File:
    return _File(
        message=message,
        began=message.sent_at or heard.get(message.message_id, _LONG_AGO),
        customers=frozenset(r.key for r in message.recipients if is_customer(r, message)),
        own={recipient.key: [] for recipient in message.recipients},
        shared=[],
    )


def _attribute(events: Iterable[Event], files: Sequence[_File]) -> None:
    """Put each event into the files it belongs to."""
    by_message = {file.message.message_id: file for file in files}
    by_number: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        for number in _numbers(file.message):
            by_number[number].append(file)
    for event in events:
        if event.kind in ADDRESS_KINDS or event.kind is EventKind.REGISTRATION:
            continue
        if event.message_id:
            told_of = by_message.get(event.message_id)
            if told_of is not None:
                told_of.take(event, told_of.customers)
        elif event.reference:
            _attribute_by_number(event, by_number.get(normalise_reference(event.reference), ()))


def _attribute_by_number(event: Event, files: Iterable[_File]) -> None:
    """A record that names a business number concerns every message of it that was sent before."""
    meant = [file for file in files if file.began <= event.at]
    named = [file for file in meant if event.recipient_key in file.own]
    people = frozenset(key for file in meant for key in file.customers)
    for file in named or meant:
        file.take(event, people)


def is_customer(recipient: Recipient, message: Message) -> bool:
    """Whether an address is somebody else's: not a blind copy, and not at the sender's own domain."""
    if recipient.role is Role.BCC:
        return False
    if not message.sender:
        return True
    sender = domain_of(normalise(parse_mailbox(message.sender)[1]))
    theirs = domain_of(recipient.key)
    if not sender or sender in FREE_MAIL:
        return recipient.key != normalise(parse_mailbox(message.sender)[1])
    return not (theirs == sender or theirs.endswith("." + sender) or sender.endswith("." + theirs))


def _concerns(event: Event, message: Message) -> bool:
    """Whether a suppression of its recipient holds on this message's stream; what is not known may be the same."""
    return (event.stream or message.stream) == (message.stream or event.stream) and (
        event.server or message.server
    ) == (message.server or event.server)


def _numbers(message: Message) -> frozenset[str]:
    return frozenset(normalise_reference(reference) for reference in message.references)


# ── What is known of a message ───────────────────────────────────────────────────────────────────────────────────


def _merged(message_id: str, rows: Sequence[Message]) -> Message:
    """One message of several rows: the last checked goes first, and the others fill its gaps."""
    merged = Message(message_id=message_id)
    if len(rows) > 1:
        rows = sorted(rows, key=lambda row: (row.checked_at or _LONG_AGO, repr(row)), reverse=True)
    for row in rows:
        merged = _filled(merged, {field.name: getattr(row, field.name) for field in fields(row)})
    return merged


def _complete(message: Message, events: Sequence[Event]) -> Message:
    for event in events:
        message = _filled(
            message,
            {
                "server": event.server,
                "stream": event.stream,
                "sender": event.sender,
                "subject": event.subject,
                "tag": event.tag,
                "metadata": event.metadata,
            },
        )
    named = [normalise_reference(event.reference) for event in events if event.reference]
    return replace(
        message,
        recipients=_recipients(message, events),
        references=tuple(dict.fromkeys([*message.references, *filter(None, named)])),
    )


def _filled(message: Message, told: Mapping[str, object]) -> Message:
    """The message with the gaps filled that somebody told us of. Empty text, mappings and tuples are gaps too."""
    news = {name: value for name, value in told.items() if _is_gap(getattr(message, name)) and not _is_gap(value)}
    return replace(message, **news) if news else message  # type: ignore[arg-type]  # names and types are Message's own


def _is_gap(value: object) -> bool:
    return not value and (value is None or value == "" or isinstance(value, (tuple, Mapping)))


def _recipients(message: Message, events: Sequence[Event]) -> tuple[Recipient, ...]:
    """Those the message names, then those that events name; a reply names one only when nothing else does."""
    found = {recipient.key: recipient for recipient in message.recipients}
    for surely in (True, False):
        if not surely and found:
            break
        for event in events:
            if event.recipient_key and (not surely or event.kind in POSTMARK_KINDS):
                stub = Recipient(address=event.recipient or event.recipient_key, key=event.recipient_key)
                found.setdefault(event.recipient_key, stub)
    return tuple(found.values())


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
