"""What the doctor says of Slack, asked from the stand-in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bot.doctor import Check, Health
from bot.doctor import slack as doctor
from bot.sandbox.slack import Slack
from bot.settings import Settings
from bot.slack.scopes import NEEDED, Scope

Examine = Callable[..., list[Check]]
SECRET = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def slack() -> Iterator[Slack]:
    """A workspace in which Seen may do what it needs to."""
    with Slack(name="Alder") as running:
        running.add_person("rosa", "Rosa Lind")
        running.add_channel("alerts", "rosa", "seen")
        running.add_channel("general", "rosa")
        running.app.scopes = {scope.value for scope in NEEDED}
        yield running


@pytest.fixture
def consult(slack: Slack) -> Examine:
    """Runs the doctor on usual settings, changed as the test says."""

    def run(*, strays: tuple[str, ...] = (), **changed: object) -> list[Check]:
        usual = {
            "slack_bot_token": slack.app.bot_token,
            "slack_api_url": slack.api_url.rstrip("/"),
            "slack_signing_secret": SECRET,
            "alert_channel": slack.workspace.place("alerts").channel_id,
        }
        return list(doctor.examine(Settings.model_validate({**usual, **changed}), strays=strays))

    return run


def faults(checks: list[Check]) -> str:
    assert all(check.fix for check in checks if check.health is Health.FAULT)
    return "\n".join(f"{check.says} {check.fix}" for check in checks if check.health is Health.FAULT)


def test_all_is_well(consult: Examine) -> None:
    """Where everything is set up, the doctor finds no fault, and names the workspace."""
    checks = consult()
    assert faults(checks) == ""
    assert any("Alder" in check.says for check in checks)


def test_slack_may_be_off(consult: Examine) -> None:
    """Without a bot token Slack is off, which is no fault."""
    (check,) = consult(slack_bot_token=None)
    assert check.health is Health.NOT_CHECKED


def test_a_wrong_token(consult: Examine) -> None:
    """A token that Slack refuses is a fault, with where to find the right one; the token itself isn't printed."""
    told = faults(consult(slack_bot_token="xoxb-wrong-one"))
    assert "invalid_auth" in told
    assert "xoxb-wrong-one" not in told


def test_slack_is_down(consult: Examine) -> None:
    """Where Slack can't be reached, that is said."""
    assert "can't be reached" in faults(consult(slack_api_url="http://127.0.0.1:9/api"))


def test_missing_scopes(slack: Slack, consult: Examine) -> None:
    """Every scope that is missing for what is switched on is named, with what it is for."""
    slack.app.scopes -= {Scope.MENTIONS, Scope.CHANNELS}
    told = faults(consult())
    assert "app_mentions:read" in told
    assert "channels:read" in told
    assert "usergroups:read" not in told
    assert "usergroups:read" in faults(consult(seen_allowed_users="U12345678,S12345678"))


def test_names_instead_of_ids(slack: Slack, consult: Examine) -> None:
    """A channel's or a person's name on a list of IDs is found: it would shut everybody out."""
    told = faults(consult(seen_allowed_channels="#office", seen_unblock_users="@adam"))
    assert "#office" in told
    assert "@adam" in told
    rosa, alerts = slack.person("rosa").user.user_id, slack.workspace.place("alerts").channel_id
    assert faults(consult(seen_allowed_channels=alerts, seen_allowed_users=rosa)) == ""


def test_no_way_in(consult: Examine) -> None:
    """Without Socket Mode and without a signing secret Slack can't reach Seen."""
    told = faults(consult(slack_signing_secret=""))
    assert "SLACK_APP_TOKEN" in told
    assert "SLACK_SIGNING_SECRET" in told


def test_a_secret_that_is_none(consult: Examine) -> None:
    """A signing secret that can't be one is found, without printing it."""
    told = faults(consult(slack_signing_secret=f"{SECRET},xoxb-this-is-a-token"))
    assert "doesn't look like one" in told
    assert "this-is-a-token" not in told


def test_socket_mode(slack: Slack, consult: Examine) -> None:
    """Socket Mode is tried with its token."""
    working = consult(slack_app_token=slack.app.app_token, slack_signing_secret="")
    assert faults(working) == ""
    assert any(check.says == "Socket Mode works." for check in working)
    assert "connections:write" in faults(consult(slack_app_token="xapp-wrong"))


def test_the_alert_channel(slack: Slack, consult: Examine) -> None:
    """The doctor says when Seen isn't in the alert channel, when there is none of that ID, and when it is no ID."""
    assert "not in the alert channel #general" in faults(
        consult(alert_channel=slack.workspace.place("general").channel_id)
    )
    assert "isn't there" in faults(consult(alert_channel="C0NOWHERE"))
    assert "no channel's ID" in faults(consult(alert_channel="#alerts"))
    assert faults(consult(alert_channel=None)) == ""


def test_what_lies_about_in_the_environment(consult: Examine) -> None:
    """A client id in the environment is pointed out; it changes nothing for Seen."""
    checks = consult(strays=("SLACK_CLIENT_ID",))
    assert faults(checks) == ""
    assert any("SLACK_CLIENT_ID" in check.says for check in checks)
