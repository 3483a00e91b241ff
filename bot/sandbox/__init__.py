"""A stand-in for Postmark on a real port: the same API, rules and webhooks, a clock of its own, and faults on demand.

``Sandbox`` is all that demo and tests need, with ``readers`` for who opens and clicks. It shares no code with what it
is used to test.
"""

from bot.sandbox.firm import StoryError
from bot.sandbox.outbox import Attempt
from bot.sandbox.readers import Reader
from bot.sandbox.rules import Refusal
from bot.sandbox.sandbox import Sandbox

__all__ = ["Attempt", "Reader", "Refusal", "Sandbox", "StoryError"]
