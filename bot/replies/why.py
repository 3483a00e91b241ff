"""The sum behind a verdict, laid out so that it can be checked by hand, for every surface in the same words.

``account`` gives the signs, and the lines of the sum with how each comes about.
``bot.evidence.arithmetic`` is what is told here; nothing is decided here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bot.clock import span
from bot.evidence import Weighing, weights
from bot.evidence.arithmetic import Line
from bot.evidence.signals import Clock as Since
from bot.evidence.silence import chance_of_trace
from bot.naming import plain
from bot.replies.because import in_words
from bot.replies.signs import called
from store.records import Actor, Signal, Trackable

WHO = {Actor.PERSON: "a person", Actor.AUTOMATIC: "a machine", Actor.UNKNOWN: "unclear"}
LINES = {
    "prior": "Before any sign",
    "in_time": "Time was enough",
    "decisive": "A decisive sign",
    "clicks": "Clicks by a person",
    "opens": "Opens by a person",
    "unclear": "Unclear signs",
    "silence": "Nothing showed",
    "automatic": "What machines hint at",
    "cap": "Never surer than that",
}
MOST = {
    "clicks": weights.CLICKS_MOST,
    "opens": weights.OPENS_MOST,
    "unclear": weights.UNCLEAR_MOST,
    "automatic": weights.AUTOMATIC_MOST,
}
"""What a line is worth at most, however many signs there are."""


@dataclass(frozen=True, slots=True)
class Sign:
    """An event as it was read."""

    signal: Signal
    after: float | None
    """Seconds since the delivery (or, unknown, the sending); ``None``: neither is known."""
    called: str
    """What it was taken for, with whose program or network it was."""
    who: str
    because: tuple[str, ...]
    """The marks that decided, in words, strongest first."""
    line: str | None
    """The line of the sum it stands in; ``None``: in none, as it says nothing."""


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the sum."""

    name: str
    called: str
    how: str
    """How its value comes about."""
    value: float
    so_far: float
    """The probability after it."""


@dataclass(frozen=True, slots=True)
class Prior:
    """What the prior is made of: ``by_now`` = ``ever`` · ``share`` · ``arrived``."""

    ever: float
    """p: the chance that such an email is ever looked at."""
    median: float
    """Seconds within which half of those who look have looked."""
    sigma: float
    after: float | None
    """Seconds since the delivery; ``None``: not known, and not held against it."""
    share: float
    """F: of those who look, the share that has looked by now."""
    arrived: float
    """The chance that it has arrived, as far as delivery tells."""
    by_now: float


@dataclass(frozen=True, slots=True)
class Trace:
    """What the chance that a look would have shown is made of.

    ``chance`` = 1 − (1 − ``watched``·(1 − (1 − ``opens``)·(1 − ``clicks``)))·(1 − ``heard``)
    """

    opens: float
    clicks: float
    watched: float
    """Of the looks that may have happened, the share that would have been told."""
    heard: float
    """The chance that the office itself would have heard: by a reply, a payment, a visit."""
    chance: float
    """q."""


@dataclass(frozen=True, slots=True)
class Account:
    """A verdict's sum in full."""

    signs: tuple[Sign, ...]
    prior: Prior
    trace: Trace
    steps: tuple[Step, ...]
    total: float
    probability: float


def account(weighing: Weighing) -> Account:
    """What a verdict was made of."""
    prior, trace = _prior(weighing), _trace(weighing)
    return Account(
        signs=tuple(_signs(weighing)),
        prior=prior,
        trace=trace,
        steps=tuple(_steps(weighing, prior, trace)),
        total=weighing.sum.total,
        probability=weighing.sum.probability,
    )


def _signs(weighing: Weighing) -> Iterator[Sign]:
    since = Since.of(weighing.trail)
    lines = {signal.event.key: line.name for line in weighing.sum.lines for signal in line.signals}
    for signal in sorted(weighing.signals, key=lambda signal: (signal.event.at, signal.event.key)):
        yield Sign(
            signal=signal,
            after=since.after(signal.event.at),
            called=_called(signal),
            who=WHO[signal.actor],
            because=tuple(in_words(mark) for mark in signal.because),
            line=lines.get(signal.event.key),
        )


def _called(signal: Signal) -> str:
    words, vendor = called(str(signal.code)), plain(signal.vendor or "", 40)
    return f"{words} ({vendor})" if vendor and vendor not in words else words


def _prior(weighing: Weighing) -> Prior:
    after = Since.of(weighing.trail).after(weighing.now)
    delay, prior = weighing.habits.delay, weighing.prior
    share = 1.0 if after is None else delay.share(after)
    looked = prior.ever * share
    return Prior(
        ever=prior.ever,
        median=delay.median,
        sigma=delay.sigma,
        after=after,
        share=share,
        arrived=prior.by_now / looked if looked else 1.0,
        by_now=prior.by_now,
    )


def _trace(weighing: Weighing) -> Trace:
    """Each channel's part is what remains of the whole with the other one closed."""

    def through(channels: Trackable) -> float:
        return chance_of_trace(channels, weighing.habits, weighing.signals, 1.0)

    opens = through(replace(weighing.trackable, clicks=False))
    clicks = through(replace(weighing.trackable, opens=False))
    missed = 1 - weighing.watched * (1 - (1 - opens) * (1 - clicks))
    heard = 1 - (1 - weighing.chance_of_trace) / missed if missed else 0.0
    return Trace(opens, clicks, weighing.watched, max(heard, 0.0), weighing.chance_of_trace)


# ── The lines ────────────────────────────────────────────────────────────────────────────────────────────────────


def _steps(weighing: Weighing, prior: Prior, trace: Trace) -> Iterator[Step]:
    so_far = 0.0
    for line in weighing.sum.lines:
        so_far += line.value
        how = _how(line, weighing, prior, trace)
        yield Step(line.name, LINES.get(line.name, line.name), how, line.value, probability(so_far))


def _how(line: Line, weighing: Weighing, prior: Prior, trace: Trace) -> str:
    ways: dict[str, Callable[[], str]] = {
        "prior": lambda: _how_prior(prior),
        "in_time": lambda: f"A person acted: ln(p / (1 − p)) with p = {prior.ever:.3f} takes the prior's place",
        "decisive": lambda: "The strongest of them",
        "clicks": lambda: _how_repeated(line),
        "opens": lambda: _how_repeated(line),
        "unclear": lambda: _how_capped(line),
        "automatic": lambda: _how_capped(line),
        "silence": lambda: _how_silence(weighing, trace),
        "cap": lambda: f"All signs together count {weights.ALL_MOST:g} at most",
    }
    way = ways.get(line.name)
    return way() if way else ""


def _how_prior(prior: Prior) -> str:
    arrived = f" · {prior.arrived:.3f} arrived" if prior.arrived < 1 else ""
    made = f"p · F = {prior.ever:.3f} · {prior.share:.3f}{arrived} = {prior.by_now:.3f}"
    return f"{made}; ln({prior.by_now:.3f} / {1 - prior.by_now:.3f})"


def _how_repeated(line: Line) -> str:
    best = max(signal.weight for signal in line.signals)
    more = line.value - best
    again = f", {signed(more)} for more at other times, by other programs or for long" if round(more, 2) > 0 else ""
    return f"The strongest, {signed(best)}{again}; {MOST[line.name]:g} at most"


def _how_capped(line: Line) -> str:
    parts = [signed(signal.weight) for signal in line.signals if round(signal.weight, 2)]
    limit = f"{MOST[line.name]:g} at most"
    if line.name == "automatic":
        limit += ", and no more than silence took"
    return f"{' '.join(parts)}; {limit}"


def _how_silence(weighing: Weighing, trace: Trace) -> str:
    unclear = weighing.sum.value("unclear")
    weakened = f" · e^−{unclear:.2f}" if unclear and weighing.sum.value("silence") else ""
    return f"ln(1 − q{weakened}) with q = {trace.chance:.3f}"


# ── Numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def probability(log_odds: float) -> float:
    """The probability that log-odds stand for."""
    if log_odds < -700:
        return 0.0
    return 1 / (1 + math.exp(-log_odds))


def signed(value: float) -> str:
    """A log-odds value: ``+4.00``, ``−0.93``, ``0``."""
    if math.isinf(value):
        return "−∞"
    return f"{value:+.2f}".replace("-", "−") if round(value, 2) else "0"


def times(log_odds: float) -> str:
    """The same as a likelihood ratio: ``× 55``, ``× 0.39``."""
    ratio = math.exp(log_odds)
    return f"× {ratio:.0f}" if ratio >= 10 else f"× {ratio:.2g}"


def percent(chance: float) -> str:
    """A chance in per cent, never 0 or 100: nothing here is that sure."""
    whole = round(chance * 100)
    if whole >= 100:
        return "over 99"
    return str(whole) if whole >= 1 else "under 1"


def explained(told: Account) -> Iterator[str]:
    """The prior and the silence in sentences."""
    ever, by_now = percent(told.prior.ever), percent(told.prior.by_now)
    yield f"Before any sign: of 100 such emails {ever} are ever looked at, and {by_now} by now."
    yield f"Of 100 looks at this email, {percent(told.trace.chance)} would have shown."


def expectations(told: Account) -> Iterator[str]:
    """The same with every number that goes into it, for who checks the sum."""
    prior, trace = told.prior, told.trace
    age = "no time is known, and none held against it" if prior.after is None else f"{span(prior.after)} after delivery"
    yield (
        f"p = {prior.ever:.3f} is the chance that such an email is ever looked at; F = {prior.share:.3f} the share of "
        f"looks that has come by now ({age}; half come within {span(prior.median)}, σ(ln) {prior.sigma:.2f})."
    )
    heard = f", and the office would have heard of {trace.heard:.3f}" if round(trace.heard, 3) else ""
    yield (
        f"q = {trace.chance:.3f} is the chance that a look would have shown: as an open {trace.opens:.3f}, "
        f"as a click {trace.clicks:.3f}; {trace.watched:.3f} of the looks would have been told{heard}."
    )
