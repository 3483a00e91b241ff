"""Digests of Monday morning, built by hand: with everything, with little, with more than there is room for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.replies import chart as charts
from bot.replies.blocks import Reply
from bot.replies.blocks.digest import DigestView, Due, Failures, digest
from bot.replies.chart import Chart
from store.records import JudgedTrail
from tests.replies.blocks.alerting import of_job, refused, silent
from tests.replies.situations import NOW, SITUATIONS, at

FRIDAY = at("2026-11-20 08:00")
PICTURE = "F0123456789"


def chart() -> Chart:
    """Of Friday's emails, somewhat more were seen than is usual."""
    lately = [timedelta(minutes=11 * number * number + 9) for number in range(10)] + [None] * 4
    before = [timedelta(minutes=2 * number + 5) for number in range(0, 400, 2)] + [None] * 160
    return Chart(charts.curve(lately), charts.curve(before))


def everything() -> DigestView:
    """Something of each sort, and a curve."""
    named = {1044: "Ines Foxglade", 1047: "Walter Plumridge", 1049: "Ada Rookhurst", 1051: "Theo Mossgrove"}

    def of(number: int, entry: JudgedTrail) -> JudgedTrail:
        name = named[number]
        return of_job(number, entry, name, f"{name.split()[0].lower()}@example.com")

    return DigestView(
        since=FRIDAY,
        rules=("Quotes", "Invoices over 1,000"),
        sent=14,
        arrived=11,
        due=[Due(of(1044, silent()), at("11:00")), Due(of(1047, silent()), at("15:30"))],
        due_total=2,
        failures=[
            Failures("acme.example", [refused(1052, 10), refused(1053, 11)], 2),
            Failures("gmial.com", [SITUATIONS["mistyped address"]], 1),
        ],
        failed_domains=2,
        failed_total=3,
        cant_tell=[of(1049, SITUATIONS["tracking was off"])],
        cant_tell_total=1,
        seen=[SITUATIONS["person clicked"], of(1051, SITUATIONS["opened in Gmail yesterday"])],
        seen_total=2,
        chart=chart(),
        picture=PICTURE,
    )


def views() -> Mapping[str, DigestView]:
    """Every digest, by name."""
    whole = everything()
    many = [of_job(1100 + number, silent()) for number in range(40)]
    return {
        "digest": whole,
        "digest, in words alone": replace(whole, picture=None),
        "digest, nothing is due": DigestView(since=FRIDAY, rules=("Quotes",), sent=3, arrived=3),
        "digest, Postmark down": replace(whole, chart=None, picture=None, unchecked_since=at("06:10")),
        "digest, many": replace(
            whole,
            due=[Due(entry, at("11:00")) for entry in many],
            due_total=1200,
            failures=[Failures(f"d{number}.example", [refused(1200 + number, 5)], 3) for number in range(40)],
            failed_domains=60,
            failed_total=900,
            seen=many,
            seen_total=5000,
        ),
    }


def replies() -> Mapping[str, Reply]:
    """The same as messages."""
    return {name: digest(view, now=NOW) for name, view in views().items()}
