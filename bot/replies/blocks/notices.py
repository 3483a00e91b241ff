"""Short messages beside the answers: help, "still looking", what wasn't understood, what was refused, what broke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from bot.naming import plain
from bot.replies import words as say
from bot.replies.blocks import parts
from bot.replies.blocks.actions import COMMAND, SHORTCUT_NAME, Action, Value
from bot.replies.blocks.answers import choices
from bot.replies.blocks.deeds import Deed, done, undo
from bot.replies.blocks.moments import SlackClock
from bot.replies.blocks.writing import Reply, code, emoji, lines, message_text, rich, section, words
from store.records import NotUnderstood, Question

EXAMPLES = (
    (f"{COMMAND} 1042", "a job, quote or invoice number"),
    (f"{COMMAND} maria@example.com", "everything lately sent to an address"),
    (f"{COMMAND} maria@example.com quote", "just the quote"),
    (f"{COMMAND} @oakleaf.example", "anybody at a company"),
    (f"{COMMAND} Maria Lopez since Monday", "a name, and a time"),
)
ORDERS = (
    (f"{COMMAND} watch 1042", "I tell you when somebody opens it; an address works too, and so does “until Friday”"),
    (f"{COMMAND} watches", "what you watch"),
    (f"{COMMAND} alerts", "important emails that need a look"),
    (f"{COMMAND} rules", "which emails are important, and for how long they may stay without a sign"),
)


def help_() -> Reply:
    """What can be asked, with examples that work, and where else."""
    first = "Ask me whether a customer has seen an email."
    elsewhere = (
        "In a thread, mention me: “did they see the quote?” I keep to that thread's customer.",
        "Or there: “tell me when they open it”.",
        f"On any message, choose “{SHORTCUT_NAME}” from its menu.",
        "I answer privately; “Share to channel” shows an answer to everybody.",
    )
    examples = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(code(typed), *words(f" – {what}")) for typed, what in (*EXAMPLES, *ORDERS)],
    }
    blocks = (
        rich(section(*words(first, bold=True))),
        rich(examples),
        rich({"type": "rich_text_list", "style": "bullet", "elements": [section(*words(way)) for way in elsewhere]}),
        parts.context("I say what I saw happen: clicked, opened, answered, arrived, refused. Nobody knows more."),
    )
    return Reply(
        message_text([first, *(f"{typed} – {what}" for typed, what in (*EXAMPLES, *ORDERS)), *elsewhere]), blocks
    )


def looking(question: Question | None = None) -> Reply:
    """That the search goes on; the answer takes this message's place."""
    about = plain(question.text, 150) if question else ""
    sentence = f"Looking for “{about}” …" if about else "Looking …"
    said = rich(section(emoji("mag"), *words(f" {sentence}")))
    # Should we be ended before the answer is there, the question can still be asked again from here.
    typed = question.text.strip() if question else ""
    again = [parts.button("Refresh", Action.REFRESH, Value(question=typed))] if 0 < len(typed) <= 300 else []
    return Reply(message_text([sentence]), (said, *parts.actions(again)))


def not_understood(question: NotUnderstood) -> Reply:
    """What was understood of a question, and an example that works."""
    first, *others = say.not_understood(question, command=COMMAND)
    blocks = [rich(section(*words(first, bold=True))), rich(lines(*map(words, others)))]
    return Reply(message_text([first, *others]), tuple(blocks))


def ask_subject(candidates: Sequence[str] = (), *, thread: str | None = None) -> Reply:
    """The one short question of a thread in which nobody said whom or what it is about.

    ``candidates``: addresses, numbers and names Seen knows of that thread; pressing one asks about it.
    ``thread``: the message under which an answer would be shared.
    """
    shown = [plain(candidate, 120) for candidate in candidates]
    first = "Whose email, or which number, do you mean?"
    other = (
        "Or mention me again with an address or a number, such as 1042."
        if shown
        else ("Mention me again with an address or a number, such as: did 1042 arrive?")
    )
    blocks = [rich(section(*words(first, bold=True))), *choices(shown, thread=thread), rich(section(*words(other)))]
    return Reply(message_text([first, *shown, other]), tuple(blocks))


# ── Refused, broken, done ────────────────────────────────────────────────────────────────────────────────────────


class Refusal(StrEnum):
    """Why somebody got no answer. The comment names the ``facts`` the sentence takes."""

    GUEST = "guest"
    OTHER_TEAM = "other_team"
    SHARED_CHANNEL = "shared_channel"
    CHANNEL = "channel"
    USER = "user"
    CANNOT_CHECK = "cannot_check"  # scope: the one that is missing; what: what it would tell
    NOT_PERMITTED = "not_permitted"  # what: the deed
    STALE = "stale"
    GONE = "gone"
    NOT_IN_CHANNEL = "not_in_channel"
    CLOSED_CHANNEL = "closed_channel"
    UNDER_WAY = "under_way"
    BUSY = "busy"


_REFUSED: Mapping[Refusal, tuple[str, str]] = {
    Refusal.GUEST: (
        "I answer full members only, because answers name customers.",
        "Ask a colleague who is a member, or ask the people who run this workspace to make you one.",
    ),
    Refusal.OTHER_TEAM: (
        "I only answer people of the workspace I was installed in.",
        "Ask a colleague over there to look for you.",
    ),
    Refusal.SHARED_CHANNEL: (
        "I don't answer here, because people of another company can see this channel.",
        "Ask me in a direct message, or in a channel of your own.",
    ),
    Refusal.CHANNEL: (
        "I wasn't set up to answer in this channel.",
        "Ask me in a direct message, or ask whoever runs Seen to add this channel to SEEN_ALLOWED_CHANNELS.",
    ),
    Refusal.USER: (
        "You aren't on the list of people I may answer.",
        "Ask whoever runs Seen to add you to SEEN_ALLOWED_USERS.",
    ),
    Refusal.CANNOT_CHECK: (
        "I can't find out {what}, so I don't answer.",
        "Whoever runs Seen can mend that: add the scope {scope} to the Slack app and install it again.",
    ),
    Refusal.NOT_PERMITTED: (
        "You may ask, but {what} is for others here.",
        "Ask whoever runs Seen who may do that.",
    ),
    Refusal.STALE: (
        "This button is too old for me to know what it meant.",
        f"Ask again: {COMMAND} 1042, with your own number or address.",
    ),
    Refusal.GONE: (
        "I don't find that email any more.",
        f"Ask again: {COMMAND} 1042, with your own number or address.",
    ),
    Refusal.NOT_IN_CHANNEL: (
        "I'm not in that channel, so I can't write there.",
        "Invite me with /invite @seen, then press the button again.",
    ),
    Refusal.CLOSED_CHANNEL: (
        "Slack lets nobody, or at least not me, write there any more.",
        "Share it elsewhere: ask again in another channel.",
    ),
    Refusal.UNDER_WAY: (
        "Somebody pressed that a moment ago, and it is being done.",
        "Press Refresh in a moment to see what came of it.",
    ),
    Refusal.BUSY: (
        "Many people are asking at once, and I couldn't get to your question.",
        "Ask again in a minute.",
    ),
}


def refusal(why: Refusal, **facts: str) -> Reply:
    """A kind no, and what mends it. Always private."""
    told = {name: plain(fact, 80) for name, fact in facts.items()}
    what = "whether you may ask" if why is Refusal.CANNOT_CHECK else "that"
    defaults = {"what": what, "scope": "users:read"}
    first, mend = (sentence.format(**{**defaults, **told}) for sentence in _REFUSED[why])
    return Reply(message_text([first, mend]), (rich(lines(words(first, bold=True), words(mend))),))


def trouble(reference: str) -> Reply:
    """That something broke on our side; ``reference`` is what the log holds too."""
    first = "Something went wrong on my side, and I couldn't answer."
    second = (
        f"Try again in a minute. If it happens again, tell whoever runs Seen this reference: {plain(reference, 40)}"
    )
    blocks = (rich(lines([emoji("warning"), *words(f" {first}", bold=True)], words(second))),)
    return Reply(message_text([first, second]), blocks)


def unconfirmed(reference: str) -> Reply:
    """That Slack did not say whether it took an answer: it may be there, and is not sent twice."""
    first = "Slack didn't confirm my answer, so I don't know whether you can see it."
    second = f"If it isn't there, ask again. Whoever runs Seen finds this under {plain(reference, 40)}."
    return Reply(message_text([first, second]), (rich(lines(words(first, bold=True), words(second))),))


def done_line(deed: Deed, *, clock: SlackClock, value: Value) -> Reply:
    """What was done and by whom, as a message of its own, with Undo where it can be undone."""
    button = undo(deed, value)
    return Reply(
        message_text([done(deed, clock)]),
        (rich(section(*words(done(deed, clock)))), *parts.actions([button] if button else [])),
    )
