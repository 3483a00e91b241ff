"""What can go wrong with the database, and what a person should do about it.

::

    StoreError
     ├── BadAddress     the database's URL is not usable                                permanent
     ├── Unreachable    nobody answers at that URL, or the connection broke             retryable
     ├── Busy           somebody else held the database for too long                    retryable
     ├── Unwritable     the file or its disk does not take what is written              permanent
     ├── NotReady       its tables are missing or of an older edition                   permanent
     ├── TooNew         its tables are of a newer edition than this program             permanent
     └── Broken         anything else: damaged, refused, or a fault of ours             permanent

The text of an error never holds a password or what was to be stored.
"""

# ruff: noqa: N818  (the names say what happened)

from __future__ import annotations


class StoreError(Exception):
    """Something the database did not do. ``str()`` is one sentence saying what; ``advice`` is one saying the fix."""

    retryable = False
    """Whether the same call may succeed later without anybody changing anything."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what, advice)  # both, so that an error survives the way between processes
        self.advice = advice

    def __str__(self) -> str:
        return str(self.args[0])


class BadAddress(StoreError):
    """The database's URL is not usable: its form, its user or its name."""


class Unreachable(StoreError):
    """Nobody answers at the database's URL, or the connection broke."""

    retryable = True


class Busy(StoreError):
    """Somebody else held the database for longer than we wait."""

    retryable = True


class Unwritable(StoreError):
    """The database's file, folder or disk does not take what is written."""


class NotReady(StoreError):
    """The tables are missing or of an older edition."""


class TooNew(StoreError):
    """The tables are of a newer edition than this program."""


class Broken(StoreError):
    """Anything else: a damaged file, something refused, or a fault of ours."""
