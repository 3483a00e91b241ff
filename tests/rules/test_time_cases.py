"""The table of time: when an email that went out at some moment has stayed without a sign for too long.

Each case was worked out by hand, from a calendar. The same table stands in docs/alerts.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.rules.form import RuleField, filled_in
from bot.rules.timing import due_at, office_of
from store.alert_records import Rule
from tests.rules.making import defaults, rule

DOCS = Path(__file__).parent.parent.parent / "docs" / "alerts.md"
SETTINGS = defaults("Mon-Fri 08:00-18:00", None, ZoneInfo("Europe/Berlin"))
"""What the settings say. Everything else is said by the rule of a case."""


@dataclass(frozen=True)
class Case:
    """An email, a rule, and when the rule's time is over."""

    because: str
    sent: str
    after: str
    due: str
    zone: str = ""
    hours: str = ""
    holidays: str = ""

    @property
    def rule(self) -> Rule:
        typed = {
            RuleField.AFTER: self.after,
            RuleField.TIMEZONE: self.zone,
            RuleField.HOURS: self.hours,
            RuleField.HOLIDAYS: self.holidays,
        }
        return filled_in(rule(), typed, SETTINGS)

    @property
    def line(self) -> str:
        says = ", ".join(part for part in (self.zone, self.hours, self.holidays) if part) or "–"
        return f"| {self.because} | {says} | {self.sent} | {self.after} | {self.due} |"


ROUND_THE_CLOCK = "Mon-Sun 00:00-24:00"
BERLIN, CHICAGO, LONDON = "Europe/Berlin", "America/Chicago", "Europe/London"

CASES = [
    # Within a week.
    Case("on the same day", "Mon 23 Nov 2026 10:00 CET", "4h", "Mon 23 Nov 2026 14:00 CET"),
    Case("minutes", "Mon 23 Nov 2026 10:00 CET", "90m", "Mon 23 Nov 2026 11:30 CET"),
    Case("over a night", "Mon 23 Nov 2026 15:00 CET", "5h", "Tue 24 Nov 2026 10:00 CET"),
    Case("at closing time nobody is there any more", "Mon 23 Nov 2026 10:00 CET", "8h", "Tue 24 Nov 2026 08:00 CET"),
    Case("sent in the evening", "Mon 23 Nov 2026 21:30 CET", "2h", "Tue 24 Nov 2026 10:00 CET"),
    Case("two business days", "Mon 23 Nov 2026 10:00 CET", "2 business days", "Wed 25 Nov 2026 10:00 CET"),
    Case("over a weekend", "Fri 20 Nov 2026 17:00 CET", "24h", "Wed 25 Nov 2026 11:00 CET"),
    Case("sent on a Sunday night", "Sun 22 Nov 2026 03:00 CET", "1h", "Mon 23 Nov 2026 09:00 CET"),
    Case(
        "a lunch break and a short Friday",
        "Thu 26 Nov 2026 11:00 CET",
        "10h",
        "Fri 27 Nov 2026 13:00 CET",
        hours="Mon-Thu 08:00-12:00,13:00-17:00; Fri 08:00-14:00",
    ),
    Case(
        "sent in the lunch break",
        "Mon 23 Nov 2026 12:30 CET",
        "30m",
        "Mon 23 Nov 2026 13:30 CET",
        hours="Mon-Fri 08:00-12:00,13:00-17:00",
    ),
    Case(
        "open on Saturdays",
        "Fri 20 Nov 2026 17:00 CET",
        "3h",
        "Sat 21 Nov 2026 11:00 CET",
        hours="Mon-Fri 08:00-18:00; Sat 09:00-12:00",
    ),
    # Holidays, and what they do to a weekend.
    Case("a long weekend: Easter", "Thu 2 Apr 2026 17:00 CEST", "24h", "Thu 9 Apr 2026 11:00 CEST", holidays="DE"),
    Case("… in England", "Thu 2 Apr 2026 17:00 BST", "24h", "Thu 9 Apr 2026 11:00 BST", LONDON, holidays="GB-ENG"),
    Case(
        "… in Scotland, where Easter Monday is worked",
        "Thu 2 Apr 2026 17:00 BST",
        "24h",
        "Wed 8 Apr 2026 11:00 BST",
        LONDON,
        holidays="GB-SCT",
    ),
    Case(
        "Thanksgiving, with a Friday that is worked",
        "Wed 25 Nov 2026 16:00 CST",
        "24h",
        "Tue 1 Dec 2026 10:00 CST",
        CHICAGO,
        holidays="US",
    ),
    Case(
        "… in California, where the Friday is not",
        "Wed 25 Nov 2026 16:00 PST",
        "24h",
        "Wed 2 Dec 2026 10:00 PST",
        "America/Los_Angeles",
        holidays="US-CA",
    ),
    Case("Corpus Christi in Bavaria", "Wed 3 Jun 2026 17:00 CEST", "2h", "Fri 5 Jun 2026 09:00 CEST", holidays="DE-BY"),
    Case("… and in Berlin", "Wed 3 Jun 2026 17:00 CEST", "2h", "Thu 4 Jun 2026 09:00 CEST", holidays="DE-BE"),
    Case(
        "Independence Day on a Saturday is kept on Friday",
        "Thu 2 Jul 2026 17:00 CDT",
        "2h",
        "Mon 6 Jul 2026 09:00 CDT",
        CHICAGO,
        holidays="US",
    ),
    Case("Christmas", "Thu 24 Dec 2026 16:00 CET", "24h", "Wed 30 Dec 2026 10:00 CET", holidays="DE"),
    Case(
        "… where no holidays are kept", "Thu 24 Dec 2026 16:00 CET", "4h", "Fri 25 Dec 2026 10:00 CET", holidays="none"
    ),
    Case("New Year", "Thu 31 Dec 2026 17:00 CET", "2h", "Mon 4 Jan 2027 09:00 CET", holidays="DE"),
    # The clocks change.
    Case("forward, over a weekend", "Fri 27 Mar 2026 17:00 CET", "2h", "Mon 30 Mar 2026 09:00 CEST"),
    Case("back, over a weekend", "Fri 23 Oct 2026 17:00 CEST", "2h", "Mon 26 Oct 2026 09:00 CET"),
    Case(
        "forward, never closed", "Sat 28 Mar 2026 20:00 CET", "24h", "Sun 29 Mar 2026 21:00 CEST", hours=ROUND_THE_CLOCK
    ),
    Case("back, never closed", "Sat 24 Oct 2026 20:00 CEST", "24h", "Sun 25 Oct 2026 19:00 CET", hours=ROUND_THE_CLOCK),
    Case(
        "forward, at night",
        "Sat 28 Mar 2026 05:00 CET",
        "3h",
        "Sun 29 Mar 2026 03:00 CEST",
        hours="Mon-Sun 00:00-06:00",
    ),
    Case(
        "back, at night", "Sat 24 Oct 2026 05:00 CEST", "5h", "Sun 25 Oct 2026 03:00 CET", hours="Mon-Sun 00:00-06:00"
    ),
    Case(
        "in the hour that comes twice, the first time",
        "Sun 25 Oct 2026 02:30 CEST",
        "1h",
        "Sun 25 Oct 2026 02:30 CET",
        hours=ROUND_THE_CLOCK,
    ),
    Case(
        "… and the second time",
        "Sun 25 Oct 2026 02:30 CET",
        "1h",
        "Sun 25 Oct 2026 03:30 CET",
        hours=ROUND_THE_CLOCK,
    ),
    Case(
        "opening at a minute that is skipped",
        "Sat 28 Mar 2026 12:00 CET",
        "1h",
        "Sun 29 Mar 2026 04:00 CEST",
        hours="Sun 02:30-05:00",
    ),
    Case(
        "closing at a minute that is skipped",
        "Sat 28 Mar 2026 12:00 CET",
        "2h",
        "Sun 5 Apr 2026 02:00 CEST",
        hours="Sun 01:00-02:30",
    ),
    Case(
        "America changes on other days",
        "Sat 31 Oct 2026 12:00 CDT",
        "24h",
        "Sun 1 Nov 2026 11:00 CST",
        CHICAGO,
        ROUND_THE_CLOCK,
    ),
    Case(
        "by half an hour, on Lord Howe Island",
        "Sat 3 Oct 2026 20:00 +1030",
        "24h",
        "Sun 4 Oct 2026 20:30 +11",
        "Australia/Lord_Howe",
        ROUND_THE_CLOCK,
    ),
    # A rule in another zone than the office's.
    Case(
        "10:00 in Berlin is before dawn in Chicago",
        "Mon 23 Nov 2026 03:00 CST",
        "4h",
        "Mon 23 Nov 2026 12:00 CST",
        CHICAGO,
    ),
    Case(
        "Friday noon in Berlin is Saturday in Auckland",
        "Sat 21 Nov 2026 00:00 NZDT",
        "1h",
        "Mon 23 Nov 2026 09:00 NZDT",
        "Pacific/Auckland",
    ),
    Case(
        "a weekend on other days",
        "Thu 19 Nov 2026 16:00 +04",
        "2h",
        "Sun 22 Nov 2026 09:00 +04",
        "Asia/Dubai",
        "Sun-Thu 08:00-17:00",
    ),
    Case(
        "a zone off by half an hour",
        "Mon 23 Nov 2026 18:00 IST",
        "1h",
        "Tue 24 Nov 2026 10:00 IST",
        "Asia/Kolkata",
        "Mon-Fri 09:30-18:30",
    ),
    # The leap day.
    Case("onto a leap day", "Mon 28 Feb 2028 17:00 CET", "2h", "Tue 29 Feb 2028 09:00 CET"),
    Case("across a leap day", "Mon 28 Feb 2028 10:00 CET", "24h", "Wed 1 Mar 2028 14:00 CET"),
    Case("where there is none", "Fri 26 Feb 2027 17:00 CET", "2h", "Mon 1 Mar 2027 09:00 CET"),
]


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A moment as the table writes it; that its weekday and its zone are right is seen by writing it back."""
    words, _, zone_name = text.rpartition(" ")
    wall = datetime.strptime(words, "%a %d %b %Y %H:%M").replace(tzinfo=zone)
    found = next(one for one in (wall, wall.replace(fold=1)) if one.tzname() == zone_name)
    assert say(found, zone) == text
    return found.astimezone(UTC)


def say(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M} {local.tzname()}"


@pytest.mark.parametrize("case", CASES, ids=[case.line for case in CASES])
def test_when_time_is_over(case: Case) -> None:
    """An email's time is over when a person with a calendar would say so."""
    zone = office_of(case.rule, SETTINGS).timezone
    assert say(due_at(case.rule, moment(case.sent, zone), SETTINGS), zone) == case.due


@pytest.mark.parametrize("case", CASES, ids=[case.line for case in CASES])
def test_it_is_over_when_somebody_is_in_and_that_much_time_has_passed(case: Case) -> None:
    """What is due is due in business hours, and exactly so much business time lies between."""
    office = office_of(case.rule, SETTINGS)
    sent, due = moment(case.sent, office.timezone), moment(case.due, office.timezone)
    assert office.is_open(due)
    assert office.between(sent, due) == case.rule.after


def test_the_page_shows_the_same_table() -> None:
    """docs/alerts.md holds exactly these cases, in this order."""
    table = re.findall(
        r"^\| .* \|$", DOCS.read_text(encoding="utf-8").partition("## Time, case by case")[2], re.MULTILINE
    )
    assert table[1:] == [case.line for case in CASES]


def test_what_no_longer_exists_is_as_the_settings_say() -> None:
    """A zone, hours or a region that can't be understood any more leave a rule to the settings, and stop nothing."""
    broken = rule(timezone="Europe/Atlantis", hours="whenever", holidays="DE-XX")
    assert office_of(broken, SETTINGS) == SETTINGS.office
