"""What was understood of a question that cannot be answered as it is, in a sentence, with one example that works."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.question.times import Period
from store.addresses import display_domain
from store.records import NotUnderstood, Subject, SubjectKind

_EXAMPLE = "did maria@example.com see the quote for job 1042?"
_NOUNS = {
    SubjectKind.EMAIL: ("address", "addresses"),
    SubjectKind.MESSAGE_ID: ("message ID", "message IDs"),
    SubjectKind.REFERENCE: ("number", "numbers"),
    SubjectKind.DOMAIN: ("domain", "domains"),
    SubjectKind.NAME: ("name", "names"),
}
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """Everything a text was found to say."""

    subjects: tuple[Subject, ...] = ()
    document: str | None = None
    subject_words: str | None = None
    period: Period = field(default_factory=Period)
    incomplete: tuple[str, ...] = ()
    length: int = 0


def explain(text: str, understood: Understood) -> NotUnderstood:
    """The answer to a question with no subject, or with more than two."""
    if understood.subjects:
        return NotUnderstood(text, _too_many(understood.subjects), _shown(understood.subjects[0]))
    if understood.incomplete:
        address = understood.incomplete[0]
        return NotUnderstood(
            text, f"“{address}” looks like an address without the end of its domain.", f"{address}.com"
        )
    narrowing = _narrowing(understood)
    if narrowing:
        return NotUnderstood(text, f"I understood {narrowing}, but not whose email is meant.", _example(understood))
    if understood.length > 300:
        sentence = (
            f"In these {understood.length:,} characters I found no address, and no number of a job, quote or invoice."
        )
        return NotUnderstood(text, sentence, _EXAMPLE)
    if not text.strip():
        return NotUnderstood(text, "There was no question yet.", _EXAMPLE)
    return NotUnderstood(text, "I found no address, name or number to look for.", _EXAMPLE)


def _too_many(subjects: tuple[Subject, ...]) -> str:
    groups = []
    for kind, (one, several) in _NOUNS.items():
        values = [_shown(subject) for subject in subjects if subject.kind is kind]
        if values:
            listed = ", ".join(values[:_SHOWN]) + (", …" if len(values) > _SHOWN else "")
            groups.append(f"{len(values)} {one if len(values) == 1 else several} ({listed})")
    return f"I found {' and '.join(groups)}; I can look for one or two at a time."


def _narrowing(understood: Understood) -> str:
    """What narrows the question although nobody is named: "the invoice, since Monday"."""
    parts = []
    if understood.document:
        parts.append(f"“{understood.document}”")
    if understood.subject_words:
        parts.append(f"the subject words “{understood.subject_words[:80]}”")
    parts.extend(f"“{words[:40]}”" for words in understood.period.words[:3])
    return ", ".join(parts)


def _example(understood: Understood) -> str:
    document = understood.document or "email"
    when = f" {understood.period.words[0][:40]}" if understood.period.words else ""
    return f"did maria@example.com see the {document}{when}?"


def _shown(subject: Subject) -> str:
    local, at, domain = subject.value.rpartition("@")
    if subject.kind is SubjectKind.DOMAIN:
        return f"@{display_domain(subject.value)}"
    return f"{local}{at}{display_domain(domain)}" if subject.kind is SubjectKind.EMAIL else subject.value
