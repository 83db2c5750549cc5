"""One run of milkway-bench against a server that stands."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "tests" / "scenarios"
RELEASE = ROOT / "build" / "release" / "bin"


def figures(binaries: pathlib.Path, address: str, *options: object, pattern: str,
            token: str = "") -> dict[str, tuple[str, ...]]:
    """What was measured, by what was called ("one class a call, 64 outstanding").

    `pattern` finds the figures in the rest of a line. With a token the bench is signed in.
    """
    environment = {name: value for name, value in os.environ.items() if name != "MILKWAY_TOKEN"}
    if token:
        environment["MILKWAY_TOKEN"] = token
    done = subprocess.run(
        [binaries / "milkway-bench", "--server", address, "--gifts", "10", *map(str, options)],
        stdout=subprocess.PIPE, text=True, check=False, env=environment)
    found = {match[1]: match.groups()[1:] for match in re.finditer(
        rf"^(.*class\w* a call, \d+ outstanding).*{pattern}", done.stdout, re.M)}
    if done.returncode != 0 or not found:
        raise RuntimeError(done.stdout)
    return found
