from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.clock import ZoneClock
from bot.replies import terminal, timeline
from bot.replies.notes import Note
from store.records import Answer, EventKind, Finding, NotUnderstood, Reason, SubjectKind
from tests.replies.situations import (
    NOW,
    SITUATIONS,
    ZONE,
    answer,
    asked,
    at,
    email,
    event,
    forty_recipients,
    history_of_maria,
    judged,
    to,
    why,
)

HOSTILE = {
    "terminal commands": "\x1b[31m\x1b]0;owned\x07\x1b[2J\x9b31m\rInvoice\b\b",
    "markup": "[red]red[/red] [link=https://evil.example]x[/link] [/] [bold",
    "emoji codes": ":warning: :pile_of_poo:",
    "direction marks": "\u202egpj.exe\u2066 \u200fabc\u200b\ufeff",
    "many lines": "a\nb\r\nc\u2028d\u2029e\x0bf\x0cg",
    "long": "x" * 10_000,
    "long in words": "quote " * 2_000,
    "wide": "見積書" * 3_000,
    "half a surrogate": "a\ud800b",
    "piled accents": "z" + "\u0301" * 500,
    "zero": "a\x00b",
    "braces": "{told.reason} %s {0} \\",
}


def shown(what: Answer, *, width: int = 80, colour: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    terminal.show(what, console, zone=ZONE)
    return out.getvalue()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_the_answer_comes_first_then_why_then_the_history_then_the_next_step() -> None:
    """A reader meets the answer, the reasons, the machines, what happened in order, and what to do, in that order."""
    text = shown(answer(SITUATIONS["person clicked"]))
    assert text.startswith("● Seen. Maria Lopez opened the quote for job 1042")
    order = ["Seen.", "Why ", "Machines ", "History ", "Next "]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "Mon 23 Nov 10:03  Portal link clicked · a person" in text
    assert "Mon 23 Nov 08:01  Pictures loaded by Apple's privacy service" in text


def test_what_could_not_be_looked_at_stands_right_below_the_headline() -> None:
    """That Postmark didn't answer is said before any reason."""
    text = shown(answer(SITUATIONS["person clicked"], notes=(Reason(Note.UNREACHABLE, at("09:40")),)), width=120)
    first, second = text.splitlines()[:2]
    assert first.startswith("● Seen.")
    assert second.startswith("! Postmark isn't answering now, so this is as I knew it today at 09:40")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_fits_the_window(situation: str, width: int) -> None:
    """No line is wider than the window, and no sentence is lost to it."""
    text = shown(answer(SITUATIONS[situation]), width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert SITUATIONS[situation].next_step.text.split()[-1] in text


@pytest.mark.parametrize("situation", SITUATIONS)
def test_colour_only_repeats_what_the_words_say(situation: str) -> None:
    """Without colour the words are the same."""
    plain, coloured = (shown(answer(SITUATIONS[situation]), colour=colour) for colour in (False, True))
    assert "\x1b[" not in plain
    assert "\x1b[" in coloured
    assert _without_own_colours(coloured) == plain


def test_a_list_has_one_line_for_each_email() -> None:
    """Older emails take one line each, and what is left out is counted."""
    text = shown(history_of_maria(), width=100)
    assert text.count("Invoice INV-22") == 3
    assert "7 more match; ask for more with --limit." in text


def test_forty_recipients_are_summed_up_and_listed() -> None:
    """An email to forty people is answered with a sum and forty lines, each by name."""
    text = shown(forty_recipients(), width=100)
    assert text.startswith("The quote for job 1042 went to 40 people today at 08:00: seen by 12")
    assert sum(f"to Guest {number} –" in text for number in range(40)) == 40


def test_nothing_found() -> None:
    """Nothing found is said in a sentence with a suggestion and an example."""
    text = squeezed(shown(answer(question=asked((SubjectKind.EMAIL, "tom@gmial.com")), notes=(Reason(Note.TOO_NEW),))))
    assert text.startswith("I couldn't find an email to tom@gmial.com")
    assert "Did you mean tom@gmail.com?" in text
    assert text.index("seen ask 1042") < text.index("! Was it sent in the last few minutes?")


def test_several_people_of_that_name() -> None:
    """A name that fits several people lists them and shows how to ask for one."""
    people = ("Maria Lopez <maria@example.com>", "Maria Voss <maria@oakleaf.example>")
    text = shown(answer(question=asked((SubjectKind.NAME, "maria")), candidates=people))
    assert "Which one do you mean?" in text
    assert all(person in text for person in people)
    assert "seen ask maria@example.com" in text


def test_a_question_that_was_not_understood() -> None:
    """A question that isn't understood gets an example that works."""
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        terminal.show_not_understood(NotUnderstood("?", "I found no address [red]or number.", "job 1042"), console)
    assert captured.get() == 'I found no address [red]or number.\nThis works: seen ask "job 1042"\n'


def hostile_answer(text: str) -> Answer:
    """An answer in which everything that comes from outside is hostile."""
    bad = {"detail": f"smtp;550 {text}", "note": text, "vendor": text, "client": text, "network": text, "link": text}
    noise = (
        event(EventKind.BOUNCE, at("08:01"), detail=text, bounce_type=text),
        event(EventKind.OPEN, at("08:02"), client=text, user_agent=text),
        event(EventKind.CLICK, at("08:03"), link=text),
        event(EventKind.HANDLED, at("08:04"), note=text),
        event(EventKind.SUPPRESSION, at("08:05"), reason=text),
    )
    entries = [
        judged(
            finding,
            message=email(message_id=f"{finding}{text[:20]}", subject=text, tag=text, references=(text[:80],)),
            recipient=to(f"{text[:100]}@example.com", text),
            events=noise,
            reasons=tuple(why(code, at("09:00"), 1, **bad) for code in ("person_click", "failed", "handled")),  # type: ignore[arg-type]
            automatic=(why("scanner_click", at("08:00"), **bad),),  # type: ignore[arg-type]
            unclear=(why(text[:50], at("08:00"), **bad),),  # type: ignore[arg-type]
        )
        for finding in Finding
    ]
    notes = (Reason(Note.SERVER_FAILED, None, 0, {"server": text, "cause": text}), Reason(text[:60]))
    return answer(*entries, question=asked((SubjectKind.REFERENCE, text)), notes=notes)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("colour", [False, True], ids=["plain", "coloured"])
def test_hostile_text_is_shown_and_not_obeyed(kind: str, *, colour: bool) -> None:
    """Nothing that a customer or a mail server wrote can command the terminal, colour it, or flood it."""
    for part in (hostile_answer(HOSTILE[kind]), answer(hostile_answer(HOSTILE[kind]).entries[0])):
        text = shown(part, colour=colour)
        harmless = text if not colour else _without_own_colours(text)
        for character in harmless:
            category = unicodedata.category(character)
            assert character == "\n" or category[0] != "C", f"U+{ord(character):04X}"
            assert category not in {"Zl", "Zp"}
        assert max(cell_len(line) for line in harmless.splitlines()) <= 80
        assert len(harmless) < 40_000
    if kind == "markup":
        assert "[red]red[/red]" in harmless
    if kind == "emoji codes":
        assert ":warning:" in harmless


def _without_own_colours(text: str) -> str:
    """The text without the colours of rich itself: short sequences that end in ``m``."""
    return "".join(part.partition("m")[2] if index else part for index, part in enumerate(text.split("\x1b[")))


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_any_text_at_all_is_shown_harmlessly(text: str) -> None:
    """Whatever a name or subject holds, the terminal gets visible characters only."""
    for character in shown(hostile_answer(text or "x")):
        assert character in "\n\u200d" or unicodedata.category(character)[0] != "C"


def test_a_long_history_is_cut_in_its_middle() -> None:
    """Of a hundred events the first and the last are shown, and how many lie between them."""
    links = ("https://alder.example/q", "https://portal.alder.example/q")
    events = tuple(event(EventKind.CLICK, at(f"09:{n // 2:02}:{n % 2}0"), link=links[n % 2]) for n in range(100))
    rows = timeline.rows(judged(Finding.SEEN, events=events), ZoneClock(NOW, ZONE))
    assert len(rows) == timeline.MOST_ROWS
    assert [row.what for row in rows if not row.when] == ["… 77 more …"]
    assert (rows[0].what, rows[-1].what) == ("Sent: “Your quote for job 1042”", "Portal link clicked")


def test_the_same_thing_over_and_over_is_one_line() -> None:
    """Twenty deferrals in a row are one line that says twenty."""
    deferrals = tuple(event(EventKind.DEFERRAL, at(f"08:{n:02}"), detail="busy") for n in range(20))
    rows = timeline.rows(judged(Finding.IN_TRANSIT, events=deferrals), ZoneClock(NOW, ZONE))
    assert [(row.what, row.times) for row in rows[1:]] == [("Put off by the other mail server: “busy”", 20)]


def test_an_event_of_nobody_in_particular_says_so() -> None:
    """An event that names no recipient is shown as one whose person isn't recorded."""
    visit = event(EventKind.PORTAL_VISIT, at("09:10"), reference="1042")
    entry = judged(Finding.NO_SIGN, shared_events=(visit,))
    last = timeline.rows(entry, ZoneClock(NOW, ZONE))[-1]
    assert last.what == "Customer portal visited (which of the recipients isn't recorded)"


def test_tests_and_unknown_records_are_no_history() -> None:
    """Postmark's test bodies and records of unknown types don't appear in a history."""
    entry = judged(Finding.NO_SIGN, events=(event(EventKind.TEST, at("09:00")), event(EventKind.UNKNOWN, at("09:01"))))
    assert [row.what for row in timeline.rows(entry, ZoneClock(NOW, ZONE))] == ["Sent: “Your quote for job 1042”"]


def test_explain_shows_every_trail_in_full() -> None:
    """All trails of a file are shown, one after the other."""
    console = Console(file=io.StringIO(), width=100)
    with console.capture() as captured:
        terminal.show_trails(list(history_of_maria().entries), console, clock=ZoneClock(NOW, ZONE))
    assert captured.get().count("● ") == 4
    with console.capture() as captured:
        terminal.show_trails([], console, clock=ZoneClock(NOW, ZONE))
    assert captured.get().strip() == "There is no email in it."


def test_a_trail_without_anything_recorded() -> None:
    """An email of which nothing is known still has an answer."""
    entry = SITUATIONS["queued"]
    bare = replace(entry, trail=replace(entry.trail, message=email(sent_at=None), events=()))
    assert "Nothing is recorded yet." in shown(answer(bare))
