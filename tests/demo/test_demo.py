"""The demo from end to end: what the engine says of each email is held against what its customers did."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import func, select

from bot import demo
from bot import question as questions
from bot.app import App, build
from bot.clock import ZoneClock
from bot.demo import tour
from bot.demo.drawing import draw
from bot.demo.people import Person
from bot.demo.play import Play, steps_of
from bot.demo.story import Email, Story
from bot.replies import terminal, words
from bot.settings import Settings
from store import schema
from store.addresses import normalise
from store.records import Answer, JudgedTrail, PostmarkState, Question
from tests.demo import truth

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
SITUATIONS = 13


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is set."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)


@contextmanager
def played(url: str, story: Story, now: datetime) -> Iterator[tuple[App, Play]]:
    """A story that has happened, with everything still running."""
    with (
        build(Settings(database_url=SecretStr(url), answer_budget=50)) as app,  # a busy machine changes no answer
        tour.playing(app, story, tour.take(app, story), now) as (office, play),
    ):
        for _ in play.days(steps_of(enumerate(story.emails)), story.zone):
            pass
        play.postmark.clock.reach(now)
        yield office, play


def ask(office: App, text: str, now: datetime) -> Answer:
    """The answer to a question as it is typed."""
    question = questions.parse(text, now=now, timezone=office.settings.timezone)
    assert isinstance(question, Question), question
    return office.answer(question, now=now)


def entry_of(answer: Answer, message_id: str, who: Person) -> JudgedTrail:
    """The trail of one email to one person among those of an answer."""
    return next(
        entry
        for entry in answer.entries
        if entry.trail.message.message_id == message_id and entry.trail.recipient.key == normalise(who.address)
    )


def misjudged(story: Story, email: Email, who: Person, entry: JudgedTrail) -> str | None:
    """What an answer gets wrong about an email, in words; ``None``: nothing."""
    finding, state = entry.verdict.finding, entry.verdict.delivery.state
    true_state, true_findings = truth.state(story, email, who), truth.findings(story, email, who)
    if finding in true_findings and state is true_state:
        return None
    did = ", ".join(sorted(email.acts(who))) or "nothing"
    return f"{email.letter.subject}, {who.name} ({did}): {finding} {state}, not {sorted(true_findings)} {true_state}"


@pytest.mark.parametrize(("seed", "now"), [(1, NOW), (2, SUNDAY_NIGHT), (3, NOW), (4, NOW)])
def test_the_answers_are_true(sqlite_url: str, seed: int, now: datetime) -> None:
    """In whatever history, every email to everybody is judged as what its recipient did allows: who left a sign has
    seen it, machines alone are no sign, and where it got to is told rightly.
    """
    story = draw(seed, now)
    with played(sqlite_url, story, now) as (office, play):
        answers = {person.address: ask(office, person.address, now) for person in story.people}
    assert {answer.postmark for answer in answers.values()} == {PostmarkState.LIVE}
    wrong = [
        misjudged(story, email, who, entry_of(answers[who.address], play.message_ids[number], who))
        for number, email in enumerate(story.emails)
        for who in email.people
    ]
    assert list(filter(None, wrong)) == []


@pytest.mark.parametrize("seed", [1, 5])
def test_the_questions_find_what_they_are_about(sqlite_url: str, seed: int) -> None:
    """Each of the thirteen questions, as typed, is answered live and first of all with the email it is about; the
    address nobody ever wrote to is not found, and the one that was meant is offered.
    """
    story = draw(seed, NOW)
    with played(sqlite_url, story, NOW) as (office, _):
        answers = [ask(office, asked.text, NOW) for asked in story.asked]
    assert len(answers) == SITUATIONS
    assert {answer.postmark for answer in answers} <= {PostmarkState.LIVE, PostmarkState.CACHED}
    for asked, answer in zip(story.asked[:-1], answers, strict=False):
        newest = answer.entries[0].trail
        assert asked.email
        assert newest.message.subject == asked.email.letter.subject
        addressees = [entry.trail.recipient.address for entry in answer.entries]
        assert asked.who
        assert asked.who.address in addressees
    assert answers[-1].entries == ()
    assert set(answers[-1].suggestions) & {person.address for person in story.people}


def test_a_mistyped_address_is_recognised(sqlite_url: str) -> None:
    """The customer whose address somebody mistyped is answered with the address that was probably meant."""
    story = draw(1, NOW)
    asked = story.asked[6]
    with played(sqlite_url, story, NOW) as (office, _):
        step = ask(office, asked.text, NOW).entries[0].next_step
    assert step.code == "check_address"
    assert re.search(r"did you mean \S+@(gmail|yahoo|outlook|hotmail)\.com", step.text)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_one_who_opened_the_copy_is_named(sqlite_url: str, seed: int) -> None:
    """When only the other recipient opened an email, the answer names them and keeps "no reliable sign" for the one
    who was asked about.
    """
    story = draw(seed, NOW)
    asked = story.asked[11]
    with played(sqlite_url, story, NOW) as (office, _):
        answer = ask(office, asked.text, NOW)
    assert asked.email
    assert asked.email.copy_to
    told = words.tell(answer.entries[0], ZoneClock(NOW), siblings=answer.everyone).headline
    assert told.label == f"No reliable sign from {asked.email.to.name}"
    assert f"The copy to {asked.email.copy_to.name} was opened" in told.text


def test_questions_go_on_working(database_url: str) -> None:
    """After the demo its emails are still there for any question, without Postmark, on either kind of database; the
    second time it replaces them.
    """
    story = draw(2, NOW)
    with build(Settings(database_url=SecretStr(database_url))) as app:
        for seed in (1, 2):
            demo.run(app, seed=seed, console=Console(file=io.StringIO(), width=110), now=NOW)
        for person in story.people:
            answer = ask(app, person.name, NOW)
            expected = [email.letter.subject for email in reversed(story.emails) if person in email.people]
            assert [entry.trail.message.subject for entry in answer.entries] == expected
        assert ask(app, "1042", NOW).entries
        with app.database.read() as connection:
            kept = connection.execute(select(func.count()).select_from(schema.messages)).scalar_one()
    assert kept == len(story.emails)


def test_the_demo_reads_as_a_tour(sqlite_url: str) -> None:
    """Each question stands there as somebody would type it, with its answer, and the end says what to try next."""
    shown = io.StringIO()
    with build(Settings(database_url=SecretStr(sqlite_url))) as app:
        demo.run(app, seed=1, console=Console(file=shown, width=110), now=NOW)
    text = shown.getvalue()
    for number, asked in enumerate(draw(1, NOW).asked, start=1):
        assert f"{number}. {asked.situation}" in text
        assert f'$ seen ask "{asked.text}"' in text
    assert text.count("Next ") >= SITUATIONS - 1
    assert 'seen ask "1042"' in text
    assert "seen demo --seed 2" in text


def test_the_readmes_answer_is_a_real_one(sqlite_url: str) -> None:
    """The answer that the README shows is, word for word, what the terminal shows for the first demo."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    shown = re.search(r'```text\n\$ seen ask "(?P<question>.+)"\n\n(?P<answer>.+?)\n```', readme, re.DOTALL)
    assert shown
    with played(sqlite_url, draw(1, NOW), NOW) as (office, _):
        console = Console(file=io.StringIO(), width=80)
        with console.capture() as captured:
            terminal.show(ask(office, shown["question"], NOW), console)
    told = "\n".join(line.rstrip() for line in captured.get().strip().splitlines())
    assert shown["answer"] == told


def test_real_settings_stay_out_of_it(sqlite_url: str) -> None:
    """With a real Postmark token set, the demo talks to nobody but its own stand-in, which nobody else can read."""
    settings = Settings(
        database_url=SecretStr(sqlite_url),
        postmark_server_token={"real": SecretStr("a-real-token")},
        postmark_account_token=SecretStr("a-real-token"),
        postmark_api_url="http://127.0.0.1:9",
    )
    story = draw(1, NOW)
    with build(settings) as app, tour.playing(app, story, tour.take(app, story), NOW) as (office, play):
        assert office.settings.postmark_api_url == play.postmark.url
        assert "a-real-token" not in office.settings.servers.values()
        assert office.settings.postmark_account_token is None
