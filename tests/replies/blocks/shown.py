"""Everything Seen shows in Slack, by name: every situation's reply, lists, notices, windows, the Home tab."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from bot import evidence
from bot.advice import next_step
from bot.replies import blocks
from bot.replies.blocks import Asked, Block, Connection, Deed, HomeView, Refusal, Reply, SlackClock, What
from bot.replies.blocks.actions import Value
from bot.replies.notes import Note, Trouble
from store.records import (
    Answer,
    EventKind,
    JudgedTrail,
    Network,
    NotUnderstood,
    PostmarkState,
    Reason,
    SubjectKind,
    Trail,
)
from tests.replies import situations
from tests.replies.blocks import alerting, digesting, ruling, watched
from tests.replies.situations import (
    NOW,
    SITUATIONS,
    asked,
    at,
    event,
    forty_recipients,
    history_of_maria,
    wrong_person_opened,
)

ROSA = alerting.ROSA
CLOCK = SlackClock(NOW)


def asking(answer: Answer, text: str) -> Answer:
    """The same answer to a question that was typed."""
    return replace(answer, question=replace(answer.question, text=text))


def of(judged: JudgedTrail, text: str = "maria@example.com quote") -> Answer:
    """An answer about one email."""
    return asking(situations.answer(judged), text)


def clicked_on_a_phone() -> JudgedTrail:
    """An email that Apple's service loaded and somebody clicked, judged by the evidence itself."""
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 "
    )
    apple = event(EventKind.OPEN, at("08:01"), user_agent="Mozilla/5.0")
    click = event(
        EventKind.CLICK,
        at("10:03"),
        user_agent=f"{phone}Mobile/15E148 Safari/604.1",
        link=situations.PORTAL,
        network=Network("203.0.113.0/24", "unlisted", None, "1"),
    )
    trail = Trail(situations.email(), situations.to(), (situations.ARRIVED, apple, click))
    verdict = evidence.weigh(trail, NOW)
    return JudgedTrail(trail, verdict, next_step(trail, verdict, NOW, situations.OFFICE, company=situations.COMPANY))


def deed_on(judged: JudgedTrail, what: What, note: str = "", *, can_undo: bool = True) -> blocks.Deeds:
    """Something Rosa did about an email ten minutes ago."""
    key = (judged.trail.message.message_id, judged.trail.recipient.key)
    return {key: (Deed(what=what, who=ROSA, at=NOW - timedelta(minutes=10), note=note, can_undo=can_undo),)}


def nothing() -> Answer:
    """Nothing was found, and a likely spelling is known."""
    question = asked((SubjectKind.EMAIL, "maria@exmaple.com"))
    return asking(situations.answer(question=question, suggestions=("maria@example.com",)), "maria@exmaple.com")


def which_one() -> Answer:
    """A name that fits three people."""
    people = ("Maria Lopez <maria@example.com>", "Maria Ruiz <m.ruiz@oakleaf.example>", "Ana Maria <ana@birch.example>")
    return asking(situations.answer(question=asked((SubjectKind.NAME, "maria")), candidates=people), "maria")


def postmark_down() -> Answer:
    """Postmark is not answering; this is from the own records."""
    note = Reason(Note.UNREACHABLE, at("09:40"), facts={"cause": Trouble.TIMED_OUT})
    return replace(of(SITUATIONS["person clicked"]), postmark=PostmarkState.UNREACHABLE, notes=(note,))


def many_emails() -> Answer:
    """A hundred emails, each to somebody else."""
    entry = SITUATIONS["silent for two hours"]
    entries = []
    for number in range(100):
        recipient = situations.to(f"customer{number}@example.com", f"Customer {number}")
        message = situations.email(message_id=f"{number:08}-8a77-4c1e-9d0e-2f6f3f0a9e11")
        entries.append(replace(entry, trail=replace(entry.trail, recipient=recipient, message=message)))
    return asking(
        situations.answer(*entries, more=400, question=asked((SubjectKind.DOMAIN, "example.com"))), "@example.com"
    )


def messages() -> Mapping[str, Reply]:
    """Every message, by name."""
    found = {name: blocks.answer(of(judged), now=NOW) for name, judged in SITUATIONS.items()}
    return {**found, **_answers(), **_notices(), **alerting.messages(), **digesting.replies(), **watched.messages()}


def _answers() -> dict[str, Reply]:
    clicked, silent = SITUATIONS["person clicked"], SITUATIONS["silent where opens show"]
    held = SITUATIONS["suppressed after a bounce"]
    return {
        "shared": blocks.answer(of(clicked), now=NOW, shared_by=ROSA),
        "shared by me": blocks.answer(of(silent), now=NOW, shared="1795428900.000100"),
        "two recipients": blocks.answer(asking(wrong_person_opened(), "1042"), now=NOW),
        "several emails": blocks.answer(asking(history_of_maria(), "maria@example.com"), now=NOW),
        "forty recipients": blocks.answer(asking(forty_recipients(), "1042"), now=NOW),
        "a hundred emails": blocks.answer(many_emails(), now=NOW),
        "a hundred emails at once": blocks.answer(many_emails(), now=NOW, rows=99),
        "nothing found": blocks.answer(nothing(), now=NOW),
        "which one": blocks.answer(which_one(), now=NOW),
        "Postmark down": blocks.answer(postmark_down(), now=NOW),
        "marked as handled": blocks.answer(of(silent), now=NOW, deeds=deed_on(silent, What.HANDLED, "called him")),
        "marked as wrong": blocks.answer(of(clicked), now=NOW, deeds=deed_on(clicked, What.WRONG)),
        "unblocked": blocks.answer(of(held), now=NOW, deeds=deed_on(held, What.UNBLOCKED, can_undo=False)),
        "not unblocked": blocks.answer(
            of(held), now=NOW, deeds=deed_on(held, What.NOT_UNBLOCKED, "This address can't be reactivated.")
        ),
    }


def _notices() -> dict[str, Reply]:
    deed = Deed(what=What.HANDLED, who=ROSA, at=NOW, note="called him")
    return {
        "help": blocks.help_(),
        "looking": blocks.looking(asking(nothing(), "1042").question),
        "not understood": blocks.not_understood(NotUnderstood("did it?", "I see no address or number in that", "1042")),
        "whom": blocks.ask_subject(("maria@example.com", "1042", "INV-2207")),
        "whom, nobody known": blocks.ask_subject(),
        "trouble": blocks.trouble("7Q2M-4K"),
        "unconfirmed": blocks.unconfirmed("7Q2M-4K"),
        "done": blocks.done_line(deed, clock=CLOCK, value=Value(question="1042")),
        **{f"refused: {why}": blocks.refusal(why) for why in Refusal},
    }


def modals() -> Mapping[str, Block]:
    """Every window, by name."""
    silent, clicked = SITUATIONS["silent where opens show"], SITUATIONS["person clicked"]
    found = {f"why: {name}": why(judged) for name, judged in SITUATIONS.items()}
    return {
        **found,
        "why": why(clicked_on_a_phone()),
        "why, without the sum": blocks.why_modal(clicked, now=NOW),
        "draft": blocks.draft_modal(silent, now=NOW, private_metadata='{"v":1}'),
        "handled": blocks.handled_modal(silent, private_metadata='{"v":1}'),
        "form": blocks.form_modal(),
        "form again": blocks.form_modal(question="the quote", error="I see no address, number or name in that."),
        "notice": blocks.notice_modal("Why?", ["Looking …"]),
        **alerting.modals(),
        **ruling.windows(),
    }


def why(judged: JudgedTrail) -> Block:
    """The reasons and the sum for an email."""
    return blocks.why_modal(judged, now=NOW, weighing=evidence.lay_out(judged.trail, NOW))


def home_view(questions: int = 3, pages: int = 1, page: int = 0) -> HomeView:
    """Rosa's Home."""
    asked_before = [
        Asked(f"10{number + 42} quote", NOW - timedelta(hours=5 * number + 1)) for number in range(questions)
    ]
    return HomeView(
        questions=asked_before,
        page=page,
        pages=pages,
        connections=(
            Connection("Postmark", "answers."),
            Connection("Webhooks", f"the last one came {CLOCK.when(at('10:03'))}."),
            Connection("Sync", f"last ran {CLOCK.when(at('10:12'))}."),
        ),
        settings=(("Times", "in your own time zone"), ("Office hours", "Mon-Fri 08:00-18:00, Europe/Berlin")),
    )


def home_of_a_busy_office() -> HomeView:
    """The same with what Rosa watches, and important emails that need a look."""
    waiting = [watched.watched(alerting.of_job(1042 + n, alerting.silent()), question=str(n)) for n in range(2)]
    return replace(home_view(), now=NOW, watches=waiting, alerts=alerting.many(5), open_alerts=14)


def homes() -> Iterator[tuple[str, Block]]:
    """Every Home tab, by name."""
    yield "home", blocks.home(home_view())
    yield "home of a busy office", blocks.home(home_of_a_busy_office())
    full = replace(home_view(40, 5, 2), now=NOW, watches=[watched.watched(question="1042")] * 50)
    yield "fullest home", blocks.home(replace(full, alerts=alerting.many(9), alerts_page=1, open_alerts=99))
    yield "first home", blocks.home(HomeView())
    yield "full home", blocks.home(home_view(questions=40, pages=5, page=2))
    yield "refused home", blocks.home(HomeView(refused="I answer full members only."))
