"""The kinds of email an office sends, and the words that name them: in tags, in subject lines and in questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of email."""

    called: str
    """As it is spoken of: ``quote``, ``portal link``."""
    named_by: str
    """The words for it, wherever they stand."""
    only_written: str = ""
    """Words for it in a tag or subject that mean something else, or somebody, in a question."""
    only_asked: str = ""
    """Words for it in a question that mean too many things in a tag or subject to name an email by."""
    asked_as: str | None = None
    """What a question for it is filed under, where an office takes it for the same as another."""

    @property
    def document(self) -> str:
        """The value of ``Question.document`` that fits it."""
        return self.asked_as or self.called

    @property
    def written(self) -> frozenset[str]:
        """The words that make an email this kind."""
        return frozenset(f"{self.named_by} {self.only_written}".split())

    @property
    def asked(self) -> frozenset[str]:
        """The words of a question that ask for this kind."""
        return frozenset(f"{self.named_by} {self.only_asked}".split())


KINDS = (
    Kind(
        "reminder", "reminder reminders overdue dunning mahnung erinnerung", "follow-up followup", only_asked="reminded"
    ),
    Kind("receipt", "receipt receipts quittung", "thank-you-for-your-payment"),
    Kind("quote", "quote quotes quotation quotations angebot"),
    Kind("estimate", "estimate estimates", asked_as="quote"),
    Kind("proposal", "proposal proposals", asked_as="quote"),
    Kind("invoice", "invoice invoices rechnung", "bill", only_asked="inv"),
    Kind("booking", "booking bookings termin", "booked", only_asked="confirmation"),
    Kind("appointment", "appointment appointments", asked_as="booking"),
    Kind("contract", "contract contracts agreement agreements"),
    Kind("statement", "statement statements"),
    Kind("survey", "survey surveys"),
    Kind("newsletter", "newsletter newsletters"),
    Kind("report", "", "report reports"),
    Kind("order", "", "order orders"),
    Kind("portal link", "portal", "portal-link login log-in sign-in magic-link", asked_as="portal"),
)
"""The first kind with a word in a tag, else in a subject, names the email: a reminder or a receipt usually names the
invoice it is about, so those come before it. A kind without words of a question cannot be asked for."""

APPOINTMENT_REMINDER = "appointment reminder"
"""A reminder of a visit: what a tag or subject calls a reminder while it speaks of an appointment, not of money."""

OF_A_VISIT = frozenset({"appointment", "appointments", "booking", "visit", "tomorrow", "termin"})
OF_MONEY = frozenset(
    {"invoice", "invoices", "bill", "rechnung", "payment", "pay", "overdue", "due", "dunning", "mahnung", "statement"}
)


def _documents() -> Mapping[str, frozenset[str]]:
    documents: dict[str, frozenset[str]] = {}
    for kind in KINDS:
        if kind.asked:
            documents[kind.document] = documents.get(kind.document, frozenset()) | kind.written | kind.asked
    return documents


DOCUMENTS = _documents()
"""What a question can ask for (the values of ``Question.document``), with every word that names it in a message."""
