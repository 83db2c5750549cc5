"""/metrics of a real milkwayd, as Prometheus reads it. Skips without promtool."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from system import BIN, DEMO, Server


@unittest.skipIf(shutil.which("promtool") is None,
                 "promtool is not installed (ops/test installs it with prometheus)")
class MetricsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = self.enterContext(tempfile.TemporaryDirectory(prefix="milkway-metrics-"))
        self.server = Server(pathlib.Path(folder) / "data",
                             ["--http", "127.0.0.1:0", "--http-private", "127.0.0.1:0"]).start()
        self.addCleanup(self.server.stop)

    def read(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.server.private_url + path, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def test_prometheus_has_nothing_to_say_against_them(self) -> None:
        subprocess.run([BIN / "milkway", "--server", self.server.address, "import", DEMO],
                       check=True, timeout=300, stdout=subprocess.DEVNULL)
        self.read("/nothing-here")

        status, text = self.read("/metrics")

        self.assertEqual(status, 200)
        checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                                 timeout=60)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""))
        calls = re.search(
            r'^milkway_\w+\{.*method="milkway.consumption.v1.DistributionService/\w+".*\} \d', text,
            re.M)
        self.assertIsNotNone(calls, text[:3000])

    def test_it_is_alive_and_ready_and_nothing_else_is_told(self) -> None:
        self.assertEqual(self.read("/healthz")[0], 200)
        self.assertEqual(self.read("/readyz")[0], 200)
        self.assertEqual(self.read("/milkway.accounts.v1.AccountService/WhoAmI")[0], 404)
        self.assertEqual(self.read("/session")[0], 404)


if __name__ == "__main__":
    unittest.main()
