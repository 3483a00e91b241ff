"""The stand-in Postmark as one thing: an account with servers, a port, a clock, and webhooks that are really posted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from operator import itemgetter
from random import Random
from typing import Self
from urllib.parse import quote, urlsplit

from bot.sandbox import samples
from bot.sandbox.api import routes
from bot.sandbox.clock import Clock
from bot.sandbox.faults import POSTMARKS, Answer, Fault, Faults
from bot.sandbox.hooks import Webhook
from bot.sandbox.outbox import Attempt, Mischief, Outbox
from bot.sandbox.port import Port, Request
from bot.sandbox.state import Account, Domain, Quirks, Sender, Template
from bot.sandbox.story import Story
from bot.sandbox.telling import tell

TRIGGERS = ("Open", "Click", "Delivery", "Bounce", "SpamComplaint", "SubscriptionChange")


class Sandbox(Story):
    """A stand-in Postmark, alive inside a ``with`` block.

    ::

        with Sandbox(now=monday, servers={"office": "a-token"}) as postmark:
            postmark.connect("http://127.0.0.1:8080/webhooks/postmark", user="seen", password="…")
            quote = postmark.send("maria@oakleaf.example", "Your quote for job 1042")
            postmark.deliver(quote, at=monday + timedelta(seconds=4))
            postmark.open(quote, "maria@oakleaf.example", by=readers.PHONE, at=monday + timedelta(hours=2))
            postmark.flush()

    Args:
        now: what the clock shows at first; it moves only when it is told to.
        port: where to listen on 127.0.0.1; 0 takes a free port.
        servers: token by name, of one or several servers.
        account_token: for the account's calls; without it they are refused.
        seed: what is drawn at random (IDs, mischief) is the same for the same seed.
    """

    def __init__(
        self,
        *,
        now: datetime,
        port: int = 0,
        servers: Mapping[str, str] | None = None,
        account_token: str | None = None,
        seed: int = 1,
    ) -> None:
        clock = Clock(now)
        outbox = Outbox(clock, Random(seed))  # its own dice: IDs stay the same whoever listens
        super().__init__(Account(token=account_token, clock=clock, random=Random(seed), outbox=outbox))
        for name, token in (servers or {"office": "sandbox-server-token"}).items():
            self.account.add_server(name, token)
        self.requests: deque[Request] = deque(maxlen=10_000)
        """The latest requests that came in, oldest first."""
        self._faults = Faults(POSTMARKS)
        self._port = Port(self._answer, port=port)

    def __enter__(self) -> Self:
        self._port.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._faults.heal()
        self._port.close()

    @property
    def url(self) -> str:
        """Where the API listens, e.g. ``http://127.0.0.1:40123``."""
        return self._port.url

    @property
    def quirks(self) -> Quirks:
        """How answers differ where Postmark's documents leave a choice."""
        return self.account.quirks

    @property
    def mischief(self) -> Mischief:
        """What befalls webhooks on their way."""
        return self.account.outbox.mischief

    # ── Setting up ───────────────────────────────────────────────────────────────────────────────────────────────

    def connect(
        self,
        url: str,
        *,
        user: str | None = None,
        password: str | None = None,
        server: str | None = None,
        first_opens_only: bool = False,
        without: tuple[str, ...] = (),
    ) -> None:
        """Points every sending stream of a server (of all, without a name) and its inbound mail at an endpoint.

        ``without`` names triggers that stay off.
        """
        triggers = {name: {"Enabled": name not in without} for name in TRIGGERS}
        triggers["Open"]["PostFirstOpenOnly"] = first_opens_only
        with self.account.lock:
            for found in [self.server(server)] if server else self.account.servers.values():
                for stream in found.streams.values():
                    if stream.type != "Inbound":
                        hook = Webhook(webhook_id=self.account.new_id(), url=url, stream=stream.stream_id)
                        hook.username, hook.password = user, password
                        hook.triggers = {name: dict(settings) for name, settings in triggers.items()}
                        found.webhooks[hook.webhook_id] = hook
                found.inbound_hook_url = _with_credentials(url, user, password)

    def add_domain(
        self, name: str, *, dkim_verified: bool = True, weak_dkim: bool = False, return_path_verified: bool = True
    ) -> int:
        """Gives the account a sender domain; from then on only known senders may send. Returns its ID."""
        with self.account.lock:
            domain_id = self.account.new_id()
            self.account.domains[domain_id] = Domain(
                domain_id=domain_id,
                name=name,
                dkim_verified=dkim_verified,
                weak_dkim=weak_dkim,
                return_path_verified=return_path_verified,
            )
            return domain_id

    def add_sender(self, address: str, name: str = "", *, confirmed: bool = True) -> int:
        """Gives the account a sender signature; from then on only known senders may send. Returns its ID."""
        with self.account.lock:
            sender_id = self.account.new_id()
            self.account.senders[sender_id] = Sender(
                sender_id=sender_id, address=address, name=name, confirmed=confirmed
            )
            return sender_id

    def add_template(
        self, alias: str, *, subject: str, html: str | None = None, text: str | None = None, server: str | None = None
    ) -> int:
        """Gives a server a template with ``{{places}}``. Returns its ID."""
        with self.account.lock:
            template_id = self.account.new_id()
            self.server(server).templates[alias] = Template(
                template_id=template_id, alias=alias, subject=subject, html=html, text=text
            )
            return template_id

    # ── Webhooks and time ────────────────────────────────────────────────────────────────────────────────────────

    def flush(self, *, at_once: int = 1) -> list[Attempt]:
        """Posts the webhooks that are due by the clock, and returns how each try went (``outbox.Outbox.flush``)."""
        return self.account.outbox.flush(at_once=at_once)

    def advance(self, by: timedelta) -> list[Attempt]:
        """Lets time pass, posting every webhook and retry at the moment it falls due."""
        until = self.clock.now() + by
        attempts = self.flush()
        while (due := self.account.outbox.next_due()) is not None and due <= until:
            self.clock.reach(due)
            attempts += self.flush()
        self.clock.reach(until)
        return attempts

    def play(self, steps: Iterable[tuple[datetime, Callable[[], object]]]) -> None:
        """Plays a story: each step at its moment, in the order of time, and every webhook when it falls due.

        Steps may be told in any order, so that a story can follow one customer after the other.
        """
        for at, step in sorted(steps, key=itemgetter(0)):
            self.advance(at - self.clock.now())
            step()
        self.flush()

    def send_tests(self, *, server: str | None = None, stream: str = "outbound") -> None:
        """Queues what Postmark's page sends for "send test": one made-up body of each type (``samples``)."""
        with self.account.lock:
            found = self.server(server)
            for body in samples.bodies(self.account, found, stream):
                tell(self.account, found, stream, body)

    # ── Faults ───────────────────────────────────────────────────────────────────────────────────────────────────

    def fault(
        self,
        name: str,
        *,
        times: int | None = None,
        path: str = "",
        server: str | None = None,
        retry_after: float | None = None,
        seconds: float = 1.0,
    ) -> Fault:
        """Switches a fault of the API on: for ``times`` requests, until ``heal``, or for a ``with`` block.

        Args:
            name: ``429`` (with ``retry_after`` seconds if given), ``500``, ``503``, ``maintenance``, ``html`` (a
                gateway's page), ``html_200``, ``no_error_code``, ``truncated`` (JSON that ends in the middle),
                ``broken_off`` (the connection ends in the middle), ``cut`` (the request is carried out, the
                connection ends unanswered), ``hang``, or ``slow`` (by ``seconds``).
            times: how many requests it befalls; all without it.
            path: only requests whose path begins so.
            server: only requests with the token of the server of this name.
            retry_after: for ``429``.
            seconds: for ``slow``.
        """
        fault = Fault(name=name, times=times, path=path, server=server, retry_after=retry_after, seconds=seconds)
        return self._faults.add(fault)

    def heal(self) -> None:
        """Ends every fault."""
        self._faults.heal()

    def _answer(self, request: Request) -> Answer:
        self.requests.append(request)
        server = routes.server_of(self.account, request)

        def usual() -> Answer:
            return Answer.of(*routes.answer(self.account, request))

        fault = self._faults.for_request(request.path, server.name if server else None)
        return fault.befall(usual) if fault else usual()


def _with_credentials(url: str, user: str | None, password: str | None) -> str:
    if user is None:
        return url
    parts = urlsplit(url)
    return parts._replace(netloc=f"{quote(user, safe='')}:{quote(password or '', safe='')}@{parts.netloc}").geturl()
