"""The only way by which Seen posts unasked, against a stand-in Slack on a real port."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.replies.blocks.writing import Reply, rich, section, words
from bot.sandbox.slack import Slack
from bot.slack.clients import Clients
from bot.slack.posting import CantLook, Later, Posted, Posting, Refused, Unsure
from tests.notices.saying import keys_of, posting_of

HELLO = Reply("Hello", (rich(section(*words("Hello"))),))


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=5)


def test_post_change_and_find(slack: Slack, office: str) -> None:
    """A post carries the keys of what it says, is changed in place, and is found again by any of them."""
    posting = posting_of(slack)
    posted = posting.post(office, HELLO, ["a", "b"])
    assert posting.find(office, ["a", "b", "c"], since=just_now()) == {"a": posted, "b": posted}
    posting.update(posted, Reply("Changed", HELLO.blocks), ["a", "b", "c"])
    (message,) = slack.messages(office)
    assert (message.text, keys_of(message)) == ("Changed", ["a", "b", "c"])
    assert posting.find(office, ["c"], since=just_now()) == {"c": posted}
    assert posting.find(office, ["c"], since=datetime.now(UTC) + timedelta(minutes=9)) == {}
    answer = posting.post(office, HELLO, ["d"], thread=posted.ts)
    assert posting.find(office, ["d"], since=just_now()) == {}
    assert posting.find(office, ["d"], since=just_now(), thread=posted.ts) == {"d": answer}


def test_found_among_many(slack: Slack, office: str) -> None:
    """A post is found among hundreds of others, page by page."""
    posting = posting_of(slack)
    posted = posting.post(office, HELLO, ["a"])
    for number in range(450):
        slack.person("rosa").says(f"line {number}", office)
    assert posting.find(office, ["a"], since=just_now()) == {"a": posted}


def test_to_a_person(slack: Slack) -> None:
    """A person is written to in their direct conversation, which has an id of its own."""
    rosa = slack.workspace.member("rosa").user_id
    posting = posting_of(slack)
    posted = posting.post(rosa, HELLO, ["a"])
    assert posted.channel.startswith("D")
    assert posting.find(posted.channel, ["a"], since=just_now()) == {"a": posted}
    assert posting.conversation_with(rosa) == posted.channel
    slack.app.scopes.discard("im:write")
    with pytest.raises(CantLook):
        posting.conversation_with(rosa)


@pytest.mark.parametrize(
    ("place", "word"), [("elsewhere", "not_in_channel"), ("old", "is_archived"), ("C0NOWHERE", "channel_not_found")]
)
def test_refused(slack: Slack, place: str, word: str) -> None:
    """Where Slack will not have us, its word for it is told, and trying again is no use."""
    channel = next((one.channel_id for one in slack.workspace.channels.values() if one.name == place), place)
    with pytest.raises(Refused) as excinfo:
        posting_of(slack).post(channel, HELLO, ["a"])
    assert excinfo.value.word == word


def test_a_revoked_token(slack: Slack, office: str) -> None:
    """A token that was revoked is refused in Slack's word."""
    slack.uninstall()
    with pytest.raises(Refused) as excinfo:
        posting_of(slack).post(office, HELLO, ["a"])
    assert excinfo.value.word in {"token_revoked", "account_inactive", "invalid_auth"}


def test_asked_to_wait(slack: Slack, office: str) -> None:
    """A 429 is certainly not posted, and says how long to wait; nothing is tried again by itself."""
    with slack.fault("429", retry_after=7), pytest.raises(Later) as excinfo:
        posting_of(slack).post(office, HELLO, ["a"])
    assert excinfo.value.wait == 7
    assert len(slack.requests) == 1
    assert slack.messages(office) == []


@pytest.mark.parametrize("fault", ["500", "503", "fatal_error", "html", "html_200", "truncated", "broken_off", "cut"])
def test_unsure(slack: Slack, office: str, fault: str) -> None:
    """After a broken answer or none at all nobody knows whether it was posted, and it isn't tried again by itself."""
    with slack.fault(fault), pytest.raises(Unsure):
        posting_of(slack).post(office, HELLO, ["a"])
    assert len(slack.requests) == 1


def test_an_answer_that_is_late(slack: Slack, office: str) -> None:
    """When Slack accepts and answers too late, that is not taken for a refusal: the post is found by its key."""
    posting = posting_of(slack, timeout=1)
    with slack.fault("late", seconds=2), pytest.raises(Unsure):
        posting.post(office, HELLO, ["a"])
    assert list(posting.find(office, ["a"], since=just_now())) == ["a"]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://nowhere.invalid"])
def test_nobody_there(url: str) -> None:
    """Where nobody listens, nothing was posted."""
    with pytest.raises(Later, match="unreachable"):
        Posting(Clients("xoxb-x", url)).post("C1", HELLO, ["a"])


def test_not_allowed_to_look(slack: Slack, office: str) -> None:
    """Without the permission to read a channel one can't look; while Slack is down one can, later."""
    posting = posting_of(slack)
    with slack.fault("500"), pytest.raises(Later):
        posting.find(office, ["a"], since=just_now())
    slack.app.scopes.discard("channels:history")
    with pytest.raises(CantLook, match="missing_scope"):
        posting.find(office, ["a"], since=just_now())


def test_gone(slack: Slack, office: str) -> None:
    """A post that was deleted can't be changed."""
    with pytest.raises(Refused, match="message_not_found"):
        posting_of(slack).update(Posted(office, "1.000001"), HELLO, ["a"])
