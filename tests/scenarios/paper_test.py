"""A sheet of paper goes out and comes back: what is recorded already stays as it is, and
what is new is recorded once, however often the sheet is typed in."""

from __future__ import annotations

import csv
import io
import pathlib
import re
import unittest

from system import DEMO, System

SCHOOL = "changyuan"
LATE_LOT = "SAMPLE-26C"


def numbers_in(students: str) -> set[int]:
    """"1-3;7" are 1, 2, 3 and 7."""
    numbers = set()
    for part in students.split(";"):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def class_days(class_name: str, month: str) -> dict[str, dict]:
    """What the sample programme says of a class and month, by day."""
    with open(DEMO / "distributions.csv", newline="", encoding="utf-8-sig") as file:
        return {row["served_on"]: row for row in csv.DictReader(file)
                if row["class"] == class_name and row["served_on"].startswith(month)}


class Sheet:
    """The file of a printed sheet, to be filled in as a spreadsheet does it."""

    def __init__(self, milkway: System, class_name: str, month: str):
        self.path = pathlib.Path(milkway.folder) / f"{class_name}-{month}.csv"
        self.html = self.path.with_suffix(".html")
        milkway.run("paper-sheet", SCHOOL, "--class", class_name, "--month", month,
                    "--html", self.html, "--csv", self.path)
        text = self.path.read_bytes().decode("utf-8-sig")
        self.rows = list(csv.reader(io.StringIO(text)))
        self.days = next(row[2:] for row in self.rows if row[0] == "day")

    def set(self, name: str, day: str, value: object) -> None:
        """Writes into the row of a name or roster number, in the column of a day."""
        row = next(row for row in self.rows if row[0] == name and (name.isdigit() or not row[1]))
        column = 2 + self.days.index(day)
        row.extend([""] * (column + 1 - len(row)))
        row[column] = str(value)

    def explain(self, letter: str, lot: str) -> None:
        next(row for row in self.rows if row[:2] == ["lot", letter])[2] = lot

    def students(self) -> list[int]:
        return [int(row[0]) for row in self.rows if row[0].isdigit()]

    def save(self) -> pathlib.Path:
        with open(self.path, "w", newline="", encoding="utf-8-sig") as file:
            csv.writer(file).writerows(self.rows)
        return self.path

    def tick(self, day: str, lot: str, serving_g: int, drank: set[int]) -> None:
        self.set("lot", day, lot)
        self.set("serving_g", day, serving_g)
        self.set("drank_count", day, len(drank))
        for student in drank:
            self.set(str(student), day, 1)


class PaperTest(unittest.TestCase):
    def test_a_month_that_is_recorded_already_stays_as_it_is(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            before = milkway.books([])
            recorded = class_days("1A", "2025-09")
            self.assertGreater(len(recorded), 15)
            sheet = Sheet(milkway, "1A", "2025-09")
            for day, row in recorded.items():
                sheet.tick(day, row["lot_number"], int(row["serving_g"]),
                           numbers_in(row["students"]))
                sheet.set("wasted_g", day, row["wasted_g"])

            output = milkway.run("enter-sheet", sheet.save(), "--record")

            self.assertEqual(output.count("recorded before, the same"), len(recorded), output)
            self.assertEqual(milkway.books([]), before)
            self.assertIn("0 differences", milkway.run("verify"))

    def test_a_new_month_is_shown_recorded_and_then_stays(self) -> None:
        for separate in (False, True):
            with self.subTest(separate=separate), System(separate) as milkway:
                milkway.run("import", DEMO)
                milkway.run("receive", "shipment-3", "--receipt-id", "receipt-late",
                            "--received-at", "2026-07-04T15:10:00+08:00", "--line",
                            f"lot={LATE_LOT},received_packs=3")
                sheet = Sheet(milkway, "1A", "2026-07")
                self.assertIn("喝奶登记表", sheet.html.read_text())
                students = sheet.students()
                sheet.explain("A", LATE_LOT)
                sheet.tick("2026-07-06", "A", 25, set(students))
                sheet.tick("2026-07-07", "A", 25, set(students[:-1]))
                sheet.set(str(students[-1]), "2026-07-07", "缺")
                path = sheet.save()
                before = milkway.json("stock")

                shown = milkway.run("enter-sheet", path)
                self.assertEqual(shown.count("would be recorded"), 2, shown)
                self.assertEqual(milkway.json("stock"), before)
                first = milkway.run("enter-sheet", path, "--record")
                self.assertEqual(len(re.findall(r" recorded$", first, re.MULTILINE)), 2, first)
                after = milkway.json("stock")
                self.assertNotEqual(after, before)
                again = milkway.run("enter-sheet", path, "--record")
                self.assertEqual(again.count("recorded before, the same"), 2, again)
                self.assertEqual(milkway.json("stock"), after)

                sheet.set(str(students[-1]), "2026-07-07", "1")
                sheet.set("drank_count", "2026-07-07", len(students))
                path = sheet.save()
                left = milkway.run("enter-sheet", path, "--record", status=1)
                self.assertIn("recorded otherwise", left)
                self.assertEqual(milkway.json("stock"), after)
                corrected = milkway.run("enter-sheet", path, "--record", "--correct", "came late")
                self.assertIn("corrected", corrected)
                self.assertIn("0 differences", milkway.run("verify"))

    def test_a_sheet_of_another_class_is_refused(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            sheet = Sheet(milkway, "1A", "2025-09")
            other = Sheet(milkway, "2A", "2025-09")
            sheet.rows[0] = other.rows[0]
            sheet.tick("2025-09-01", "SAMPLE-25A", 25, set(sheet.students()))

            output = milkway.run("enter-sheet", sheet.save(), "--record", status=1)

            self.assertIn("sheet_number is that of another sheet", output)


if __name__ == "__main__":
    unittest.main()
