"""Until when an automatic reply says somebody is away: the few words that name the day, and nothing else of it."""

from __future__ import annotations

import re

from bot.references import MONTH

_LOOKED_THROUGH = 4000
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|mi[ée]rcoles|jueves|viernes"
    r"|tomorrow|morgen|next\s+week|n[äa]chste\s+woche)"
)
_MONTHS = (
    rf"(?:{MONTH}|januar|februar|m[äa]rz|mai|juni|juli|oktober|dezember|janvier|f[ée]vrier|mars|avril|juin|juillet"
    r"|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre"
    r"|octubre|noviembre|diciembre)\.?"
)
_DATE = (
    rf"(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[./]\s?\d{{1,2}}[./]?(?:\s?\d{{2,4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.|er)?(?:\s+(?:of|de))?\s+{_MONTHS}(?:,?\s+\d{{4}})?"
    rf"|{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)"
)
_LEAD = (
    r"(?:until|till|through|back\s+(?:on|in\s+the\s+office\s+on)|return(?:ing)?(?:\s+to\s+the\s+office)?\s+on"
    r"|bis(?:\s+zum|\s+einschlie(?:ß|ss)lich)?|zur[üu]ck\s+am|ab\s+dem|jusqu['’]au|jusqu['’][àa]|de\s+retour\s+le"
    r"|hasta\s+el|fino\s+al|tot(?:\s+en\s+met)?)"
)
_PHRASE = re.compile(
    rf"\b{_LEAD}\s+(?:and\s+including\s+)?(?:the\s+)?(?:{_DAY}(?:,?\s+(?:the\s+|den\s+)?{_DATE})?|{_DATE})(?!\w)",
    re.IGNORECASE,
)


def until(text: str | None) -> str | None:
    """``until 3 December`` where a text says so; ``None``: it names no day."""
    found = _PHRASE.search((text or "")[:_LOOKED_THROUGH])
    return " ".join(found[0].split()).rstrip(".") if found else None
