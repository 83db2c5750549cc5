"""Every command of the user guides runs, and prints what its guide shows."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

from console import steps_of
from system import BIN, ROOT, System


def problems_of(path: pathlib.Path) -> list[str]:
    """Follows one guide from its first command to its last, on a new server."""
    problems = []
    with System() as milkway:
        folder = milkway.folder / "reader"
        folder.mkdir()
        shutil.copytree(ROOT / "ops" / "demo", folder / "ops" / "demo")
        (folder / "var").symlink_to(milkway.servers["all"].data)
        environment = {**os.environ, "MILKWAY_SERVER": milkway.servers["all"].address,
                       "XDG_STATE_HOME": str(milkway.folder / "state"),
                       "PATH": f"{BIN.resolve()}:{os.environ['PATH']}", "TZ": "UTC"}
        kept = milkway.folder / "environment"
        kept.touch()
        for step in steps_of(path.read_text()):
            # What one command exports, the next ones have, as in one shell.
            script = f"source {kept}\n{step.command}\nstatus=$?\nexport -p > {kept}\nexit $status"
            done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  timeout=120, check=False)
            place = f"{path.name}:{step.line}: {step.command}"
            if done.returncode != step.status:
                problems.append(f"{place}\nended with {done.returncode}, not {step.status}:\n"
                                f"{done.stdout}")
                continue
            difference = step.mismatch(done.stdout)
            if difference is not None:
                problems.append(f"{place}\n{difference}")
    return problems


class GuideTest(unittest.TestCase):
    def test_the_guides_are_true(self) -> None:
        guides = sorted((ROOT / "docs").glob("guide-*.md"))
        self.assertTrue(guides)
        for guide in guides:
            with self.subTest(guide=guide.name):
                problems = problems_of(guide)
                self.assertFalse(problems, "\n\n".join(problems))


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].endswith(".md"):
        print("\n\n".join(problems_of(pathlib.Path(sys.argv[1]))) or "the guide is true")
    else:
        unittest.main()
