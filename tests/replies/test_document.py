from __future__ import annotations

import json
import re
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ZoneClock
from bot.replies.document import to_json, trail_to_json
from bot.replies.notes import Note
from store.records import DeliveryState, Finding, Message, PostmarkState, Reason, Recipient, SubjectKind
from tests.replies.situations import NOW, SITUATIONS, answer, asked, at, history_of_maria, judged, wrong_person_opened

ANSWER_KEYS = ["question", "as_of", "postmark", "trails"]
TRAIL_KEYS = [
    *("message_id", "subject", "stream", "tag", "references", "sent_at", "recipient", "role", "delivery", "verdict"),
    *("probability", "headline", "reasons", "automatic", "unclear", "first_person_open_at", "first_person_click_at"),
    *("trackable", "next_step"),
]


def test_an_answer_has_the_keys_of_the_contract() -> None:
    """A program finds the keys that the contract names, in their order, and may find more."""
    document = to_json(history_of_maria())
    assert [key for key in document if key in ANSWER_KEYS] == ANSWER_KEYS
    for trail in document["trails"]:
        assert [key for key in trail if key in TRAIL_KEYS] == TRAIL_KEYS
    assert document["question"] == {"kind": "email", "value": "maria@example.com"}
    assert document["as_of"] == "2026-11-23T10:15:00Z"
    assert document["postmark"] == "live"
    assert document["more"] == 7


def test_a_trail_in_full() -> None:
    """A judged trail comes out with every value where the contract puts it."""
    (trail,) = to_json(answer(SITUATIONS["person clicked"]))["trails"]
    assert trail["message_id"] == "5b1f0c52-8a77-4c1e-9d0e-2f6f3f0a9e11"
    assert (trail["subject"], trail["stream"], trail["tag"]) == ("Your quote for job 1042", "outbound", "quote")
    assert (trail["references"], trail["sent_at"]) == (["1042"], "2026-11-23T08:00:00Z")
    assert (trail["recipient"], trail["role"]) == ("maria@example.com", "to")
    assert trail["delivery"] == {
        "state": "delivered",
        "at": "2026-11-23T08:00:00Z",
        "detail": "250 2.0.0 OK",
        "permanent": None,
        "cause": None,
    }
    assert (trail["verdict"], trail["probability"]) == ("seen", 0.99)
    assert trail["headline"].startswith("Seen. Maria Lopez opened the quote for job 1042 and clicked its portal link")
    assert [reason["code"] for reason in trail["reasons"]] == ["person_click", "proxy_open"]
    assert trail["reasons"][0] == {
        "code": "person_click",
        "text": (
            "The portal link was clicked with Safari on iPhone 2 hours after arrival, "
            "and nothing about it looks like a machine."
        ),
        "at": "2026-11-23T10:03:00Z",
        "weight": 4,
    }
    assert [(reason["code"], reason["at"]) for reason in trail["automatic"]] == [
        ("apple_privacy_open", "2026-11-23T08:01:00Z")
    ]
    assert set(trail["automatic"][0]) == {"code", "text", "at"}
    assert trail["unclear"] == []
    assert trail["first_person_open_at"] == "2026-11-23T10:01:00Z"
    assert trail["first_person_click_at"] == "2026-11-23T10:03:00Z"
    assert trail["trackable"] == {"opens": True, "clicks": True, "why_not": None}
    assert trail["next_step"]["code"] == "none"
    assert trail["next_step"]["draft"] is None


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_is_valid_json_in_the_words_of_the_contract(situation: str) -> None:
    """Whatever the situation, the document is plain JSON with the contract's enumerations and times in UTC with Z."""
    text = json.dumps(to_json(answer(SITUATIONS[situation]), ZoneInfo("America/Chicago")), allow_nan=False)
    document = json.loads(text)
    (trail,) = document["trails"]
    assert trail["verdict"] in {finding.value for finding in Finding}
    assert trail["delivery"]["state"] in {state.value for state in DeliveryState}
    assert 0 <= trail["probability"] <= 1
    assert len(trail["reasons"]) <= 3
    times = [document["as_of"], trail["sent_at"], trail["delivery"]["at"], trail["next_step"]["until"]]
    times += [reason["at"] for part in ("reasons", "automatic", "unclear") for reason in trail[part]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", time) for time in times if time is not None)


def test_sentences_use_the_readers_zone_and_times_do_not() -> None:
    """Sentences say the hour of the office; the data beside them stays UTC."""
    document = to_json(answer(SITUATIONS["answered"]), ZoneInfo("America/Chicago"))
    assert "today at 03:10" in document["trails"][0]["headline"]
    assert document["trails"][0]["reasons"][0]["at"] == "2026-11-23T09:10:00Z"


def test_what_is_not_known_is_null() -> None:
    """A message known only from its events is a trail with nulls, not one that is left out."""
    bare = judged(Finding.NO_SIGN, message=Message(message_id="x"), recipient=Recipient("a@b.example", "a@b.example"))
    (trail,) = to_json(answer(bare))["trails"]
    unknown = {key for key in ("subject", "stream", "tag", "sent_at", "role", "recipient_name") if trail[key] is None}
    assert unknown == {"subject", "stream", "tag", "sent_at", "role", "recipient_name"}
    assert trail["references"] == []


def test_a_line_of_explain_is_a_trail_of_an_answer() -> None:
    """One trail by itself is the same object as inside an answer."""
    shown = wrong_person_opened()
    alone = trail_to_json(shown.entries[0], ZoneClock(NOW), siblings=shown.entries)
    assert alone == to_json(shown)["trails"][0]


def test_nothing_found_is_an_empty_list_with_what_helps() -> None:
    """Nothing found is an empty list, with notes, candidates and suggestions for programs too."""
    document = to_json(
        answer(
            question=asked((SubjectKind.NAME, "maria")),
            postmark=PostmarkState.UNREACHABLE,
            notes=(Reason(Note.UNREACHABLE, at("09:40")),),
            candidates=("Maria Lopez <maria@example.com>",),
            suggestions=("maria@example.com",),
        )
    )
    assert document["trails"] == []
    assert document["postmark"] == "unreachable"
    assert document["notes"][0]["code"] == "unreachable"
    assert document["notes"][0]["at"] == "2026-11-23T09:40:00Z"
    assert document["candidates"] == ["Maria Lopez <maria@example.com>"]
    assert document["suggestions"] == ["maria@example.com"]
