"""Everything that can go wrong between us and Postmark, as one tree.

* PostmarkError
    * NotAnswering: no usable answer came, trying again may help
        * Unreachable: no connection (refused, name not found, certificate, proxy, cut while answering)
        * TimedOut: no answer, or not the whole of it, in the time given
        * RateLimited: HTTP 429; knows ``retry_after`` when Postmark told it
        * Maintenance: ErrorCode 100
        * ServerFault: HTTP 5xx
        * OddAnswer: not JSON, not the shape that was asked for, or a redirect
    * Refused: Postmark understood and said no, trying again cannot help
        * WrongToken: ErrorCode 10, HTTP 401, or no token to ask with
        * NotFound: the message is not there (ErrorCode 701), or another thing is not (12, 1226, 1235, HTTP 404)
        * BadRequest: whatever else was wrong with the question

Each says whether trying again may help (``retryable``), what a person should do (``advice``) and which of our servers
it concerns (``server``; ``None`` for the account). None of them holds a token, in its text or anywhere else; the text
holds nothing of what was asked, but may quote Postmark.
"""

from __future__ import annotations

from typing import ClassVar


class PostmarkError(Exception):
    """Postmark could not be asked, or its answer is of no use."""

    retryable: ClassVar[bool] = False
    default_advice: ClassVar[str] = "Run `seen doctor`: it tries every setting and says how to mend a fault."

    def __init__(
        self,
        text: str,
        *,
        server: str | None = None,
        advice: str | None = None,
        status: int | None = None,
        error_code: int | None = None,
    ) -> None:
        super().__init__(text)
        self.server = server
        self.advice = advice or self.default_advice
        self.status = status
        """The HTTP status, where there was an answer."""
        self.error_code = error_code
        """Postmark's own ErrorCode, where it named one."""


class NotAnswering(PostmarkError):  # noqa: N818 - its name says what happened
    """No usable answer came; the same question may be answered later."""

    retryable = True
    default_advice = "Try again in a few minutes; https://status.postmarkapp.com tells whether Postmark has trouble."


class Unreachable(NotAnswering):
    default_advice = "Check this machine's internet connection and POSTMARK_API_URL."


class TimedOut(NotAnswering):
    pass


class RateLimited(NotAnswering):
    """Postmark wants fewer requests."""

    default_advice = (
        "Wait a minute and ask again. If it happens often, look for other programs that use the same token."
    )

    def __init__(
        self,
        text: str,
        *,
        retry_after: float | None = None,
        server: str | None = None,
        status: int | None = None,
        error_code: int | None = None,
    ) -> None:
        super().__init__(text, server=server, status=status, error_code=error_code)
        self.retry_after = retry_after
        """Seconds to wait, as Postmark asked; ``None`` where it did not say."""


class Maintenance(NotAnswering):
    default_advice = "Postmark is being maintained. Try again later; https://status.postmarkapp.com tells when."


class ServerFault(NotAnswering):
    pass


class OddAnswer(NotAnswering):
    default_advice = "Check that POSTMARK_API_URL points at Postmark itself, and not at a proxy or a login page."


class Refused(PostmarkError):  # noqa: N818 - the same
    """Postmark understood and said no; the same question gets the same answer."""


class WrongToken(Refused):
    pass


class NotFound(Refused):
    """For a message: it expired, belongs to another server, or never existed. Postmark does not tell these apart."""

    default_advice = (
        "Look at the message ID; Postmark forgets an email after 45 days unless the server keeps it longer."
    )


class BadRequest(Refused):
    pass


PERMANENT_ADVICE = {
    400: "Add the sender address in Postmark, under Sender Signatures.",
    401: "Confirm the sender address in Postmark, under Sender Signatures.",
    405: "The Postmark account is out of credit; an admin has to renew it.",
    412: "Postmark has not approved the account yet; an admin has to ask for approval.",
    413: "Postmark does not let this account send; an admin has to write to Postmark's support.",
    700: "Narrow the search: a shorter time or a whole address.",
    1003: "This address cannot be reactivated: only the customer, or Postmark's support, can undo it.",
}
"""What to do about a refusal, by Postmark's ErrorCode (its API overview, "API error codes")."""
