"""What Slack said a moment ago, so that fifty questions at once are not fifty calls for the same person."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")
_MOST = 5000


class Remembered(Generic[V]):
    """Values by name, each asked for once and kept for a while. Safe to use from several threads.

    Args:
        ask: gets a value; what it raises is passed on and not kept.
        keep: seconds a value is good for.
    """

    def __init__(self, ask: Callable[[str], V], *, keep: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._ask, self._keep, self._clock = ask, keep, clock
        self._known: OrderedDict[str, tuple[float, V]] = OrderedDict()
        self._asking: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, name: str, *, keep: float | None = None) -> V:
        """The value of a name, not older than ``keep`` seconds (by default the usual ones)."""
        with self._lock:
            turn = self._asking.setdefault(name, threading.Lock())
        began = self._clock()
        try:
            with turn:
                found = self._fresh(name, began - (self._keep if keep is None else keep))
                return found[1] if found else self._learn(name)
        finally:
            with self._lock:
                self._asking.pop(name, None)

    def _fresh(self, name: str, since: float) -> tuple[float, V] | None:
        with self._lock:
            known = self._known.get(name)
        return known if known and known[0] >= since else None

    def _learn(self, name: str) -> V:
        value = self._ask(name)
        with self._lock:
            self._known[name] = (self._clock(), value)
            self._known.move_to_end(name)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return value
