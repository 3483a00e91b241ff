"""Looking names up in DNS: for the doctor, and for what kind of mailboxes a domain has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import dns.exception
import dns.resolver

PATIENCE = 4.0
"""Seconds until a look-up is given up."""


class NotLookedUp(Exception):  # noqa: N818 - its name says what happened
    """DNS could not be asked (no network, no answer in time): nothing is known of the name."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """TXT, CNAME and MX records by name. ``nameservers`` (addresses) and ``port`` replace the machine's, in tests."""

    nameservers: tuple[str, ...] = ()
    port: int = 53
    patience: float = PATIENCE
    _resolver: dns.resolver.Resolver = field(init=False, repr=False)

    def __post_init__(self) -> None:
        try:
            resolver = dns.resolver.Resolver(configure=not self.nameservers)
        except dns.resolver.NoResolverConfiguration:
            resolver = dns.resolver.Resolver(configure=False)
        if self.nameservers:
            resolver.nameservers = list(self.nameservers)
            resolver.port = self.port
        resolver.lifetime = self.patience
        object.__setattr__(self, "_resolver", resolver)

    def txt(self, name: str) -> list[str]:
        """The TXT records of a name, each joined to one text; empty when there are none. Raises ``NotLookedUp``."""
        return [b"".join(record.strings).decode("utf-8", "replace") for record in self._look_up(name, "TXT")]

    def cname(self, name: str) -> str | None:
        """What a name is an alias of, without the final dot; ``None`` when it is none. Raises ``NotLookedUp``."""
        return next((str(record.target).rstrip(".") for record in self._look_up(name, "CNAME")), None)

    def mx(self, name: str) -> list[str]:
        """The mail servers of a domain, the preferred first; empty when it takes no mail. Raises ``NotLookedUp``."""
        found = sorted(self._look_up(name, "MX"), key=lambda record: (record.preference, str(record.exchange)))
        return [host for record in found if (host := str(record.exchange).rstrip(".").lower())]

    def _look_up(self, name: str, kind: str) -> list[Any]:
        try:
            return list(self._resolver.resolve(name, kind, raise_on_no_answer=False).rrset or ())
        except dns.resolver.NXDOMAIN:
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NotLookedUp(str(error)) from error
