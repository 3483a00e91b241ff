from __future__ import annotations

from dataclasses import replace

import pytest

from bot.clock import ZoneClock
from bot.evidence.codes import Sign
from bot.replies import words
from bot.replies.notes import Note, Trouble
from store.records import Answer, Finding, NotUnderstood, PostmarkState, Reason, Role, SubjectKind
from tests.replies.situations import (
    NOW,
    SITUATIONS,
    ZONE,
    answer,
    asked,
    at,
    email,
    forty_recipients,
    history_of_maria,
    judged,
    to,
    wrong_person_opened,
)

CLOCK = ZoneClock(NOW, ZONE)


def said(shown: Answer, command: str = "seen ask") -> str:
    nothing = words.nothing_found(shown, CLOCK, command=command)
    return " ".join((nothing.first, *nothing.notes, *nothing.tries, *nothing.limits))


@pytest.mark.parametrize(
    ("name", "deed"), [("answered", "answered"), ("paid", "paid"), ("visited the portal", "visited the portal")]
)
def test_one_line_says_what_they_did(name: str, deed: str) -> None:
    """In a list, too, it is said what somebody did and when, also where it was neither an open nor a click."""
    assert words.line(SITUATIONS[name], CLOCK)[2] == f"Seen: {deed} today at 09:10"


def test_the_newest_email_in_full_and_the_others_in_a_line() -> None:
    """Of several emails to one person the newest is told in full, the others in one line each, newest first."""
    shown = history_of_maria()
    arrangement = words.arrange(shown)
    assert arrangement.full == shown.entries[:1]
    assert arrangement.lines == shown.entries[1:]
    assert words.line(arrangement.lines[0], CLOCK) == (
        "invoice INV-2202",
        "Maria Lopez",
        "No reliable sign yet: arrived today at 08:00",
    )


def test_two_recipients_are_never_mixed() -> None:
    """When the copy was opened, the answer about the customer stays "no reliable sign", and says whose copy it was."""
    shown = wrong_person_opened()
    arrangement = words.arrange(shown)
    assert [entry.trail.recipient.address for entry in arrangement.full] == ["maria@example.com"]
    headline = words.tell(arrangement.full[0], CLOCK, siblings=shown.entries).headline
    assert headline.label == "No reliable sign from Maria Lopez"
    assert headline.text == (
        "The quote for job 1042 arrived today at 08:00. "
        "The copy to office@oakleaf.example was opened today at 09:12, which says nothing about Maria."
    )
    assert words.line(arrangement.lines[0], CLOCK)[1:] == (
        "office@oakleaf.example (copy)",
        "Seen: opened today at 09:12",
    )


def test_another_message_of_the_same_number_is_no_sibling() -> None:
    """What somebody did with another email of the same job is not told as if it were a copy of this one."""
    shown = wrong_person_opened()
    maria, office = shown.entries
    elsewhere = replace(office, trail=replace(office.trail, message=email(message_id="another")))
    assert words.tell(maria, CLOCK, siblings=(maria, elsewhere)).headline.label == "No reliable sign yet"


def test_a_number_shared_by_two_customers_tells_of_both() -> None:
    """A number that two customers share gives each of them their own full answer."""
    tom = judged(Finding.NO_SIGN, message=email(message_id="2"), recipient=to("tom@oakleaf.example", "Tom Reed"))
    shown = answer(SITUATIONS["person clicked"], tom, question=asked((SubjectKind.REFERENCE, "1042")))
    assert words.arrange(shown).full == shown.entries


def test_of_forty_recipients_none_is_picked_out() -> None:
    """An email to forty people is summed up in a sentence and listed by name."""
    shown = forty_recipients()
    arrangement = words.arrange(shown)
    assert not arrangement.full
    assert len(arrangement.lines) == 40
    assert words.summary(shown, CLOCK) == (
        "The quote for job 1042 went to 40 people today at 08:00: "
        "seen by 12, no reliable sign from 25, did not reach 3."
    )


def test_a_summary_of_several_emails_counts_people_once() -> None:
    """Somebody who got two emails counts once, by the newer one."""
    people = [
        judged(Finding.SEEN, message=email(message_id=str(number)), recipient=to(f"p{number}@example.com", None))
        for number in range(4)
    ]
    older = judged(Finding.NO_SIGN, message=email(message_id="old"), recipient=to("p0@example.com", None))
    assert words.summary(answer(*people, older, more=2), CLOCK) == (
        "The newest emails to 4 people: seen by 4. 2 more lines are left out."
    )


def test_copies_stand_in_when_there_is_nothing_else() -> None:
    """An address that only ever got copies is answered about its copies."""
    copy = judged(Finding.NO_SIGN, recipient=to(role=Role.CC))
    assert words.arrange(answer(copy)).full == (copy,)


@pytest.mark.parametrize(
    ("note", "sentence"),
    [
        (
            Reason(Note.UNREACHABLE, at("09:40"), 0, {"cause": Trouble.TIMED_OUT}),
            "Postmark isn't answering now, so this is as I knew it today at 09:40 (35 minutes ago).",
        ),
        (
            Reason(Note.UNREACHABLE, None, 0, {"cause": Trouble.WRONG_TOKEN}),
            "Postmark refuses the token; correct POSTMARK_SERVER_TOKEN, so this is from my own records.",
        ),
        (
            Reason(Note.SERVER_FAILED, at("2026-11-22 18:00"), 0, {"server": "billing", "cause": Trouble.RATE_LIMITED}),
            (
                "The Postmark server “billing” asks me to slow down: its emails are shown as I knew them "
                "yesterday at 18:00, the others are fresh."
            ),
        ),
        (
            Reason(Note.NOT_CONFIGURED),
            "No Postmark token is set (POSTMARK_SERVER_TOKEN), so I could only look in my own records.",
        ),
        (Reason(Note.OFFLINE), "Postmark wasn't asked, as you wished; this is from my own records."),
        (
            Reason(Note.UNFINISHED, at("09:40"), 0, {"count": "1"}),
            (
                "Postmark was slow: one of these emails I couldn't look up again in time, "
                "so it is shown as I knew it today at 09:40 (35 minutes ago)."
            ),
        ),
        (
            Reason(Note.SHARED_REFERENCE, None, 0, {"reference": "1042", "count": "2"}),
            "1042 stands on emails to 2 different customers; here is each of them by itself.",
        ),
    ],
)
def test_what_could_not_be_looked_at_is_said(note: Reason, sentence: str) -> None:
    """When Postmark could not be asked properly, the answer says what happened and how old it is."""
    assert words.note_texts(answer(notes=(note,)), CLOCK) == (sentence,)


def test_the_same_note_twice_is_said_once() -> None:
    """The same remark is not repeated."""
    assert len(words.note_texts(answer(notes=(Reason(Note.TOO_NEW), Reason(Note.TOO_NEW))), CLOCK)) == 1


def test_nothing_found_says_where_it_looked_and_what_may_be_meant() -> None:
    """When nothing is found, the reply says what was searched, what may have been meant, and an example that works."""
    wanted = asked((SubjectKind.EMAIL, "maria@exmaple.com"))
    assert said(answer(question=wanted, suggestions=("maria@example.com",))) == (
        "I couldn't find an email to maria@exmaple.com in Postmark or in my own records. "
        "Did you mean maria@example.com? Or try a job number: seen ask 1042"
    )


def test_nothing_found_helps_before_it_warns() -> None:
    """What kept an email from being found comes first, then what to try, and last what "not found" doesn't mean."""
    found = answer(
        question=asked((SubjectKind.EMAIL, "maria@exmaple.com")),
        notes=(Reason(Note.UNREACHABLE), Reason(Note.TOO_NEW), Reason(Note.TOO_OLD, facts={"days": "45"})),
        suggestions=("maria@example.com",),
    )
    places = [said(found).index(part) for part in ("isn't answering", "Did you mean", "last few minutes", "45 days")]
    assert places == sorted(places)
    assert said(found).count("45 days") == 1


def test_a_list_about_one_person_need_not_repeat_the_name() -> None:
    """A list of one person's emails is told from a list of several people's."""
    assert words.to_one_person(history_of_maria())
    assert not words.to_one_person(wrong_person_opened())


def test_machines_are_counted_only_where_they_are_not_told_one_by_one() -> None:
    """Beside a machine that is named, and another reason, it isn't said again that machines did it all."""
    entry = SITUATIONS["only Apple's proxy"]
    silence = Reason(Sign.SILENCE, None, -1, {"chance": "30"})
    more = replace(entry, verdict=replace(entry.verdict, reasons=(*entry.verdict.reasons, silence)))
    assert words.tell(entry, CLOCK).why == ("All that happened was done by a machine.",)
    assert words.tell(more, CLOCK).why == ("A mailbox like this often hides a look, so the silence says little.",)


def test_nothing_found_spots_a_mistyped_provider_by_itself() -> None:
    """A mistyped mail provider is recognised even when nothing similar is known."""
    assert "Did you mean tom@gmail.com?" in said(answer(question=asked((SubjectKind.EMAIL, "tom@gmial.com"))))


def test_several_suggestions_are_offered_side_by_side() -> None:
    """Several look-alikes are offered with "or"."""
    wanted = asked((SubjectKind.REFERENCE, "1024"))
    told = said(answer(question=wanted, suggestions=("1042", "1142", "1023")), "/seen")
    assert "Did you mean 1042, 1142 or 1023?" in told
    assert told.endswith("Or try the customer's address: /seen maria@example.com")


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        (asked((SubjectKind.DOMAIN, "oakleaf.example")), "an email to anybody at oakleaf.example"),
        (asked((SubjectKind.DOMAIN, "xn--mller-kva.example")), "an email to anybody at müller.example"),
        (asked((SubjectKind.NAME, "maria lopez")), "an email to anybody called “maria lopez”"),
        (asked((SubjectKind.MESSAGE_ID, "5b1f")), "an email with the Postmark message ID 5b1f"),
        (
            asked((SubjectKind.EMAIL, "maria@example.com"), (SubjectKind.REFERENCE, "1042"), document="invoice"),
            "an invoice to maria@example.com and about number 1042",
        ),
        (
            asked((SubjectKind.EMAIL, "maria@example.com"), since=at("2026-11-16 00:00"), subject_words="boiler"),
            "an email to maria@example.com with “boiler” in its subject since 16 Nov",
        ),
    ],
)
def test_nothing_found_repeats_what_was_looked_for(question: object, wanted: str) -> None:
    """When nothing is found, the reply repeats what it understood, narrowing words and all."""
    assert said(answer(question=question)).startswith(f"I couldn't find {wanted} in Postmark")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "where"),
    [
        (PostmarkState.UNREACHABLE, " in my own records."),
        (PostmarkState.OFFLINE, " in my own records."),
        (PostmarkState.NOT_CONFIGURED, " in my own records."),
        (PostmarkState.PARTIAL, " in those Postmark servers that answered, or in my own records."),
    ],
)
def test_nothing_found_never_claims_to_have_asked_postmark(state: PostmarkState, where: str) -> None:
    """When Postmark was not asked, "not found" speaks of the own records only."""
    assert where in words.nothing_found(answer(postmark=state), CLOCK, command="seen ask").first


def test_a_name_that_fits_several_people_is_asked_back() -> None:
    """A name that fits several people is answered with the question which one is meant."""
    shown = answer(
        question=asked((SubjectKind.NAME, "maria")),
        candidates=("Maria Lopez <maria@example.com>", "Maria Voss <maria@oakleaf.example>"),
    )
    assert words.which_one(shown) == ("“maria” fits 2 people. Which one do you mean?", shown.candidates)


@pytest.mark.parametrize(
    ("understood", "command", "told"),
    [
        ("I found no address.", "/seen", ["I found no address.", "This works: /seen job 1042"]),
        ("I found no address", "seen ask", ["I found no address.", 'This works: seen ask "job 1042"']),
        ("", "/seen", ["I couldn't make out who or what you ask about.", "This works: /seen job 1042"]),
    ],
)
def test_what_was_not_understood_gets_an_example(understood: str, command: str, told: list[str]) -> None:
    """A question that isn't understood gets what was understood and one example that can be typed as it stands."""
    assert words.not_understood(NotUnderstood("x", understood, "job 1042"), command=command) == told
