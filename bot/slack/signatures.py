"""Whether a request comes from Slack: its signature over the body and the time, made with the signing secret."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

SKEW = timedelta(minutes=5)
"""How far Slack's time on a request may be from ours, by Slack's own rule: an older request may be a recorded one."""


def real_now() -> datetime:
    """The present by this machine's clock, in UTC."""
    return datetime.now(UTC)


class Signatures:
    """Accepts what any of the secrets has signed, so that a secret can be changed without losing a request.

    Args:
        secrets: those that are valid; none: nothing is accepted.
        now: the present, aware.
    """

    def __init__(self, secrets: Sequence[str], *, now: Callable[[], datetime]) -> None:
        self._secrets = tuple(secret.encode() for secret in secrets if secret)
        self._now = now

    def in_time(self, timestamp: bytes | None) -> bool:
        """Whether a request is worth reading: somebody may be let in, and its time is one, and near ours."""
        if not self._secrets or timestamp is None or not timestamp.isdigit() or len(timestamp) > 11:
            return False
        return abs(self._now().timestamp() - int(timestamp)) <= SKEW.total_seconds()

    def accept(self, body: bytes, *, timestamp: bytes | None, signature: bytes | None) -> bool:
        """Whether Slack has sent this body, now. Takes the same time whichever secret fits, or none."""
        if timestamp is None or signature is None or not self.in_time(timestamp):
            return False
        signed = b"v0:%b:%b" % (timestamp, body)
        valid = False
        for secret in self._secrets:
            made = b"v0=" + hmac.new(secret, signed, hashlib.sha256).hexdigest().encode()
            valid |= hmac.compare_digest(made, signature)
        return valid
