"""Checks texts as Slack checks them, and collects what is wrong in its manner of saying so."""

from __future__ import annotations

from bot.sandbox.slack.rules import length


class Problems(list[str]):
    """What is wrong, each with the place in the JSON."""

    def note(self, what: str, at: str) -> None:
        """Notes a problem."""
        self.append(f"{what} [json-pointer:{at}]")

    def field(self, given: object, at: str, limit: int, *, required: bool = False) -> None:
        """A bare string, such as a value or an ID."""
        if given is None:
            if required:
                self.note("missing required field", at)
        elif not isinstance(given, str):
            self.note("must be a string", at)
        elif length(given) > limit:
            self.note(f"must be less than {limit + 1} characters", at)
        elif required and not given:
            self.note("must be more than 0 characters", at)

    def text(self, given: object, at: str, limit: int, *, plain: bool = False, required: bool = True) -> None:
        """A text object: ``plain_text``, or ``mrkdwn`` where that is allowed."""
        if given is None:
            if required:
                self.note("missing required field", at)
            return
        if not isinstance(given, dict):
            self.note("must provide an object", at)
            return
        kind = given.get("type")
        if kind not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
            self.note(f"unsupported type: {kind}", f"{at}/type")
        self._unknown(given, {"type", "text", "emoji"} if kind == "plain_text" else {"type", "text", "verbatim"}, at)
        self.field(given.get("text"), f"{at}/text", limit, required=True)

    def many(self, given: object, at: str, most: int, *, least: int = 1) -> list[object]:
        """A list; what of it can be looked at."""
        if not isinstance(given, list):
            self.note("missing required field" if given is None else "must be an array", at)
            return []
        if len(given) > most:
            self.note(f"no more than {most} items allowed", at)
        if len(given) < least:
            self.note(f"no fewer than {least} items allowed", at)
        return given

    def _unknown(self, given: dict[str, object], known: set[str], at: str) -> None:
        for name in given.keys() - known:
            self.note(f"invalid additional property: {name}", at)
