"""What the commands share: how they end, how they complain, and how they come by settings, a database and a console."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from bot.app import App
    from bot.settings import Settings

NOTHING_FOUND = 3
UNUSABLE = 2
UNANSWERABLE = 4
FAULTY = 1

At = Annotated[str | None, typer.Option("--at", metavar="TIME", help="Answer as of then: 2026-11-23T10:00+01:00.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Offline = Annotated[bool, typer.Option("--offline", help="Don't ask Postmark.")]
Why = Annotated[bool, typer.Option("--why", help="Show the sum behind each verdict.")]


class Stop(Exception):  # noqa: N818 - its name says what happens
    """The command cannot go on. The text is for a person and says what to do; ``code`` is the exit code."""

    def __init__(self, text: str, code: int = UNUSABLE) -> None:
        super().__init__(text)
        self.code = code


def run(commands: typer.Typer) -> NoReturn:
    """Run the arguments of this process. Errors are one readable sentence; ``--debug`` shows where."""
    debug = "--debug" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows "?" for "…" instead of failing
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    try:
        commands(arguments, prog_name="seen")
    except Stop as stop:
        complain(str(stop))
        if debug:
            raise
        sys.exit(stop.code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; so does the wish to tell anybody
        sys.exit(1)
    except Exception as error:
        if debug:
            raise
        complain(f"Something went wrong that shouldn't ({type(error).__name__}). Try again with --debug to see where.")
        sys.exit(1)
    sys.exit(0)


def complain(text: str) -> None:
    """Say something on standard error."""
    for line in text.splitlines():
        print(f"seen: {line}", file=sys.stderr)  # noqa: T201 - standard error is where commands complain


def account() -> str:
    """The name of the account that types."""
    import getpass  # noqa: PLC0415 - few commands need it

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"


def moment(at: str, option: str = "--at") -> datetime:
    """The time that an option names."""
    try:
        time = datetime.fromisoformat(at)
        found = time.astimezone(UTC) if time.tzinfo else None
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise Stop(f"{option} {at}: should be a time with its offset, such as 2026-11-23T10:15:00Z.")
    return found


def settings() -> Settings:
    """The settings of this process."""
    from bot.settings import BadSettings, load  # noqa: PLC0415 - a command imports what it needs when it runs

    try:
        return load()
    except BadSettings as error:
        raise Stop(str(error)) from None


@contextmanager
def application(using: Settings | None = None) -> Iterator[App]:
    """Seen on its database. What the store can't do becomes one sentence and its fix."""
    from bot.app import build  # noqa: PLC0415
    from store.errors import StoreError  # noqa: PLC0415

    try:
        with build(using or settings()) as app:
            yield app
    except StoreError as error:
        raise Stop(f"{error} {error.advice}") from error


def keep_apart(app: App) -> None:
    """Stops before real mail comes among a demo's."""
    if mixing := app.mixing():
        raise Stop(mixing)


@contextmanager
def lines_of(file: str) -> Iterator[Iterator[bytes]]:
    """The lines of a file; ``-`` is standard input."""
    if file == "-":
        yield iter(sys.stdin.buffer)
        return
    try:
        with Path(file).open("rb") as lines:
            yield iter(lines)
    except OSError as error:
        raise Stop(f"{file} cannot be read ({error.strerror}); give the path of a file of JSON lines, or -.") from None


def console(*, stderr: bool = False) -> Console:
    """Where a command prints."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=stderr, highlight=False)


def print_json(value: object) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(value) + "\n")
