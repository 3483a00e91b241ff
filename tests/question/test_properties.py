"""What holds for every text that anybody may type or paste."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.question import parse, unwrapped
from store.addresses import normalise
from store.records import NotUnderstood, Question, SubjectKind
from tests.question.asking import BERLIN, NOW, ask

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = st.text(f"{LETTERS}0123456789", min_size=1, max_size=12)
LOCAL = st.builds(
    lambda words, joint: joint.join(words), st.lists(WORD, min_size=1, max_size=3), st.sampled_from(".-+_")
)
LABEL = st.one_of(WORD, st.builds("{}-{}".format, WORD, WORD), st.sampled_from(["müller", "bücher", "oakleaf", "例え"]))
DOMAIN = st.builds(
    lambda labels, end: ".".join([*labels, end]),
    st.lists(LABEL, min_size=1, max_size=3),
    st.sampled_from(["com", "example", "co.uk", "de", "software"]),
)
ADDRESS = st.builds("{}@{}".format, LOCAL, DOMAIN)
FORMS = (
    "{}",
    "<{}>",
    "<mailto:{}|{}>",
    "<mailto:{}|somebody else>",
    "mailto:{}",
    "&lt;mailto:{}|{}&gt;",
    "Maria Lopez <{}>",
    '"Lopez, Maria" <{}>',
    "“{}”",
    "‘{}’",
    "({}),",
    "{}.",
    "{}!",
    "did {} see the quote?",
    "has {} opened the invoice since 3 Nov 2026 (job 1042)?",
    "To: {}; Cc: the office",
    "\u2066{}\u2069",
    "\ufeff{}\u200b",
    "*{}*",
    "_{}_",
    "`{}`",
    "https://portal.example/?email={}",
)
PIECES = st.sampled_from(
    [
        *"""<mailto: | > < @ &lt; &# &#x ; # 1042 since last between of ago days week job no. . - +49 ( ) " ' subject:'
        http:// 3 Nov 31/2 0000-00-00 99999999999 １ İ ß 🤷 a.b %00 %ff""".split(),  # noqa: SIM905 - reads better without quotes
        *[" ", "\u200b", "\ud800", "\x00", "\u0301"],
    ]
)


@given(st.one_of(st.text(max_size=200), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=40).map("".join)))
@example("&#" + "9" * 5000 + ";")
@example("@" * 3000)
@example("a" * 10_000)
@example("a." * 5_000)
@example("1 " * 5_000)
@example("<" * 5_000)
@example("last " * 2_000)
@example("maria" + "\u0301" * 5_000 + "@example.com")
def test_nothing_that_is_asked_is_too_odd(text: str) -> None:
    """Any text gets an answer: a question, or what was understood of it with an example that works."""
    assert isinstance(unwrapped(text), str)
    answer = parse(text, now=NOW, timezone=BERLIN)
    answer.text.encode()
    if isinstance(answer, Question):
        assert 1 <= len(answer.subjects) <= 2
        assert all(subject.value for subject in answer.subjects)
        assert answer.since is None or answer.until is None or answer.since < answer.until
    else:
        assert isinstance(answer, NotUnderstood)
        assert ask(answer.example).subjects


@given(ADDRESS, st.sampled_from(FORMS))
def test_an_address_is_always_found(address: str, form: str) -> None:
    """An address in any of the forms it is pasted in is among what the question is about."""
    question = ask(form.replace("{}", address))
    assert normalise(address) in [s.value for s in question.subjects if s.kind is SubjectKind.EMAIL]


@given(ADDRESS, st.sampled_from(FORMS))
def test_what_people_see_in_slack_asks_the_same(address: str, form: str) -> None:
    """A question as it is shown and kept, without Slack's wrapping, names the same address."""
    shown = unwrapped(form.replace("{}", address))
    assert "<mailto:" not in shown
    assert normalise(address) in [s.value for s in ask(shown).subjects if s.kind is SubjectKind.EMAIL]


@given(ADDRESS)
def test_capitals_and_full_width_letters_make_no_difference(address: str) -> None:
    """An address typed in capitals or in full-width letters is the same address."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in address)
    assert ask(address.upper()).subjects == ask(wide).subjects == ask(address).subjects


@given(
    st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - made aware below
    st.sampled_from(
        ["yesterday", "last week", "since 3 Nov", "on Friday", "29 Feb", "in May", "since 23:59", "on the 31st"]
    ),
    st.sampled_from(["Europe/Berlin", "America/Chicago", "Asia/Kathmandu", "Pacific/Apia", "America/Sao_Paulo", "UTC"]),
)
def test_times_lie_in_the_past(now: datetime, words: str, zone: str) -> None:
    """Whenever and wherever it is asked, a time named without a year has begun by then."""
    aware = now.replace(tzinfo=UTC)
    question = ask(f"maria@example.com {words}", now=aware, zone=ZoneInfo(zone))
    assert question.since is not None
    assert question.since <= aware
    assert question.until is None or question.since < question.until <= aware
