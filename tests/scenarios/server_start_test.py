"""How milkwayd starts, refuses to start, and stops."""

from __future__ import annotations

import pathlib
import subprocess
import tempfile
import unittest

import system
from system import BIN, Server


def refusal(*options: object) -> tuple[int, str]:
    """The exit status and the last line of a milkwayd that cannot start."""
    done = subprocess.run([BIN / "milkwayd", *map(str, options)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    return done.returncode, done.stderr.strip().splitlines()[-1]


class ServerStartTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, name: str = "data") -> Server:
        server = Server(self.folder / name).start()
        self.addCleanup(server.stop)
        return server

    def test_two_servers_cannot_have_one_store(self) -> None:
        server = self.start()

        status, said = refusal("--data", server.data, "--listen", "127.0.0.1:0",
                               "--insecure-dev-auth")

        self.assertEqual(status, 1)
        self.assertIn("another process has the store", said)

    def test_two_servers_cannot_listen_on_one_port(self) -> None:
        server = self.start()

        status, said = refusal("--data", self.folder / "other", "--listen", server.address,
                               "--insecure-dev-auth")

        self.assertEqual(status, 1)
        self.assertIn(f"cannot listen on {server.address}", said)

    def test_believing_everybody_is_for_loopback_only(self) -> None:
        status, said = refusal("--data", self.folder / "data", "--listen", "0.0.0.0:0",
                               "--insecure-dev-auth")

        self.assertEqual(status, 2)
        self.assertIn("listen on 127.0.0.1", said)
        self.assertFalse((self.folder / "data").exists())

    def test_an_unknown_service_is_a_usage_error(self) -> None:
        status, said = refusal("--target", "inventry")

        self.assertEqual(status, 2)
        self.assertIn("inventory", said)

    def test_a_data_folder_that_cannot_be_made_is_an_error(self) -> None:
        (self.folder / "file").write_text("in the way")

        status, said = refusal("--data", self.folder / "file" / "data", "--listen", "127.0.0.1:0")

        self.assertEqual(status, 1)
        self.assertIn("file/data", said)

    def test_without_sign_in_nobody_can_call(self) -> None:
        process = subprocess.Popen(
            [BIN / "milkwayd", "--data", self.folder / "data", "--listen", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        address = process.stdout.readline().split()[-1]

        done = subprocess.run([BIN / "milkway", "--server", address, "stock"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=60, check=False)

        self.assertEqual(done.returncode, 1)
        self.assertNotIn("LOCATION", done.stdout)

    def test_it_stops_when_it_is_asked_to(self) -> None:
        server = self.start()

        self.assertEqual(server.stop(), 0)

    def test_the_log_is_json_lines(self) -> None:
        import json

        with system.System() as milkway:
            milkway.run("stock")
            milkway.stop()
            lines = (milkway.servers["all"].data / "milkwayd.log").read_text().splitlines()

        events = [json.loads(line) for line in lines]
        self.assertEqual(events[0]["event"], "started")
        self.assertEqual(events[-1]["event"], "stopped")
        self.assertTrue(any(event.get("method", "").endswith("ListBalances") for event in events))


if __name__ == "__main__":
    unittest.main()
