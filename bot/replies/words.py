"""Everything Seen says, for every surface: what stands first, why, what machines did, what to do, what wasn't found.

Each function gives plain sentences. A surface arranges them, escapes them by its own rules, and brings a ``Clock`` that
says times its own way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.clock import Clock, count
from bot.evidence.codes import Sign, WhyNot
from bot.naming import person_of, plain, thing_of
from bot.replies import notes
from bot.replies.headlines import Case, Headline, brief, case_of, headline
from bot.replies.reasons import server_words
from bot.spelling import did_you_mean
from store.addresses import display_domain
from store.records import (
    Answer,
    Finding,
    JudgedTrail,
    NextStep,
    NotUnderstood,
    PostmarkState,
    Question,
    Reason,
    Role,
    SubjectKind,
    Trail,
    Verdict,
)

MOST_IN_FULL = 3
__all__ = [
    "Arrangement",
    "Headline",
    "Nothing",
    "Told",
    "arrange",
    "line",
    "not_understood",
    "nothing_found",
    "summary",
    "tell",
    "which_one",
]


@dataclass(frozen=True, slots=True)
class Told:
    """One trail in words, in the order in which a reader wants them."""

    headline: Headline
    why: tuple[str, ...]
    """At most three sentences, strongest first."""
    machines: tuple[str, ...]
    """What machines did, set apart."""
    office: tuple[str, ...]
    """What the office's own people did, which says nothing about the customer."""
    unclear: tuple[str, ...]
    """What says nothing either way."""

    @property
    def apart(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What stands below the reasons, each under its label; only what there is."""
        told = (("Machines", self.machines), ("Your office", self.office), ("Unclear", self.unclear))
        return tuple((label, sentences) for label, sentences in told if sentences)


def tell(entry: JudgedTrail, clock: Clock, *, siblings: Iterable[JudgedTrail] = (), asked: str | None = None) -> Told:
    """A judged trail in words.

    ``siblings`` may hold any trails; those of the same message to other recipients are looked at. ``asked`` is the
    reference of the question, by which an email that has several is called.
    """
    case = case_of(entry, clock, siblings, asked)
    first = headline(case)
    verdict = entry.verdict
    return Told(
        headline=first,
        why=_sentences(case, _worth_saying(verdict), first.text),
        machines=_sentences(case, [r for r in verdict.automatic if r.code != Sign.OWN_NETWORK], first.text),
        office=_sentences(case, [r for r in verdict.automatic if r.code == Sign.OWN_NETWORK], first.text),
        unclear=_sentences(case, verdict.unclear, first.text),
    )


def step(next_step: NextStep, clock: Clock) -> str:
    """What to do next, with the time in it, if there is one, as this clock says it."""
    if next_step.until is None or next_step.until_words is None:
        return next_step.text
    before, _, after = next_step.text.partition(next_step.until_words)
    say = clock.until if before.endswith("until ") else clock.when
    return f"{before}{say(next_step.until)}{after}"


def _sentences(case: Case, told: Sequence[Reason], already: str) -> tuple[str, ...]:
    sentences = dict.fromkeys(case.said(reason) for reason in told if not _is_in_headline(reason, already))
    return tuple(sentence for sentence in sentences if sentence not in already)


def _worth_saying(verdict: Verdict) -> Sequence[Reason]:
    """The reasons without the one that only counts the machines, where those are told one by one and others remain."""
    others = [reason for reason in verdict.reasons if reason.code != Sign.ONLY_AUTOMATIC]
    return others if others and verdict.automatic else verdict.reasons


def _is_in_headline(reason: Reason, headline_text: str) -> bool:
    """Whether the headline has said it all: a failure without the other server's words, and what can't be known."""
    if reason.code in {Sign.FAILED, Sign.WAITING}:
        return server_words(reason.facts.get("detail")) in headline_text
    unknowable = {WhyNot.EXPIRED, WhyNot.SANDBOX, WhyNot.PLAIN_TEXT}
    return reason.code == Sign.NOT_ASKED or reason.facts.get("why") in unknowable


def line(entry: JudgedTrail, clock: Clock, *, asked: str | None = None) -> tuple[str, str, str]:
    """A trail for a list: what was sent, to whom, and how it stands. See ``to_one_person``."""
    case = case_of(entry, clock, asked=asked)
    return case.thing.short, _to_whom(entry.trail), brief(case)


def _to_whom(trail: Trail) -> str:
    name = person_of(trail.recipient).target
    if not trail.is_customer:
        return f"{name} (your own)"
    return f"{name} (copy)" if trail.recipient.role in {Role.CC, Role.BCC} else name


# ── The answer as a whole ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which trails of an answer are told in full and which in one line each; both newest first."""

    full: tuple[JudgedTrail, ...]
    lines: tuple[JudgedTrail, ...]


def arrange(answer: Answer) -> Arrangement:
    """The newest email of each customer in full, up to three customers; the others, and copies, in one line.

    Of more customers than that none is picked out: a summary and a list answer better.
    """
    addressed = [entry for entry in answer.entries if _is_addressed(entry.trail)] or list(answer.entries)
    newest: dict[str, JudgedTrail] = {}
    for entry in addressed:
        newest.setdefault(entry.trail.recipient.key, entry)
    full = tuple(newest.values()) if len(newest) <= MOST_IN_FULL else ()
    return Arrangement(full, tuple(entry for entry in answer.entries if not any(entry is told for told in full)))


def to_one_person(answer: Answer) -> bool:
    """Whether every email of an answer went to the same person, whom a list then need not repeat."""
    return len({(entry.trail.recipient.key, entry.trail.recipient.role) for entry in answer.entries}) == 1


def _is_addressed(trail: Trail) -> bool:
    return trail.is_customer and trail.recipient.role not in {Role.CC, Role.BCC}


def asked_reference(question: Question) -> str | None:
    """The business number a question names."""
    return next((subject.value for subject in question.subjects if subject.kind is SubjectKind.REFERENCE), None)


_COUNTED = {
    Finding.SEEN: "seen by {}",
    Finding.PROBABLY_SEEN: "very likely seen by {}",
    Finding.NO_SIGN: "no reliable sign from {}",
    Finding.NOT_DELIVERED: "did not reach {}",
    Finding.IN_TRANSIT: "on its way to {}",
}


def summary(answer: Answer, clock: Clock) -> str:
    """One sentence about many people: how many of them are known to have seen their newest email."""
    newest: dict[str, Finding] = {}
    for entry in answer.entries:
        if entry.trail.is_customer:
            newest.setdefault(entry.trail.recipient.key, entry.verdict.finding)
    found = Counter(newest.values())
    parts = ", ".join(words.format(found[finding]) for finding, words in _COUNTED.items() if found[finding])
    messages = {entry.trail.message.message_id for entry in answer.entries}
    people = count(len(newest), "person").replace("persons", "people")
    more = f" {count(answer.more, 'more line')} are left out." if answer.more else ""
    if len(messages) == 1:
        thing = thing_of(answer.entries[0].trail.message, asked_reference(answer.question))
        sent_at = answer.entries[0].trail.message.sent_at
        return f"{thing.starting} went to {people}{f' {clock.when(sent_at)}' if sent_at else ''}: {parts}.{more}"
    return f"The newest emails to {people}: {parts}.{more}"


def note_texts(answer: Answer, clock: Clock) -> tuple[str, ...]:
    """What the reader must know about the answer itself, a sentence each."""
    return _said(clock, answer.notes)


def _said(clock: Clock, told: Iterable[Reason]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(notes.text(note, clock) for note in told))


# ── When there is no answer ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Nothing:
    """That nothing was found, in the order in which it helps: each part is sentences of its own."""

    first: str
    """What was looked for, and where."""
    notes: tuple[str, ...]
    """What kept it from being found, as far as that is known."""
    tries: tuple[str, ...]
    """What may have been meant, and one example that works."""
    limits: tuple[str, ...]
    """What "nothing found" does not mean."""


def nothing_found(answer: Answer, clock: Clock, *, command: str) -> Nothing:
    """What to say when nothing was found. ``command`` is how a question begins here: ``seen ask``, ``/seen``."""
    meant = _meant(answer)
    numbered = any(subject.kind is SubjectKind.REFERENCE for subject in answer.question.subjects)
    other = ("the customer's address", "maria@example.com") if numbered else ("a job number", "1042")
    return Nothing(
        first=f"I couldn't find {_wanted(answer.question, clock)} {_where(answer.postmark)}.",
        notes=_said(clock, (note for note in answer.notes if note.code not in notes.LIMITS)),
        tries=(
            *([f"Did you mean {meant}?"] if meant else []),
            f"{'Or try' if meant else 'Try'} {other[0]}: {command} {other[1]}",
        ),
        limits=_said(clock, (note for note in answer.notes if note.code in notes.LIMITS)),
    )


def _wanted(question: Question, clock: Clock) -> str:
    document = plain(question.document or "", 40)
    what = f"{'an' if document[:1] in 'aeiou' else 'a'} {document}" if document else "an email"
    about = " and ".join(_about(kind, plain(value, 80)) for kind, value in _subjects(question))
    words = f" with “{plain(question.subject_words, 60)}” in its subject" if question.subject_words else ""
    since = f" since {clock.day(question.since).removeprefix('on ')}" if question.since else ""
    until = f" before {clock.day(question.until).removeprefix('on ')}" if question.until else ""
    return f"{what} {about}{words}{since}{until}"


def _subjects(question: Question) -> list[tuple[SubjectKind, str]]:
    return [(subject.kind, subject.value) for subject in question.subjects]


def _about(kind: SubjectKind, value: str) -> str:
    match kind:
        case SubjectKind.EMAIL:
            return f"to {_shown_address(value)}"
        case SubjectKind.DOMAIN:
            return f"to anybody at {display_domain(value.lstrip('@'))}"
        case SubjectKind.NAME:
            return f"to anybody called “{value}”"
        case SubjectKind.REFERENCE:
            return f"about number {value}"
        case SubjectKind.MESSAGE_ID:
            return f"with the Postmark message ID {value}"


def _shown_address(key: str) -> str:
    name, at, domain = key.rpartition("@")
    return f"{name}{at}{display_domain(domain)}"


def _where(postmark: PostmarkState) -> str:
    if postmark in {PostmarkState.LIVE, PostmarkState.CACHED}:
        return "in Postmark or in my own records"
    if postmark is PostmarkState.PARTIAL:
        return "in those Postmark servers that answered, or in my own records"
    return "in my own records"


def _meant(answer: Answer) -> str:
    suggestions = [plain(suggestion, 80) for suggestion in answer.suggestions]
    if not suggestions:
        addresses = [s.value for s in answer.question.subjects if s.kind is SubjectKind.EMAIL]
        suggestions = [plain(meant, 80) for meant in map(did_you_mean, addresses) if meant]
    return " or ".join(filter(None, [", ".join(suggestions[:-1]), *suggestions[-1:]]))


def which_one(answer: Answer) -> tuple[str, tuple[str, ...]]:
    """The question back when a name fits several people, and the people to choose from."""
    name = next((s.value for s in answer.question.subjects if s.kind is SubjectKind.NAME), "that name")
    people = tuple(plain(candidate, 120) for candidate in answer.candidates)
    return f"“{plain(name, 60)}” fits {len(people)} people. Which one do you mean?", people


def not_understood(question: NotUnderstood, *, command: str) -> list[str]:
    """What was understood of a question that could not be, and one example that works."""
    understood = plain(question.understood, 200)
    example = plain(question.example, 120)
    first = understood if understood.endswith((".", "?", "!")) else f"{understood}."
    told = [first] if understood else ["I couldn't make out who or what you ask about."]
    typed = f'"{example}"' if " " in example and not command.startswith("/") else example  # a shell wants quotes
    return [*told, f"This works: {command} {typed}"]
