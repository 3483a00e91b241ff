"""Alerts from an email that goes out to the message in the channel, and what takes them back."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from store.alert_records import AlertKind, Ending, NoticeState, Rest
from store.records import EventKind
from tests.alerts.firm import DAY, HOUR, MARIA, MINUTE, NINE, TOM, Firm, at, said


def test_silence(firm: Firm) -> None:
    """An important email without a sign is told once, when its time is over, and not a moment before."""
    firm.rule()
    firm.send("m1")
    firm.tick(at("10:59"))
    assert firm.posts() == []
    assert firm.vigil().look_at == at("11:00")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    assert "No reliable sign" in said(post)
    assert (firm.alert().kind, firm.alert().began_at, firm.vigil().rest) == (AlertKind.SILENT, at("11:00"), Rest.SILENT)
    for hour in range(12, 18):
        firm.tick(at(f"{hour}:00"))
    assert len(firm.posts()) == 1
    assert firm.thread(post) == []
    assert not post.edited_ts


def test_business_time(firm: Firm) -> None:
    """The time runs in business hours only: what goes out on a Monday evening is due on Tuesday."""
    firm.rule()
    firm.send("m1", when=at("17:30"))
    firm.tick(at("23:00"))
    firm.tick(at("+1 9:29"))
    assert firm.posts() == []
    firm.tick(at("+1 9:30"))
    assert len(firm.posts()) == 1


def test_seen_in_time(firm: Firm) -> None:
    """When the customer looks in time, nobody is told; the vigil rests and remembers when that was."""
    firm.rule()
    firm.send("m1")
    firm.clicked("m1", when=at("10:10"))
    firm.tick(at("10:30"))
    firm.tick(at("11:30"))
    assert firm.posts() == []
    assert (firm.vigil().rest, firm.vigil().sign_at, firm.vigil().look_at) == (Rest.SEEN, at("10:10"), None)


def test_an_open_between_claim_and_post(firm: Firm) -> None:
    """A click that arrives when the alert is just about to be posted cancels it."""
    firm.rule()
    firm.send("m1")

    def at_the_last_moment(message_ids: object, *, now: object) -> None:
        if not firm.every_alert()[0].ending:
            firm.clicked("m1", when=at("10:59"))

    firm.with_needs(refresh=at_the_last_moment)
    firm.tick(at("11:00"))
    firm.tick(at("12:00"))
    assert firm.posts() == []
    assert firm.alert().ending is Ending.SEEN
    assert [notice.state for notice in firm.notices()] == [NoticeState.CANCELLED]


def test_an_open_after_the_post(firm: Firm) -> None:
    """A click that arrives after the alert was posted changes the message, says when, and brings no second alert."""
    firm.rule(mention="U0000ROSA")
    firm.send("m1")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    assert "<@U0000ROSA>" in post.text
    firm.clicked("m1", when=at("11:20"))
    firm.tick(at("11:21"))
    firm.tick(at("15:00"))
    (post,) = firm.posts()
    assert "clicked" in said(post)
    assert "U0000ROSA" not in said(post)
    assert firm.alert().ending is Ending.SEEN
    assert firm.alert().ended_at == at("11:20")
    assert len(firm.thread(post)) == 1
    firm.clicked("m1", when=at("15:30"))
    firm.tick(at("16:00"))
    assert len(firm.posts()) == 1
    assert len(firm.thread(post)) == 1


def test_an_open_while_it_is_posted(firm: Firm) -> None:
    """A click that arrives in the very moment of posting, too late to stop it, changes the message at once."""
    firm.rule()
    firm.send("m1")
    post = firm.service._posting.post
    begun: list[bool] = []

    def slowly(*given: object, **more: object) -> object:
        if not begun:
            begun.append(True)
            firm.clicked("m1", when=at("10:59"))
            firm.think(at("11:00"))
        return post(*given, **more)  # type: ignore[arg-type]

    firm.service._posting.post = slowly  # type: ignore[method-assign, assignment]
    firm.tick(at("11:00"))
    (message,) = firm.posts()
    assert "clicked" in said(message)
    assert firm.alert().ending is Ending.SEEN


@pytest.mark.parametrize(
    ("kind", "ending"),
    [(EventKind.REPLY, Ending.REPLIED), (EventKind.PAYMENT, Ending.PAID), (EventKind.PORTAL_VISIT, Ending.VISITED)],
)
def test_other_signs(small_firm: Firm, kind: EventKind, ending: Ending) -> None:
    """An answer, a payment and a visit to the portal each end an alert, and it says which it was."""
    firm = small_firm
    firm.rule()
    firm.send("m1", references=("1042",))
    firm.tick(at("11:00"))
    firm.happens(kind, "m1", when=at("11:10"))
    firm.tick(at("11:11"))
    assert (firm.alert().ending, firm.alert().ended_at) == (ending, at("11:10"))


def test_a_payment_that_names_only_the_job(small_firm: Firm) -> None:
    """A payment that names a job and nobody of its several customers ends the alerts of the job."""
    firm = small_firm
    firm.rule()
    firm.send("m1", MARIA, TOM, references=("1042",))
    firm.tick(at("11:00"))
    assert len(firm.every_alert()) == 2
    firm.happens(EventKind.PAYMENT, None, None, when=at("11:10"), reference="1042")
    firm.tick(at("11:11"))
    assert [alert.ending for alert in firm.every_alert()] == [Ending.PAID, Ending.PAID]


def test_another_contact(firm: Firm) -> None:
    """When somebody else of the same job has seen it, the alert ends and says who."""
    firm.rule()
    firm.send("m0", TOM, when=NINE - 20 * DAY, references=("1042",))
    firm.send("m1", MARIA, references=("1042",))
    firm.send("m2", TOM, references=("1042",), tag="invoice")
    firm.tick(at("11:00"))
    assert len(firm.posts()) == 2
    firm.clicked("m2", TOM, when=at("11:10"))
    firm.tick(at("11:11"))
    assert [alert.ending for alert in firm.every_alert() if alert.message_id == "m1"] == [None]
    firm.send("m3", TOM, references=("1042",), when=at("11:20"))
    firm.clicked("m3", TOM, when=at("11:30"))
    firm.tick(at("11:31"))
    (over,) = [alert for alert in firm.every_alert() if alert.message_id == "m1"]
    assert (over.ending, over.ending_note) == (Ending.OTHER_CONTACT, TOM)
    assert TOM in said(firm.posts()[-1]) or "Tom" in said(firm.posts()[-1])


def test_another_recipient(small_firm: Firm) -> None:
    """When one of two people a quote went to has clicked it, no alert is raised about the other."""
    firm = small_firm
    firm.rule()
    firm.send("m1", MARIA, TOM)
    firm.clicked("m1", TOM, when=at("10:00"))
    firm.tick(at("11:00"))
    assert firm.posts() == []


def test_another_recipient_after_the_alert(small_firm: Firm) -> None:
    """When one of two people a quote went to clicks it, the other's alert ends: both got the same email, it says."""
    firm = small_firm
    firm.rule()
    firm.send("m1", MARIA, TOM)
    firm.tick(at("11:00"))
    firm.clicked("m1", TOM, when=at("11:30"))
    firm.tick(at("11:31"))
    assert {alert.ending for alert in firm.every_alert()} == {Ending.SEEN, Ending.OTHER_CONTACT}
    (other,) = (post for post in firm.posts() if "Another contact" in said(post))
    assert "both got the same email" in said(other)


def test_replaced(firm: Firm) -> None:
    """A newer email of the same kind and number to the same person ends the alert; another kind doesn't."""
    firm.rule()
    firm.send("m1", references=("1042",))
    firm.tick(at("11:00"))
    firm.send("m2", references=("1042",), when=at("11:05"), tag="invoice")
    firm.tick(at("11:06"))
    assert firm.alert().ending is None
    firm.send("m3", references=("1042",), when=at("11:10"))
    firm.tick(at("11:11"))
    assert (firm.alert().ending, firm.alert().ending_note) == (Ending.REPLACED, "m3")
    firm.tick(at("13:10"))
    assert [alert.message_id for alert in firm.every_alert()] == ["m1", "m3"]


def test_failures_at_once(firm: Firm) -> None:
    """A bounce is told at once, even in the night; that no sign follows is no second alert."""
    firm.rule()
    firm.send("m1", when=at("20:00"), delivered=False)
    firm.bounced("m1", when=at("20:01"))
    firm.tick(at("20:02"))
    (post,) = firm.posts()
    assert "Did not arrive" in said(post)
    assert (firm.alert().kind, firm.vigil().rest, firm.vigil().sign_at) == (AlertKind.FAILED, Rest.FAILED, at("20:01"))
    firm.tick(at("+1 12:00"))
    assert len(firm.posts()) == 1


def test_complaints_and_suppressions(small_firm: Firm) -> None:
    """A complaint, and an email to an address that Postmark has stopped sending to, are told at once too."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.happens(EventKind.COMPLAINT, "m1", when=at("9:20"))
    firm.tick(at("9:21"))
    firm.happens(
        EventKind.SUPPRESSION, None, TOM, when=at("9:30"), stream="outbound", reason="HardBounce", origin="Recipient"
    )
    firm.send("m2", TOM, when=at("10:00"), delivered=False)
    firm.tick(at("10:20"))
    assert [alert.kind for alert in firm.every_alert()] == [AlertKind.FAILED, AlertKind.FAILED]
    assert len(firm.posts()) == 2


def test_a_burst_of_the_same_failure(firm: Firm) -> None:
    """Thirty refusals by one server are one message that says how many; later ones change it."""
    firm.rule()
    for number in range(30):
        firm.send(f"m{number}", f"p{number}@acme.example", delivered=False)
        firm.bounced(
            f"m{number}", f"p{number}@acme.example", when=at("9:10"), detail="smtp;550 5.7.1 blocked by policy"
        )
    firm.tick(at("9:11"))
    (post,) = firm.posts()
    assert "30 emails" in post.text
    firm.send("late", "late@acme.example", when=at("9:20"), delivered=False)
    firm.bounced("late", "late@acme.example", when=at("9:21"), detail="smtp;550 5.7.1 blocked by policy")
    firm.tick(at("9:22"))
    (post,) = firm.posts()
    assert "31 emails" in post.text
    assert len((post.metadata or {})["event_payload"]["keys"]) == 31
    firm.send("other", "x@elsewhere.example", when=at("9:20"), delivered=False)
    firm.bounced("other", "x@elsewhere.example", when=at("9:21"), detail="smtp;550 5.7.1 blocked by policy")
    firm.tick(at("9:23"))
    assert len(firm.posts()) == 2
    firm.send("next", "next@acme.example", when=at("11:00"), delivered=False)
    firm.bounced("next", "next@acme.example", when=at("11:01"), detail="smtp;550 5.7.1 blocked by policy")
    firm.tick(at("11:02"))
    assert len(firm.posts()) == 3


def test_delivered_after_all(small_firm: Firm) -> None:
    """An email that failed for now and arrives later ends its alert; when it fails again, the alert holds again."""
    firm = small_firm
    firm.rule()
    firm.send("m1", delivered=False)
    firm.happens(
        EventKind.BOUNCE, "m1", when=at("9:10"), bounce_type="SoftBounce", detail="smtp;452 4.2.2 mailbox full"
    )
    firm.tick(at("9:11"))
    firm.happens(EventKind.DELIVERY, "m1", when=at("9:30"))
    firm.tick(at("9:31"))
    assert firm.alert().ending is Ending.DELIVERED
    firm.bounced("m1", when=at("9:40"))
    firm.tick(at("9:41"))
    assert firm.alert().ending is None
    assert len(firm.posts()) == 1


def test_many_at_once(firm: Firm) -> None:
    """More alerts at once than anybody reads come as one message; when one of its emails is opened, it says so."""
    firm.rule()
    for number in range(8):
        firm.send(f"m{number}", f"p{number}@firm{number}.example")
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    assert "8 important emails" in post.text
    firm.clicked("m3", "p3@firm3.example", when=at("11:20"))
    firm.tick(at("11:21"))
    (post,) = firm.posts()
    assert "7 important emails" in post.text
    assert len([alert for alert in firm.every_alert() if alert.is_open]) == 7


def test_one_alert_per_channel(firm: Firm) -> None:
    """Of several rules that fit one email, the one due first tells its channel; another channel is told by its own."""
    firm.rule("slow", after=4 * HOUR)
    firm.rule("quick", after=1 * HOUR)
    firm.rule("sales", after=3 * HOUR, channel=firm.channel("sales"))
    firm.send("m1")
    for time in ("10:00", "11:00", "12:00", "13:00", "14:00"):
        firm.tick(at(time))
    assert [alert.rule_id for alert in firm.every_alert()] == ["quick", "sales"]
    assert (len(firm.posts()), len(firm.posts("sales"))) == (1, 1)
    firm.rule("new", after=5 * HOUR)
    firm.happens(EventKind.DEFERRAL, "m1", when=at("14:30"))
    firm.tick(at("15:00"))
    assert (len(firm.posts()), len(firm.posts("sales"))) == (1, 1)


def test_only_customers_and_only_what_fits(small_firm: Firm) -> None:
    """Copies to the office itself, emails no rule fits, and emails sent before a rule held are left alone."""
    firm = small_firm
    firm.rule(since=NINE - HOUR)
    firm.send("m1", "boss@alder.example")
    firm.send("m2", tag="newsletter")
    firm.send("m3", when=NINE - 2 * HOUR)
    firm.tick(at("15:00"))
    assert firm.posts() == []


def test_rules_that_change(small_firm: Firm) -> None:
    """A rule that is changed, paused, resumed or removed is obeyed at the next look."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("9:30"))
    firm.rule(after=4 * HOUR)
    firm.tick(at("11:00"))
    assert firm.posts() == []
    firm.rule(after=4 * HOUR, paused=True)
    firm.tick(at("12:00"))
    firm.rule(after=4 * HOUR)
    firm.tick(at("13:00"))
    assert len(firm.posts()) == 1
    firm.send("m2", TOM, when=at("13:05"))
    firm.tick(at("13:10"))
    firm.remove("quotes")
    firm.tick(at("14:00"))
    firm.send("m3", "new@firm.example", when=at("14:30"))
    firm.tick(at("+1 18:00"))
    assert [alert.message_id for alert in firm.every_alert()] == ["m1"]


def test_a_rule_that_fits_otherwise(small_firm: Firm) -> None:
    """What a rule fits no more is let go; what it keeps an eye on stays, though it now holds for later mail only."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.send("m2", TOM, subject="Urgent")
    firm.tick(at("9:30"))
    firm.rule(subject="urgent", since=at("9:30"))
    firm.tick(at("15:00"))
    assert [alert.message_id for alert in firm.every_alert()] == ["m2"]


def test_a_paused_rule_keeps_nobody_quiet(small_firm: Firm) -> None:
    """While a rule is paused another one of its channel speaks; resumed, it tells of what fell due meanwhile, once."""
    firm = small_firm
    firm.rule(after=HOUR, paused=True)
    firm.rule("slow", after=4 * HOUR)
    firm.send("m1")
    firm.send("m2", TOM, tag="quote")
    firm.tick(at("12:00"))
    assert firm.posts() == []
    firm.clicked("m2", TOM, when=at("12:10"))
    firm.rule(after=HOUR)
    firm.tick(at("12:30"))
    firm.tick(at("16:00"))
    assert [(alert.rule_id, alert.message_id) for alert in firm.every_alert()] == [("quotes", "m1")]
    firm.rule(after=HOUR, paused=True)
    firm.send("m3", "new@firm.example", when=at("16:00"))
    firm.tick(at("+1 12:00"))
    assert [alert.rule_id for alert in firm.every_alert() if alert.message_id == "m3"] == ["slow"]


def test_no_sign_can_come(small_firm: Firm) -> None:
    """Where no sign can come, no alert pretends that silence means something, unless the rule wants one."""
    firm = small_firm
    firm.rule()
    firm.send("m1", track_opens=False, track_links="None")
    firm.tick(at("11:00"))
    assert firm.posts() == []
    assert firm.vigil().rest is Rest.CANT_TELL
    firm.rule(cant_tell="alert")
    firm.send("m2", TOM, track_opens=False, track_links="None")
    firm.tick(at("11:01"))
    assert len(firm.posts()) == 1


def test_no_sign_can_come_as_is_known_late(firm: Firm) -> None:
    """An email of which only Postmark, asked just before the post, tells that it isn't tracked raises no alert.

    The rule says what happens instead; when it wants an alert after all, there is one, once.
    """
    firm.rule()
    firm.send("m1", track_opens=None, track_links=None)

    def ask(message_ids: Collection[str], *, now: object) -> None:
        for message_id in message_ids:
            firm.send(message_id, track_opens=False, track_links="None", delivered=False)

    firm.with_needs(refresh=ask)
    firm.tick(at("11:00"))
    assert firm.posts() == []
    assert firm.alert().ending is Ending.CANT_TELL
    assert (firm.vigil().rest, firm.vigil().look_at) == (Rest.CANT_TELL, None)
    assert at("11:00") <= (firm.vigil().rested_at or NINE) < at("11:01")  # so the next digest tells of it
    assert [notice.state for notice in firm.notices()] == [NoticeState.CANCELLED]
    firm.rule(cant_tell="alert")
    firm.happens(EventKind.AUTO_REPLY, "m1", when=at("11:30"))
    firm.tick(at("12:00"))
    firm.tick(at("13:00"))
    assert len(firm.posts()) == 1


def test_out_of_office(small_firm: Firm) -> None:
    """An out-of-office answer is shown, and doesn't count."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.happens(EventKind.AUTO_REPLY, "m1", when=at("9:05"))
    firm.tick(at("11:00"))
    (post,) = firm.posts()
    assert "answered by itself" in said(post)


def test_handled_by_the_portal(small_firm: Firm) -> None:
    """When the office's own records say that an email was dealt with, its alert is over."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.tick(at("11:00"))
    firm.happens(EventKind.HANDLED, "m1", when=at("11:30"), note="booked by phone")
    firm.tick(at("11:31"))
    assert (firm.alert().ending, firm.alert().ending_note) == (Ending.HANDLED, "booked by phone")


def test_waits_for_postmark(small_firm: Firm) -> None:
    """While Postmark can't be asked what happened, a silence waits; not for ever, and then the alert says so."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.with_needs(
        unchecked_since=lambda server, now: at("10:30") if now < at("18:00") else None, patience=90 * MINUTE
    )
    firm.tick(at("11:00"))
    firm.tick(at("12:29"))
    assert firm.posts() == []
    firm.tick(at("12:30"))
    (post,) = firm.posts()
    assert "haven't been able to ask Postmark since" in said(post)


def test_postmark_is_asked_for_the_sign_that_somebody_waits_for(small_firm: Firm) -> None:
    """Whether an important email arrived is asked when it is heard of, and what came of it once its alert is told."""
    firm = small_firm
    asked: list[str] = []
    firm.with_needs(want=lambda connection, message_ids, now: asked.extend(message_ids))
    firm.rule()
    firm.send("m1")
    firm.bounced(firm.send("m2", TOM, delivered=False), TOM, when=at("9:01"))
    firm.tick(at("9:10"))
    assert sorted(asked) == ["m1", "m2"]
    firm.tick(at("11:00"))
    assert sorted(asked) == ["m1", "m1", "m2"]


def test_a_gap_that_is_healed(small_firm: Firm) -> None:
    """When Postmark tells of a click during the wait, there never is an alert."""
    firm = small_firm
    firm.rule()
    firm.send("m1")
    firm.with_needs(unchecked_since=lambda server, now: at("10:30") if now < at("11:30") else None)
    firm.tick(at("11:00"))
    firm.clicked("m1", when=at("10:40"))
    firm.tick(at("11:31"))
    assert firm.posts() == []
