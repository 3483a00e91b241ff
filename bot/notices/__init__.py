"""Saying things unasked, in Slack, exactly once: alerts, reminders, watches, digests and our own troubles.

What is to be said stands in the table of notices. ``Notices.post`` takes one channel's turn, claims what is due there
and has it posted; ``content`` is what stands between a notice and its words, ``choosing`` says what goes into one post,
``troubles`` tells a fallback once where Slack will not have it.
"""

from bot.notices.manners import Manners
from bot.notices.speaking import Notices, Observer

__all__ = ["Manners", "Notices", "Observer"]
