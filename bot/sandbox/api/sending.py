"""``/email``: sending one, several, or from a template."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.sandbox.api.asking import Ask
from bot.sandbox.rules import MAX_BATCH, Json, Refusal
from bot.sandbox.sending import accept, fill


def one(ask: Ask) -> Json:
    """``POST /email``."""
    return accept(ask.account, ask.server, ask.fields())


def batch(ask: Ask) -> list[Json]:
    """``POST /email/batch``: each is answered for itself, all with HTTP 200."""
    if not isinstance(ask.body, list):
        raise Refusal(422, 403, "The body must be a list of emails.")
    return _each(ask.body, lambda wanted: accept(ask.account, ask.server, wanted))


def from_template(ask: Ask) -> Json:
    """``POST /email/withTemplate``."""
    return _filled(ask, ask.fields())


def batch_from_templates(ask: Ask) -> list[Json]:
    """``POST /email/batchWithTemplates``."""
    given = ask.fields().get("Messages")
    return _each(given if isinstance(given, list) else [], lambda wanted: _filled(ask, wanted))


def _filled(ask: Ask, wanted: Mapping[str, object]) -> Json:
    asked_for = {wanted.get("TemplateAlias"), wanted.get("TemplateId")} - {None}
    for template in ask.server.templates.values():
        if asked_for & {template.alias, template.template_id}:
            return accept(ask.account, ask.server, fill(template, wanted))
    raise Refusal(422, 1101, "The template was not found on this server.")


def _each(emails: list[object], send: Callable[[Mapping[str, object]], Json]) -> list[Json]:
    if len(emails) > MAX_BATCH:
        raise Refusal(422, 410, f"A batch has at most {MAX_BATCH} emails.")
    answers = []
    for email in emails:
        try:
            answers.append(send(email if isinstance(email, Mapping) else {}))
        except Refusal as refusal:
            answers.append(refusal.body())
    return answers
