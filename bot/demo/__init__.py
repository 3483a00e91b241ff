"""``seen demo``: two weeks of a small firm's email, from sending to the answers, with nothing faked inside.

Written down is only what customers do (``story``, ``people``, ``habits``, ``situations``; ``drawing`` draws a history).
``play`` lets it happen at the stand-in Postmark, which tells it to the real endpoint as Postmark would; ``tour`` then
asks what an office asks. Every verdict comes out of the engine.
"""

from bot.demo.ground import NotADemoDatabase
from bot.demo.tour import run

__all__ = ["NotADemoDatabase", "run"]
