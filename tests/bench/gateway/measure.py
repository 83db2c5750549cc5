"""What the gateway adds to a call, and how much of gRPC's rate it carries.

    tests/bench/gateway/measure.py [--bin build/release/bin] [--rounds 5] [--seconds 4]
    tests/bench/gateway/measure.py --idle 10000

Each round starts a server with a gateway on a fresh store and records classes through gRPC
and through HTTP (binary messages of the Connect protocol) in turn. Prints the medians of
the rounds, and the rounds. With --idle it prints instead what so many idle connections
cost in resident memory.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import re
import resource
import socket
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import bench_run

HTTP = "http: "


def start(folder: str):
    import system  # finds the programs where the environment says
    return system.Server(pathlib.Path(folder) / "data",
                         ["--http", "127.0.0.1:0", "--http-connections", "12000"]).start()


def measure(arguments: argparse.Namespace) -> None:
    rates, medians = collections.defaultdict(list), collections.defaultdict(list)
    for _ in range(arguments.rounds):
        with tempfile.TemporaryDirectory(prefix="milkway-gateway-") as folder:
            server = start(folder)
            found = bench_run.figures(
                arguments.bin, server.address, "--http", server.url.removeprefix("http://"),
                "--schools", 10, "--only", "unary", "batch", "--seconds", arguments.seconds,
                pattern=r" (\S+) servings/s  p50 (\S+) ms")
            for what, (rate, p50) in found.items():
                rates[what].append(float(rate))
                medians[what].append(float(p50) * 1e3)
            server.stop()
    for what in rates:
        if what.startswith(HTTP):
            continue
        direct, carried = (statistics.median(rates[name]) for name in (what, HTTP + what))
        added = statistics.median(medians[HTTP + what]) - statistics.median(medians[what])
        print(f"{what}: {direct:,.0f} servings/s by gRPC, {carried:,.0f} by HTTP "
              f"({carried / direct:.0%}); p50 {statistics.median(medians[what]):.0f} us, "
              f"{added:+.0f} us; rounds {[round(rate) for rate in rates[what]]} and "
              f"{[round(rate) for rate in rates[HTTP + what]]}")


def resident_bytes(server) -> int:
    """What the process has now, unlike the most that it had."""
    status = pathlib.Path(f"/proc/{server.process_id()}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.M)[1]) * 1024


def measure_idle(count: int) -> None:
    """Connections that have asked once and stay, from 64 addresses of this machine."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory(prefix="milkway-gateway-") as folder:
        server = start(folder)
        port = int(server.url.rsplit(":", 1)[1])
        before = resident_bytes(server)
        kept = []
        for number in range(count):
            line = socket.create_connection(("127.0.0.1", port),
                                            source_address=(f"127.0.1.{1 + number % 64}", 0))
            line.sendall(b"GET /session HTTP/1.1\r\nhost: localhost\r\n\r\n")
            if not line.recv(4096).startswith(b"HTTP/1.1 401"):
                raise RuntimeError(f"connection {number} was not answered")
            kept.append(line)
        after = resident_bytes(server)
        print(f"{count} idle connections: {(after - before) / 1e6:.0f} MB "
              f"({(after - before) / count / 1e3:.1f} kB each), {after / 1e6:.0f} MB in all")
        server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=bench_run.RELEASE)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--idle", type=int, default=0)
    arguments = parser.parse_args()
    os.environ["MILKWAY_BIN"] = str(arguments.bin)
    sys.path.insert(0, str(bench_run.SCENARIOS))
    if arguments.idle:
        measure_idle(arguments.idle)
    else:
        measure(arguments)


if __name__ == "__main__":
    main()
