"""Kills the servers in the middle of an import, again and again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
import unittest

import system
from system import DEMO, System

KILLS = int(os.environ.get("MILKWAY_KILLS", "20"))
SEED = int(os.environ.get("MILKWAY_RANDOM_SEED", random.SystemRandom().randrange(10**6)))


class KillTest(unittest.TestCase):
    def kill_during_import(self, separate: bool, kills: int) -> None:
        """One store is killed `kills` times; each time an import ends what can be ended."""
        chance = random.Random(SEED)
        expected = system.model_books(DEMO)
        with System(separate) as milkway:
            undisturbed = time.monotonic()
            milkway.run("import", DEMO)
            undisturbed = time.monotonic() - undisturbed
            whole_log = milkway.posting_count()
        for kill in range(kills):
            with self.subTest(kill=kill), System(separate) as milkway:
                pause = chance.uniform(0, undisturbed)
                importing = subprocess.Popen(milkway.command("import", DEMO),
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(pause)
                if separate:
                    chance.choice(list(milkway.servers.values())).kill()
                milkway.kill()
                importing.kill()
                importing.wait()

                milkway.start()
                self.assertIn("books verified: 0 differences", milkway.run("verify"))
                milkway.run("import", DEMO)

                self.assertIn("books verified: 0 differences", milkway.run("verify"))
                self.assertEqual(milkway.books(sorted(expected["impact"])), expected)
                self.assertEqual(milkway.posting_count(), whole_log)

    def test_an_import_that_is_repeated_after_a_kill_ends_as_if_undisturbed(self) -> None:
        self.kill_during_import(separate=False, kills=KILLS)

    def test_the_same_with_a_process_for_each_service(self) -> None:
        self.kill_during_import(separate=True, kills=max(1, KILLS // 4))


if __name__ == "__main__":
    print(f"seed {SEED} (MILKWAY_RANDOM_SEED repeats it)", file=sys.stderr)
    unittest.main()
