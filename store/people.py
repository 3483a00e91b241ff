"""Every address mail was ever sent to, and the names that stood with it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, func, select, text

from store import schema
from store.addresses import domain_of, fold_words, normalise
from store.records import Recipient
from store.upsert import add_missing

_people, _names, _recipients = schema.people, schema.names, schema.recipients

AT_MOST = 20
"""How many people ``people_named`` names; a name that fits more is no way to tell them apart."""


def add(connection: Connection, named: Sequence[tuple[str, str | None]]) -> None:
    """Notes addresses (normalised) and the words of the names that stood with them."""
    words = {(word, key) for key, name in named for word in fold_words(name or "")}
    keys = {key for key, _ in named}
    add_missing(
        connection,
        _people,
        [{"key": key, "domain": domain_of(key), "local": key.rpartition("@")[0]} for key in sorted(keys)],
    )
    add_missing(connection, _names, [{"word": word, "key": key} for word, key in sorted(words)])


def people_named(connection: Connection, words: str) -> list[Recipient]:
    """The people in whose display name every one of these words stands, whom mail was sent to last first.

    Case, accents and order of the words do not matter. Each address is named once, with the name it was last sent
    with; at most ``AT_MOST``.
    """
    # The rarest word is walked and the others are checked: many are called Maria.
    wanted = sorted(set(fold_words(words)), key=lambda word: connection.execute(_HOW_OFTEN, {"of": word}).scalar_one())
    if not wanted:
        return []
    named = select(_names.c.key).where(_names.c.word == wanted[0]).order_by(_names.c.key).limit(AT_MOST)
    for word in wanted[1:]:
        other = _names.alias()
        named = named.where(exists().where(other.c.word == word, other.c.key == _names.c.key))
    keys = connection.scalars(named).all()
    found = [row for key in keys if (row := connection.execute(_NEWEST_NAME, {"of": key}).first())]
    found.sort(key=lambda row: row.at, reverse=True)
    return [Recipient(row.address, row.key, row.name) for row in found]


_HOW_OFTEN = select(func.count()).select_from(
    select(_names.c.key).where(_names.c.word == bindparam("of")).limit(1000).subquery()
)
_NEWEST_NAME = (
    select(_recipients.c.address, _recipients.c.key, _recipients.c.name, _recipients.c.at)
    .where(_recipients.c.key == bindparam("of"), _recipients.c.name.is_not(None))
    .order_by(_recipients.c.at.desc(), _recipients.c.message_id.desc())
    .limit(1)
)


def addresses_like(connection: Connection, address: str) -> list[str]:
    """Known addresses (normalised) worth comparing with one that may be mistyped: a few hundred at most.

    These are the ones at the same domain, first of all those that begin alike, and those that are the same before the
    ``@``. How alike they really are is for the caller to say.
    """
    key = normalise(address)
    local, _, domain = key.rpartition("@")
    statements = (
        (_AT_DOMAIN_FROM, {"of": domain, "low": local[:1], "high": f"{local[:1]}\U0010ffff", "limit": 300}),
        (_AT_DOMAIN, {"of": domain, "limit": 100}),
        (_WITH_LOCAL, {"of": local, "limit": 50}),
    )
    found = [k for statement, values in statements for k in connection.scalars(statement, values)]
    return [like for like in dict.fromkeys(found) if like != key]


_AT_DOMAIN = select(_people.c.key).where(_people.c.domain == bindparam("of")).order_by(_people.c.key)
_AT_DOMAIN = _AT_DOMAIN.limit(bindparam("limit"))
_AT_DOMAIN_FROM = _AT_DOMAIN.where(_people.c.key >= bindparam("low"), _people.c.key < bindparam("high"))
_WITH_LOCAL = select(_people.c.key).where(_people.c.local == bindparam("of")).limit(bindparam("limit"))


def domains_known(connection: Connection) -> list[str]:
    """The domains (normalised) that mail was ever sent to, in alphabetical order."""
    return list(connection.scalars(_DOMAINS))


# Hops from one domain to the next along the index, instead of reading every address to tell the domains apart.
_DOMAINS = text("""
    WITH RECURSIVE known (domain) AS (
        SELECT min(domain) FROM people
        UNION ALL
        SELECT (SELECT min(people.domain) FROM people WHERE people.domain > known.domain)
        FROM known WHERE known.domain IS NOT NULL
    )
    SELECT domain FROM known WHERE domain <> ''
""")
