"""The Web API, as the unmodified SDK finds it."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.slack import Person, Slack


def refused(excinfo: pytest.ExceptionInfo[SlackApiError]) -> dict[str, Any]:
    """What Slack's refusal said."""
    data: dict[str, Any] = excinfo.value.response.data
    return data


def test_the_app_learns_who_it_is(slack: Slack, client: WebClient) -> None:
    """auth.test names the bot and its workspace, and the answer's headers list its scopes."""
    told = client.auth_test()
    assert (told["user"], told["bot_id"], told["user_id"]) == ("seen", slack.app.bot_id, slack.app.user_id)
    assert "chat:write" in told.headers["x-oauth-scopes"].split(",")


def test_wrong_tokens_open_nothing(slack: Slack) -> None:
    """An unknown token, no token, and the app's token where the bot's is wanted are refused each in Slack's words."""
    for token, error in (
        ("xoxb-wrong", "invalid_auth"),
        ("", "not_authed"),
        (slack.app.app_token, "not_allowed_token_type"),
    ):
        with pytest.raises(SlackApiError) as excinfo:
            WebClient(token=token, base_url=slack.api_url).auth_test()
        assert refused(excinfo)["error"] == error


def test_a_missing_scope_is_named(client: WebClient, slack: Slack) -> None:
    """A call without its scope says which is needed and which are held."""
    with pytest.raises(SlackApiError) as excinfo:
        client.conversations_info(channel=slack.workspace.place("office").channel_id)
    said = refused(excinfo)
    assert said["error"] == "missing_scope"
    assert "channels:read" in said["needed"]
    assert "chat:write" in said["provided"]


@pytest.mark.parametrize(
    ("channel", "error"),
    [
        ("general", "not_in_channel"),
        ("owners", "channel_not_found"),
        ("nowhere", "channel_not_found"),
        ("old", "is_archived"),
    ],
)
def test_the_bot_posts_only_where_it_may(client: WebClient, channel: str, error: str) -> None:
    """Channels without the bot, private ones it cannot see, unknown and archived ones refuse it."""
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_postMessage(channel=f"#{channel}", text="Hello")
    assert refused(excinfo)["error"] == error


def test_ephemeral_messages_are_for_one(client: WebClient, slack: Slack, rosa: Person) -> None:
    """An ephemeral message is seen by its reader alone, is not stored, and is gone after a reload."""
    office = slack.workspace.place("office").channel_id
    client.chat_postEphemeral(channel=office, user=rosa.user.user_id, text="Just you")
    assert [message.text for message in rosa.sees("office")] == ["Just you"]
    assert slack.person("adam").sees("office") == []
    assert slack.messages("office") == []
    rosa.reloads()
    assert rosa.sees("office") == []


def test_ephemeral_messages_need_a_member(client: WebClient, slack: Slack) -> None:
    """Somebody who isn't in the channel can't be told anything there."""
    office = slack.workspace.place("office").channel_id
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_postEphemeral(channel=office, user=slack.person("sten").user.user_id, text="Just you")
    assert refused(excinfo)["error"] == "user_not_in_channel"


def test_a_thread_can_be_read_back_with_its_metadata(client: WebClient, slack: Slack, rosa: Person) -> None:
    """Answers in a thread come back in order, with metadata where it was asked for, and never in the channel."""
    slack.app.scopes.add("channels:history")
    asked = rosa.says("Did they see the quote?", "office").message
    metadata = {"event_type": "seen_answer", "event_payload": {"key": "42"}}
    client.chat_postMessage(channel=asked.channel, thread_ts=asked.ts, text="Yes", metadata=metadata)
    thread = client.conversations_replies(channel=asked.channel, ts=asked.ts, include_all_metadata=True)["messages"]
    assert [message["text"] for message in thread] == ["Did they see the quote?", "Yes"]
    assert thread[0]["reply_count"] == 1
    assert thread[1]["metadata"] == metadata
    assert "metadata" not in client.conversations_replies(channel=asked.channel, ts=asked.ts)["messages"][1]
    assert len(client.conversations_history(channel=asked.channel)["messages"]) == 1


def test_history_of_a_private_channel_needs_a_scope_of_its_own(client: WebClient, slack: Slack) -> None:
    """The scope for public channels does not open private ones, even to a bot that is a member."""
    slack.app.scopes.add("channels:history")
    slack.add_channel("cellar", "rosa", "seen", private=True)
    with pytest.raises(SlackApiError) as excinfo:
        client.conversations_history(channel=slack.workspace.place("cellar").channel_id)
    assert refused(excinfo)["needed"] == "groups:history"


def test_the_bot_edits_and_deletes_only_what_it_said(client: WebClient, slack: Slack, rosa: Person) -> None:
    """Own messages change and go; other people's, and messages that are gone, don't."""
    own = client.chat_postMessage(channel="office", text="Looking…")
    client.chat_update(channel=own["channel"], ts=own["ts"], text="Found")
    assert [message.text for message in rosa.sees("office")] == ["Found"]
    client.chat_delete(channel=own["channel"], ts=own["ts"])
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_update(channel=own["channel"], ts=own["ts"], text="Again")
    assert refused(excinfo)["error"] == "message_not_found"
    hers = rosa.says("Mine", "office").message
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_update(channel=hers.channel, ts=hers.ts, text="Not mine")
    assert refused(excinfo)["error"] == "cant_update_message"


def test_long_texts_are_cut_with_a_warning(client: WebClient, slack: Slack) -> None:
    """40,001 characters are posted as 40,000, with a warning; an edit of more than 4,000 is refused."""
    own = client.chat_postMessage(channel="office", text="x" * 40_001)
    assert own["warning"] == "message_truncated"
    assert len(slack.messages("office")[0].text) == 40_000
    with pytest.raises(SlackApiError) as excinfo:
        client.chat_update(channel=own["channel"], ts=own["ts"], text="x" * 4_001)
    assert refused(excinfo)["error"] == "msg_too_long"


def test_people_can_be_told_apart(client: WebClient, slack: Slack) -> None:
    """users.info shows who is an admin, a guest or from another workspace, and gives addresses only to who may see."""
    shown = {
        name: client.users_info(user=slack.person(name).user.user_id)["user"]
        for name in ("rosa", "adam", "gus", "sten")
    }
    assert (shown["rosa"]["is_restricted"], shown["rosa"]["tz"]) == (False, "Europe/Oslo")
    assert shown["adam"]["is_admin"]
    assert shown["gus"]["is_restricted"]
    assert shown["sten"]["is_stranger"]
    assert "email" not in shown["rosa"]["profile"]
    slack.app.scopes.add("users:read.email")
    assert client.users_lookupByEmail(email="rosa@alder.example")["user"]["id"] == shown["rosa"]["id"]


def test_groups_and_channels_can_be_looked_up(client: WebClient, slack: Slack, rosa: Person) -> None:
    """A user group lists its members, a channel says whether it is shared, and a direct conversation has one place."""
    slack.app.scopes |= {"usergroups:read", "channels:read", "im:write"}
    group = slack.add_group("office-team", "rosa", "adam")
    assert client.usergroups_users_list(usergroup=group.group_id)["users"] == group.members
    shared = client.conversations_info(channel=slack.workspace.place("supplier").channel_id)["channel"]
    assert (shared["is_ext_shared"], shared["is_member"]) == (True, True)
    direct = client.conversations_open(users=[rosa.user.user_id])["channel"]["id"]
    assert client.chat_postMessage(channel=rosa.user.user_id, text="Hello")["channel"] == direct
    assert [message.text for message in rosa.sees()] == ["Hello"]


def test_a_home_is_published_and_guarded_by_its_hash(client: WebClient, rosa: Person) -> None:
    """Home shows what was last published; with the hash of an older one, nothing is overwritten."""
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id=rosa.user.user_id, view=view)["view"]["hash"]
    client.views_publish(user_id=rosa.user.user_id, view=view, hash=first)
    with pytest.raises(SlackApiError) as excinfo:
        client.views_publish(user_id=rosa.user.user_id, view=view, hash=first)
    assert refused(excinfo)["error"] == "hash_conflict"


def test_methods_that_do_not_exist_are_refused(client: WebClient) -> None:
    """A method nobody has heard of is no success."""
    with pytest.raises(SlackApiError) as excinfo:
        client.api_call("chat.whisper")
    assert refused(excinfo)["error"] == "unknown_method"


def test_an_app_is_installed_by_its_manifest(slack: Slack, client: WebClient, rosa: Person) -> None:
    """Scopes, events and the Home tab are those of the manifest, and no others."""
    slack.install(
        {
            "features": {"app_home": {"home_tab_enabled": False}},
            "oauth_config": {"scopes": {"bot": ["chat:write"]}},
            "settings": {"event_subscriptions": {"bot_events": ["message.im"]}},
        }
    )
    assert client.auth_test().headers["x-oauth-scopes"] == "chat:write"
    assert rosa.says("@seen 1042", "office").told == ()
    with pytest.raises(SlackApiError) as excinfo:
        client.views_publish(user_id=rosa.user.user_id, view={"type": "home", "blocks": []})
    assert refused(excinfo)["error"] == "not_enabled"
