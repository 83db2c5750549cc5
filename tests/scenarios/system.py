"""Starts Milkway's real programs for a test, and stops them again.

Servers listen on free ports of the loopback interface and keep their stores in a
temporary folder.
"""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

BIN = pathlib.Path(os.environ.get("MILKWAY_BIN", "build/dev/bin"))
ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "ops" / "demo" / "changyuan"
SCENARIOS = ROOT / "tests" / "scenarios"

START_SECONDS = 60
STOP_SECONDS = 30

# A service and the ones it calls, in the order in which they are started.
SERVICES = {
    "inventory": [],
    "shipments": ["inventory"],
    "consumption": ["inventory"],
    "impact": ["inventory", "consumption"],
    "trace": ["inventory", "shipments", "consumption"],
    "planning": ["inventory", "shipments", "consumption", "trace"],
}


class Server:
    """One milkwayd process."""

    def __init__(self, data: pathlib.Path, options: list[str] | None = None):
        self.data = data
        self.options = options or []
        self.address = ""
        # Where the page is, for servers with --http: "http://localhost:PORT".
        self.url = ""
        # Where its metrics are, for servers with --http-private.
        self.private_url = ""
        self._process: subprocess.Popen | None = None

    def start(self, listen: str = "127.0.0.1:0") -> "Server":
        self.data.mkdir(parents=True, exist_ok=True)
        with open(self.data / "milkwayd.log", "ab") as log:
            self._process = subprocess.Popen(
                [BIN / "milkwayd", "--data", self.data, "--listen", listen,
                 "--insecure-dev-auth", *self.options],
                stdout=subprocess.PIPE, stderr=log, text=True)
        line = self._process.stdout.readline()
        match = re.fullmatch(r"milkwayd listening on (\S+)\n", line)
        if match is None:
            self._process.wait(STOP_SECONDS)
            raise RuntimeError(f"milkwayd did not start: {self.log_end()}")
        self.address = match[1]
        if "--http" in self.options:
            # Browsers take cookies without TLS from "localhost" only.
            self.url = self._read_url().replace("127.0.0.1", "localhost")
        if "--http-private" in self.options:
            self.private_url = self._read_url()
        return self

    def _read_url(self) -> str:
        return re.search(r"http://\S+", self._process.stdout.readline())[0]

    def log_end(self) -> str:
        return (self.data / "milkwayd.log").read_text(errors="replace")[-2000:]

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def process_id(self) -> int:
        return self._process.pid

    def resident_bytes_peak(self) -> int:
        """The most memory that the process ever had."""
        for line in pathlib.Path(f"/proc/{self.process_id()}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the system does not say how much memory a process has")

    def kill(self) -> None:
        """As a power cut: nothing is said, nothing is saved."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As an operator stops it. Returns the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: int) -> int:
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(how)
        status = self._process.wait(STOP_SECONDS)
        self._process.stdout.close()
        self._process = None
        return status


class System:
    """All services: in one process, or in a process each with a store of its own."""

    def __init__(self, separate: bool = False):
        self._folder = tempfile.TemporaryDirectory(prefix="milkway-scenario-")
        self.folder = pathlib.Path(self._folder.name)
        self.separate = separate
        self.servers: dict[str, Server] = {}

    def __enter__(self) -> "System":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()

    def start(self) -> None:
        if not self.separate:
            server = self.servers.get("all") or Server(self.folder / "all")
            self.servers["all"] = server.start(server.address or "127.0.0.1:0")
            return
        for name, peers in SERVICES.items():
            options = [f"--target={name}"]
            for peer in peers:
                options += [f"--{peer}", self.servers[peer].address]
            earlier = self.servers.get(name)
            server = Server(self.folder / name, options)
            self.servers[name] = server.start(earlier.address if earlier else "127.0.0.1:0")

    def stop(self) -> None:
        for server in reversed(list(self.servers.values())):
            server.stop()

    def kill(self) -> None:
        for server in self.servers.values():
            server.kill()

    def command(self, *words: object) -> list[str]:
        """The words of a milkway command that calls this system."""
        if not self.separate:
            where = ["--server", self.servers["all"].address]
        else:
            where = []
            for name, server in self.servers.items():
                where += [f"--{name}", server.address]
        return [str(BIN / "milkway"), *where, *map(str, words)]

    def run(self, *words: object, status: int | None = 0) -> str:
        """Runs a milkway command and returns what it printed (both streams)."""
        done = subprocess.run(self.command(*words), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
        if status is not None and done.returncode != status:
            raise AssertionError(
                f"milkway {' '.join(map(str, words))} ended with {done.returncode}, "
                f"not {status}:\n{done.stdout}")
        return done.stdout

    def json(self, *words: object) -> object:
        done = subprocess.run(self.command(*words, "--json"), stdout=subprocess.PIPE, text=True,
                              timeout=600, check=True)
        return json.loads(done.stdout)

    def books(self, gifts: list[str]) -> dict:
        """What people are shown, in a form that can be compared."""
        return in_order({"stock": self.json("stock"),
                         "impact": {gift: self.json("impact", gift) for gift in gifts}})

    def posting_count(self) -> int:
        """How many postings there are; what else the log holds comes a moment later."""
        done = subprocess.run(self.command("export", "--list", "postings", "--no-bom"),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              timeout=600, check=True)
        return sum(1 for _ in csv.DictReader(io.StringIO(done.stdout)))


def in_order(books: dict) -> dict:
    """The same books with every list in one order."""
    for impact in books["impact"].values():
        impact["lots"].sort(key=lambda lot: json.dumps(
            [lot["purchase_id"], lot["product_id"], lot["lot_number"]]))
    books["stock"].sort(key=lambda row: json.dumps(row, sort_keys=True))
    return books


def model_books(folder: pathlib.Path, *options: object) -> dict:
    """What the reference model makes of a folder."""
    done = subprocess.run(
        ["python3", SCENARIOS / "reference_model.py", folder, "all", *map(str, options)],
        stdout=subprocess.PIPE, text=True, timeout=600, check=True)
    return in_order(json.loads(done.stdout))


def random_programme(folder: pathlib.Path, seed: int, *options: object) -> None:
    subprocess.run(["python3", SCENARIOS / "random_programme.py", folder, "--seed", str(seed),
                    *map(str, options)], check=True, timeout=600, stdout=subprocess.DEVNULL)


def wait_for(condition, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
