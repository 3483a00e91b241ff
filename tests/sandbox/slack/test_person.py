"""What people do reaches a Bolt app, signed as Slack signs it, and what it answers is shown as Slack shows it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookResponse

from bot.sandbox.slack import Message, NotPossible, Person, Slack
from tests.sandbox.slack.test_limits import FIELD, MODAL, button, options, plain, section


def texts(messages: list[Message]) -> list[str]:
    """What they say."""
    return [message.text for message in messages]


FORM = {**MODAL, "callback_id": "form", "submit": plain("Send"), "blocks": [{**FIELD, "block_id": "note"}]}


def test_a_command_is_answered_privately(app: App, rosa: Person, slack: Slack) -> None:
    """The app reads command, text, place and person, and its answer is for that person alone."""

    @app.command("/seen")
    def answer(ack: Ack, command: dict[str, Any]) -> None:
        ack(f"{command['user_name']} asked for {command['text']} in {command['channel_name']}")

    delivery = rosa.command("/seen", "1042 & <more>", "office")
    assert delivery.status == 200
    assert texts(rosa.sees("office")) == ["rosa asked for 1042 & <more> in office"]
    assert slack.person("adam").sees("office") == []


def test_a_command_works_where_the_bot_is_no_member(app: App, rosa: Person, slack: Slack) -> None:
    """Response URLs answer in channels that the bot is not in, five times, then no more."""
    answers: list[WebhookResponse] = []

    @app.command("/seen")
    def answer(ack: Ack, respond: Respond) -> None:
        ack()
        for number in range(6):
            answers.append(respond(f"Answer {number}"))  # noqa: PERF401 - one after the other

    rosa.command("/seen", "1042", "general")
    slack.until(lambda: len(answers) == 6)
    assert texts(rosa.sees("general")) == [f"Answer {number}" for number in range(5)]
    assert [said.status_code for said in answers] == [200] * 5 + [404]


def test_a_response_url_lasts_half_an_hour(app: App, rosa: Person, slack: Slack) -> None:
    """After 30 minutes nothing more can be said at a response URL."""
    late: list[Respond] = []

    @app.command("/seen")
    def answer(ack: Ack, respond: Respond) -> None:
        ack()
        late.append(respond)

    rosa.command("/seen", "1042", "office")
    slack.until(lambda: late)
    assert late[0]("In time").status_code == 200
    slack.forward(timedelta(minutes=31))
    assert late[0]("Too late").status_code == 404
    assert texts(rosa.sees("office")) == ["In time"]


def test_the_answer_to_a_command_cannot_be_replaced_by_its_url(app: App, rosa: Person, slack: Slack) -> None:
    """As at Slack, only a click has an original to replace: at a command's URL one more message appears."""

    @app.command("/seen")
    def answer(ack: Ack, respond: Respond) -> None:
        ack()
        respond("Looking…")
        respond("Found", replace_original=True)

    rosa.command("/seen", "1042", "office")
    slack.until(lambda: texts(rosa.sees("office")) == ["Looking…", "Found"])


def test_no_answer_within_three_seconds_is_shown_as_a_failure(rosa: Person, slack: Slack) -> None:
    """Where nobody answers, the person reads that the command has failed."""
    slack.connect("http://127.0.0.1:9/slack/events")
    assert rosa.command("/seen", "1042", "office").failure == "connection_failed"
    assert texts(rosa.sees("office")) == ['/seen failed with the error "dispatch_failed"']


def test_a_pressed_button_can_replace_the_private_message_it_stood_in(app: App, rosa: Person, slack: Slack) -> None:
    """A click on an ephemeral message tells no content of it, and its response URL replaces or deletes it."""
    told = []

    @app.command("/seen")
    def answer(ack: Ack) -> None:
        ack(text="Seen.", blocks=[section("*Seen.*"), button(value="q")])

    @app.action("go")
    def go(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        told.append(body)
        if body["actions"][0]["value"] == "q":
            respond(text="Again?", blocks=[button(value="r")], replace_original=True)
        else:
            respond(delete_original=True)

    rosa.command("/seen", "1042", "office")
    rosa.presses("go")
    slack.until(lambda: texts(rosa.sees("office")) == ["Again?"])
    rosa.presses("go", value="r")
    slack.until(lambda: rosa.sees("office") == [])
    assert [body["container"]["is_ephemeral"] for body in told] == [True, True]
    assert "message" not in told[0]


def test_an_answer_can_be_shared_with_the_channel(app: App, rosa: Person, slack: Slack) -> None:
    """A public answer at a response URL is seen by everybody in the channel."""

    @app.command("/seen")
    def answer(ack: Ack, respond: Respond) -> None:
        ack()
        respond("Seen.", response_type="in_channel")

    rosa.command("/seen", "1042", "office")
    slack.until(lambda: texts(slack.person("adam").sees("office")) == ["Seen."])


def test_an_overflow_tells_what_was_chosen(app: App, rosa: Person, slack: Slack, client: WebClient) -> None:
    """A choice from an overflow names the option; one that isn't there can't be chosen."""
    chosen = []
    overflow = {"type": "overflow", "action_id": "more", "options": options(3)}
    client.chat_postMessage(channel="office", text="x", blocks=[{**section("x"), "accessory": overflow}])

    @app.action("more")
    def choose(ack: Ack, action: dict[str, Any], body: dict[str, Any]) -> None:
        ack()
        chosen.append((action["selected_option"]["value"], body["message"]["text"], body["channel"]["name"]))

    rosa.chooses("more", "2")
    slack.until(lambda: chosen)
    assert chosen == [("2", "x", "office")]
    with pytest.raises(LookupError):
        rosa.chooses("more", "7")
    with pytest.raises(NotPossible):
        rosa.presses("nothing")


def test_a_mention_becomes_an_event(app: App, rosa: Person, slack: Slack) -> None:
    """A message that names the bot arrives with Slack's own markup, and can be answered in its thread."""

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        thread = event.get("thread_ts") or event["ts"]
        client.chat_postMessage(channel=event["channel"], thread_ts=thread, text=event["text"])

    said = rosa.says("@seen did maria@oakleaf.example see <this> & https://oakleaf.example/a?", "office")
    slack.until(lambda: len(rosa.thread(said.message)) == 1)
    assert rosa.thread(said.message)[0].text == (
        "<@U0000SEEN> did <mailto:maria@oakleaf.example|maria@oakleaf.example> see &lt;this&gt; &amp; "
        "<https://oakleaf.example/a>?"
    )
    again = rosa.says("@seen and the invoice?", to=said.message)
    assert again.message.thread_ts == said.message.ts
    slack.until(lambda: len(rosa.thread(said.message)) == 3)
    assert rosa.says("nothing for you", "office").told == ()
    assert rosa.says("@seen are you here?", "general").told == ()


def test_a_direct_message_becomes_an_event(app: App, rosa: Person, slack: Slack) -> None:
    """What somebody writes to the bot itself arrives, and the bot's own answer there is no question."""
    heard = []

    @app.event("message")
    def told(event: dict[str, Any], client: WebClient) -> None:
        heard.append((event["channel_type"], event["text"]))
        client.chat_postMessage(channel=event["channel"], text="Yes")

    rosa.says("1042?")
    slack.until(lambda: texts(rosa.sees()) == ["1042?", "Yes"])
    slack.until(lambda: len(slack.events.log) == 2 and all(told.first_told.is_set() for told in slack.events.log))
    assert heard == [("im", "1042?")]


def test_home_is_published_when_it_is_opened(app: App, rosa: Person, slack: Slack) -> None:
    """Opening Home is an event, and what the app publishes is what the person sees."""

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [button()]})

    assert rosa.home() is None
    rosa.opens_home()
    slack.until(rosa.home)
    home = rosa.home()
    assert home is not None
    assert home.blocks[0]["type"] == "actions"


def test_a_trigger_opens_one_modal_and_soon(app: App, rosa: Person, slack: Slack) -> None:
    """A trigger works once, and no longer than three seconds."""
    errors: list[str] = []

    @app.shortcut("form")
    def open_form(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)
        for wait in (timedelta(0), timedelta(seconds=4)):
            slack.forward(wait)
            trigger = body["trigger_id"] if not wait else slow
            with pytest.raises(SlackApiError) as excinfo:
                client.views_open(trigger_id=trigger, view=FORM)
            errors.append(excinfo.value.response["error"])

    slow = slack.workspace.new_trigger(rosa.user.user_id)
    rosa.uses_shortcut("form")
    slack.until(lambda: len(errors) == 2)
    assert rosa.modal() is not None
    assert errors == ["exchanged_trigger_id", "expired_trigger_id"]


def test_a_form_shows_its_errors_and_then_goes(app: App, rosa: Person, client: WebClient) -> None:
    """Errors keep a modal open and stand beside their fields; a plain acknowledgement closes it."""
    notes = []

    @app.view("form")
    def sent(ack: Ack, view: dict[str, Any]) -> None:
        note = view["state"]["values"]["note"]["note"]["value"]
        notes.append(note)
        if note:
            ack()
        else:
            ack(response_action="errors", errors={"note": "Write something."})

    client.views_open(trigger_id=rosa.workspace.new_trigger(rosa.user.user_id), view=FORM)
    rosa.submits()
    modal = rosa.modal()
    assert modal is not None
    assert modal.given["errors"] == {"note": "Write something."}
    rosa.submits({"note": "Called her"})
    assert rosa.modal() is None
    assert notes == [None, "Called her"]


def test_modals_pile_up_to_three(app: App, rosa: Person, client: WebClient) -> None:
    """A fourth modal is refused; closing takes the top one off, and the app is told when it asked for that."""
    closed = []

    @app.view_closed("form")
    def told(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        closed.append(body["is_cleared"])

    top = {**FORM, "notify_on_close": True}
    client.views_open(trigger_id=rosa.workspace.new_trigger(rosa.user.user_id), view=FORM)
    modal = rosa.modal()
    assert modal is not None
    triggers = [rosa.workspace.new_trigger(rosa.user.user_id, modal.view_id) for _ in range(3)]
    for trigger in triggers[:2]:
        client.views_push(trigger_id=trigger, view=top)
    with pytest.raises(SlackApiError) as excinfo:
        client.views_push(trigger_id=triggers[2], view=top)
    assert excinfo.value.response["error"] == "push_limit_reached"
    rosa.closes()
    rosa.closes(everything=True)
    assert closed == [False, True]
    assert rosa.modal() is None


def test_a_message_shortcut_tells_the_message(app: App, rosa: Person, slack: Slack) -> None:
    """The shortcut on a message brings its text, and is answered privately, also where the bot is no member."""
    found = []

    @app.shortcut("check")
    def check(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        found.append(body["message"]["text"])
        respond("Seen.")

    asked = slack.person("adam").says("Did 1042 go out?", "general").message
    rosa.uses_shortcut("check", asked)
    slack.until(lambda: len(rosa.sees("general")) == 2)
    assert found == ["Did 1042 go out?"]
    assert texts(rosa.sees("general")) == ["Did 1042 go out?", "Seen."]
    assert len(slack.messages("general")) == 1


def test_nobody_acts_where_they_are_not(app: App, slack: Slack) -> None:
    """A stranger can't run commands in a channel they are not in, and nobody writes in an archived one."""
    with pytest.raises(NotPossible):
        slack.person("sten").command("/seen", "1042", "office")
    with pytest.raises(NotPossible):
        slack.person("rosa").says("Hello", "old")


def test_the_app_learns_that_it_was_removed(app: App, slack: Slack, client: WebClient) -> None:
    """Uninstalling tells both events, and ends the token."""
    slack.uninstall()
    told = [told.body["event"]["type"] for told in slack.events.log]
    assert told == ["tokens_revoked", "app_uninstalled"]
    with pytest.raises(SlackApiError) as excinfo:
        client.auth_test()
    assert excinfo.value.response["error"] == "account_inactive"
