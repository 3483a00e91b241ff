"""Commands about the rules for alerts: seen, added, changed, paused, removed and tried."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import shell
from bot.shell import NOTHING_FOUND, Json, Stop

if TYPE_CHECKING:
    from bot.app import App
    from bot.clock import Clock
    from bot.rules.form import RuleField
    from store.alert_records import Rule

rules = typer.Typer(
    help="The rules for alerts: which emails are important, and how long they may stay without a sign.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_FIELDS = {
    "tags": ("TAG,…", "Postmark tags, with commas."),
    "streams": ("STREAM,…", "Message streams, with commas."),
    "metadata": ("FIELD=VALUE,…", "Metadata: important=true; a field alone is any value."),
    "amounts": ("FIELD>N;…", "Metadata that holds a number: total>1000 or total>=1000."),
    "subject": ("PATTERN", "A regular expression that the subject holds."),
    "domains": ("DOMAIN,…", "Recipients' domains, with commas."),
    "match": ("all|any", "Whether all of these must hold, or any."),
    "after": ("TIME", "Business time without a sign: 90m, 24h, 2 business days."),
    "hours": ("HOURS", "Business hours, as in BUSINESS_HOURS."),
    "timezone": ("ZONE", "Time zone, as in TIMEZONE."),
    "holidays": ("REGION", "Public holidays, as in HOLIDAYS; none for none."),
    "below": ("PERCENT", "Unseen while a look is less likely than this, such as 50%."),
    "cant_tell": ("digest|alert|nothing", "What happens where no sign can come."),
    "channel": ("ID", "The channel that is told."),
    "mention": ("ID", "The person or user group that is mentioned."),
    "mention_field": ("FIELD", "The metadata field that names whom to mention."),
    "again_after": ("TIME", "Business time until a reminder."),
    "again_at_most": ("N", "How many reminders."),
    "escalate_to": ("ID", "A channel or person that is told when nobody handles it."),
    "escalate_after": ("TIME", "Business time until they are told."),
}
"""The fields of ``bot.rules.form``: how a value looks and what it says. Named here, so that nothing is imported."""

Name = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name or id.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Hold for mail sent since: 2026-11-23T10:00+01:00."),
]


def _with_fields(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command an option for every field of a rule; those that were typed come to it as ``typed``."""

    @wraps(command)
    def wrapped(**given: Any) -> None:  # noqa: ANN401 - whatever the options are
        texts = {name: given.pop(name) for name in _FIELDS}
        command(**given, typed={name: text for name, text in texts.items() if text is not None})

    signature = inspect.signature(command, eval_str=True)
    own = [parameter for parameter in signature.parameters.values() if parameter.name != "typed"]
    options = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[str | None, typer.Option(f"--{name.replace('_', '-')}", metavar=metavar, help=what)],
        )
        for name, (metavar, what) in _FIELDS.items()
    ]
    # This is what typer reads.
    wrapped.__signature__ = signature.replace(parameters=[*own, *options])  # type: ignore[attr-defined]
    wrapped.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *options)}
    return wrapped


@rules.callback(invoke_without_command=True)
def every(context: typer.Context, *, json: Json = False) -> None:
    """List the rules, and what each says."""
    if context.invoked_subcommand is not None:
        return
    with _opened() as (app, clock):
        from bot.replies import rule_tables
        from bot.replies.rules import rule_to_json

        found = app.rulebook.every()
        if json:
            shell.print_json([rule_to_json(rule, app.rule_defaults, clock) for rule in found])
        else:
            rule_tables.show_rules(found, app.rule_defaults, shell.console(), clock=clock)


@rules.command()
@_with_fields
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the rule is called.")],
    *,
    typed: dict[str, str],
    since: Since = None,
    json: Json = False,
) -> None:
    """Add a rule, for mail sent from now on."""
    with _opened() as (app, clock):
        typed = {**typed, "name": name}
        rule = app.rulebook.add(_fields(typed), who=_who(), now=clock.now, since=_since(since, clock))
        _show(app, rule, clock, json=json)


@rules.command()
@_with_fields
def change(
    name: Name,
    *,
    typed: dict[str, str],
    new_name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="Call it otherwise.")] = None,
    since: Since = None,
    json: Json = False,
) -> None:
    """Change fields of a rule; the others stay as they are, and an empty value leaves one to the settings."""
    with _opened() as (app, clock):
        typed = typed if new_name is None else {**typed, "name": new_name}
        rule = _named(app, name)
        changed = app.rulebook.change(rule, _fields(typed), who=_who(), now=clock.now, since=_since(since, clock))
        _show(app, changed, clock, json=json)


@rules.command()
def pause(name: Name, *, json: Json = False) -> None:
    """Have a rule say nothing until it is resumed."""
    with _opened() as (app, clock):
        _show(app, app.rulebook.pause(_named(app, name), who=_who(), now=clock.now), clock, json=json)


@rules.command()
def resume(name: Name, *, json: Json = False) -> None:
    """Have a paused rule hold again, also for what was sent in the meantime."""
    with _opened() as (app, clock):
        _show(app, app.rulebook.resume(_named(app, name), who=_who(), now=clock.now), clock, json=json)


@rules.command()
def remove(name: Name) -> None:
    """Remove a rule; who did stays on record."""
    with _opened() as (app, clock):
        rule = _named(app, name)
        app.rulebook.remove(rule, who=_who(), now=clock.now)
        shell.console().print(f"“{rule.name}” is removed.", markup=False, emoji=False)


@rules.command(name="try")
@_with_fields
def try_(
    name: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="A rule; none: one that is not kept yet.")
    ] = None,
    *,
    typed: dict[str, str],
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=45, help="How far back to look.")] = 30,
    json: Json = False,
) -> None:
    """Show for which emails a rule would have fired, with these fields changed."""
    with _opened() as (app, clock):
        from bot.replies import rule_tables
        from bot.replies.rules import tried_to_json

        rule = app.rulebook.checked(
            _fields({"channel": "C0NOWHERE", **typed} if name is None else typed), _named(app, name) if name else None
        )
        tried = app.rulebook.tried(rule, now=clock.now, period=timedelta(days=days))
        if json:
            shell.print_json(tried_to_json(tried, clock))
        else:
            rule_tables.show_tried(tried, shell.console(), clock=clock)


@rules.command()
def history(
    name: Annotated[str | None, typer.Argument(metavar="[RULE]", help="A rule; none: all of them.")] = None,
    *,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Lines at most.")] = 50,
    json: Json = False,
) -> None:
    """Show who changed what, newest first."""
    with _opened() as (app, clock):
        from bot.replies import rule_tables
        from bot.replies.rules import change_to_json

        known = app.rulebook.named(name) if name else None
        found = app.rulebook.changes(known.rule_id if known else name, limit=limit)
        if name and not found:
            raise Stop(_unknown(name), NOTHING_FOUND)
        if json:
            for one in found:
                shell.print_json(change_to_json(one))
        else:
            rule_tables.show_changes(found, shell.console(), clock=clock)


# ── What they share ──────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def _opened() -> Iterator[tuple[App, Clock]]:
    """Seen, its first rule made, and the clock. What can't be typed so becomes a sentence for each fault."""
    with shell.application() as app:
        from bot.clock import ZoneClock
        from bot.rulebook import Faults, Overtaken

        clock = ZoneClock(datetime.now(UTC), app.settings.timezone)
        app.rulebook.settle(now=clock.now)
        try:
            yield app, clock
        except Faults as faults:
            told = (f"--{field.replace('_', '-')}: {sentence}" for field, sentence in faults.faults.items())
            raise Stop("\n".join(told)) from None
        except Overtaken as overtaken:
            raise Stop(str(overtaken)) from None


def _fields(typed: dict[str, str]) -> dict[RuleField, str]:
    from bot.rules.form import RuleField

    return {RuleField(name): text for name, text in typed.items()}


def _named(app: App, name: str) -> Rule:
    found = app.rulebook.named(name)
    if found is None:
        raise Stop(_unknown(name), NOTHING_FOUND)
    return found


def _unknown(name: str) -> str:
    return f"There is no rule called “{name}”; `seen rules` lists them."


def _since(text: str | None, clock: Clock) -> datetime | None:
    if text is None:
        return None
    from bot.rulebook import OLDEST

    since = shell.moment(text, option="--since")
    if not timedelta() <= clock.now - since <= OLDEST:
        raise Stop(f"--since {text}: should lie within the last {OLDEST.days} days.")
    return since


def _who() -> str:
    return f"cli:{shell.account()}"


def _show(app: App, rule: Rule, clock: Clock, *, json: bool) -> None:
    from bot.replies import rule_tables
    from bot.replies.rules import rule_to_json

    if json:
        shell.print_json(rule_to_json(rule, app.rule_defaults, clock))
    else:
        rule_tables.show_rule(rule, app.rule_defaults, shell.console(), clock=clock)
