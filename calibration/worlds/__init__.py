"""All worlds. Those of `development` may be used to fit the engine's constants; those of `held_out` never were."""

from calibration.worlds.development import DEVELOPMENT
from calibration.worlds.held_out import HELD_OUT

__all__ = ["DEVELOPMENT", "HELD_OUT"]
