"""What people call an email and its recipient: "Maria Lopez", "somebody at billing@…", "the quote for job 1042".

Everything that came from outside (names, subjects, tags) passes through ``plain`` before it becomes part of a sentence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot import references
from bot.vocabulary import APPOINTMENT_REMINDER, KINDS, OF_A_VISIT, OF_MONEY
from store.records import Message, Recipient

_JOINER = "\u200d"  # holds emoji together; every other invisible character is left out
_SUBJECT_LENGTH = 60
_NAME_LENGTH = 40


def plain(text: str, limit: int = 200) -> str:
    """One line of visible text: no control or direction marks, no piles of accents, single spaces, cut with "…"."""
    if len(text) <= limit and text.isascii() and text.isprintable():  # nearly always: nothing there to leave out
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for character in text[: limit * 4 + 100]:
        category = unicodedata.category(character)
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks > 2:
            continue
        if category in {"Zs", "Zl", "Zp", "Cc"}:
            kept.append(" ")
        elif category[0] != "C" or character == _JOINER:
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if len(line) <= limit and len(text) <= limit * 4 + 100 else f"{line[: limit - 1].rstrip()}…"


def words(text: str) -> frozenset[str]:
    """A set written as a line of words."""
    return frozenset(text.split())


# ── The recipient ────────────────────────────────────────────────────────────────────────────────────────────────

_ROLES = words(
    "accounting accounts admin administration ap ar billing bookings booking buero büro contact customerservice "
    "dispatch enquiries facilities finance frontdesk hello help helpdesk hr info inquiries invoice invoices it kontakt "
    "mail maintenance management office operations orders owner payables postmaster procurement purchasing receivables "
    "reception rechnung sales scheduling secretary service services support team verwaltung webmaster"
)
_COMPANY_WORDS = words(
    "ag and associates bros co company corp corporation e.k. gbr gmbh group heating homes inc kg limited llc llp ltd "
    "management office partners plc properties sarl services sons team the & +"
)
_TITLES = words("dr mr mrs ms miss mx prof herr frau")


def is_role_address(address: str) -> bool:
    """Whether several people may stand behind an address: ``info@``, ``billing@``, ``office.berlin@`` …"""
    parts = re.split(r"[.+_-]|\d+", address.rpartition("@")[0].lower())
    return next(filter(None, parts), "") in _ROLES


@dataclass(frozen=True, slots=True)
class Person:
    """How a recipient is spoken of."""

    called: str
    """As the subject of a sentence, in its middle: ``Maria Lopez``, ``somebody at info@…``."""
    address: str
    first_name: str | None = None
    """For a greeting or a call; only where the name is plainly a person's."""
    is_role: bool = False

    @property
    def starting(self) -> str:
        """The same at the start of a sentence. An address keeps its own letters."""
        return self.called if "@" in self.called.split(" ", 1)[0] else self.called[:1].upper() + self.called[1:]

    @property
    def target(self) -> str:
        """As the one something went to: ``it reached billing@…``."""
        return self.address if self.is_role else self.called

    @property
    def short(self) -> str:
        """The person once more, in a sentence after one that has named them."""
        return self.first_name or self.called

    @property
    def contact(self) -> str:
        """Whom to call, in the middle of a sentence: never just an address, which nobody can call."""
        if self.is_role:
            return f"whoever looks after {self.address}"
        return self.first_name or ("the customer" if "@" in self.called else self.called)


def person_of(recipient: Recipient) -> Person:
    """The recipient by the name in To where there is one, else by the address."""
    address = plain(recipient.address, 80) or plain(recipient.key, 80)
    if is_role_address(address):
        return Person(f"somebody at {address}", address, is_role=True)
    name = plain(recipient.name or "", _NAME_LENGTH).strip("\"'“”‘’ ")
    if not any(character.isalpha() for character in name) or "@" in name:
        return Person(address, address)
    name = _in_spoken_order(name)
    return Person(name, address, _first_name(name))


def _in_spoken_order(name: str) -> str:
    """``Lopez, Maria`` is spoken "Maria Lopez"; ``Oakleaf, Inc.`` stays."""
    last, comma, first = name.partition(", ")
    if not comma or len(last.split()) > 2 or len(first.split()) > 2 or first.lower().strip(".") in _COMPANY_WORDS:
        return name
    return f"{first} {last}" if first.replace(" ", "").replace(".", "").isalpha() else name


def _first_name(name: str) -> str | None:
    parts = name.split()
    if not 1 <= len(parts) <= 3 or any(part.lower().strip(".,") in _COMPANY_WORDS | _TITLES for part in parts):
        return None
    first = parts[0].capitalize() if name.isupper() or name.islower() else parts[0]
    is_name = (
        first.replace("-", "").replace("'", "").replace("’", "").isalpha() and first[0].isupper() and len(first) > 1
    )
    # A lone word in capitals is as often a company.
    return first if is_name and (len(parts) > 1 or not name.isupper()) else None


# ── The email ────────────────────────────────────────────────────────────────────────────────────────────────────

_KIND_OF = {word: kind.called for kind in KINDS for word in kind.written}
_RANK = {kind.called: rank for rank, kind in enumerate(KINDS)}
_ABOUT_ANOTHER = frozenset({"reminder", "receipt", APPOINTMENT_REMINDER})
_LABELS = words("job quote estimate proposal invoice booking appointment order contract project ticket case visit")


@dataclass(frozen=True, slots=True)
class Thing:
    """How an email is spoken of."""

    called: str
    """In the middle of a sentence: ``the quote for job 1042``, ``invoice INV-2207``, ``the email “Hello”``."""
    kind: str | None = None
    reference: str | None = None
    """With its label where that is known: ``job 1042``."""

    @property
    def starting(self) -> str:
        """The same at the start of a sentence."""
        return self.called[:1].upper() + self.called[1:]

    @property
    def email(self) -> str:
        """The email itself, where it must not be taken for what it brings: one that is opened is no link."""
        return f"the email with {self.called}" if self.kind == "portal link" else self.called

    @property
    def short(self) -> str:
        """For a line of a list: ``quote for job 1042``."""
        return self.called.removeprefix("the ")


def kind_of(message: Message) -> str | None:
    """``quote``, ``invoice``, ``booking`` …: what this email is, by its tag, else by its subject."""
    said = [_words_in(text) for text in (message.tag, message.subject)]
    for spoken in said:
        kinds = [_KIND_OF[word] for word in spoken if word in _KIND_OF]
        if kinds:
            kind = min(kinds, key=_RANK.__getitem__)
            return APPOINTMENT_REMINDER if kind == "reminder" and _is_of_a_visit(frozenset().union(*said)) else kind
    return None


def _words_in(text: str | None) -> frozenset[str]:
    """The words of a tag or subject, those with hyphens also in their parts."""
    found = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", (text or "")[:500].lower().replace("_", "-"))
    return frozenset(part for word in found for part in (word, *word.split("-")))


def _is_of_a_visit(said: frozenset[str]) -> bool:
    return bool(said & OF_A_VISIT) and not said & OF_MONEY


def thing_of(message: Message, asked: str | None = None) -> Thing:
    """What to call this email; of several references the one that was ``asked`` for is named, else the fittest."""
    kind = kind_of(message)
    reference = _reference(message, asked, kind)
    if reference is None:
        if kind:
            return Thing(f"the {kind}", kind)
        subject = plain(message.subject or "", _SUBJECT_LENGTH)
        return Thing(f"the email “{subject}”" if subject else "the email")
    label = _label(message, reference) or ("invoice" if reference.upper().startswith("INV") else None)
    named = f"{label} {reference}" if label else reference
    if kind and kind == label:
        return Thing(named, kind, named)
    if kind in _ABOUT_ANOTHER:
        return Thing(f"the {kind} for {named}", kind, named)
    if kind:
        return Thing(f"the {kind} for {named}" if label else f"{kind} {reference}", kind, named)
    return Thing(f"the email about {named}", None, named)


def _reference(message: Message, asked: str | None, kind: str | None) -> str | None:
    shown = {reference: plain(reference, 40) for reference in message.references}
    if asked in shown:
        return shown[asked] or None
    if len(shown) < 2:
        return next(filter(None, shown.values()), None)
    fits = "invoice" if kind in {"reminder", "receipt"} else kind
    return next(
        (text for reference, text in shown.items() if text and fits and _label(message, reference) == fits),
        next(filter(None, shown.values()), None),
    )


def _label(message: Message, reference: str) -> str | None:
    """``job`` for 1042 where the metadata says ``job_id: 1042`` or the subject "Job #1042"."""
    for key, value in message.metadata.items():
        word = re.split(r"[_\W]|(?<=[a-z])(?=[A-Z])", key)[0].lower()
        if word in _LABELS and references.normalise(value) == reference:
            return word
    for match in references.DEFAULT_PATTERN.finditer((message.subject or "")[:500]):
        noun = match[0].lower().replace("work order", "order").split()[0].strip("#:")
        if noun in _LABELS and references.normalise(references.match_number(match)[0]) == reference:
            return noun
    return None


def link_name(link: str | None) -> str:
    """``portal link`` where the address says so, else ``link``; in a sentence after "its" or "the"."""
    text = (link or "").lower()
    if re.search(r"unsubscribe|optout|opt-out|preferences", text):
        return "unsubscribe link"
    if "portal" in text:
        return "portal link"
    return "payment link" if re.search(r"\bpay(?:ments?)?\b|checkout", text) else "link"
