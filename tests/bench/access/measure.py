"""What it costs that every call proves who makes it.

    tests/bench/access/measure.py [--bin build/release/bin] [--rounds 5] [--seconds 5]

Servers on fresh stores, asked in turn by a caller whom they believe (the development
header) and by one who is signed in, whose access token they check at each call. Prints the
median of the rounds, and the rounds.
"""

from __future__ import annotations

import argparse
import collections
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import bench_run

PASSWORD = "a long password of the bench\n"


def signed_in(binaries: pathlib.Path, data: pathlib.Path, address: str) -> str:
    """The access token of an admin, made if there is none."""
    environment = os.environ | {"MILKWAY_SERVER": address, "XDG_STATE_HOME": str(data / "state")}
    if (data / "setup.code").exists():
        subprocess.run([binaries / "milkway", "admin", "init", "--data", data, "--id", "admin",
                        "--name", "Admin", "--password-stdin"], input=PASSWORD, text=True,
                       env=environment, check=True, stdout=subprocess.DEVNULL)
    subprocess.run([binaries / "milkway", "sign-in", "admin", "--password-stdin"], input=PASSWORD,
                   text=True, env=environment, check=True, stdout=subprocess.DEVNULL)
    (session,) = (data / "state").rglob("*.json")
    return re.search(r'"access_token": ?"([^"]+)"', session.read_text())[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=bench_run.RELEASE)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    os.environ["MILKWAY_BIN"] = str(arguments.bin)
    sys.path.insert(0, str(bench_run.SCENARIOS))
    import system  # finds the programs where the environment says

    believed, checked = collections.defaultdict(list), collections.defaultdict(list)
    for _ in range(arguments.rounds):
        for part in "unary", "batch":
            for rates in believed, checked:
                with tempfile.TemporaryDirectory(prefix="milkway-access-") as folder:
                    server = system.Server(pathlib.Path(folder) / "data").start()
                    token = (signed_in(arguments.bin, server.data, server.address)
                             if rates is checked else "")
                    found = bench_run.figures(
                        arguments.bin, server.address, "--only", part, "--seconds",
                        arguments.seconds, pattern=r"?(\d+) servings/s", token=token)
                    server.stop()
                for what, (rate,) in found.items():
                    rates[what].append(int(rate))

    for what, rounds in believed.items():
        without, with_checks = statistics.median(rounds), statistics.median(checked[what])
        print(f"{what}: {without:,.0f} servings/s believed, {with_checks:,.0f} checked "
              f"({1 - with_checks / without:.1%} less); rounds {rounds} and {checked[what]}")


if __name__ == "__main__":
    main()
