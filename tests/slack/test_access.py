"""Who may ask, and where: refusals are private, say why, and say what would mend it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import Person, Role
from bot.slack.access import Access, Asker, Rules
from tests.slack.office import Office, office, said


def _refused(alder: Office, person: Person, channel: str | None, words: str) -> None:
    message = alder.answer(person, channel, has=words)
    assert "Maria" not in said(message)
    if channel is not None:
        assert message.only_for == person.user.user_id


def test_guests(alder: Office) -> None:
    """A guest of the workspace gets no answer, by command or by mention, and nobody else sees the refusal."""
    gus = alder.person("gus")
    gus.command("/seen", "1042", "office")
    _refused(alder, gus, "office", "full members only")
    asked = gus.says("@seen 1042", "office").message
    alder.until(lambda: alder.record()[-1].way == "mention")
    alder.finished("mention")
    assert all(message.only_for == gus.user.user_id for message in gus.thread(asked))
    assert {line.refused for line in alder.record()} == {"guest"}


def test_guests_where_they_may(sqlite_url: str) -> None:
    """SEEN_ALLOW_GUESTS lets guests ask."""
    with office(sqlite_url, seen_allow_guests=True) as alder:
        gus = alder.person("gus")
        gus.command("/seen", "1042", "office")
        alder.answer(gus, "office", has="Maria Lopez")


def test_strangers(alder: Office) -> None:
    """Somebody of another company in a shared channel gets no answer."""
    sten = alder.person("sten")
    asked = sten.says("@seen 1042", "supplier").message
    alder.until(alder.record)
    assert alder.record()[-1].refused == "other_team"
    alder.finished("mention")
    assert all(one.only_for == sten.user.user_id for one in sten.thread(asked))


def test_shared_channels(alder: Office, rosa: Person) -> None:
    """In a channel shared with another company Seen answers nobody, not even privately."""
    rosa.command("/seen", "1042", "supplier")
    _refused(alder, rosa, "supplier", "another company can see this channel")
    rosa.says("@seen 1042", "supplier")
    alder.until(lambda: len(alder.record()) == 2)
    assert [line.refused for line in alder.record()] == ["shared_channel"] * 2


def test_shared_channels_where_allowed(sqlite_url: str) -> None:
    """SEEN_ALLOW_SHARED_CHANNELS lets members ask in shared channels; strangers still may not."""
    with office(sqlite_url, seen_allow_shared_channels=True) as alder:
        rosa, sten = alder.person("rosa"), alder.person("sten")
        asked = rosa.says("@seen 1042", "supplier").message
        alder.reply(rosa, asked, has="Maria Lopez")
        sten.says("@seen 1042", "supplier")
        alder.until(lambda: alder.record()[-1].refused == "other_team")


def test_channels_on_the_list(sqlite_url: str) -> None:
    """SEEN_ALLOWED_CHANNELS keeps Seen to some channels; direct messages and Home are always there."""
    with office(sqlite_url, seen_allowed_channels="office") as alder:
        rosa = alder.person("rosa")
        rosa.command("/seen", "1042", "general")
        _refused(alder, rosa, "general", "in this channel")
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Maria Lopez")
        rosa.says("1042")
        alder.answer(rosa, has="Maria Lopez")


def test_people_on_the_list(sqlite_url: str) -> None:
    """SEEN_ALLOWED_USERS names who may ask."""
    with office(sqlite_url, seen_allowed_users="rosa") as alder:
        for name, words in (("rosa", "Maria Lopez"), ("nils", "list of people")):
            alder.person(name).command("/seen", "1042", "office")
            alder.answer(alder.person(name), "office", has=words)


def test_groups_on_the_list(sqlite_url: str) -> None:
    """A user group may stand on the list; without the scope to look into it the refusal names the scope."""
    with office(sqlite_url) as plain:
        group = plain.slack.add_group("sales", "rosa").group_id
    with office(sqlite_url, seen_allowed_users=group) as alder:
        assert alder.slack.add_group("sales", "rosa").group_id == group
        rosa, nils = alder.person("rosa"), alder.person("nils")
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="usergroups:read")
        alder.slack.app.scopes.add("usergroups:read")
        rosa.command("/seen", "1042", "office")
        alder.answer(rosa, "office", has="Maria Lopez")
        nils.command("/seen", "1042", "office")
        alder.answer(nils, "office", has="list of people")


def test_without_the_scope_for_people(alder: Office, rosa: Person) -> None:
    """Where Seen may not look who somebody is, it answers nobody, and names the scope that is missing."""
    alder.slack.app.scopes.discard("users:read")
    rosa.command("/seen", "1042", "office")
    _refused(alder, rosa, "office", "users:read")


def test_a_private_answer_needs_to_know_the_asker_only(alder: Office, rosa: Person) -> None:
    """With users:read alone a full member gets a private answer; showing it to others needs more, and says what."""
    alder.slack.app.scopes -= {"channels:read", "groups:read"}
    rosa.command("/seen", "1042", "office")
    private = alder.answer(rosa, "office", has="Maria Lopez")
    rosa.presses("share", on=private)
    _refused(alder, rosa, "office", "channels:read")
    assert alder.person("nils").sees("office") == []


def test_a_private_channel_without_the_bot(alder: Office, rosa: Person) -> None:
    """In a private channel that Seen can't look into, the command is answered privately and not shared."""
    rosa.command("/seen", "1042", "owners")
    private = alder.answer(rosa, "owners", has="Maria Lopez")
    rosa.presses("share", on=private)
    _refused(alder, rosa, "owners", "not in that channel")
    assert alder.person("adam").sees("owners") == []


@pytest.mark.parametrize("role", [Role.GUEST, Role.CHANNEL_GUEST, Role.DEACTIVATED])
def test_home_of_those_who_may_not_ask(alder: Office, role: Role) -> None:
    """Who gets no answers sees on their Home why, and none of the connections."""
    gus = alder.person("gus")
    gus.user.role = role
    gus.opens_home()
    view = alder.until(gus.home)
    assert "Postmark" not in str(view.blocks)


def test_slack_is_asked_once_for_many_questions(alder: Office, rosa: Person) -> None:
    """Many questions of one person in a moment are one look at who they are."""
    for _ in range(10):
        rosa.command("/seen", "1042", "office")
    alder.finished("command", 10)
    assert len([one for one in alder.slack.requests if one.path.endswith("users.info")]) == 1


class _ForGroupMessages(WebClient):
    """Slack, where a channel turns out to be a group message, which takes a scope of its own to look into."""

    def conversations_info(self, **_: Any) -> Any:
        told = {
            "error": "missing_scope",
            "needed": "channels:read,groups:read,mpim:read",
            "provided": "channels:read,groups:read",
        }
        raise SlackApiError("no", told)  # type: ignore[no-untyped-call]

    def users_info(self, **_: Any) -> Any:
        return {"user": {"id": "U1", "team_id": "T1"}}

    def auth_test(self, **_: Any) -> Any:
        return {"team_id": "T1", "user_id": "U0"}


def test_the_scope_that_is_missing_is_the_one_named() -> None:
    """In a group message, which scopes for channels don't open, the refusal names the scope that does."""
    refused = Access(_ForGroupMessages(), Rules()).refusal(Asker("U1", "C1"), openly=True)
    assert refused is not None
    assert refused.facts["scope"] == "mpim:read"
