"""Writes ``bot/evidence/data/networks.json`` anew."""

from __future__ import annotations

import sys

from networks.listing import TARGET, listing
from networks.prefixes import NotInstalled

try:
    TARGET.write_text(listing(), encoding="utf-8")
except NotInstalled as error:
    sys.exit(str(error))
print(f"{TARGET.name} is written.")
