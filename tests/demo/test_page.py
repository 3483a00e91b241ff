"""The demo's page in a real browser, with a tiny Slack app behind it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
from slack_bolt import Ack, App, Respond
from slack_sdk import WebClient

from bot.demo.page import Offer, Page, Tip
from bot.sandbox.slack import Role, Slack
from tests.browser import Browser
from tests.sandbox.slack import tiny

HOSTILE = "<img src=x onerror=\"document.title='broken'\"> <b>bold</b> & <!channel> *stars*"


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


ROW = {
    "type": "actions",
    "elements": [
        {"type": "button", "action_id": "why", "text": plain("Why?")},
        {
            "type": "button",
            "action_id": "unblock",
            "text": plain("Unblock"),
            "confirm": {
                "title": plain("Sure?"),
                "text": plain("Really?"),
                "confirm": plain("Yes"),
                "deny": plain("No"),
            },
        },
        {
            "type": "overflow",
            "action_id": "menu",
            "options": [{"text": plain("Right"), "value": "r"}, {"text": plain("Wrong"), "value": "w"}],
        },
    ],
}
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("A form"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "note",
            "label": plain("Note"),
            "element": {"type": "plain_text_input", "action_id": "note"},
        }
    ],
}


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack(name="Alder") as slack:
        slack.app.answer_within = timedelta(seconds=50)  # a busy machine is no fault of the page
        slack.add_person("rosa", "Rosa Lind")
        slack.add_person("gus", "Gus Guest", Role.GUEST)
        slack.add_channel("office", "rosa", "gus", "seen")
        yield slack


@pytest.fixture
def app(slack: Slack) -> Iterator[App]:
    """Answers commands with everything that can be pressed, and tells in the channel what was."""
    app = tiny.bolt(slack)
    answer_questions(app)
    answer_buttons(app)
    with tiny.serving(slack, app):
        yield app


def tell(client: WebClient, what: str) -> None:
    client.chat_postMessage(channel="office", text=escaped(what))


def answer_questions(app: App) -> None:
    """A command, mentions, Home, and the shortcut."""

    @app.command("/seen")
    def answer(ack: Ack, command: dict[str, Any], respond: Respond) -> None:
        ack()
        text = command["text"]
        cells = [[{"type": "raw_text", "text": word} for word in row] for row in (("Sent", "To"), ("Monday", text))]
        date = {"type": "date", "timestamp": 1763894400, "format": "{date_num}", "fallback": "in November"}
        respond(
            text="Seen.",
            blocks=[
                {"type": "header", "text": plain("A headline")},
                rich({"type": "text", "text": f"{text} on ", "style": {"bold": True}}, date),
                {"type": "table", "rows": cells},
                {"type": "section", "text": {"type": "mrkdwn", "text": f"*{escaped('strong')}* {escaped(text)}"}},
                {"type": "context", "elements": [plain(text)]},
                ROW,
            ],
        )

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], thread_ts=event.get("thread_ts") or event["ts"], text="Here.")

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [rich({"type": "text", "text": "At home"})]}
        )

    @app.shortcut("check")
    def check(ack: Ack, body: dict[str, Any], respond: Respond) -> None:
        ack()
        respond(f"Checked: {body['message']['text']}")


def answer_buttons(app: App) -> None:
    """Buttons, the menu, and the form."""

    @app.action("why")
    def why(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.action("unblock")
    def unblock(ack: Ack, client: WebClient) -> None:
        ack()
        tell(client, "Unblocked")

    @app.action("menu")
    def menu(ack: Ack, action: dict[str, Any], client: WebClient) -> None:
        ack()
        tell(client, f"Chosen: {action['selected_option']['value']}")

    @app.view("form")
    def sent(ack: Ack, view: dict[str, Any], client: WebClient) -> None:
        note = view["state"]["values"]["note"]["note"]["value"]
        if not note:
            ack(response_action="errors", errors={"note": "Write something."})
            return
        ack()
        tell(client, f"Noted: {note}")


@pytest.fixture
def page(slack: Slack, app: App) -> Iterator[Page]:
    offer = Offer(
        commands=[("/seen", "1042", "Did they?")],
        message_shortcuts=[("check", "Did the customer see it?")],
        tips=[Tip("/seen 1042", "a number")],
    )
    with Page(slack, offer, first="rosa") as page:
        yield page


def write(browser: Browser, text: str, box: str = "#compose") -> None:
    """Types into the box below a conversation, and sends it."""
    browser.click(f"{box} textarea")
    browser.type(text)
    browser.press("Enter")


@pytest.mark.usefixtures("app")
def test_a_conversation_by_hand(page: Page, browser: Browser, slack: Slack) -> None:
    """A command, a menu, a question before a deed, a form with an error, a thread, a shortcut and Home all work."""
    browser.open(page.url)
    write(browser, "/seen 1042")
    browser.reads("Only visible to you")
    assert browser.text(".message .header") == "A headline"
    assert "1042 on 2025-11-23" in browser.text(".message .rich")
    assert browser.text(".message td:last-child") == "1042"

    browser.click("[aria-label='More']")
    browser.click("text=Wrong")
    browser.reads("Chosen: w")

    browser.click("text=Unblock")
    browser.reads("Really?")
    browser.click("text=No")
    assert [message.text for message in slack.messages("office")] == ["Chosen: w"]
    browser.click("text=Unblock")
    browser.click("text=Yes")
    browser.reads("Unblocked")

    browser.click("text=Why?")
    browser.reads("A form")
    browser.click("text=Send")
    browser.reads("Write something.")
    browser.click(".dialog input")
    browser.type("Called her")
    browser.press("Enter")
    browser.reads("Noted: Called her")
    browser.wait("!document.querySelector('.dialog')")

    write(browser, "@seen are you there?")
    browser.click("text=1 reply")
    browser.reads("Here.", "#thread")
    write(browser, "@seen and now?", "#thread-compose")
    browser.wait("document.querySelectorAll('#thread .message').length === 4")

    browser.hover("#stream .message:last-child")
    browser.click("#stream .message:last-child [aria-label='More actions']")
    browser.click(".menu button")
    browser.reads("Checked: ")

    browser.click(".place:last-of-type")
    browser.click("text=Home")
    browser.reads("At home")
    assert browser.complaints == []


@pytest.mark.usefixtures("app")
def test_nothing_that_customers_wrote_becomes_markup(page: Page, browser: Browser) -> None:
    """Tags, scripts and Slack's own marks in foreign text are shown as they are."""
    browser.open(page.url)
    write(browser, f"/seen {HOSTILE}")
    browser.reads("Only visible to you")
    for place in (".message .rich", ".message td:last-child", ".message .context"):
        assert HOSTILE in browser.text(place)
    assert browser.run("document.querySelectorAll('.message img, .message b, .message .loud').length") == 0
    assert browser.run("document.title") == "Seen – demo"
    assert browser.complaints == []


@pytest.mark.usefixtures("app")
def test_everybody_sees_what_is_theirs(page: Page, browser: Browser) -> None:
    """Another person at the same page does not see what was for the first one's eyes."""
    browser.open(page.url)
    write(browser, "/seen 1042")
    browser.reads("Only visible to you")
    choose = "const who = document.getElementById('who'); who.value = 'gus'; who.dispatchEvent(new Event('change'))"
    browser.run(f"(() => {{ {choose}; }})()")
    browser.reads("Nothing has been said here yet.")


def test_a_silent_app_is_named(slack: Slack, browser: Browser) -> None:
    """When Seen can't be reached, the page says so instead of doing nothing."""
    slack.connect("http://127.0.0.1:9/")
    with Page(slack, Offer(), first="rosa") as page:
        browser.open(page.url)
        write(browser, "/seen 1042")
        browser.reads('/seen failed with the error "dispatch_failed"')


def test_other_pages_are_not_listened_to(slack: Slack) -> None:
    """A request that another page of the same browser sends is refused, and so is one by another name of the host."""
    with Page(slack, Offer(), first="rosa") as page:
        host = page.url.removeprefix("http://")
        asked = '{"as": "rosa", "what": "say", "channel": "office", "text": "Hello"}'
        for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}, {"Content-Type": "text/plain"}):
            connection = HTTPConnection(host)
            connection.request("POST", "/do", asked, {"Content-Type": "application/json", **headers})
            assert connection.getresponse().status in {403, 409}
            connection.close()
        assert slack.messages("office") == []
