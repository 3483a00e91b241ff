"""What other products make of the same history: three rules, each a certainty."""

from __future__ import annotations

from calibration.play import Letter, Visit

_BOTS = (
    "bot",
    "crawl",
    "spider",
    "scan",
    "preview",
    "python",
    "curl",
    "wget",
    "java",
    "go-http",
    "httpclient",
    "node-fetch",
    "okhttp",
    "dalvik",
    "headless",
    "proxy",
    "ahc/",
    "slack",
    "whatsapp",
    "barracuda",
    "facebookexternal",
)
"""Words by which generic lists of bots, written for web sites, know them: picture services of mailboxes among them."""


def opened_or_clicked(letter: Letter, now: float) -> bool:
    """What most dashboards show: any open, any click."""
    return any(visit.at <= now for visit in letter.visits)


def without_apple(letter: Letter, now: float) -> bool:
    """The same, without what calls itself what Apple's privacy service does."""
    return any(visit.mark.agent != "Mozilla/5.0" for visit in _told(letter, now))


def without_bots(letter: Letter, now: float) -> bool:
    """The same, without what a generic list of bots knows."""
    return any(not _is_bot(visit.mark.agent) for visit in _told(letter, now))


def _told(letter: Letter, now: float) -> list[Visit]:
    return [visit for visit in letter.visits if visit.at <= now]


def _is_bot(agent: str) -> bool:
    text = agent.lower()
    return text == "mozilla/5.0" or any(word in text for word in _BOTS)


RULES = {
    "opened or clicked": opened_or_clicked,
    "without Apple": without_apple,
    "without bots": without_bots,
}
