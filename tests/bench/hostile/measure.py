"""How long good callers wait while others attack, and what the attack costs the server.

    tests/bench/hostile/measure.py [--bin build/release/bin] [--rounds 5] [--seconds 5]

Each round measures class records, one a call, on a quiet server and on another under 1,000
idle and 200 hostile connections. Prints the median of the rounds' 99th
percentiles, what memory the server had at most, and how long it took to stop while it was
attacked. The attackers leave the processor to everybody else (nice 19): they are meant to
stand for other machines.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import bench_run


class Attack:
    def __init__(self, address: str, idle: int, hostile: int, in_step: bool):
        self._process = subprocess.Popen(
            [sys.executable, bench_run.SCENARIOS / "hostile_connections.py", address,
             "--idle", str(idle), "--hostile", str(hostile), *(["--in-step"] if in_step else [])],
            stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "attacking\n":
            raise RuntimeError("the attack did not begin")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def latencies(binaries: pathlib.Path, address: str, seconds: int) -> dict[str, tuple[float, float]]:
    """The median and the 99th percentile in ms, by what was called."""
    found = bench_run.figures(binaries, address, "--schools", 10, "--only", "unary", "--seconds",
                              seconds, pattern=r" p50 (\S+) ms  p99 (\S+) ms")
    return {what: (float(p50), float(p99)) for what, (p50, p99) in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=bench_run.RELEASE)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--idle", type=int, default=1_000)
    parser.add_argument("--hostile", type=int, default=200)
    parser.add_argument("--in-step", action="store_true",
                        help="the attackers act in the same moments, twenty times a second")
    arguments = parser.parse_args()
    os.environ["MILKWAY_BIN"] = str(arguments.bin)
    sys.path.insert(0, str(bench_run.SCENARIOS))
    import system  # finds the programs where the environment says

    quiet, attacked = collections.defaultdict(list), collections.defaultdict(list)
    quiet_peaks, peaks, stops = [], [], []
    for _ in range(arguments.rounds):
        for rounds in quiet, attacked:
            with tempfile.TemporaryDirectory(prefix="milkway-hostile-") as folder:
                server = system.Server(pathlib.Path(folder) / "data").start()
                attack = None
                if rounds is attacked:
                    attack = Attack(server.address, arguments.idle, arguments.hostile,
                                    arguments.in_step)
                for what, figures in latencies(arguments.bin, server.address, arguments.seconds).items():
                    rounds[what].append(figures)
                (quiet_peaks if attack is None else peaks).append(server.resident_bytes_peak())
                begun = time.monotonic()
                status = server.stop()
                if attack is not None:
                    stops.append((time.monotonic() - begun, status))
                    attack.stop()

    for what, rounds in quiet.items():
        before = statistics.median(p99 for _, p99 in rounds)
        under = statistics.median(p99 for _, p99 in attacked[what])
        print(f"{what}: p99 {before:.2f} ms quiet, {under:.2f} ms under attack: "
              f"{under / before:.2f} times (p50 {statistics.median(p for p, _ in rounds):.2f}, "
              f"{statistics.median(p for p, _ in attacked[what]):.2f} ms); rounds "
              f"{[p99 for _, p99 in rounds]} and {[p99 for _, p99 in attacked[what]]}")
    print(f"resident at most: {max(quiet_peaks) / 1e6:.0f} MB quiet, "
          f"{max(peaks) / 1e6:.0f} MB under attack")
    print("stopped under attack in " + ", ".join(
        f"{seconds:.1f} s (exit status {status})" for seconds, status in stops))


if __name__ == "__main__":
    main()
