"""Under hostile connections a server answers, stays small, and stops when it is asked to.

How fast it answers is measured by tests/bench/hostile/measure.py, not here.
"""

from __future__ import annotations

import subprocess
import sys
import time
import unittest

from system import SCENARIOS, System

IDLE = 200
HOSTILE = 66
ROUNDS = 5
RESIDENT_BYTES_MAX = 600 << 20
DRAIN_SECONDS_MAX = 15


class HostileTest(unittest.TestCase):
    def test_good_callers_are_served_and_the_server_stops_in_time(self) -> None:
        with System() as milkway:
            server = milkway.servers["all"]
            attack = subprocess.Popen(
                [sys.executable, SCENARIOS / "hostile_connections.py", server.address,
                 "--idle", str(IDLE), "--hostile", str(HOSTILE)],
                stdout=subprocess.PIPE, text=True)
            self.addCleanup(attack.stdout.close)
            self.addCleanup(attack.wait)
            self.addCleanup(attack.kill)
            self.assertEqual(attack.stdout.readline(), "attacking\n")
            for _ in range(ROUNDS):
                milkway.run("stock")
                time.sleep(1)
            self.assertIn("books verified: 0 differences", milkway.run("verify"))
            self.assertLess(server.resident_bytes_peak(), RESIDENT_BYTES_MAX)
            self.assertIsNone(attack.poll())

            begun = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - begun, DRAIN_SECONDS_MAX)


if __name__ == "__main__":
    unittest.main()
