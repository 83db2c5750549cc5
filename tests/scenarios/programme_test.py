"""Whole programmes, imported as people do it, equal the reference model to the gram."""

from __future__ import annotations

import os
import pathlib
import random
import sys
import tempfile
import unittest

import system
from system import DEMO, System

PROGRAMMES = int(os.environ.get("MILKWAY_PROGRAMMES", "12"))
SEED = int(os.environ.get("MILKWAY_RANDOM_SEED", random.SystemRandom().randrange(10**6)))


class ProgrammeTest(unittest.TestCase):
    """The same for one process and for four."""

    separate = False

    def assert_equals_model(self, milkway: System, folder: pathlib.Path, *options: object) -> None:
        expected = system.model_books(folder, *options)
        self.assertEqual(milkway.books(sorted(expected["impact"])), expected)
        self.assertIn("books verified: 0 differences", milkway.run("verify"))

    def test_the_sample_programme_equals_the_model(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)
            self.assert_equals_model(milkway, DEMO)

    def test_importing_again_changes_nothing(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)
            before = milkway.posting_count()

            milkway.run("import", DEMO)

            self.assertEqual(milkway.posting_count(), before)
            self.assert_equals_model(milkway, DEMO)

    def test_a_correction_is_seen_everywhere(self) -> None:
        correct = ("correct-distribution", "changyuan", "--on", "2026-03-12", "--class", "3A",
                   "--session", "daily", "--line",
                   "product=devondale-instant-1kg,lot=SAMPLE-25B,serving_g=25,"
                   "students=21-23;25-26;28-30,wasted_g=0",
                   "--reason", "went home", "--request-id", "019ce0f8-6f00-7c1d-9a52-4b7e2d3f6a18")
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)

            milkway.run(*correct)
            milkway.run(*correct)

            self.assert_equals_model(milkway, DEMO, "--corrections", DEMO / "correction.json")

    def test_the_books_are_the_same_after_a_restart(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)

            milkway.stop()
            milkway.start()

            self.assert_equals_model(milkway, DEMO)

    def test_random_programmes_equal_the_model(self) -> None:
        for seed in range(SEED, SEED + PROGRAMMES):
            with (self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder,
                  System(self.separate) as milkway):
                path = pathlib.Path(folder)
                system.random_programme(path, seed)
                milkway.run("import", path)
                self.assert_equals_model(milkway, path)


class SeparateProcessesTest(ProgrammeTest):
    separate = True


if __name__ == "__main__":
    print(f"seed {SEED} (MILKWAY_RANDOM_SEED repeats it)", file=sys.stderr)
    unittest.main()
