from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator

import pytest

from bot.postmark.client import Postmark
from bot.postmark.errors import PostmarkError
from tests.postmark.servers import Reply, Server, Time, as_json, html, refused

TOKEN, ACCOUNT_TOKEN = "c0ffee00-secret-of-server", "deadbeef-secret-of-account"

FAULTS: dict[str, Callable[[str], Reply]] = {
    "a gateway's page": lambda token: html(500),
    "too many requests": lambda token: html(429),
    "a wrong token": lambda token: refused(10, f"The token {token} is not ours.", status=401),
    "a refusal": lambda token: refused(300, f"Bad: {token}"),
    "not found": lambda token: refused(701, token),
    "a fault": lambda token: as_json({"ErrorCode": 500, "Message": token}, 500),
    "no code": lambda token: as_json({"Message": token}, 422),
    "no JSON": lambda token: Reply(200, token.encode()),
    "half an answer": lambda token: Reply(200, b"{", promised=10),
    "a redirect": lambda token: Reply(302, b"", {"Location": f"http://127.0.0.1:1/{token}"}),
    "silence": lambda token: Reply(200, b"{}", pause=5),
}
"""What comes back, some of it quoting the token that was sent."""


@pytest.fixture
def everything_told(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Gives all that was printed, and all that any library logged with every logger turned up."""
    for name in (None, "Postmarker", "urllib3", "requests", "bot"):
        caplog.set_level(logging.DEBUG, name)

    def told() -> str:
        printed = capfd.readouterr()
        return f"{caplog.text} {printed.out} {printed.err}"

    return told


def chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def variables_along(error: BaseException) -> Iterator[dict[str, object]]:
    """The variables of every function that an error came through, but for the test's own."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename != __file__:
            yield dict(frame.f_locals)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("account", [False, True])
def test_no_fault_shows_a_token(fault: str, everything_told: Callable[[], str], *, account: bool) -> None:
    """No token is in an error, in what led to it, in a variable along its traceback, in a log or on the terminal."""
    with Server(FAULTS[fault](ACCOUNT_TOKEN if account else TOKEN)) as server:
        postmark = Postmark(
            {"main": TOKEN},
            account_token=ACCOUNT_TOKEN,
            api_url=server.url,
            timeout=(0.3, 0.3),
            retries=1,
            sleep=Time().sleep,
        )
        logging.getLogger("Postmarker").setLevel(logging.DEBUG)
        with pytest.raises(PostmarkError) as caught:
            postmark.domains() if account else postmark.search("main", recipient="ruth@millpond.example")
    error = caught.value
    told = [
        *(f"{each!r} {each} {vars(each)}" for each in chain(error)),
        "".join(traceback.format_exception(error)),
        *(repr(variables) for variables in variables_along(error)),
        error.advice,
        repr(postmark),
        repr(vars(postmark)),
        everything_told(),
    ]
    for text in told:
        assert TOKEN not in text
        assert ACCOUNT_TOKEN not in text
    assert len(list(chain(error))) == 1


def test_no_answer_is_logged(everything_told: Callable[[], str]) -> None:
    """What Postmark answers, customers' addresses and server tokens among it, is in no log however loud it is."""
    with Server(as_json({"Name": "Birch", "ApiTokens": ["token-in-answer"]})) as server:
        postmark = Postmark({"main": TOKEN}, api_url=server.url)
        logging.getLogger("Postmarker").setLevel(logging.DEBUG)
        assert postmark.settings("main").name == "Birch"
    told = everything_told()
    assert "/server" in told, "nothing was logged: the test would not notice"
    assert TOKEN not in told
    assert "token-in-answer" not in told


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "töken", "tab\t"])
def test_a_token_that_is_none_is_refused_unseen(token: str) -> None:
    """A token that could not be one is noticed at the start, by the server's name and without showing it."""
    with pytest.raises(ValueError, match="main") as caught:
        Postmark({"main": f"{token}"})
    assert not token or token not in str(caught.value)


def test_a_redirect_takes_no_token_along() -> None:
    """A redirect to another machine is not followed, so no token gets there."""
    with Server() as elsewhere, Server(Reply(307, b"", {"Location": f"{elsewhere.url}/"})) as server:
        with pytest.raises(PostmarkError):
            Postmark({"main": TOKEN}, api_url=server.url, retries=0).settings("main")
        assert elsewhere.requests == []
