"""A rule in the words of an office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock, count
from bot.office import BusinessHours, Holidays, Office
from bot.rules.matching import ANY_VALUE, has_conditions
from bot.rules.timing import Defaults, after_of, channel_of, office_of
from store.addresses import display_domain
from store.alert_records import Amount, CantTell, Match, Rule

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CANT_TELL = {
    CantTell.DIGEST: "one line in the next digest says so.",
    CantTell.ALERT: "the alert comes all the same, and says so.",
    CantTell.NOTHING: "nothing is said.",
}


@dataclass(frozen=True, slots=True)
class Names:
    """How channels and people are named where the words are shown."""

    channel: Callable[[str], str] = "#{}".format
    person: Callable[[str], str] = "@{}".format

    def either(self, slack_id: str) -> str:
        """A channel or a person, by the letter that its id begins with."""
        return (self.channel if slack_id[:1] in {"C", "G"} else self.person)(slack_id)


PLAIN = Names()


def headline(rule: Rule) -> str:
    """Which emails are important, in one sentence that begins small: ``emails tagged “quote” or “invoice”``."""
    if not has_conditions(rule):
        return "every email to a customer"
    phrases = list(_conditions(rule))
    if rule.match is Match.ANY and len(phrases) > 1:
        return f"emails {', or '.join(phrases)}"
    return f"emails {', '.join(phrases)}"


def short(rule: Rule, defaults: Defaults, names: Names = PLAIN) -> str:
    """A rule in one line: what, how long, where."""
    wait = waiting(after_of(rule, defaults), office_of(rule, defaults))
    where = channel_of(rule, defaults)
    mention = f", mentions {_whom(rule, names)}" if rule.mention or rule.mention_field else ""
    place = f"in {names.channel(where)}" if where else "nowhere yet: no channel is set"
    return f"{_capital(headline(rule))}: after {wait} without a sign, {place}{mention}."


def sentences(rule: Rule, defaults: Defaults, clock: Clock, names: Names = PLAIN) -> list[str]:
    """Everything a rule says, a sentence each."""
    office = office_of(rule, defaults)
    told = [
        f"{_capital(headline(rule))}.",
        (
            f"Speaks up after {waiting(after_of(rule, defaults), office)} without a reliable sign, and at once when "
            "one does not arrive."
        ),
        f"Business hours are {office_text(office)}.",
    ]
    if rule.below is not None:
        told.append(f"An email counts as unseen while the chance that somebody has looked is below {rule.below:.0%}.")
    told.append(f"Where no sign can come, {_CANT_TELL[rule.cant_tell]}")
    told += _telling(rule, defaults, office, names)
    if rule.since is not None:
        told.append(f"Holds for mail sent since {clock.short(rule.since)}.")
    if rule.paused:
        told.append("Paused: it says nothing until it is resumed.")
    return told


def _telling(rule: Rule, defaults: Defaults, office: Office, names: Names) -> Iterable[str]:
    where = channel_of(rule, defaults)
    if where is None:
        yield "Says nothing yet: no channel is set, neither here nor in ALERT_CHANNEL."
        return
    mention = f" and mentions {_whom(rule, names)}" if rule.mention or rule.mention_field else ""
    yield f"Posts in {names.channel(where)}{mention}."
    if rule.again_after is not None:
        times = "once" if rule.again_at_most == 1 else f"at most {rule.again_at_most} times"
        yield f"Reminds in the thread, {times}, after {waiting(rule.again_after, office)} in which nobody handled it."
    if rule.escalate_to and rule.escalate_after is not None:
        yield (
            f"Tells {names.either(rule.escalate_to)} when nobody has handled it "
            f"{waiting(rule.escalate_after, office)} after the alert."
        )


def _whom(rule: Rule, names: Names) -> str:
    if not rule.mention_field:
        return names.person(rule.mention or "")
    whom = f"whom the email names in “{rule.mention_field}”"
    return f"{whom}, or else {names.person(rule.mention)}" if rule.mention else whom


# ── Conditions ───────────────────────────────────────────────────────────────────────────────────────────────────


def _conditions(rule: Rule) -> Iterable[str]:
    if rule.tags:
        yield f"tagged {_either(rule.tags)}"
    if rule.streams:
        yield f"of the stream {_either(rule.streams)}"
    values: dict[str, list[str]] = defaultdict(list)
    for field, value in rule.metadata:
        values[field].append(value)
    for field, wanted in values.items():
        yield f"with any “{field}”" if ANY_VALUE in wanted else f"with “{field}” set to {_either(wanted)}"
    for amount in rule.amounts:
        yield f"with “{amount.field}” {_limit(amount)}"
    if rule.subject:
        yield f"whose subject fits “{rule.subject}”"
    if rule.domains:
        yield f"to somebody at {_listed([display_domain(domain) for domain in rule.domains])}"


def _limit(amount: Amount) -> str:
    number = f"{amount.limit:,.2f}".removesuffix(".00")
    return f"at least {number}" if amount.or_equal else f"over {number}"


def _either(values: Sequence[str]) -> str:
    return _listed([f"“{value}”" for value in values])


def _listed(values: Sequence[str]) -> str:
    return " or ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def waiting(amount: timedelta, office: Office) -> str:
    """``24 business hours``; whole days of the office also as such: ``2 business days (20 hours)``."""
    hours, minutes = divmod(round(amount / timedelta(minutes=1)), 60)
    if not hours:
        return f"{minutes} business minute{'s' * (minutes != 1)}"
    if amount % office.day == timedelta():
        return f"{count(amount // office.day, 'business day')} ({_hours(hours, minutes)})"
    return _hours(hours, minutes, "business ")


def _hours(hours: int, minutes: int, kind: str = "") -> str:
    rest = f" {count(minutes, 'minute')}" if minutes else ""
    return f"{count(hours, f'{kind}hour')}{rest}"


def office_text(office: Office) -> str:
    """``Mon-Fri 08:00-18:00, Europe/Berlin, but not on public holidays (DE-BY)``."""
    holidays = f", but not on public holidays ({holidays_text(office.holidays)})" if office.holidays else ""
    return f"{hours_text(office.hours)}, {office.timezone.key}{holidays}"


def hours_text(hours: BusinessHours) -> str:
    """Business hours as they are typed, days of the same hours together."""
    runs: list[tuple[int, int]] = []
    for day, windows in enumerate(hours.days):
        if runs and runs[-1][1] == day - 1 and hours.days[runs[-1][0]] == windows:
            runs[-1] = (runs[-1][0], day)
        elif windows:
            runs.append((day, day))
    return "; ".join(f"{_run(first, last)} {_windows(hours, first)}" for first, last in runs)


def _run(first: int, last: int) -> str:
    return _DAYS[first] if first == last else f"{_DAYS[first]}-{_DAYS[last]}"


def _windows(hours: BusinessHours, day: int) -> str:
    return ",".join(f"{_minute(opens)}-{_minute(closes)}" for opens, closes in hours.days[day])


def _minute(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def holidays_text(kept: Holidays) -> str:
    """``DE-BY``."""
    return f"{kept.country}-{kept.region}" if kept.region else kept.country
