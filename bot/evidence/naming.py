"""What to call a program in a sentence: ``Outlook``, ``Safari on iOS``, ``Chrome on Windows``."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from store.records import Event

if TYPE_CHECKING:
    import ua_parser

_PLAIN = {
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Mail or another app",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "an app",
    "Firefox Mobile": "Firefox",
    "Edge Mobile": "Edge",
    "IE": "Internet Explorer",
    "GmailImageProxy": "Gmail",
    "YahooMailProxy": "Yahoo Mail",
}
"""What the library and Postmark call a program, and what people call it."""

_WEB_MAIL = frozenset({"Gmail", "Yahoo Mail"})


def program(event: Event) -> str | None:
    """The program behind an open or a click; ``None`` when nothing tells.

    Postmark's word goes first, ua-parser's second: its table is read only when a record lacks Postmark's.
    """
    name, system = event.client, event.os
    if name is None and event.user_agent:
        name, system = _parsed(event.user_agent)
    if name is None:
        return None
    name = _PLAIN.get(name, name)
    return name if system is None or name in _WEB_MAIL else f"{name} on {system}"


@lru_cache(maxsize=1024)
def _parsed(user_agent: str) -> tuple[str | None, str | None]:
    parser = _parser()
    found, system = parser.parse_user_agent(user_agent), parser.parse_os(user_agent)
    return found.family if found else None, system.family if system else None


@cache
def _parser() -> "ua_parser.Parser":
    import ua_parser  # noqa: PLC0415 - read when the first program has to be named, not when a command starts

    return ua_parser.Parser(ua_parser.BasicResolver(ua_parser.load_lazy_builtins()))
