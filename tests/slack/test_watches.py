"""Watches: wished for by command, in threads and by button; listed; taken off; told of once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry

from bot.notices import Notices
from bot.notices.content import Posted
from bot.replies.blocks.writing import Reply
from bot.sandbox import readers
from bot.sandbox.slack import Message, Person, Role
from bot.serving import slack_side
from bot.slack.posting import Posting
from bot.watches import AT_MOST, Watches
from store import notices, schema, watches
from store.alert_records import Notice, NoticeKind, Watch, WatchEnd
from tests.slack.office import DAY, HOUR, MARIA, MINUTE, TOM, Office, actions, choose, office, said

KATE = "kate@fir.example"


@pytest.fixture
def alder(request: pytest.FixtureRequest, sqlite_url: str) -> Iterator[Office]:
    """The office; only where a test doesn't take the steps itself, they are taken unasked."""
    with office(sqlite_url, unasked="service" not in request.fixturenames) as running:
        yield running


@pytest.fixture
def service(alder: Office) -> Watches:
    """The service as `seen serve` has it."""
    side = slack_side(alder.app, CollectorRegistry())
    assert side is not None
    return side.services.watches


def now() -> datetime:
    return datetime.now(UTC)


def kept(alder: Office, person: Person) -> list[Watch]:
    """What somebody watches, newest first."""
    with alder.database.read() as connection:
        return watches.of_somebody(connection, person.user.user_id)


def wait_for(alder: Office, person: Person, number: int = 1) -> list[Watch]:
    """What somebody watches, once there are so many."""
    return alder.until(lambda: found if len(found := kept(alder, person)) == number else None)  # type: ignore[no-any-return]


def look(alder: Office, service: Watches, at: datetime | None = None) -> list[Notice]:
    """Looks until there is nothing more to look at, as the schedule does; what is to be said then."""
    moment = at or now()
    with alder.database.write() as connection:  # as after news
        connection.execute(schema.watches.update().where(schema.watches.c.end.is_(None)).values(look_at=moment))
    while service.look(moment):
        pass
    with alder.database.read() as connection:
        about = [str(row.id) for row in connection.execute(schema.watches.select())]
        return [notice for notice in notices.of_subjects(connection, about) if notice.kind is NoticeKind.WATCH]


def tell(service: Watches, notice: Notice, at: datetime | None = None) -> Reply | None:
    """What is said of a notice in the end."""
    return service.prepare([notice], now=at or now()).reply


def invoice(alder: Office) -> str:
    """The id of the invoice that Maria hasn't looked at."""
    return alder.fetch("INV-2207").entries[0].trail.message.message_id


def press(person: Person, message: Message) -> None:
    """Presses Watch, or chooses it from the menu."""
    choose(person, message, "watch", "Watch")


# ── Wishing ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_command_watches(alder: Office, rosa: Person) -> None:
    """`/seen watch` says that it watches and until when, and keeps the watch; nothing of it is shown to others."""
    rosa.command("/seen", f"watch INV-2207 until {now() + 9 * DAY:%Y-%m-%d}", "office")
    answer = alder.answer(rosa, "office", has="I watch")
    assert "to Maria Lopez for you" in answer.text
    assert answer.only_for == rosa.user.user_id
    assert actions(answer) == ["unwatch"]
    (watch,) = wait_for(alder, rosa)
    assert (watch.who, watch.channel, watch.thread) == (rosa.user.user_id, None, None)
    assert alder.record()[-1].question.startswith("watch INV-2207")


def test_a_watch_lasts_a_fortnight_and_never_longer_than_postmark_knows(alder: Office, rosa: Person) -> None:
    """Without an end a watch lasts 14 days; one that is wished for longer is cut to 45, and says so."""
    rosa.command("/seen", "watch INV-2207", "office")
    (usual,) = wait_for(alder, rosa)
    assert usual.expires_at - usual.began_at == 14 * DAY
    rosa.command("/seen", "watch job 1042 invoice for 10 months", "office")
    alder.answer(rosa, "office", has="I already watch")
    rosa.command("/seen", f"watch {KATE} for 10 months", "office")
    alder.answer(rosa, "office", has="That is as long as I watch anything.")
    newest, _ = wait_for(alder, rosa, 2)
    assert newest.expires_at - newest.began_at == AT_MOST


def test_the_same_watch_twice_is_one(alder: Office, rosa: Person) -> None:
    """Who watches something already is told so, and nothing is kept twice, however it was wished for."""
    rosa.command("/seen", f"watch {MARIA} invoice", "office")
    alder.answer(rosa, "office", has="I watch")
    rosa.command("/seen", f"watch invoice {MARIA}", "office")
    alder.answer(rosa, "office", has="I already watch")
    rosa.command("/seen", "INV-2207", "office")
    press(rosa, alder.answer(rosa, "office", has="Fresh from Postmark"))
    alder.answer(rosa, "office", has="I already watch")
    assert len(kept(alder, rosa)) == 1


def test_what_has_been_seen_needs_no_watch(alder: Office, rosa: Person) -> None:
    """Who wishes to watch what was opened already, or what did not arrive, is told so at once instead."""
    rosa.command("/seen", "watch quote 1042", "office")
    assert "there is a sign already" in alder.answer(rosa, "office", has="clicked").text
    rosa.command("/seen", f"watch {TOM}", "office")
    alder.answer(rosa, "office", has="There is nothing to wait for: it did not arrive.")
    assert kept(alder, rosa) == []


def test_what_is_not_understood(alder: Office, rosa: Person) -> None:
    """A watch on nothing is asked back with an example; a name that nobody has is not watched."""
    rosa.command("/seen", "watch", "office")
    alder.answer(rosa, "office", has="watch maria@example.com until Friday")
    rosa.command("/seen", "watch Zebedee Quill", "office")
    alder.answer(rosa, "office", has="couldn't find")
    assert kept(alder, rosa) == []


def test_a_wish_in_a_thread(alder: Office, rosa: Person) -> None:
    """`@seen tell me when they open it` watches what the thread is about, and says so there, by name."""
    asked = rosa.says("@seen did they see invoice INV-2207?", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    nils = alder.person("nils")
    nils.says("@seen tell me when they open it", to=asked)
    reply = alder.reply(nils, asked, count=3, has="I watch")
    assert f"<@{nils.user.user_id}>" in reply.text
    (watch,) = wait_for(alder, nils)
    assert (watch.channel, watch.thread) == (asked.channel, asked.ts)
    rosa.says("@seen stop watching", to=asked)
    alder.reply(rosa, asked, count=5, has="You don't watch")
    nils.says("@seen stop watching", to=asked)
    alder.reply(nils, asked, count=7, has="I no longer watch")
    assert kept(alder, nils) == []


def test_a_wish_in_direct_messages(alder: Office, rosa: Person) -> None:
    """In direct messages the same works without the mention, and tells what one watches."""
    rosa.says(f"let me know when {MARIA} opens the invoice")
    alder.answer(rosa, has="I watch")
    (watch,) = wait_for(alder, rosa)
    assert watch.channel == rosa.sees()[-1].channel
    rosa.says("my watches")
    alder.answer(rosa, has="You watch 1 thing.")


def test_the_button(alder: Office, rosa: Person) -> None:
    """The button Watch under an answer watches its email, for who pressed it, in their direct messages."""
    rosa.command("/seen", "INV-2207", "office")
    press(rosa, alder.answer(rosa, "office", has="Maria Lopez"))
    alder.answer(rosa, "office", has="I watch")
    (watch,) = wait_for(alder, rosa)
    assert watch.channel is None
    assert invoice(alder) in watch.question


def test_listing_and_taking_off(alder: Office, rosa: Person) -> None:
    """`/seen watches` lists what one watches with a button each; `/seen unwatch` takes off by word."""
    rosa.command("/seen", "watches", "office")
    alder.answer(rosa, "office", has="You watch nothing at the moment.")
    rosa.command("/seen", "watch INV-2207", "office")
    alder.answer(rosa, "office", has="I watch")
    rosa.command("/seen", f"watch {KATE}", "office")
    alder.answer(rosa, "office", has="I know of no such email yet")
    rosa.command("/seen", "watches", "office")
    listed = alder.answer(rosa, "office", has="You watch 2 things.")
    assert "Maria Lopez" in said(listed)
    rosa.presses("unwatch:0", on=listed)
    left = alder.answer(rosa, "office", has="You watch 1 thing.")
    assert left.ts == listed.ts
    rosa.command("/seen", "unwatch INV-2207", "office")
    alder.answer(rosa, "office", has="I no longer watch")
    rosa.command("/seen", "unwatch INV-2207", "office")
    alder.answer(rosa, "office", has="You don't watch")
    assert kept(alder, rosa) == []


def test_nobody_takes_off_what_others_watch(alder: Office, rosa: Person, service: Watches) -> None:
    """A watch is taken off by whom it belongs to alone."""
    rosa.command("/seen", "watch INV-2207", "office")
    (watch,) = wait_for(alder, rosa)
    assert service.end(alder.person("nils").user.user_id, watch.watch_id) is None
    assert len(kept(alder, rosa)) == 1


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────────


def watch_invoice(alder: Office, rosa: Person) -> Watch:
    """Rosa watches the invoice, about which nothing is known but that it arrived."""
    rosa.command("/seen", "watch INV-2207", "office")
    (watch,) = wait_for(alder, rosa)
    return watch


def test_a_person_who_opens_is_told_of_once(alder: Office, rosa: Person, service: Watches) -> None:
    """The first thing that a person does ends the watch, and is said once, to whom it belongs."""
    watch = watch_invoice(alder, rosa)
    assert look(alder, service) == []
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE)
    alder.fetch("INV-2207")
    (notice,) = look(alder, service)
    assert (notice.channel, notice.thread) == (rosa.user.user_id, None)
    reply = tell(service, notice)
    assert reply is not None
    assert "Maria Lopez opened" in reply.text
    with alder.database.write() as connection:
        service.sent(connection, [notice], Posted("D1", "1.2"), prepared=None, now=now())
        ended = watches.of_id(connection, watch.watch_id)
    assert ended is not None
    assert ended.end is WatchEnd.SEEN
    assert look(alder, service) == [notice]


def test_it_comes_by_itself(alder: Office, rosa: Person) -> None:
    """What a watch has found is told without anybody asking: once, in the direct messages of whoever wished for it."""
    watch_invoice(alder, rosa)
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE)
    alder.fetch("INV-2207")
    told = alder.until(rosa.sees)[0]
    assert told.text.startswith("You wanted to know.\nSeen. Maria Lopez opened")
    assert (told.metadata or {}).get("event_type") == "seen_notice"
    alder.until(lambda: kept(alder, rosa) == [])
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE, at=now() + HOUR)
    alder.fetch("INV-2207")
    alder.until(lambda: pending(alder) == 0)
    assert len(rosa.sees()) == 1


def pending(alder: Office) -> int:
    """How much is waiting to be said."""
    with alder.database.read() as connection:
        return notices.count_pending(connection)


def test_machines_never_end_a_watch(alder: Office, rosa: Person, service: Watches) -> None:
    """Apple's privacy service, a scanner and Google's prefetch open all they like: nobody is told anything."""
    watch_invoice(alder, rosa)
    alder.sandbox.open(invoice(alder), MARIA, by=readers.APPLE_PRIVACY)
    alder.fetch("INV-2207")
    assert look(alder, service) == []
    assert len(kept(alder, rosa)) == 1


def test_a_bounce_is_told(alder: Office, rosa: Person, service: Watches) -> None:
    """When the email turns out not to have arrived, the watch says so and ends."""
    sent = alder.sandbox.send(f"Kate Fir <{KATE}>", "Your quote for job 1050", metadata={"job_id": "1050"})
    rosa.command("/seen", "watch 1050", "office")
    wait_for(alder, rosa)
    alder.sandbox.bounce(sent, KATE)
    alder.fetch("1050")
    (notice,) = look(alder, service)
    reply = tell(service, notice)
    assert reply is not None
    assert "Did not arrive" in reply.text


def test_the_end_is_told_when_nothing_came(alder: Office, rosa: Person, service: Watches) -> None:
    """At its end a watch says that nothing came, with what to do, and that Postmark couldn't be asked if so."""
    watch = watch_invoice(alder, rosa)
    later = watch.expires_at + MINUTE
    (notice,) = look(alder, service, later)
    reply = tell(service, notice, later)
    assert reply is not None
    assert reply.text.startswith("The time is up: I watched")
    assert "No reliable sign" in reply.text
    with alder.sandbox.fault("500"):
        unsure = tell(service, notice, later + DAY)
    assert unsure is not None
    assert "couldn't ask Postmark" in unsure.text


def test_a_number_covers_its_next_email(alder: Office, rosa: Person, service: Watches) -> None:
    """A watch on a number is told of a new email of it, too; what was seen before it began is no news."""
    rosa.command("/seen", "watch 1042", "office")
    wait_for(alder, rosa)
    assert look(alder, service) == []
    newer = alder.sandbox.send(
        f"Maria Lopez <{MARIA}>", "Reminder for job 1042", metadata={"job_id": "1042"}, at=now() + MINUTE
    )
    alder.sandbox.deliver(newer, at=now() + 2 * MINUTE)
    alder.sandbox.open(newer, MARIA, by=readers.PHONE, at=now() + 3 * HOUR)
    alder.fetch("1042")
    (notice,) = look(alder, service, now() + 4 * HOUR)
    reply = tell(service, notice, now() + 4 * HOUR)
    assert reply is not None
    assert "reminder" in reply.text


def test_who_may_not_ask_any_more_is_not_told(alder: Office, rosa: Person, service: Watches) -> None:
    """Somebody who left, or became a guest, since they wished for it hears nothing."""
    watch_invoice(alder, rosa)
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE)
    alder.fetch("INV-2207")
    (notice,) = look(alder, service)
    rosa.user.role = Role.GUEST
    prepared = service.prepare([notice], now=now())
    assert prepared.reply is None
    assert list(prepared.cancelled) == [notice]


def test_where_others_listen_now_it_is_told_alone(alder: Office, rosa: Person) -> None:
    """When people of another company have joined the channel since, only who wished for it is told."""
    asked = rosa.says("@seen did they see invoice INV-2207?", "office").message
    alder.reply(rosa, asked, has="Maria Lopez")
    rosa.says("@seen tell me when they open it", to=asked)
    alder.reply(rosa, asked, count=3, has="I watch")
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE)
    alder.slack.workspace.place("office").shared_with = ("T0BIRCH",)
    alder.fetch("INV-2207")
    told = alder.until(rosa.sees)[0]
    assert "Maria Lopez opened" in told.text
    assert len(rosa.thread(asked)) == 3


def test_a_sign_that_was_none_is_not_told(alder: Office, rosa: Person, service: Watches) -> None:
    """When what looked like a person turns out to be a machine before it is told, the watch goes on."""
    watch, message_id = watch_invoice(alder, rosa), invoice(alder)
    with alder.database.write() as connection:
        watches.end(connection, watch.watch_id, WatchEnd.SEEN, now(), told=(message_id, MARIA))
    notice = Notice(
        key="watch|x", kind=NoticeKind.WATCH, channel=rosa.user.user_id, about=str(watch.watch_id), due_at=now()
    )
    assert tell(service, notice) is None
    assert [one.watch_id for one in kept(alder, rosa)] == [watch.watch_id]


@pytest.mark.parametrize("how", ["archived", "removed", "private"])
def test_a_thread_that_is_gone(alder: Office, rosa: Person, service: Watches, how: str) -> None:
    """When a watch can't be told in its channel any more, whoever wished for it is told in a direct message, once."""
    place = alder.slack.add_channel("project", "rosa", "seen", private=how == "private")
    rosa.says("@seen watch INV-2207", "project")
    wait_for(alder, rosa)
    if how == "archived":
        place.archived = True
    else:
        place.members.discard(alder.slack.app.user_id)
    alder.sandbox.open(invoice(alder), MARIA, by=readers.PHONE)
    alder.fetch("INV-2207")
    look(alder, service)
    assert alder.app.slack_clients is not None
    contents = {NoticeKind.WATCH: service}
    elsewhere = {NoticeKind.WATCH: service.elsewhere}
    speaking = Notices(alder.database, Posting(alder.app.slack_clients), contents, elsewhere=elsewhere)
    for second in range(5):
        while speaking.post(now() + second * 2 * timedelta(seconds=1)):
            pass
    told = [message for message in rosa.sees() if "Maria" in message.text]
    assert len(told) == 1
    assert f"<@{rosa.user.user_id}>" not in told[0].text
