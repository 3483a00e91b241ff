"""A database that has seen a lot of mail, made by the database itself: a million messages in a minute or two.

Every ten messages went to one customer and belong to one job, spread over the whole time; each was delivered, opened
twice and clicked.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, text

from store.database import Database
from store.migrate import upgrade

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
PER_CUSTOMER = 10

_SQLITE = {
    "numbers": "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :count - 1)",
    "id": "printf('%08x-8a77-4c1e-9d0e-2f6f3f0a9e11', i)",
    "at": "strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', :begin + {seconds}, 'unixepoch')",
    "no": "0",
    "yes": "1",
}
_POSTGRES = {
    "numbers": "WITH n(i) AS (SELECT generate_series(0, :count - 1))",
    "id": "lpad(to_hex(i), 8, '0') || '-8a77-4c1e-9d0e-2f6f3f0a9e11'",
    "at": "to_timestamp(:begin + {seconds})",
    "no": "false",
    "yes": "true",
}
_OPENED = (
    '{"stream":"outbound","tag":"quote","metadata":{"job_id":"1042"},"user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS '
    '18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1","client":'
    '"Mobile Safari","os":"iOS","platform":"Mobile","network":{"prefix":"198.51.100.0/24","kind":"unlisted","owner":'
    'null,"list_version":"1"}}'
)
_EVENTS = {
    # kind: seconds after the message, and what else it says
    "delivery": (4, '{"stream":"outbound","tag":"quote","detail":"smtp;250 2.0.0 OK"}'),
    "open": (2400, _OPENED),
    "open again": (90000, _OPENED),
    "click": (2460, _OPENED[:-1] + ',"link":"https://portal.alder.example/q/1042","click_location":"HTML"}'),
}


def customer(number: int) -> str:
    """The address of a customer."""
    return f"customer{number}@firm{number % 5000}.example"


def fill(url: str, count: int) -> None:
    """Makes the tables and so many messages (a multiple of ten)."""
    database = Database(url)
    upgrade(database)
    with database.write() as connection:
        _fill(connection, count, _SQLITE if database.dialect_name == "sqlite" else _POSTGRES)
    with database.write() as connection:
        connection.execute(text("ANALYZE"))
    database.dispose()


def _fill(connection: Connection, count: int, words: dict[str, str]) -> None:
    customers = count // PER_CUSTOMER
    values = {"count": count, "begin": int(BEGIN.timestamp())}

    def run(statement: str, **more: object) -> None:
        # No part of a statement comes from outside.
        connection.execute(text(f"{statement.format(**words, **places)}"), values | more)

    def at(seconds: int) -> str:
        return words["at"].format(seconds=f"i + {seconds}")

    who = f"i % {customers}"
    places = {
        "sent": at(0),
        "address": f"'customer' || ({who}) || '@firm' || (({who}) % 5000) || '.example'",
        "domain": f"'firm' || (({who}) % 5000) || '.example'",
        "local": f"'customer' || ({who})",
        "job": f"CAST(1000 + ({who}) AS TEXT)",
    }
    run(
        "INSERT INTO messages (message_id, at, stream, sent_at, sender, subject, subject_words, tag, metadata, status,"
        " track_opens, track_links, checked_at) {numbers}"
        " SELECT {id}, {sent}, 'outbound', {sent}, 'office@alder.example', 'Your quote for job ' || {job},"
        " ' your quote for job ' || {job}, 'quote', :metadata, 'Sent', {yes}, 'HtmlOnly', {sent} FROM n",
        metadata='{"job_id":"1042"}',
    )
    run(
        "INSERT INTO recipients (message_id, key, domain, at, address, role, position) {numbers}"
        " SELECT {id}, {address}, {domain}, {sent}, {address}, 'to', 0 FROM n"
    )
    run("INSERT INTO message_references (message_id, reference, at) {numbers} SELECT {id}, {job}, {sent} FROM n")
    run(
        f"INSERT INTO people (key, domain, local) {{numbers}} SELECT {{address}}, {{domain}}, {{local}} FROM n"
        f" WHERE i < {customers}"
    )
    for name, (seconds, details) in _EVENTS.items():
        run(
            "INSERT INTO events (key, kind, at, at_is_arrival, source, message_id, recipient, recipient_key,"
            " received_at, details, raw) {numbers}"
            f" SELECT :name || ':' || {{id}}, :kind, {at(seconds)}, {{no}}, 'webhook', {{id}}, {{address}},"
            f" {{address}}, {at(seconds + 1)}, :details, :details FROM n",
            name=name,
            kind=name.split()[0],
            details=details,
        )
