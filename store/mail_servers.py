"""What DNS said of the domains that mail was sent to: what kind of mailboxes their mail servers tell of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from store import schema
from store.upsert import put as put_rows

_servers = schema.mail_servers
_KNOWN = select(_servers.c.domain, _servers.c.mailbox, _servers.c.looked_up_at).where(
    _servers.c.domain.in_(bindparam("domains", expanding=True))
)


def known(connection: Connection, domains: Collection[str]) -> dict[str, tuple[str | None, datetime]]:
    """Of these domains, what kind of mailbox was told (``None``: nothing) and when that was looked up."""
    return {domain: (mailbox, at) for domain, mailbox, at in connection.execute(_KNOWN, {"domains": sorted(domains)})}


def note(connection: Connection, domain: str, mailbox: str | None, *, at: datetime) -> None:
    """Keeps what a domain's mail servers tell, in the place of what they told before."""
    put_rows(connection, _servers, [{"domain": domain, "looked_up_at": at, "mailbox": mailbox}])
