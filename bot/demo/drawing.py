"""Draws a story: who plays which part, and when everything happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from random import Random

from bot.demo.diary import Diary
from bot.demo.habits import DAY, HOUR, Habits
from bot.demo.letters import Kind, write
from bot.demo.people import Person, Townspeople, mistype_domain, mistype_name
from bot.demo.situations import OTHERS, PARTS, Part
from bot.demo.story import Asked, Deed, Email, Story

TWO_WEEKS = 14 * DAY
_OTHERS_OLDEST, _OTHERS_YOUNGEST = 8 * DAY, 2 * HOUR


def draw(seed: int, now: datetime, zone: tzinfo = UTC) -> Story:
    """The history of the two weeks before ``now`` (aware). Everything in it has happened by then.

    The same seed makes the same history, as seen from the same moment; ``zone`` is the firm's.
    """
    return _Draw(seed, now, zone).story()


@dataclass(slots=True)
class _Dealing:
    """A customer's emails while their numbers are not known yet, oldest first."""

    part: Part
    to: Person
    copy_to: Person | None
    sent: list[tuple[datetime, list[Deed]]]


class _Draw:
    def __init__(self, seed: int, now: datetime, zone: tzinfo) -> None:
        self._seed = seed
        self._random = Random(seed)
        self._diary = Diary(self._random, now.astimezone(UTC), zone)
        self._habits = Habits(self._diary)
        self._town = Townspeople(self._random)

    def story(self) -> Story:
        others = [
            Part(
                situation="",
                question="",
                played_by=by,
                sent=sent,
                does=does,
                oldest=_OTHERS_OLDEST,
                youngest=_OTHERS_YOUNGEST,
            )
            for by, sent, does in OTHERS
        ]
        dealings = [self._dealing(part) for part in (*PARTS, *others)]
        dealings.sort(key=lambda dealing: dealing.sent[0][0])
        numbered = _numbered(dealings)
        emails = sorted((email for _, several in numbered for email in several), key=lambda email: email.sent_at)
        last = {dealing.part.situation: several[-1] for dealing, several in numbered}
        asked = [_question(part, last[part.situation]) for part in PARTS]
        return Story(
            seed=self._seed,
            zone=self._diary.zone,
            began=emails[0].sent_at - timedelta(minutes=5),
            emails=tuple(emails),
            asked=(*asked, self._mistaken_question(emails)),
        )

    def _dealing(self, part: Part) -> _Dealing:
        to = self._town.somebody(*part.played_by)
        if part.mistyped:
            to = mistype_domain(to, self._random)
        copy_to = self._town.somebody(*part.copy_to, related_to=to) if part.copy_to else None
        sent = [self._last_email(part, to, copy_to)]
        for _ in part.sent[1:]:
            sent.insert(0, self._email_before(sent[0][0], part, to))
        return _Dealing(part, to, copy_to, sent)

    def _last_email(self, part: Part, to: Person, copy_to: Person | None) -> tuple[datetime, list[Deed]]:
        """The email that is asked about: sent long enough ago for everything to have happened since."""
        oldest = part.oldest
        while True:
            draw_moment = self._diary.any_time if part.at_any_hour else self._diary.working
            sent_at = draw_moment(oldest=oldest, youngest=part.youngest)
            deeds = part.does(self._habits, to, sent_at)
            if copy_to:
                deeds += part.copy_does(self._habits, copy_to, sent_at)
            if all(deed.at <= self._diary.latest for deed in deeds):
                return sent_at, deeds
            oldest = min(oldest + 6 * HOUR, TWO_WEEKS - 5 * DAY)

    def _email_before(self, following: datetime, part: Part, to: Person) -> tuple[datetime, list[Deed]]:
        """An earlier one, a day or more before the following, and within the two weeks."""
        age = self._diary.now - following
        sent_at = self._diary.working(oldest=min(age + 3 * DAY, TWO_WEEKS), youngest=age + 20 * HOUR)
        deeds = part.before(self._habits, to, sent_at)
        return sent_at, [deed for deed in deeds if deed.at <= self._diary.latest]

    def _mistaken_question(self, emails: Sequence[Email]) -> Asked:
        """A question about somebody who was never written to, only because the address is mistyped."""
        known = {email.to.address for email in emails}
        meant = self._random.choice([email.to.address for email in emails if email.to.mailbox.loads_ahead])
        while (mistyped := mistype_name(meant, self._random)) in known:
            pass
        return Asked("Nothing found", f"did {mistyped} get our email?", None, None)


def _numbered(dealings: Sequence[_Dealing]) -> list[tuple[_Dealing, list[Email]]]:
    """The dealings with their emails. Jobs are numbered as they begin, invoices as they are written."""
    jobs = {id(dealing): str(1037 + number) for number, dealing in enumerate(dealings)}
    billed = [
        (dealing.sent[dealing.part.sent.index(Kind.INVOICE)][0], id(dealing))
        for dealing in dealings
        if Kind.INVOICE in dealing.part.sent
    ]
    invoices = {which: f"INV-{2201 + number}" for number, (_, which) in enumerate(sorted(billed))}
    return [(dealing, _emails(dealing, jobs[id(dealing)], invoices.get(id(dealing), ""))) for dealing in dealings]


def _emails(dealing: _Dealing, job: str, invoice: str) -> list[Email]:
    part = dealing.part
    emails = [
        Email(
            kind=kind,
            sent_at=sent_at,
            to=dealing.to,
            job=job,
            invoice=invoice,
            letter=write(kind, first_name=dealing.to.first_name, job=job, invoice=invoice),
            deeds=tuple(sorted(deeds, key=lambda deed: deed.at)),
        )
        for kind, (sent_at, deeds) in zip(part.sent, dealing.sent, strict=True)
    ]
    emails[-1] = replace(
        emails[-1],
        copy_to=dealing.copy_to,
        plain=part.plain,
        track_opens=part.track_opens,
        track_links=part.track_opens,
    )
    return emails


def _question(part: Part, email: Email) -> Asked:
    text = part.question.format(
        address=email.to.address,
        name=email.to.name,
        job=email.job,
        invoice=email.invoice,
        digits=email.invoice.removeprefix("INV-"),
    )
    return Asked(part.situation, text, email, email.to)
