"""The page in a real browser before the real server: each of its three doors.

Skips where the page was not built (ops/test builds it if Node is there) or where there is
no chromium. The walks themselves are in clients/web/test/browser.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import unittest

import system

WEB = system.ROOT / "clients" / "web"
DIST = WEB / "dist"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

PASSWORD = "milk for sixty children"
DAIRY_GIFT = "gift-2025-001"
WALK_SECONDS = 900


def missing() -> str:
    """What this test needs and this machine has not."""
    if not (DIST / "index.html").exists():
        return "the page is not built (npm run build in clients/web)"
    if shutil.which("node") is None:
        return "node is not installed"
    if not (WEB / "node_modules" / "playwright-core").exists():
        return "clients/web has no node_modules (npm ci --ignore-scripts)"
    if not pathlib.Path(CHROMIUM).exists():
        return f"{CHROMIUM} is not there"
    return ""


class PageSystem(system.System):
    """A server with the page and the sample programme."""

    def __init__(self) -> None:
        super().__init__()
        self.servers["all"] = system.Server(
            self.folder / "all", ["--http", "127.0.0.1:0", "--web", str(DIST)])

    @property
    def url(self) -> str:
        return self.servers["all"].url

    def invite(self, person: str, *options: str) -> str:
        """The token of an invite."""
        link = self.run("invite", "create", person, *options).split()[-1]
        return link.rsplit("#", 1)[1]


@unittest.skipIf(missing(), missing())
class PageTest(unittest.TestCase):
    def setUp(self) -> None:
        self.system = self.enterContext(PageSystem())
        self.system.run("import", system.DEMO)
        self.system.run("publish")

    def walk(self, script: str, *words: str) -> None:
        """Runs a walk before the server of this test."""
        self.run_script(script, self.system.url, *words)

    def run_script(self, script: str, *words: str) -> None:
        """Runs a script, and shows what it printed."""
        done = subprocess.run(["node", WEB / "test" / "browser" / script, *words],
                              cwd=WEB, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=WALK_SECONDS, check=False)
        print(f"{script}\n{done.stdout}", flush=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_the_school(self) -> None:
        self.run_script("school.mjs", str(system.BIN.resolve()))

    def test_the_schools_records_are_there_once(self) -> None:
        self.run_script("exactly_once.mjs", str(system.BIN.resolve()))

    def test_the_donor(self) -> None:
        link = self.system.run("share-link", DAIRY_GIFT).split()[-1]
        self.walk("gift.mjs", link.rsplit("/", 1)[1],
                  self.system.invite("donor", "--role", "donor", "--scope", "donor-01"))

    def test_the_desk(self) -> None:
        data = self.system.servers["all"].data
        subprocess.run([system.BIN / "milkway", "admin", "init", "--data", data, "--id", "admin",
                        "--name", "Admin", "--password-stdin"], input=PASSWORD + "\n", text=True,
                       check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "MILKWAY_SERVER": self.system.servers["all"].address})
        self.walk("desk.mjs", "admin", PASSWORD)


if __name__ == "__main__":
    unittest.main()
