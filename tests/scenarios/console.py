"""Runs what a guide shows: its commands, against what it says that they print.

A guide's fenced blocks of kind `console` are sessions of a shell:

    ```console
    $ milkway stock --location changyuan
    PLACE      LOT         …
    …
    $ milkway receive S-1 …   # exit 1
    ```

A line that starts with "$ " is a command; "> " goes on with it (a here-document, for
instance). What follows is what it prints on both streams. "…" alone on a line stands
for any number of lines, within a line for any text. Blanks at a line's end do not
count, and several in a row are one. A command ends with status 0, or with the one
that a trailing "# exit N" names.
"""

from __future__ import annotations

import dataclasses
import re

_ANY = "…"
_EXIT = re.compile(r"\s+# exit (\d+)$")


@dataclasses.dataclass
class Step:
    """One command of a guide."""

    line: int
    command: str
    status: int
    expected: list[str]

    def mismatch(self, output: str) -> str | None:
        """Why `output` is not what the guide shows; None if it is."""
        printed = [_squeeze(line) for line in output.rstrip("\n").split("\n")]
        if printed == [""]:
            printed = []
        expected = [_squeeze(line) for line in self.expected]
        if _fits(expected, printed):
            return None
        return "it shows\n  " + "\n  ".join(self.expected) + "\nbut the command prints\n  " + \
            "\n  ".join(printed)


def steps_of(markdown: str) -> list[Step]:
    """The commands of a guide, in order."""
    steps: list[Step] = []
    in_console = False
    for number, line in enumerate(markdown.split("\n"), start=1):
        if line.startswith("```"):
            in_console = line.strip() == "```console"
        elif not in_console:
            continue
        elif line.startswith("$ "):
            found = _EXIT.search(line)
            command = line[2:found.start()] if found else line[2:]
            steps.append(Step(number, command, int(found[1]) if found else 0, []))
        elif not steps:
            raise ValueError(f"line {number}: output before the first command")
        elif line.startswith("> ") and not steps[-1].expected:
            steps[-1].command += "\n" + line[2:]
        else:
            steps[-1].expected.append(line)
    return steps


def _squeeze(line: str) -> str:
    return re.sub(r"\s+", " ", line.rstrip())


def _fits(expected: list[str], printed: list[str]) -> bool:
    # reachable: how many printed lines the expected lines so far can stand for.
    reachable = {0}
    for line in expected:
        if line.strip() == _ANY:
            reachable = set(range(min(reachable), len(printed) + 1)) if reachable else set()
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in re.split(" ?… ?", line)))
        reachable = {end + 1 for end in reachable
                     if end < len(printed) and pattern.fullmatch(printed[end])}
    return len(printed) in reachable
