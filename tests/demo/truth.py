"""What the customers of a story did, and so what may rightly be said of each email: no engine has a part in this."""

from __future__ import annotations

from datetime import datetime

from bot.demo.people import Person
from bot.demo.story import Act, Email, Story
from store.records import DeliveryState, Finding

SEEN = frozenset({Finding.SEEN, Finding.PROBABLY_SEEN})
TRACELESS = frozenset({Act.DELIVERED, Act.LOADED_AHEAD, Act.SCANNED, Act.LOOKED, Act.OUT_OF_OFFICE})
"""What machines do, and looks that nothing can notice."""


def findings(story: Story, email: Email, who: Person) -> frozenset[Finding]:
    """The answers that are true of an email to one of its recipients."""
    match state(story, email, who):
        case DeliveryState.BOUNCED | DeliveryState.SUPPRESSED:
            return frozenset({Finding.NOT_DELIVERED})
        case DeliveryState.DEFERRED:
            return frozenset({Finding.IN_TRANSIT})
        case _:
            return SEEN if left_a_trace(email, who) else frozenset({Finding.NO_SIGN})


def state(story: Story, email: Email, who: Person) -> DeliveryState:
    """Where an email to one of its recipients got to."""
    acts = email.acts(who)
    if Act.COMPLAINED in acts:
        return DeliveryState.COMPLAINED
    if Act.BOUNCED in acts:
        return DeliveryState.BOUNCED
    if was_blocked(story, who, email.sent_at):
        return DeliveryState.SUPPRESSED
    return DeliveryState.DELIVERED if Act.DELIVERED in acts else DeliveryState.DEFERRED


def was_blocked(story: Story, who: Person, at: datetime) -> bool:
    """Whether Postmark had stopped sending to somebody: after a hard bounce or a complaint."""
    ended = {Act.BOUNCED, Act.COMPLAINED}
    return any(deed.who == who and deed.act in ended and deed.at < at for email in story.emails for deed in email.deeds)


def left_a_trace(email: Email, who: Person) -> bool:
    """Whether they did something that could be noticed of this email, as it was sent."""
    unnoticed = set(TRACELESS)
    if email.plain or not email.track_opens:
        unnoticed.add(Act.OPENED)
    if not email.track_links or who.mailbox.scans:
        unnoticed.add(Act.CLICKED)  # Postmark counts one click on a link: after a scanner's, a person's is lost
    return not email.acts(who) <= unnoticed
