"""Files: an address to upload to, what was uploaded there, and when Slack is done looking at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.sandbox.slack.rules import Json

UPLOADS = "/upload/v1/"
"""Where the addresses lie that files are uploaded to."""
PICTURES = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
}


@dataclass(slots=True, kw_only=True)
class File:
    """One file of the app."""

    file_id: str
    name: str
    length: int
    """As it was announced."""
    upload_path: str
    alt_text: str = ""
    title: str = ""
    body: bytes | None = None
    """What was uploaded; ``None``: nothing yet."""
    completed_at: datetime | None = None
    """When the app said that it is complete."""
    channels: list[str]
    """Where it was shared; in none, only the app sees it, and who sees a message that shows it."""

    @property
    def kind(self) -> tuple[str, str]:
        """The type by Slack's name and by MIME's, from how it begins."""
        begins = self.body or b""
        return next((kind for start, kind in PICTURES.items() if begins.startswith(start)), ("binary", "text/plain"))

    def is_done(self, now: datetime, takes: timedelta) -> bool:
        """Whether Slack has finished looking at it, which takes that long and goes on after the answer."""
        return self.completed_at is not None and now - self.completed_at >= takes

    def shown(self, now: datetime, takes: timedelta) -> Json:
        """As the Web API tells of it: its type is empty until Slack has looked."""
        filetype, mimetype = self.kind if self.is_done(now, takes) else ("", "")
        return {
            "id": self.file_id,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": mimetype,
            "filetype": filetype,
            "size": len(self.body or b""),
            "alt_txt": self.alt_text,
            "channels": self.channels,
            "is_public": False,
            "mode": "hosted",
        }
