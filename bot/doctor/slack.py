"""Slack: the token and what it may do, how Slack reaches us, the alert channel, and what else is set."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.doctor.checks import Check, advice, fault, not_checked, well
from bot.settings import Settings
from bot.slack.access import Rules
from bot.slack.clients import UNREACHED, Clients, quiet_logger
from bot.slack.scopes import Scope, missing
from bot.slack.trouble import word_of

AREA = "Slack"
INSTALL = "(api.slack.com/apps → Seen → OAuth & Permissions)"
_CHANNEL = re.compile(r"[CG][A-Z0-9]{6,}")
_PERSON = re.compile(r"[UWS][A-Z0-9]{6,}")
_SECRET = re.compile(r"[0-9a-f]{32}")
_PATIENCE = 10


def examine(settings: Settings, *, strays: Collection[str] = ()) -> Iterator[Check]:
    """The checks. ``strays`` are variables of the environment that are meant for other Slack programs."""
    if settings.slack_bot_token is None:
        yield not_checked(AREA, "Slack is off: no bot token is set.", "Set SLACK_BOT_TOKEN to be asked in Slack.")
        return
    client = Clients(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, _PATIENCE).prompt()
    try:
        us = client.auth_test()
    except UNREACHED as error:
        yield _token_fault(error)
        return
    yield well(AREA, f"Its token works: @{us.get('user')} in the workspace “{us.get('team')}”.")
    yield from _scopes(settings, us)
    yield from _lists(settings)
    yield from _ways_in(settings)
    yield from _alert_channel(settings, client)
    if strays:
        yield advice(
            AREA,
            f"{', '.join(strays)} stand in the environment. Seen doesn't use them; other Slack programs would.",
            "Remove them, so that nobody takes them for Seen's settings.",
        )


def _token_fault(error: Exception) -> Check:
    if not isinstance(error, SlackApiError):
        return fault(AREA, f"Slack can't be reached ({type(error).__name__}).", "Check this machine's way to Slack.")
    word = word_of(error)
    if word == "ratelimited":
        return not_checked(AREA, "Slack wants to be asked less often.", "Try again in a minute.")
    return fault(
        AREA,
        f"The bot token is refused ({word}).",
        f"Install the app, and set SLACK_BOT_TOKEN to its Bot User OAuth Token, which begins with xoxb- {INSTALL}.",
    )


def _scopes(settings: Settings, us: SlackResponse) -> Iterator[Check]:
    told = next((value for name, value in us.headers.items() if name.lower() == "x-oauth-scopes"), None)
    if told is None:
        yield not_checked(AREA, "Slack did not say what the token may do.")
        return
    granted = {scope.strip() for scope in str(told).split(",")}
    rules = Rules(
        users=settings.seen_allowed_users,
        unblockers=settings.seen_unblock_users,
        rule_makers=settings.seen_rule_users,
    )
    lacking = missing(granted, with_groups=rules.names_groups)
    for scope, purpose in lacking:
        yield fault(
            AREA,
            f"The scope {scope.value} is missing, which is needed for {purpose}.",
            f"Add {scope.value} to the bot's scopes and install the app again {INSTALL}.",
        )
    if not lacking:
        yield well(AREA, "The token may do everything that is switched on.")
    if Scope.CHANNEL_HISTORY not in granted:
        yield well(AREA, "It may not read channels: in a thread Seen knows only what it said itself.")


def _lists(settings: Settings) -> Iterator[Check]:
    """Names on a list of IDs fit nobody: whoever wrote them would be shut out without knowing why."""
    for name, listed, kind, example in (
        ("SEEN_ALLOWED_CHANNELS", settings.seen_allowed_channels, _CHANNEL, "C0123456789"),
        ("SEEN_ALLOWED_USERS", settings.seen_allowed_users, _PERSON, "U0123456789, or S0123456789 for a user group"),
        ("SEEN_UNBLOCK_USERS", settings.seen_unblock_users, _PERSON, "U0123456789, or S0123456789 for a user group"),
        ("SEEN_RULE_USERS", settings.seen_rule_users, _PERSON, "U0123456789, or S0123456789 for a user group"),
    ):
        odd = [one for one in listed if not kind.fullmatch(one)]
        if odd:
            yield fault(
                AREA,
                f"{name} holds {', '.join(f'“{one}”' for one in odd[:3])}, which is no ID, and so fits nobody.",
                f"Write IDs, such as {example} (Slack → the profile or the details → Copy ID).",
            )


def _ways_in(settings: Settings) -> Iterator[Check]:
    if settings.slack_app_token is not None:
        yield _socket(settings, settings.slack_app_token.get_secret_value())
    elif not settings.slack_signing_secret:
        yield fault(
            AREA,
            "Slack can't reach Seen: neither Socket Mode nor HTTP is set up.",
            "Set SLACK_APP_TOKEN (Socket Mode), or SLACK_SIGNING_SECRET and Slack's request URLs (POST /slack/events).",
        )
    odd = [secret for secret in settings.slack_signing_secret if not _SECRET.fullmatch(secret.get_secret_value())]
    if odd:
        yield fault(
            AREA,
            "The signing secret doesn't look like one: it has 32 letters and digits, 0 to 9 and a to f.",
            "Copy it from Basic Information → App Credentials → Signing Secret to SLACK_SIGNING_SECRET.",
        )
    elif settings.slack_signing_secret:
        where = settings.public_url or "https://<this service>"
        yield well(AREA, f"A signing secret is set; Slack's request URLs should be {where}/slack/events.")


def _socket(settings: Settings, token: str) -> Check:
    client = WebClient(
        base_url=f"{settings.slack_api_url}/", timeout=_PATIENCE, logger=quiet_logger(), retry_handlers=[]
    )
    try:
        client.apps_connections_open(app_token=token)
    except UNREACHED as error:
        word = word_of(error) if isinstance(error, SlackApiError) else type(error).__name__
        return fault(
            AREA,
            f"Socket Mode doesn't work ({word}).",
            "Switch Socket Mode on, and set SLACK_APP_TOKEN to an app-level token (xapp-…) with connections:write "
            "(Basic Information → App-Level Tokens).",
        )
    return well(AREA, "Socket Mode works.")


def _alert_channel(settings: Settings, client: WebClient) -> Iterator[Check]:
    channel = settings.alert_channel
    if channel is None:
        return
    if not _CHANNEL.fullmatch(channel):
        yield fault(
            AREA,
            f"ALERT_CHANNEL is “{channel}”, which is no channel's ID.",
            "Set it to the ID that stands at the end of the channel's details in Slack, such as C0123456789.",
        )
        return
    invite = "Invite Seen there: /invite @seen."
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except UNREACHED as error:
        word = word_of(error) if isinstance(error, SlackApiError) else type(error).__name__
        if word in {"channel_not_found", "not_in_channel"}:
            yield fault(AREA, "The alert channel isn't there, or is private and Seen isn't in it.", invite)
        else:
            yield not_checked(AREA, f"The alert channel could not be looked at ({word}).")
        return
    if found.get("is_archived"):
        yield fault(AREA, f"The alert channel #{found.get('name')} is archived.", "Set ALERT_CHANNEL to another one.")
    elif not found.get("is_member"):
        yield fault(AREA, f"Seen is not in the alert channel #{found.get('name')}.", invite)
    elif found.get("is_ext_shared"):
        yield fault(
            AREA,
            f"People of another company can see the alert channel #{found.get('name')}.",
            "Set ALERT_CHANNEL to a channel of your own.",
        )
    else:
        yield well(AREA, f"Seen is in the alert channel #{found.get('name')}.")
