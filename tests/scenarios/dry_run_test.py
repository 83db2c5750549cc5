"""A dry run finds every planted error and writes nothing."""

from __future__ import annotations

import pathlib
import re
import shutil
import tempfile
import unittest

from system import DEMO, SCENARIOS, System

PLANTED = SCENARIOS / "planted_errors"


def planted_errors() -> set[tuple[str, int, str]]:
    """File, row and column of each."""
    errors = set()
    for line in (PLANTED / "expected.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            file, row, column = line.split()
            errors.add((file, int(row), column))
    return errors


def reported_errors(output: str) -> set[tuple[str, int, str]]:
    return {(file, int(row), column) for file, row, column in re.findall(
        r"^(\w+\.csv):(\d+): column (\w+):", output, re.MULTILINE)}


class DryRunTest(unittest.TestCase):
    def test_all_ten_planted_errors_are_reported_with_file_row_and_column(self) -> None:
        expected = planted_errors()
        self.assertEqual(len(expected), 10)
        for separate in (False, True):
            with self.subTest(separate=separate), System(separate) as milkway:
                output = milkway.run("import", PLANTED, "--dry-run", status=1)

                self.assertEqual(reported_errors(output), expected, output)
                self.assertEqual(milkway.json("stock"), [])

    def test_the_real_import_reports_the_same_and_records_the_rest(self) -> None:
        with System() as milkway:
            output = milkway.run("import", PLANTED, status=1)

            self.assertEqual(reported_errors(output), planted_errors(), output)
            self.assertNotEqual(milkway.json("stock"), [])
            self.assertIn("books verified: 0 differences", milkway.run("verify"))

    def test_a_dry_run_of_a_good_folder_finds_nothing_and_writes_nothing(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO, "--dry-run")

            self.assertEqual(milkway.json("stock"), [])

    def test_a_dry_run_sees_what_is_recorded_already(self) -> None:
        with System() as milkway, tempfile.TemporaryDirectory() as folder:
            milkway.run("import", DEMO)
            before = milkway.posting_count()
            # A class record of a day that is recorded already, under another id.
            extra = pathlib.Path(folder)
            lines = (DEMO / "distributions.csv").read_text().splitlines()
            shutil.copy(DEMO / "products.csv", extra)
            (extra / "distributions.csv").write_text(
                f"{lines[0]}\nanother-id,{lines[1].split(',', 1)[1]}\n")

            output = milkway.run("import", extra, "--dry-run", status=1)

            self.assertIn("distributions.csv:2", output)
            self.assertEqual(milkway.posting_count(), before)


if __name__ == "__main__":
    unittest.main()
