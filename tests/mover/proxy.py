"""Stands between restic and a server, counts requests, and does one of them, or all from it on, some harm.

It knows nothing of restic: it speaks HTTP/1.1 and passes on what it is not told to spoil. What else shall happen at a
request, such as a signal to the mover, is the caller's.
"""

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.mover.http_servers import serving

RESET = struct.pack("ii", 1, 0)
"""Of SO_LINGER: closing sends a reset at once."""
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


def nothing() -> None:
    """What happens at a request that is to be passed on as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What is done to a request; in this order, each where it is set."""

    delay: float = 0
    strike: Callable[[], None] = nothing
    status: int | None = None
    """Answered by ourselves."""
    cut: bool = False
    """The connection is reset before the request reaches the server."""
    cut_answer: bool = False
    """The server has done what it was asked to, and restic does not hear of it."""


HARMLESS = Harm()


@dataclass(slots=True)
class Proxy:
    """One that runs."""

    port: int
    upstream: tuple[str, int]
    harm: Harm = HARMLESS
    first: int = 0
    """The number of the request that is harmed; 0 for none. The first request is 1."""
    lasting: bool = False
    """Whether all that come later are, too."""
    seen: list[str] = field(default_factory=list)
    struck: threading.Event = field(default_factory=threading.Event)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, request: str) -> bool:
        """Count a request; whether it is to be harmed."""
        with self.guard:
            self.seen.append(request)
            number = len(self.seen)
        met = self.first > 0 and (number == self.first or (self.lasting and number > self.first))
        if met:
            self.struck.set()
        return met

    def ask(self, asked: "Connection", body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        """The server's answer."""
        with contextlib.closing(http.client.HTTPConnection(*self.upstream, timeout=60)) as server:
            server.putrequest(asked.command, asked.path, skip_host=True, skip_accept_encoding=True)
            for name, value in asked.headers.items():
                if name.lower() not in HOP_BY_HOP:
                    server.putheader(name, value)
            server.putheader("Content-Length", str(len(body)))
            server.endheaders(body)
            answer = server.getresponse()
            return answer, answer.read()


class Server(ThreadingHTTPServer):
    """A thread for each connection; ends them as they are, with a reset where one was asked for."""

    daemon_threads = True
    request_queue_size = 64
    proxy: Proxy

    def shutdown_request(self, request: Any) -> None:
        """Without the polite end, which would be no cut."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed leaves its connection in the middle of a word."""


class Connection(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def pass_on(self) -> None:
        """One request."""
        body = self.body()
        proxy = self.server.proxy
        harm = proxy.harm if proxy.meet(f"{self.command} {self.path}") else HARMLESS
        time.sleep(harm.delay)
        harm.strike()
        if harm.cut:
            self.reset()
        elif harm.status is not None:
            self.answer(harm.status, [], b"")
        else:
            answer, content = proxy.ask(self, body)
            if harm.cut_answer:
                self.reset()
            else:
                length = answer.getheader("Content-Length") if self.command == "HEAD" else None
                self.answer(answer.status, answer.getheaders(), content, length)

    def body(self) -> bytes:
        """Of the request; restic sends an empty one in chunks."""
        if "Transfer-Encoding" not in self.headers:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def __getattr__(self, name: str) -> Any:
        """All methods are alike; the base class looks for `do_GET` and the like."""
        if name.startswith("do_"):
            return self.pass_on
        raise AttributeError(name)

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes, length: str | None = None) -> None:
        """Send one."""
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)) if length is None else length)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """Break the connection."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep quiet."""


@contextlib.contextmanager
def proxy_of(port: int) -> Iterator[Proxy]:
    """A proxy of the server at a port of loopback, for as long as the block lasts."""
    server = Server(("127.0.0.1", 0), Connection)
    server.proxy = Proxy(server.server_port, ("127.0.0.1", port))
    with serving(server):
        yield server.proxy
