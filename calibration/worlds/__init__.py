"""All worlds. Those of `DEVELOPMENT` may be used to fit the engine's constants; those of `HELD_OUT` never were.

`DEVELOPMENT` holds the worlds that were meant for it and those that were once kept back.
"""

from calibration.worlds import development
from calibration.worlds.held_out import HELD_OUT
from calibration.worlds.once_held_out import ONCE_HELD_OUT

DEVELOPMENT = (*development.DEVELOPMENT, *ONCE_HELD_OUT)

__all__ = ["DEVELOPMENT", "HELD_OUT"]
