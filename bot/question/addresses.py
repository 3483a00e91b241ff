"""Addresses, domains and Postmark message IDs in a tidied text. Each finder crosses out what it found.

Positions of ``@`` are looked for first and read from there in both directions, so that a long paste costs no more
than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.question.marks import FILL, cross_out
from store.addresses import normalise, normalise_domain


@dataclass(frozen=True, slots=True)
class Named:
    """Something a text names: its value in the form that is compared, and where it stands."""

    value: str
    start: int
    sure: bool = True
    """False for what is only probably meant: a bare domain, a number by itself."""


_MESSAGE_ID = re.compile(
    rf"(?<![\w-])[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}(?![\w-])(?:@[^\s<>{FILL}]+)?", re.IGNORECASE
)
# A letter or digit of any script, with the vowel signs of those scripts that write them as marks.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0963\u0966-\u109f\u1780-\u17dd"
_LETTER = rf"(?:[^\W_]|[{_MARKS}])"
_LABEL = rf"{_LETTER}+(?:-+{_LETTER}+)*"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_HOST = re.compile(_LABEL)
_BARE_DOMAIN = re.compile(rf"(?<![\w@.'{_MARKS}-]){_DOMAIN.pattern}(?![\w@-])")
_LOCAL = re.compile(rf"""(?:"[^"\s@{FILL}]{{1,64}}"|[^\s@<>()\[\],;:"|\\{FILL}]{{1,66}})\Z""")
_OPENING = "'*_~!#$%&/=?^{}+.-`"
_LABELLED = re.compile(r"(?:e-?mail|mail|to|address|recipient|customer|client|user)=", re.IGNORECASE)
# Words that follow a full stop without a space: "…@acme.example.Did she see it". None of them is a top-level domain.
_GLUED = frozenset(
    {"and", "did", "has", "have", "she", "thanks", "the", "they", "please", "was", "were", "when", "yes"}
)
_FILES = frozenset(
    {"avi", "bmp", "csv", "doc", "docx", "eml", "gif", "heic", "htm", "html", "ics", "jpeg", "jpg", "json", "log"}
    | {"md", "mp3", "msg", "odt", "ods", "pages", "pdf", "png", "ppt", "pptx", "rtf", "svg", "tif", "tiff", "txt"}
    | {"vcf", "xls", "xlsx", "xml"}
)
_TITLED = frozenset({"dr", "mr", "mrs", "ms", "prof", "st", "no", "nr"})


def message_ids(text: str) -> tuple[list[Named], str]:
    """Postmark message IDs, also as they stand in a Message-ID header (``<…@mtasv.net>``)."""
    found = []
    for match in _MESSAGE_ID.finditer(text):
        found.append(Named(match[0].partition("@")[0].lower(), match.start()))
        text = cross_out(text, match.start(), match.end())
    return found, text


@dataclass(frozen=True, slots=True)
class Addresses:
    """What stands around the ``@`` signs of a text."""

    people: tuple[Named, ...]
    domains: tuple[Named, ...]
    """Written as ``@acme.example``."""
    incomplete: tuple[str, ...]
    """An address but for the ending of its domain: ``maria@oakleaf``."""


def addresses(text: str) -> tuple[Addresses, str]:
    """Email addresses, and domains written with an ``@`` before them."""
    people: list[Named] = []
    domains: list[Named] = []
    incomplete: list[str] = []
    for at in [match.start() for match in re.finditer("@", text)]:
        domain = _domain_at(text, at + 1)
        end = at + 1 + len(domain)
        local = _local_part(text, at, following=text[end : end + 1])
        start = at - len(local)
        if domain and local:
            people.append(Named(normalise(f"{local}@{domain}"), start))
        elif domain and not text[max(0, at - 1) : at].isalnum():
            domains.append(Named(normalise_domain(domain), start))
        elif local and (host := _HOST.match(text, at + 1)):
            incomplete.append(f"{local}@{host[0]}")
            end = host.end()
        if end > at + 1:
            text = cross_out(text, start, end)
    return Addresses(tuple(people), tuple(domains), tuple(incomplete)), text


def bare_domains(text: str) -> tuple[list[Named], str]:
    """Domains that stand by themselves, ``acme.example`` or ``www.acme.example``: no file names, no abbreviations."""
    found = []
    for match in _BARE_DOMAIN.finditer(text):
        domain = _trimmed(match[0])
        labels = domain.lower().split(".")
        if not _ends_like_a_domain(domain) or labels[-1] in _FILES or labels[0] in _TITLED:
            continue
        if len(labels) == 2 and all(label.istitle() for label in domain.split(".")):
            continue  # Maria.Lopez
        found.append(Named(normalise_domain(domain).removeprefix("www."), match.start(), sure=False))
        text = cross_out(text, match.start(), match.start() + len(domain))
    return found, text


def _local_part(text: str, at: int, *, following: str) -> str:
    """What stands before an ``@``, without quotes, emphasis and labels that people put around an address."""
    match = _LOCAL.search(text, max(0, at - 70), at)
    local = match[0] if match else ""
    if len(local) > 64:
        return ""
    if local.startswith('"'):
        return local
    local = _LABELLED.sub("", local) if "=" in local else local
    # An underscore may begin an address; but not where it is emphasis, which also ends with one.
    return local.lstrip(_OPENING if following == "_" else _OPENING.replace("_", ""))


def _domain_at(text: str, start: int) -> str:
    match = _DOMAIN.match(text, start, start + 254)
    domain = _trimmed(match[0]) if match else ""
    return domain if domain and _ends_like_a_domain(domain) else ""


def _trimmed(domain: str) -> str:
    labels = domain.split(".")
    while len(labels) > 2 and labels[-1].lower() in _GLUED:
        labels.pop()
    return ".".join(labels)


def _ends_like_a_domain(domain: str) -> bool:
    """A top-level domain has two letters or more and no digits, unless it is an encoded international one."""
    ending = domain.rpartition(".")[2]
    return len(ending) >= 2 and (ending.lower().startswith("xn--") or not any(c.isdigit() for c in ending))
