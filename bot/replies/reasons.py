"""Every reason of a verdict in a sentence of an office: what happened, how soon, and what that is worth.

Reasons come from ``bot.evidence`` with a code and facts (``bot.evidence.codes`` lists both). Machines are named and set
apart; what is not certain is not said as certain; numbers of likelihood are never said here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.clock import Clock, span
from bot.evidence.codes import Cause, Sign, WhyNot
from bot.naming import Person, Thing, link_name, plain
from store.records import Reason

_QUOTED = 90


@dataclass(frozen=True, slots=True)
class Told:
    """A reason about to be told: with whom and what it is about, and a clock to say when."""

    reason: Reason
    person: Person
    thing: Thing
    clock: Clock

    def fact(self, name: str, otherwise: str = "") -> str:
        """A fact of the reason, made fit for a sentence."""
        return plain(self.reason.facts.get(name, ""), _QUOTED) or otherwise

    def number(self, name: str) -> int | None:
        """A fact that is a whole number."""
        text = self.reason.facts.get(name, "")
        return int(text) if re.fullmatch(r"\d{1,9}", text) else None

    @property
    def when(self) -> str:
        """A blank and the time of it; nothing where no time is known."""
        return f" {self.clock.when(self.reason.at)}" if self.reason.at else ""

    @property
    def after(self) -> str:
        """A blank and how long after the arrival, or else when; nothing where neither is known."""
        seconds = self.number("after")
        return f" {span(seconds)} after arrival" if seconds is not None else self.when

    @property
    def domain(self) -> str:
        """The recipient's mail domain."""
        return self.person.address.rpartition("@")[2] or "the recipient"

    @property
    def program(self) -> str:
        """With which program; nothing where that is not known."""
        client = self.fact("client")
        return f" with {client}" if client else ""

    @property
    def link(self) -> str:
        """What was clicked: ``portal link``, ``link``."""
        return link_name(self.reason.facts.get("link"))

    @property
    def scanner(self) -> str:
        """The security check, by name where it has one."""
        vendor = self.fact("vendor")
        return f"{vendor}'s security check" if vendor else "a security check"

    @property
    def note(self) -> str:
        """The office's own words, in quotes; nothing where there are none."""
        note = self.fact("note")
        return f" (“{note}”)" if note else ""


def text(reason: Reason, person: Person, thing: Thing, clock: Clock) -> str:
    """One sentence for a reason. A code nobody has words for is said as its own words."""
    told = Told(reason, person, thing, clock)
    words = _WORDS.get(reason.code)
    if words is None:
        sentence = f"{plain(reason.code, 60).replace('_', ' ')}{told.when}."
    else:
        sentence = words(told) if callable(words) else words.format(told=told)
    if reason.facts.get("settling") == "yes":
        sentence += " It is so fresh that this may still change; ask again in a few minutes."
    return sentence if "@" in sentence.split(" ", 1)[0] else sentence[:1].upper() + sentence[1:]


def server_words(detail: str | None) -> str:
    """What the other mail server said, in quotes, without its codes and addresses; nothing where it said nothing."""
    said = re.sub(r"^\s*smtp;\s*", "", detail or "", flags=re.IGNORECASE)
    said = re.sub(r"\b[45]\d\d(?:[ -][45]\.\d{1,3}\.\d{1,3})?\b|\b[45]\.\d{1,3}\.\d{1,3}\b", "", said)
    said = re.sub(r"https?://\S+|\[?\b\d{1,3}(?:\.\d{1,3}){3}\b\]?|\[?(?:[0-9a-f]{1,4}:){3,}[0-9a-f:]*\]?", "…", said)
    said = plain(said, _QUOTED).strip(" -;:,.…")
    said = re.sub(r"[\s,;.]*\b(?:please )?(?:see|visit|go to|refer to|check)$", "", said, flags=re.IGNORECASE)
    return f"“{said}”" if said else ""


# ── A person acted ───────────────────────────────────────────────────────────────────────────────────────────────


def _person_click(told: Told) -> str:
    return f"The {told.link} was clicked{told.program}{told.after}, and nothing about it looks like a machine."


def _person_open(told: Told) -> str:
    where = told.fact("client")
    return f"It was opened in {where}{told.after}." if where else f"It was opened{told.after}, from no known machine."


def _proxy_open(told: Told) -> str:
    who = told.fact("vendor", "the mailbox")
    return f"{who} showed the pictures{told.after}, as it does when somebody opens the email."


def _opened_again(told: Told) -> str:
    number = told.number("count")
    times = {None: "more than once", 1: "more than once", 2: "twice"}.get(number, f"{number} times")
    last = f", the last time{told.when}" if told.when else ""
    return f"It was opened {times}, well apart or on different devices{last}."


def _long_look(told: Told) -> str:
    seconds = told.number("seconds")
    return f"It stayed open for {span(seconds)}." if seconds else "It stayed open for a while."


def _complaint(told: Told) -> str:
    return f"It was reported as spam{told.after}: to do that, somebody has to notice it in the mailbox."


# ── Neither here nor there ───────────────────────────────────────────────────────────────────────────────────────


def _data_centre_click(told: Told) -> str:
    network = told.fact("network")
    where = f"a data centre ({network})" if network else "a data centre"
    return f"A click on the {told.link} came from {where}{told.after}: it looks like a security scanner."


def _data_centre_open(told: Told) -> str:
    network = told.fact("network")
    where = f"a data centre ({network})" if network else "a data centre"
    return f"The pictures were loaded from {where}{told.after}; that may be a person at work or a security check."


_DEEDS = {
    "portal_visit": "visited the customer portal",
    "payment": "paid",
    "reply": "answered",
    "open": "opened it",
    "click": "clicked the link",
    "complaint": "reported it as spam",
}


def _somebody(told: Told) -> str:
    deed = _DEEDS.get(told.fact("kind"), "did something")
    number, reference = told.number("somebody"), told.fact("reference")
    on = f" on {told.thing.reference or reference}" if reference else ""
    of = f"which of {number} people it was" if number and number > 1 else "who it was"
    return f"Somebody{on} {deed}{told.when}{told.note}; {of} isn't recorded."


def _handled(told: Told) -> str:
    note = told.fact("note")
    return f"The office marked it as handled{told.when}{f': “{note}”' if note else ''}."


# ── Machines ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _apple(told: Told) -> str:
    loaded = f"Apple's privacy service loaded the pictures{told.when}, as it does for every email"
    return f"{loaded}; where Postmark says “opened”, that may be all it was."


def _scanner_click(told: Told) -> str:
    return f"The {told.link} was followed by {told.scanner}{told.after}, not by a person."


def _burst_click(told: Told) -> str:
    links, seconds = told.number("links"), told.number("seconds")
    many = f"{links} links" if links and links > 1 else "Several links"
    within = f" within {span(max(seconds, 1))}" if seconds is not None else " at once"
    after = f",{told.after}" if told.after else ""
    return f"{many} were clicked{within}{after}: {told.scanner} does that, a person doesn't."


def _script(told: Told, did: str) -> str:
    what = told.fact("client") or told.fact("vendor")
    return (
        f"A program ({what}) {did}{told.when}, not a person." if what else f"A program {did}{told.when}, not a person."
    )


def _preview(told: Told, did: str) -> str:
    who = told.fact("vendor", "a chat or search service")
    return f"{who} {did} to make a preview{told.when}; somebody may have pasted it there."


def _before_delivery(told: Told) -> str:
    did = "followed a link" if told.fact("kind") == "click" else "loaded the pictures"
    return f"{told.scanner} {did}{told.when}, before the email had arrived."


def _own_network(told: Told) -> str:
    did = "clicked a link" if told.fact("kind") == "click" else "opened a copy"
    return f"Somebody in your own office {did}{told.when}; that doesn't count."


def _auto_reply(told: Told) -> str:
    away = told.fact("away")
    if away:
        return f"An automatic reply says: away “{away}”. It came{told.when}."
    return f"The mailbox answered by itself{told.when}, as when somebody is out of office."


# ── What no single event says ────────────────────────────────────────────────────────────────────────────────────


def _silence(told: Told) -> str:
    chance = told.number("chance")
    if told.fact("only") == "clicks":
        return "No click so far; many people look without clicking, so that says little."
    if chance is None:
        return "No sign of a person since it arrived."
    opens = told.number("opens")
    if chance >= 50 and opens is not None and opens < 50:
        return "Opens often don't show in a mailbox like this; a click would, and there is none so far."
    if chance >= 90:
        return "In a mailbox like this a look nearly always shows, and none has."
    if chance >= 50:
        return "In a mailbox like this a look usually shows, but not always; so far none has."
    return "A mailbox like this often hides a look, so the silence says little."


def _not_tracked(told: Told) -> str:
    return WHY_NOT.get(told.fact("why"), "Nothing could have shown for this email.")


WHY_NOT: Mapping[str, str] = {
    WhyNot.SANDBOX: "It went to a Postmark test server, which sends nothing to anybody.",
    WhyNot.EXPIRED: "Postmark keeps 45 days, and I wasn't recording yet: what happened since can't be known any more.",
    WhyNot.TRACKING_OFF: "Your sending software left TrackOpens off and set TrackLinks to “None”.",
    WhyNot.PLAIN_TEXT: "It is a plain-text email: it has no picture whose loading could show an open.",
    WhyNot.OPENS_OFF: "Your sending software left TrackOpens off, so no open could show.",
    WhyNot.LINKS_OFF: "Your sending software set TrackLinks to “None”, so no click could show.",
}


def _arrived(told: Told) -> str:
    return f"The mail server of {told.domain} accepted it{told.when}."


CAUSES: Mapping[str, str] = {
    Cause.NO_SUCH_MAILBOX: "there is no such mailbox",
    Cause.NO_SUCH_DOMAIN: "there is no such mail domain",
    Cause.BAD_ADDRESS: "that is no complete email address",
    Cause.MAILBOX_DISABLED: "the mailbox is switched off",
    Cause.MAILBOX_FULL: "the mailbox is full",
    Cause.TOO_LARGE: "the email is too large for it",
    Cause.BLOCKED: "its spam protection turned the email away",
    Cause.UNAUTHENTICATED: "your own domain isn't proven to be yours (SPF, DKIM or DMARC)",
    Cause.VIRUS: "its virus check turned the email away",
    Cause.LOOP: "the email went round in circles there",
    Cause.REFUSED: "the other mail server refused it",
    Cause.NOT_SENT: "Postmark itself couldn't send it",
    Cause.UNREACHABLE: "the mail server doesn't answer",
    Cause.BUSY: "the mail server is busy and asks to try later",
    Cause.BOUNCED_BEFORE: "an earlier email to this address bounced for good",
    Cause.COMPLAINED_BEFORE: "an earlier email was reported as spam",
    Cause.UNSUBSCRIBED_BEFORE: "they unsubscribed",
    Cause.SUPPRESSED_BY_US: "somebody on your side blocked the address",
}


def _failed(told: Told) -> str:
    cause = CAUSES.get(told.fact("cause"), CAUSES[Cause.REFUSED])
    said = server_words(told.reason.facts.get("detail"))
    silent = {Cause.UNREACHABLE, Cause.NO_SUCH_DOMAIN, Cause.BAD_ADDRESS, Cause.NOT_SENT}
    who = "Postmark's record says" if told.fact("cause") in silent else f"The mail server of {told.domain} said"
    return f"{who}: {said}." if said else f"It failed because {cause}."


def _waiting(told: Told) -> str:
    cause = CAUSES.get(told.fact("cause"), "the mail server asks to try later")
    said = server_words(told.reason.facts.get("detail"))
    because = f"It said: {said}." if said else f"So far {cause}."
    return f"{because} Postmark keeps trying for about half a day."


def _only_automatic(told: Told) -> str:
    number = told.number("count")
    return (
        "All that happened so far was done by machines." if number != 1 else "All that happened was done by a machine."
    )


_WORDS: Mapping[str, str | Callable[[Told], str]] = {
    Sign.REPLY: "An answer came from {told.person.address}{told.after}.",
    Sign.PAYMENT: "The payment was recorded{told.after}{told.note}.",
    Sign.PORTAL_VISIT: "The customer portal itself recorded the visit{told.after}{told.note}.",
    Sign.COMPLAINT: _complaint,
    Sign.PERSON_CLICK: _person_click,
    Sign.PERSON_OPEN: _person_open,
    Sign.PROXY_OPEN: _proxy_open,
    Sign.OPENED_AGAIN: _opened_again,
    Sign.LONG_LOOK: _long_look,
    Sign.EARLY_CLICK: "A click came{told.after}: that soon it may also be a security check.",
    Sign.DATA_CENTRE_CLICK: _data_centre_click,
    Sign.LINK_CHECK: "Microsoft Office looked at the {told.link}{told.when}, as it does beside a person's own click.",
    Sign.DOUBTFUL_CLICK: "The {told.link} was followed{told.when} within seconds of another visit: perhaps by a check.",
    Sign.APP_CLICK: "A phone's own machinery followed the {told.link}{told.when}; that may or may not be a person.",
    Sign.STRANGE_CLICK: "A click came{told.after} that is unlike this recipient's others: a machine may have made it.",
    Sign.STRANGE_OPEN: "The pictures were loaded{told.after} in a way that is unlike this recipient's others.",
    Sign.EARLY_OPEN: "The pictures were loaded{told.after}: that soon it may also be a security check.",
    Sign.EARLY_PROXY_OPEN: "The pictures were loaded{told.after}: that soon it may also have been the mailbox itself.",
    Sign.RELAY_OPEN: "It was opened through Apple's relay{told.when}, which hides whether a person did it.",
    Sign.DATA_CENTRE_OPEN: _data_centre_open,
    Sign.APP_OPEN: "A phone's own machinery loaded the pictures{told.when}; that may or may not be a person.",
    Sign.UNNAMED_OPEN: "A program that doesn't say its name loaded the pictures{told.when}.",
    Sign.UNNAMED_CLICK: "A program that doesn't say its name followed the {told.link}{told.when}.",
    Sign.UNTOLD_CLICK: "The {told.link} was followed{told.when}; whether by a person, Postmark's summary doesn't say.",
    Sign.UNSUBSCRIBED: "The unsubscribe link was used{told.when}, by them or by a check that follows every link.",
    Sign.SOMEBODY: _somebody,
    Sign.HANDLED: _handled,
    Sign.APPLE_PRIVACY_OPEN: _apple,
    Sign.GMAIL_PREFETCH: "Gmail loaded the pictures ahead{told.when}, while the mailbox was in use.",
    Sign.SCANNER_OPEN: "The pictures were loaded by {told.scanner}{told.after}, not by a person.",
    Sign.SCANNER_CLICK: _scanner_click,
    Sign.SCRIPT_OPEN: lambda told: _script(told, "loaded the pictures"),
    Sign.SCRIPT_CLICK: lambda told: _script(told, f"followed the {told.link}"),
    Sign.PREVIEW_OPEN: lambda told: _preview(told, "loaded the pictures"),
    Sign.PREVIEW_CLICK: lambda told: _preview(told, f"followed the {told.link}"),
    Sign.PROXY_CLICK: "A mail provider's picture service followed the {told.link}{told.when}; people don't use it.",
    Sign.BURST_OPEN: "The pictures were loaded in the same sweep as the links{told.when}, not by a person.",
    Sign.BURST_CLICK: _burst_click,
    Sign.BEFORE_DELIVERY: _before_delivery,
    Sign.AUTO_REPLY: _auto_reply,
    Sign.OWN_NETWORK: _own_network,
    Sign.SILENCE: _silence,
    Sign.NOT_ASKED: "Nobody has asked Postmark yet whether it arrived.",
    Sign.ONLY_AUTOMATIC: _only_automatic,
    Sign.NOT_TRACKED: _not_tracked,
    Sign.ARRIVED: _arrived,
    Sign.FAILED: _failed,
    Sign.WAITING: _waiting,
}
"""A pattern filled with ``told``, or a function where a sentence needs more thought. No pattern comes from outside."""
