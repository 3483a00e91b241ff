"""What the firm writes: its kinds of email, with their subjects, texts and links."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape

FIRM = "Fernhill Heating"
SENDER = f"{FIRM} <office@fernhill.example>"
PORTAL = "https://portal.fernhill.example"


class Kind(StrEnum):
    """What an email is about."""

    QUOTE = "quote"
    BOOKING = "booking"
    PORTAL = "portal-link"
    VISIT_REMINDER = "appointment-reminder"
    INVOICE = "invoice"
    PAYMENT_REMINDER = "payment-reminder"


_SUBJECTS = {
    Kind.QUOTE: "Your quote for job #{job}",
    Kind.BOOKING: "Your appointment is booked (job #{job})",
    Kind.PORTAL: "Your customer portal for job #{job}",
    Kind.VISIT_REMINDER: "Reminder: we are with you tomorrow (job #{job})",
    Kind.INVOICE: "Invoice {invoice} for job #{job}",
    Kind.PAYMENT_REMINDER: "Reminder: invoice {invoice} is open",
}
_SENTENCES = {
    Kind.QUOTE: "here is our quote. You can look at it and accept it in your portal:",
    Kind.BOOKING: "your appointment is booked. The day, the time and who comes stand in your portal:",
    Kind.PORTAL: "this is your own page with us: appointments, papers and messages in one place:",
    Kind.VISIT_REMINDER: "we are with you tomorrow. If that no longer suits you, change it in your portal:",
    Kind.INVOICE: "thank you for having us. Your invoice, and how to pay it, stands in your portal:",
    Kind.PAYMENT_REMINDER: "perhaps it slipped your mind: this invoice is still open. You can pay it here:",
}
BILLING = frozenset({Kind.INVOICE, Kind.PAYMENT_REMINDER})


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of one email."""

    subject: str
    html: str
    text: str
    metadata: dict[str, str]


def write(kind: Kind, *, first_name: str, job: str, invoice: str) -> Letter:
    """An email of this kind. ``invoice`` is named only where there is one already."""
    link = portal_link(kind, job=job, invoice=invoice)
    links = (link, f"{PORTAL}/messages", "https://fernhill.example/contact")
    hello, sentence = f"Hello {first_name},", _SENTENCES[kind]
    return Letter(
        subject=_SUBJECTS[kind].format(job=job, invoice=invoice),
        html="".join(
            [
                f"<p>{escape(hello)}</p><p>{escape(sentence)}</p>",
                f'<p><a href="{links[0]}">Open it in your portal</a></p>',
                f'<p><a href="{links[1]}">Write to us</a> · <a href="{links[2]}">{escape(FIRM)}</a></p>',
            ]
        ),
        text=f"{hello}\n\n{sentence}\n{links[0]}\n\n{FIRM}",
        metadata={"job_id": job} | ({"invoice_id": invoice} if kind in BILLING else {}),
    )


def portal_link(kind: Kind, *, job: str, invoice: str) -> str:
    """The one link that an email is sent for."""
    return f"{PORTAL}/invoices/{invoice}" if kind in BILLING else f"{PORTAL}/jobs/{job}/{kind}"
