"""A name server on a real port of this machine, which knows what it is told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """Answers over UDP from ``records``: texts by (name, kind). ``silent`` makes it swallow every question."""

    def __init__(self, records: Mapping[tuple[str, str], str], *, silent: bool = False) -> None:
        self._records = {(name.casefold(), kind): value for (name, kind), value in records.items()}
        self._silent = silent
        self.asked: set[str] = set()
        """The names that it was asked about."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._silent = True
        # Closing alone would not wake the thread: an empty datagram does.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(60)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4096)
            if not wire:
                return
            self.asked.add(_name(wire))
            if not self._silent:
                self._socket.sendto(self._answer(wire), sender)

    def _answer(self, wire: bytes) -> bytes:
        question = dns.message.from_wire(wire)
        asked = question.question[0]
        name, kind = _name(wire), dns.rdatatype.to_text(asked.rdtype)
        answer = dns.message.make_response(question)
        answer.flags |= dns.flags.RA
        value = self._records.get((name, kind))
        if value is not None:
            answer.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, value))
        elif not any(known == name for known, _ in self._records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer.to_wire()


def _name(wire: bytes) -> str:
    return dns.message.from_wire(wire).question[0].name.to_text(omit_final_dot=True).casefold()
