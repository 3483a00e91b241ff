"""The sender's own office: what comes from its networks is staff looking at their copy, not the customer."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

Block = ipaddress.IPv4Network | ipaddress.IPv6Network


class OwnNetworks:
    """Holds, by ``in``, the /24 and /48 networks in which any of the office's addresses lie.

    Of whoever came, only the /24 or /48 is known. So an office with a single address counts by the /24 around it.
    """

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = tuple(blocks)
        self._known: dict[str, bool] = {}

    def __contains__(self, prefix: object) -> bool:
        if not self._blocks or not isinstance(prefix, str):
            return False
        found = self._known.get(prefix)
        if found is None:
            found = self._known[prefix] = self._holds(prefix)
        return found

    def __str__(self) -> str:
        """The blocks, in an order of their own: the same for the same offices."""
        return ",".join(sorted(map(str, self._blocks)))

    def _holds(self, prefix: str) -> bool:
        network = ipaddress.ip_network(prefix)
        return any(block.version == network.version and block.overlaps(network) for block in self._blocks)
