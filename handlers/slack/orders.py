"""What a command asks for beside questions: ``/seen watch 1042``, ``/seen watches``, ``/seen rules``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.slack.access import Asker
from bot.slack.desk import Inquiry
from bot.slack.places import Place
from handlers.slack import alerts, rules, watching
from handlers.slack.services import Services
from handlers.slack.watching import Wishing
from store.records import Question

WAY = "order"


@dataclass(frozen=True, slots=True)
class Ordered:
    """A command's text, by whom, and where the answer goes."""

    text: str
    asker: Asker
    place: Place
    trigger: str = ""
    """By which a window can be opened, for three seconds."""

    @property
    def word(self) -> str:
        """The first word."""
        return self.text.split(maxsplit=1)[0].casefold() if self.text.split() else ""

    @property
    def rest(self) -> str:
        """What follows it."""
        return self.text.partition(self.text.split(maxsplit=1)[0])[2].strip()


def obeyed(services: Services, ordered: Ordered) -> bool:
    """Does what the first word says; False: it is none of ours, but part of a question."""
    do = _ORDERS.get(ordered.word)
    if do is None or (ordered.word in _ALONE and ordered.rest):
        return False
    asked = Question(text=ordered.text, subjects=())
    services.desk.record(Inquiry(question=asked, who=ordered.asker.user, way=WAY, channel=ordered.asker.channel))
    do(services, ordered)
    return True


def _watch(services: Services, ordered: Ordered) -> None:
    watching.watch(services, Wishing(ordered.rest, ordered.asker, WAY, ordered.place))


def _unwatch(services: Services, ordered: Ordered) -> None:
    watching.unwatch_text(services, Wishing(ordered.rest, ordered.asker, WAY, ordered.place))


def _watches(services: Services, ordered: Ordered) -> None:
    watching.show(services, ordered.asker.user, ordered.place)


def _alerts(services: Services, ordered: Ordered) -> None:
    alerts.show_open(services, ordered.place)


def _rules(services: Services, ordered: Ordered) -> None:
    rules.open_list(services, ordered.asker, ordered.trigger, ordered.place)


_ALONE = frozenset({"rules", "alerts", "watches"})
"""Words that are part of a question when more follows."""
_ORDERS: Mapping[str, Callable[[Services, Ordered], None]] = {
    "watch": _watch,
    "unwatch": _unwatch,
    "watches": _watches,
    "rules": _rules,
    "alerts": _alerts,
}
