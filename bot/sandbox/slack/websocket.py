"""The server's side of a WebSocket, as far as Socket Mode needs it (RFC 6455): text, pings, a polite end."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import IO

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MORE, _TEXT, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x8, 0x9, 0xA
MAX_FRAME = 4_000_000


class WebSocket:
    """One connection whose client has asked to upgrade. May be written to from several threads."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._writing = threading.Lock()

    def accept(self, key: str) -> None:
        """Answers the client's handshake."""
        proof = base64.b64encode(hashlib.sha1(key.encode() + _MAGIC, usedforsecurity=False).digest()).decode()
        lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
        answer = "\r\n".join([*lines, f"Sec-WebSocket-Accept: {proof}", "", ""])
        self._connection.sendall(answer.encode())

    def refuse(self, status: str) -> None:
        """Turns the client away, e.g. with ``408 Request Timeout``."""
        self._connection.sendall(f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())

    def send(self, text: str) -> None:
        """Sends a text. Raises ``OSError`` when nobody is there any more."""
        self._write(_TEXT, text.encode())

    def close(self, code: int = 1000) -> None:
        """Ends the connection politely."""
        with suppress(OSError):
            self._write(_CLOSE, struct.pack("!H", code))
        self.cut()

    def cut(self) -> None:
        """Ends the connection without a word."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def texts(self) -> Iterator[str]:
        """What the client says, until it goes. Pings are answered on the way."""
        with self._connection.makefile("rb") as incoming, suppress(OSError, EOFError):
            message = b""
            while True:
                last, kind, data = _frame(incoming)
                if kind == _CLOSE:
                    self.close()
                    return
                if kind == _PING:
                    self._write(_PONG, data)
                elif kind in {_TEXT, _MORE}:
                    message += data
                    if last:
                        yield message.decode(errors="replace")
                        message = b""

    def _write(self, kind: int, data: bytes) -> None:
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x80 | kind, size)
        elif size < 65_536:
            head = struct.pack("!BBH", 0x80 | kind, 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 127, size)
        with self._writing:
            self._connection.sendall(head + data)


def _frame(incoming: IO[bytes]) -> tuple[bool, int, bytes]:
    first, second = _exactly(incoming, 2)
    size = second & 0x7F
    if size == 126:
        (size,) = struct.unpack("!H", _exactly(incoming, 2))
    elif size == 127:
        (size,) = struct.unpack("!Q", _exactly(incoming, 8))
    if size > MAX_FRAME or not second & 0x80:
        raise EOFError("A client's frames are masked, and not endless.")
    mask = _exactly(incoming, 4)
    data = _exactly(incoming, size)
    return bool(first & 0x80), first & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))


def _exactly(incoming: IO[bytes], size: int) -> bytes:
    data = incoming.read(size)
    if len(data) < size:
        raise EOFError
    return data
