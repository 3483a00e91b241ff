"""How long people and scanners wait, and what a moment after delivery says about which of them it was.

Times since delivery are weak evidence on their own: of 836 scanner bursts in one newsletter's logs only 0.5 % began
within ten seconds, while business mail is exactly what people open within seconds. So a moment is worth a likelihood
ratio and never a verdict: how much likelier a scanner acts in that stretch of time than a person does.

Sources. People: a log-normal with median 4.7 h and sigma(ln) 2.17 fits the published shares of eventual opens of
marketing mail after 1 h, 6 h, 24 h and 7 d (GetResponse, MailerMailer, Experian and others); for business mail, a
median of 45 minutes with the same spread is assumed, as replies between people have a median of 47 minutes (Kooti et
al., WWW 2015). Scanners: craft-campaign issue 546, 836 bursts of five and more clicks, one list.
"""

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

SECOND = 1.0
MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0

SIGMA = 2.17
"""Spread of ln(time until seen), fitted to the published shares."""

SKEW = 5.0
"""Seconds by which two clocks may differ: an event so little before its delivery came after it."""

_WINDOWS = (0.0, 10.0, 20.0, 60.0, 5 * MINUTE, 30 * MINUTE, math.inf)

_SCANNER_CLICKS = (0.0, 0.005, 0.027, 0.69, 0.974, 0.993, 1.0)
"""Share of scanners whose first click has come by the end of each window."""

_SCANNER_OPENS = (0.0, 0.61, 0.84, 0.93, 0.98, 0.995, 1.0)
"""The same for the picture: 61 % and 84 % are published; the rest is drawn out in the manner of the clicks."""


@dataclass(frozen=True, slots=True)
class Delay:
    """How soon after delivery an email that is looked at at all is first looked at: a log-normal."""

    median: float
    """In seconds."""
    sigma: float = SIGMA

    def share(self, after: float) -> float:
        """The share of those who ever look that has looked by then, 0 to 1. ``after`` is in seconds."""
        if after <= 0:
            return 0.0
        return 0.5 * (1 + math.erf(math.log(after / self.median) / (self.sigma * math.sqrt(2))))


MARKETING = Delay(4.7 * HOUR)
FAST_BUSINESS = Delay(45 * MINUTE)
BUSINESS = Delay(1.9 * HOUR)
"""Where nothing is known of the firm: half-way, in proportion, between the two."""

AHEAD = Delay(20 * MINUTE, 1.8)
"""How soon Apple's privacy service loads a picture by itself: it waits for power and a network. Ours."""

ACTED = Delay(DAY, 1.5)
"""Until there are replies and payments to learn from. Ours."""


def density(delay: Delay, after: float) -> float:
    """The density of a delay in ln(time), at so many seconds."""
    z = math.log(max(after, 1.0) / delay.median) / delay.sigma
    return math.exp(-z * z / 2) / (delay.sigma * math.sqrt(2 * math.pi))


def click_odds(after: float, delay: Delay = BUSINESS) -> float:
    """How many people's clicks come so soon, for each scanner's, of as many each; seconds after delivery.

    No moment is believed more than a later one.
    """
    return _click_odds(delay)[bisect_right(_WINDOWS, max(after, 0.0)) - 1]


@lru_cache(maxsize=4096)
def _click_odds(delay: Delay) -> tuple[float, ...]:
    people = [delay.share(edge) if edge < math.inf else 1.0 for edge in _WINDOWS]
    shares = zip(pairwise(_SCANNER_CLICKS), pairwise(people), strict=True)
    odds = [(looked - earlier) / (scanned - before) for (before, scanned), (earlier, looked) in shares]
    return tuple(min(odds[at:]) for at in range(len(odds)))


def open_doubt(after: float, delay: Delay = BUSINESS) -> float:
    """The same for a picture loaded by what calls itself a browser."""
    return _doubt(_SCANNER_OPENS, after, delay)


def person_for_machine(after: float | None, *, click: bool, delay: Delay = BUSINESS) -> float:
    """ln(person : scanner) for a visit so many seconds after delivery, in either direction; 0 when that is unknown."""
    if after is None:
        return 0.0
    scanners = _SCANNER_CLICKS if click else _SCANNER_OPENS
    at = bisect_right(_WINDOWS, max(after, 0.0)) - 1
    begin, end = _WINDOWS[at], _WINDOWS[at + 1]
    people = (delay.share(end) if end < math.inf else 1.0) - delay.share(begin)
    return math.log(max(people, 1e-9) / (scanners[at + 1] - scanners[at]))


def _doubt(scanners: tuple[float, ...], after: float, delay: Delay) -> float:
    return _doubts(scanners, delay)[bisect_right(_WINDOWS, max(after, 0.0)) - 1]


@lru_cache(maxsize=4096)
def _doubts(scanners: tuple[float, ...], delay: Delay) -> tuple[float, ...]:
    """The doubt of every window, bounded to 0 … 3: single-link scans may behave differently, and sources are few.

    No window is doubted less than a later one: that few scanners come within the first seconds does not make those the
    seconds in which people do.
    """
    people = [delay.share(edge) if edge < math.inf else 1.0 for edge in _WINDOWS]
    shares = zip(pairwise(scanners), pairwise(people), strict=True)
    ratios = [(scanned - before) / max(looked - earlier, 1e-9) for (before, scanned), (earlier, looked) in shares]
    doubts = [min(max(math.log(max(ratio, 1e-9)), 0.0), 3.0) for ratio in ratios]
    return tuple(max(doubts[at:]) for at in range(len(doubts)))
