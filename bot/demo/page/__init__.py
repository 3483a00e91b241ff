"""A page on this machine that looks and behaves like a Slack conversation, on top of the stand-in Slack.

The page (HTML, CSS and JavaScript without a build step, in ``files``) draws what one person sees and says what they do;
``server`` hands both through, ``snapshot`` is what they see.
"""

from bot.demo.page.server import Page
from bot.demo.page.snapshot import Going, Offer, Tip

__all__ = ["Going", "Offer", "Page", "Tip"]
