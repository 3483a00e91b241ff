"""What stands in an email: its addresses and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import getaddresses
from html.parser import HTMLParser


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name beside it, as it stands in To, Cc or Bcc."""

    address: str
    name: str | None

    @property
    def key(self) -> str:
        """The form addresses are compared in."""
        return self.address.lower()


@dataclass(frozen=True, slots=True)
class Link:
    """A link in one part of an email."""

    url: str
    location: str
    """``HTML`` or ``Text``."""
    tracked: bool


def mailboxes(field: str) -> tuple[Mailbox, ...]:
    """The mailboxes of a header such as ``Maria <maria@x.example>, ben@x.example``."""
    return tuple(Mailbox(address, name or None) for name, address in getaddresses([field]) if address)


def looks_like_an_address(text: str) -> bool:
    """Whether Postmark would take it: one @ with something on both sides, no blanks, a dot in the domain."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None


def links_of(html: str | None, text: str | None, track_links: str) -> tuple[Link, ...]:
    """The links of both parts, in reading order. ``track_links`` is Postmark's word for which of them are tracked."""
    finder = _Finder(tracked=track_links in {"HtmlAndText", "HtmlOnly"})
    finder.feed(html or "")
    in_text = track_links in {"HtmlAndText", "TextOnly"}
    plain = (found.rstrip(".,;:!?)") for found in re.findall(r"https?://[^\s<>\"']+", text or ""))
    return (*finder.found, *(Link(url, "Text", in_text) for url in plain))


class _Finder(HTMLParser):
    """Collects the web links of an HTML part."""

    def __init__(self, *, tracked: bool) -> None:
        super().__init__()
        self.found: list[Link] = []
        self._tracked = tracked

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Sees one tag; ``data-pm-no-track`` on it exempts the link."""
        given = dict(attrs)
        url = given.get("href") or ""
        if tag == "a" and url.startswith(("http://", "https://")):
            self.found.append(Link(url, "HTML", self._tracked and "data-pm-no-track" not in given))
