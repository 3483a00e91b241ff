"""The customers of the demo: who they are, what kind of mailbox they have, and with what they read.

All of them are invented, and so are the firms among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from bot.sandbox import Reader, readers


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A kind of mailbox: what it does by itself, and what can be noticed of somebody who reads there."""

    domains: tuple[str, ...]
    """Where such mailboxes are."""
    accepts: str
    """What its mail server says when it takes an email."""
    opens: tuple[Reader, ...] = ()
    """What loads the pictures when their reader looks; nothing: pictures are blocked, or were loaded before."""
    clicks: tuple[Reader, ...] = ()
    loads_ahead: bool = False
    """Apple Mail: the pictures of every email are loaded, whether anybody looks or not."""
    scans: Reader | None = None
    """A security check that follows every link of every email."""


ANDROID = Reader(
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile "
    "Safari/537.36"
)
ATHOME = (readers.PHONE, ANDROID, readers.BROWSER)
_PROXIES = (readers.GMAIL, readers.YAHOO)

GMAIL = Mailbox(("gmail.com",), "smtp;250 2.0.0 OK gsmtp", opens=(readers.GMAIL,), clicks=ATHOME)
YAHOO = Mailbox(("yahoo.com",), "smtp;250 ok dirdel", opens=(readers.YAHOO,), clicks=ATHOME)
APPLE = Mailbox(("icloud.com", "me.com"), "smtp;250 2.0.0 Ok: queued", clicks=(readers.PHONE,), loads_ahead=True)
PROTON = Mailbox(("proton.me", "pm.me"), "smtp;250 2.0.0 Ok: queued", clicks=(readers.PHONE, readers.BROWSER))
"""Of people who have switched off the loading of pictures, as many there do."""
OUTLOOK = Mailbox(
    ("outlook.com", "hotmail.com"), "smtp;250 2.6.0 Queued mail for delivery", clicks=(readers.BROWSER, ANDROID)
)
"""With pictures blocked, as Outlook has them."""
OWN_SERVER = Mailbox(
    ("juniperlane.example", "quarrymont.example", "saltmarsh.example"),
    "smtp;250 2.0.0 Ok: queued",
    opens=(readers.THUNDERBIRD,),
    clicks=(readers.BROWSER,),
)
COMPANY = Mailbox(
    ("oakleaf.example", "brightwater.example", "stonegate.example"),
    "smtp;250 2.6.0 Queued mail for delivery",
    opens=(readers.OUTLOOK,),
    scans=readers.SAFE_LINKS,
)
"""A firm at Microsoft 365, whose security check follows every link and so hides the clicks of its people."""
GATEWAY = Mailbox(
    ("millrace.example", "harbourview.example"),
    "smtp;250 Ok: queued as 7F3A2C",
    opens=(readers.OUTLOOK,),
    scans=readers.BARRACUDA,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer, and how they read."""

    name: str
    address: str
    mailbox: Mailbox
    usually_after: timedelta
    """How long they usually take to look at an email."""
    opens: Reader | None
    """What is noticed when they look; ``None``: nothing."""
    clicks: Reader | None
    """What is noticed when they follow a link; ``None``: their mailbox's own check has been there before."""

    @property
    def first_name(self) -> str:
        """As one calls them."""
        return self.name.split()[0]

    @property
    def written(self) -> str:
        """As they stand in a To line."""
        return f"{self.name} <{self.address}>"

    @property
    def domain(self) -> str:
        """Where their mailbox is."""
        return self.address.rpartition("@")[2]


class Townspeople:
    """Draws people, each with a name and a home of their own; ``others`` are people of other names."""

    def __init__(self, random: Random, *, others: bool = False) -> None:
        self._random = random
        self._first_names = _shuffled(random, _OTHER_FIRST_NAMES if others else _FIRST_NAMES)
        self._last_names = _shuffled(random, _OTHER_LAST_NAMES if others else _LAST_NAMES)
        self._homes = iter(random.sample(range(0x10000, 0x20000) if others else range(0x100, 0x10000), 200))

    def somebody(self, *mailboxes: Mailbox, related_to: Person | None = None) -> Person:
        """A new person with one of these kinds of mailbox; of the same family, if asked."""
        random = self._random
        mailbox = random.choice(mailboxes)
        first = next(self._first_names)
        last = related_to.name.split()[1] if related_to else next(self._last_names)
        local = random.choice((f"{first}.{last}", f"{first[0]}.{last}", f"{first}{last}")).lower()
        home = f"2001:db8:{next(self._homes):x}::7"
        return Person(
            name=f"{first} {last}",
            address=f"{local}@{random.choice(mailbox.domains)}",
            mailbox=mailbox,
            usually_after=timedelta(minutes=random.randint(15, 150)),
            opens=_from(home, random.choice(mailbox.opens)) if mailbox.opens else None,
            clicks=_from(home, random.choice(mailbox.clicks)) if mailbox.clicks else None,
        )


def mistype_domain(person: Person, random: Random) -> Person:
    """The same person with the slip of the pen that somebody in the office made."""
    local, _, domain = person.address.rpartition("@")
    return replace(person, address=f"{local}@{random.choice(_SLIPS[domain])}")


def mistype_name(address: str, random: Random) -> str:
    """An address with a letter left out before the ``@``, somewhere inside the name."""
    local, _, domain = address.rpartition("@")
    at = random.randrange(3, len(local) - 1)
    return f"{local[:at]}{local[at + 1 :]}@{domain}"


def _from(home: str, reader: Reader) -> Reader:
    """A person's own program asks from their home; a provider's picture service from its own place."""
    return reader if reader in _PROXIES else replace(reader, ip=home)


def _shuffled(random: Random, names: str) -> Iterator[str]:
    found: Sequence[str] = names.split()
    return iter(random.sample(found, len(found)))


_SLIPS = {
    "gmail.com": ("gmial.com", "gamil.com", "gmai.com"),
    "yahoo.com": ("yaho.com", "yahooo.com"),
    "outlook.com": ("outlok.com", "outloook.com"),
    "hotmail.com": ("hotmial.com", "hotmal.com"),
    "icloud.com": ("iclod.com", "icoud.com"),
}

_FIRST_NAMES = """
    Ada Alma Anton Arthur Clara Edith Elsa Emil Erik Felix Greta Hanna Hugo Ida Ines Jonas Karl Lena Leo Liam Maria
    Mina Nadia Nora Oscar Paul Petra Ruth Samuel Sofia Theo Tilda Tom Vera Victor Walter
"""
_LAST_NAMES = """
    Applegarth Ashbrindle Bellweather Brackenthorpe Coppersmead Dunnoway Elverstone Fennimoor Foxglade Gorsefield
    Hollowell Inkpenny Kestrelton Larkmeadow Lindenbrook Marlinspoke Mossgrove Nettlecombe Ostrandel Pennywhist
    Plumridge Quillfeather Redfernley Rookhurst Silverthorne Tallowby Thornquist Underbank Wexcombe Winterbourne
    Yarrowdale
"""

_OTHER_FIRST_NAMES = """
    Agnes Albert Alice Amelie August Bella Bruno Cara Cecil Conrad Dora Edgar Elias Ellen Emma Esther Eva Frida Georg
    Gustav Hedwig Helen Henry Ilse Ivo Jacob Jana Julia Kaspar Katrin Laura Levi Linus Lotte Lukas Marta Max Merle
    Mila Milan Moritz Naomi Nils Olga Olive Otto Pauline Philip Rita Robin Rosalie Rudi Sarah Selma Simon Stella
    Susan Thea Tobias Ulla Vincent Wanda Willem Yara Zoe
"""
_OTHER_LAST_NAMES = """
    Alderwick Amberley Appleyard Barleycroft Birchwood Bramblett Brightmoor Brookhollow Cedarholm Cloverdale Copperhill
    Cornfield Dapplewood Dewhurst Drystone Eastbourne Fairbank Farthing Fernsby Finchley Flintlock Frostick Gladwyn
    Goldwater Greenhalgh Hartshorn Hazelgrove Heathcote Honeyman Ivywood Jasperson Kettlewell Kingsnorth Lambourne
    Larkspur Lavender Littlewood Longacre Lovelace Maplethorpe Meadowcroft Millward Moorland Nightingale Oakenfold
    Orchardson Paddock Peppercorn Primrose Quickstep Rainbird Riverdale Rosewarne Sandwell Shepherd Snowdrop Southgate
    Starling Summerfield Sunderland Thistlewood Underhill Vickerstaff Waterhouse Weatherby Whitlock Willowby Woodruff
"""
