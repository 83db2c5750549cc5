"""An export, imported into an empty store, gives the same books."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import system
from random_history import RandomHistory, read
from random_records import listed
from system import DEMO, System

HISTORIES = int(os.environ.get("MILKWAY_HISTORIES", "3"))
# Its history has every kind of record; choose another one if the making of histories changes.
SEED_OF_EVERYTHING = 457271
KILLS = int(os.environ.get("MILKWAY_KILLS", "6"))
SEED = int(os.environ.get("MILKWAY_RANDOM_SEED", random.SystemRandom().randrange(10**6)))


def balances(milkway: System) -> dict[tuple[str, ...], int]:
    """Every account that is not empty, virtual ones too."""
    done = subprocess.run(
        milkway.command("export", "--list", "balances", "--virtual", "--no-bom"),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    return {(row["account_kind"], row["account_place"], row["lot_purchase_id"],
             row["lot_product_id"], row["lot_number"]): int(row["quantity_g"])
            for row in csv.DictReader(io.StringIO(done.stdout))}


# What a server gives by itself: numbers, and who recorded a thing and when.
GIVEN = {"adjustment_id", "corrected_by_position", "count_lot_id", "dispatch_position",
         "distribution_id", "lifted_recorded_us", "linked_position", "lot_id", "opening_id",
         "position", "recorded", "recorded_by", "recorded_us", "reference", "release_position",
         "release_recorded_us", "request_id"}
# Changes of a shipment that come in another order, or, as a signature, not at all.
FOLLOWERS = {"countersigned", "document", "leg", "milestone", "temperatures"}


def shown(milkway: System, *words: str) -> list[dict[str, str]]:
    """A list without what a server gives by itself, in one order."""
    rows = [{name: value for name, value in row.items() if name not in GIVEN}
            for row in listed(milkway, *words)
            if not (words[0] == "changes" and row["kind"] in FOLLOWERS)]
    for row in rows:
        if row.get("fefo_override_reason") == "imported":
            row["fefo_override_reason"] = ""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def every_list(milkway: System) -> list[tuple[str, ...]]:
    """The words of `export --list` for all that a system holds."""
    words: list[tuple[str, ...]] = [(name,) for name in (
        "postings", "lots", "shipments", "changes", "shortages", "gifts", "recalls", "returns",
        "open-packs")]
    words += [("temperatures", "--shipment", row["shipment_id"])
              for row in listed(milkway, "shipments")]
    words += [("allocations", "--gift", row["gift_id"]) for row in listed(milkway, "gifts")]
    places = {row["location_id"] for row in milkway.json("stock")}
    for place in sorted(places):
        words.append(("counts", "--location", place))
        if place.startswith("school"):
            words.append(("served-days", "--location", place))
            words.append(("incidents", "--location", place))
    for row in milkway.json("stock"):
        words.append(("stock-card", "--location", row["location_id"], "--condition",
                      row["condition"], "--product", row["product_id"],
                      "--lot", row["lot_number"], "--purchase", row["purchase_id"]))
    return words


def without_places_in_log(folder: pathlib.Path) -> dict[str, list[dict[str, str]]]:
    """All files, but for numbers that a server gives: a refused record takes one too."""
    files = {}
    for path in sorted(folder.glob("*.csv")):
        rows = read(path)
        for row in rows:
            row.pop("recorded", None)
            row.pop("adjustment_id", None)
            row.pop("distribution_id", None)
            if row.get("kind") == "open_packs":
                row.pop("record_id")
        files[path.name] = sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
    return files


class TransferTest(unittest.TestCase):
    """The same for one process and for four."""

    separate = False

    def setUp(self) -> None:
        parent = tempfile.TemporaryDirectory(prefix="milkway-transfer-")
        self.addCleanup(parent.cleanup)
        self.folder = pathlib.Path(parent.name)

    def assert_same_after_transfer(self, milkway: System, gifts: list[str]) -> None:
        self.maxDiff = 4_000
        exported = self.folder / f"export-{random.random()}"
        milkway.run("export", exported)
        self.assertIn("agrees with the server", milkway.run("export", exported, "--check"))
        with System(self.separate) as other:
            other.run("import", exported)

            self.assertIn("books verified: 0 differences", other.run("verify"))
            self.assertEqual(balances(other), balances(milkway))
            self.assertEqual(other.books(gifts), milkway.books(gifts))
            again = self.folder / f"again-{random.random()}"
            other.run("export", again)
            self.assert_same_files(again, exported)
            self.assert_same_lists(other, milkway)

    def assert_same_files(self, again: pathlib.Path, exported: pathlib.Path) -> None:
        files, wanted = without_places_in_log(again), without_places_in_log(exported)
        self.assertEqual(files.keys(), wanted.keys())
        for name in wanted:
            self.assertEqual(files[name], wanted[name], name)

    def assert_same_lists(self, other: System, milkway: System) -> None:
        for words in every_list(milkway):
            self.assertEqual(shown(other, *words), shown(milkway, *words), words)

    def test_the_sample_programme_comes_back_as_it_was(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)

            self.assert_same_after_transfer(
                milkway, [row["gift_id"] for row in read(DEMO / "gifts.csv")])

    def test_a_history_with_backdating_and_corrections_comes_back_as_it_was(self) -> None:
        for seed in (SEED_OF_EVERYTHING, *range(SEED, SEED + HISTORIES - 1)):
            with self.subTest(seed=seed), System(self.separate) as milkway:
                programme = self.folder / str(seed)
                currency = ("AUD", "CNY")[seed % 2]
                system.random_programme(programme, seed, "--days", 25, "--base-currency", currency)
                history = RandomHistory(programme, milkway, seed, currency)
                history.record()
                if seed == SEED_OF_EVERYTHING:
                    self.assertEqual(history.records.missing(), [])

                self.assertIn("books verified: 0 differences", milkway.run("verify"))
                self.assert_same_after_transfer(
                    milkway, [row["gift_id"] for row in read(programme / "gifts.csv")])


class SeparateProcessesTest(TransferTest):
    separate = True


class StoppedExportTest(unittest.TestCase):
    def setUp(self) -> None:
        parent = tempfile.TemporaryDirectory(prefix="milkway-transfer-")
        self.addCleanup(parent.cleanup)
        self.folder = pathlib.Path(parent.name)

    def assert_killed_exports_go_on(self, milkway: System) -> None:
        whole = self.folder / "whole"
        undisturbed = time.monotonic()
        milkway.run("export", whole)
        undisturbed = time.monotonic() - undisturbed
        chance = random.Random(SEED)
        for kill in range(KILLS):
            folder = self.folder / f"killed-{kill}"
            exporting = subprocess.Popen(milkway.command("export", folder),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, undisturbed))
            exporting.send_signal(signal.SIGKILL)
            exporting.wait()

            if (folder / ".export-state.json").exists():
                milkway.run("export", folder, "--resume")
            elif not (folder / "MANIFEST.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
                milkway.run("export", folder)

            self.assertEqual({path.name: path.read_bytes() for path in folder.iterdir()},
                             {path.name: path.read_bytes() for path in whole.iterdir()})

    def test_an_export_that_was_killed_goes_on_and_ends_the_same(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            self.assert_killed_exports_go_on(milkway)

    def test_an_import_of_an_export_that_was_killed_goes_on(self) -> None:
        with System() as milkway:
            programme = self.folder / "programme"
            system.random_programme(programme, SEED, "--days", 25)
            RandomHistory(programme, milkway, SEED).record()
            exported = self.folder / "exported"
            milkway.run("export", exported)
            chance = random.Random(SEED)
            with System() as other:
                for _ in range(KILLS):
                    importing = subprocess.Popen(other.command("import", exported),
                                                 stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL)
                    time.sleep(chance.uniform(0, 0.5))
                    importing.send_signal(signal.SIGKILL)
                    importing.wait()
                other.run("import", exported)

                self.assertEqual(balances(other), balances(milkway))
                self.assertIn("books verified: 0 differences", other.run("verify"))

    def test_an_export_that_was_changed_is_found(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            exported = self.folder / "exported"
            milkway.run("export", exported)
            path = exported / "distributions.csv"
            path.write_bytes(path.read_bytes().replace(b",25,", b",26,", 1))

            self.assertIn("distributions.csv was changed",
                          milkway.run("export", exported, "--check", status=1))

    def test_a_folder_that_holds_something_is_not_written_to(self) -> None:
        with System() as milkway:
            (self.folder / "mine.txt").write_text("mine")

            milkway.run("export", self.folder, status=2)


class ListTest(unittest.TestCase):
    def test_a_stock_card_adds_up_to_what_the_screen_shows(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            usable = [row for row in milkway.json("stock") if row["condition"] == "usable"]

            for row in usable:
                done = subprocess.run(
                    milkway.command("export", "--list", "stock-card", "--no-bom",
                                    "--location", row["location_id"],
                                    "--product", row["product_id"], "--lot", row["lot_number"],
                                    "--purchase", row["purchase_id"]),
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
                card = list(csv.DictReader(io.StringIO(done.stdout)))

                self.assertEqual(sum(int(line["change_g"]) for line in card), row["quantity_g"])
                self.assertEqual(int(card[-1]["balance_g"]), row["quantity_g"])


def write_long_programme(folder: pathlib.Path, days: int) -> None:
    """One school, one lot, 40 class records of 100 children a day."""
    folder.mkdir()
    first = dt.date(2025, 1, 1)
    files = {
        "products.csv": [
            "product_id,gtin,name_en,name_zh,net_weight_g,serving_g,energy_kj_100g,protein_g_100g,"
            "fat_g_100g,carbohydrate_g_100g,calcium_mg_100g,sodium_mg_100g",
            "milk,,Milk,奶粉,1000,25,2000,25,25,40,900,300"],
        "locations.csv": [
            "location_id,kind,name_en,name_zh,country,time_zone",
            "dairy,supplier,Dairy,奶场,AU,Australia/Melbourne",
            "school,school,School,学校,CN,Asia/Shanghai"],
        "purchases.csv": ["purchase_id,purchased_on,supplier_id,destination_id",
                          "P-1,2024-12-01,dairy,school"],
        "purchase_lines.csv": [
            "purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency",
            "P-1,milk,L-1,2029-01-01,9000000,10,AUD"],
        "students.csv": ["school_id,student_number,class,birth_month,sex,enrolled_on"] + [
            f"school,{number},C{(number - 1) // 100},2016-01,f,2024-09-01"
            for number in range(1, 4001)],
        "distributions.csv": [
            "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,"
            "wasted_g,session"] + [
            f"D-{day}-{number},school,{first + dt.timedelta(day)},C{number},milk,L-1,25,"
            f"{number * 100 + 1}-{number * 100 + 100},0,daily"
            for day in range(days) for number in range(40)]}
    for name, rows in files.items():
        (folder / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


class MemoryTest(unittest.TestCase):
    def test_an_export_takes_no_more_memory_for_ten_times_the_records(self) -> None:
        most_kb = {}
        for days in (30, 300):
            with System() as milkway, tempfile.TemporaryDirectory() as parent:
                folder = pathlib.Path(parent)
                write_long_programme(folder / "in", days)
                milkway.run("import", folder / "in")
                exporting = subprocess.Popen(milkway.command("export", folder / "out"),
                                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(exporting.pid, 0)
                exporting.returncode = os.waitstatus_to_exitcode(status)
                self.assertEqual(exporting.returncode, 0)
                self.assertEqual(len(read(folder / "out" / "distributions.csv")), 40 * days)
                most_kb[days] = usage.ru_maxrss

        self.assertLess(most_kb[300] - most_kb[30], 5_000, most_kb)


if __name__ == "__main__":
    print(f"seed {SEED} (MILKWAY_RANDOM_SEED repeats it)", file=sys.stderr)
    unittest.main()
