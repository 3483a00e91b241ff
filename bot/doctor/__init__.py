"""``seen doctor``: looks at everything an answer depends on, and says how to mend what is wrong."""

from bot.dns import Resolver
from bot.doctor.checks import Check, Health
from bot.doctor.examination import examine

__all__ = ["Check", "Health", "Resolver", "examine"]
