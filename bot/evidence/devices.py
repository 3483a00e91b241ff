"""Who also reads at a device that shows, besides one whose pictures a privacy service loads beforehand.

For an email whose picture Apple's service has loaded, a look at Apple Mail leaves nothing more, but one at another
device does. How often somebody's looks show all the same is a share of those emails that they probably looked at, with
the published average counting for a few of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.evidence.mailboxes import HIDDEN

ELSEWHERE = (0.03, 0.3, 0.6, 0.85)
"""Recipients of about one share are taken to be alike."""

_COUNT = 1.5
"""As many looks the average counts for. Ours."""
_MOST = 0.95


@dataclass(frozen=True, slots=True)
class Devices:
    """How many emails that a service had loaded somebody looked at, and of how many of those an open showed."""

    looked: float = 0.0
    opened: float = 0.0

    @property
    def share(self) -> float:
        """The chance that a look shows though the service has loaded the picture."""
        return min((self.opened + HIDDEN * _COUNT) / (self.looked + _COUNT), _MOST)

    @property
    def index(self) -> int:
        """Which of `ELSEWHERE` that is."""
        return min(range(len(ELSEWHERE)), key=lambda at: abs(ELSEWHERE[at] - self.share))

    def plus(self, looked: float, opened: float) -> Devices:
        """With one email more, or (by negative numbers) less."""
        return Devices(self.looked + looked, self.opened + opened)
