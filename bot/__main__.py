"""``python -m bot`` is the same as ``seen``."""

from bot.cli import main

main()
