"""Records a random programme as people really do: late, wrong, and corrected.

The rows of a random programme are recorded in several rounds, each a random part, so that
much is dated before what is recorded already. Some class records state why the books are
wrong, who was absent or who drank without being allowed to; packs are refused at the door;
stock is adjusted, drafts are planned or given up, shipments are lost, closed or come back,
and receipts and class records are corrected or withdrawn. random_records.py adds all that
has no file. What the server refuses is simply not there: the history is whatever it
accepted.
"""

from __future__ import annotations

import csv
import pathlib
import random
import tempfile

from programme_csv import COLUMNS
from random_records import RandomRecords
from system import System

BASE = ("products.csv", "locations.csv", "exchange_rates.csv", "gifts.csv", "students.csv",
        "purchases.csv", "purchase_lines.csv", "purchase_costs.csv")
ADJUSTMENTS = [("usable", "quarantine"), ("usable", "damaged"), ("usable", "expired"),
               ("quarantined", "release"), ("damaged", "destroyed"), ("usable", "stolen")]
EXTRA = {"distributions.csv": ["discrepancy_reason", "absent", "refused", "incident_students",
                              "incident_note", "opened_packs", "pack_g"],
         "purchase_costs.csv": ["later"], "shipments.csv": ["cancelled", "requires_release"],
         "receipts.csv": ["refused_packs", "damage_reason", "received_by", "photos"]}
PHOTO = "ab" * 32 + "@https://example.org/photo"


def read(path: pathlib.Path) -> list[dict[str, str]]:
    """The rows of a CSV file; none if it is not there."""
    if not path.exists():
        return []
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(path: pathlib.Path, rows: list[dict[str, str]]) -> None:
    """Writes rows that all have the same columns."""
    if not rows:
        return
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


class RandomHistory:
    """Records the programme of `folder` on `milkway`, differently for every seed."""

    def __init__(self, folder: pathlib.Path, milkway: System, seed: int,
                 base_currency: str = "AUD"):
        self.rng = random.Random(seed)
        self.milkway = milkway
        self.base_currency = base_currency
        self.tables = {name: read(folder / name) for name in COLUMNS}
        for name, (_, optional) in COLUMNS.items():
            for row in self.tables[name]:
                for column in [*optional.split(), *EXTRA.get(name, [])]:
                    row.setdefault(column, "")
        self.vary_records()
        self.records = RandomRecords(self.tables, milkway, self.rng)

    def record(self, rounds: int = 3, corrections: int = 12) -> None:
        self.record_base()
        events = self.split(rounds)
        for index in range(rounds):
            self.send(events[index])
            self.send({"adjustments.csv": self.some_adjustments(index)})
            self.send({"shipment_outcomes.csv": self.some_outcomes(index)})
            self.correct(corrections)
            self.records.record(index + 1 == rounds)

    def vary_records(self) -> None:
        """What only some records say."""
        excluded = {(row["school_id"], row["student_number"])
                    for row in self.tables["students.csv"] if row["exclusion"]}
        for row in self.tables["shipments.csv"]:
            row["requires_release"] = "yes" if self.rng.random() < 0.4 else ""
        attended: dict[str, dict[str, str]] = {}
        for row in self.tables["distributions.csv"]:
            said = attended.setdefault(row["distribution_id"], self.some_attendance(row, excluded))
            row.update(said)
            if said["incident_students"]:
                row["students"] += f";{said['incident_students']}"
            if row["students"] and self.rng.random() < 0.2:
                row.update(opened_packs="1", pack_g="1000")
        said_of: dict[str, dict[str, str]] = {}
        for row in self.tables["receipts.csv"]:
            row.update(said_of.setdefault(row["receipt_id"], {
                "received_by": self.rng.choice(["", "李老师"]),
                "photos": self.rng.choice(["", PHOTO, PHOTO + "\n" + "cd" * 32])}))
            if int(row["damaged_packs"] or 0) > 0:
                row["damage_reason"] = self.rng.choice(["", "wet", "torn"])
            if self.rng.random() < 0.2:
                row["refused_packs"] = "1"

    def some_attendance(self, row: dict[str, str],
                        excluded: set[tuple[str, str]]) -> dict[str, str]:
        """Who was not there, did not want any, or drank without being allowed to."""
        said = dict.fromkeys(("absent", "refused", "incident_students", "incident_note"), "")
        of_school = [number for school, number in sorted(excluded) if school == row["school_id"]]
        chance = self.rng.random()
        if of_school and row["students"] and chance < 0.1:
            said.update(incident_students=self.rng.choice(of_school), incident_note="=rash; well")
        elif of_school and chance < 0.5:
            said[self.rng.choice(["absent", "refused"])] = self.rng.choice(of_school)
        return said

    def send(self, tables: dict[str, list[dict[str, str]]]) -> None:
        """Imports rows; what is refused is left out."""
        if not any(tables.values()):
            return
        with tempfile.TemporaryDirectory() as folder:
            for name, rows in tables.items():
                write(pathlib.Path(folder) / name, rows)
            self.milkway.run("import", folder, "--base-currency", self.base_currency,
                             status=None)

    def record_base(self) -> None:
        """What was bought; some invoices come between the allocations, some after them."""
        costs = self.tables["purchase_costs.csv"]
        late = [cost for cost in costs if self.rng.random() < 0.5]
        first = [cost for cost in costs if cost not in late]
        self.send({name: self.tables[name] for name in BASE} | {"purchase_costs.csv": first})
        allocations = self.tables["allocations.csv"]
        middle = self.rng.randint(0, len(allocations))
        self.send({"allocations.csv": allocations[:middle]})
        self.send({"purchase_costs.csv": late})
        self.send({"allocations.csv": allocations[middle:]})

    def split(self, rounds: int) -> list[dict[str, list[dict[str, str]]]]:
        """Parts of the events; a record stays whole, and so do shipments and their lines."""
        parts: list[dict[str, list[dict[str, str]]]] = [{} for _ in range(rounds)]
        round_of: dict[tuple[str, str], int] = {}
        for name, key in (("shipments.csv", "shipment_id"), ("shipment_lines.csv", "shipment_id"),
                          ("milestones.csv", "milestone_id"), ("receipts.csv", "receipt_id"),
                          ("distributions.csv", "distribution_id"), ("counts.csv", "count_id")):
            for row in self.tables[name]:
                group = (name.removesuffix("_lines.csv").removesuffix("s.csv"), row[key])
                if name == "shipment_lines.csv":
                    group = ("shipment", row[key])
                where = round_of.setdefault(group, self.rng.randrange(rounds))
                if name == "distributions.csv" and self.rng.random() < 0.3:
                    row["discrepancy_reason"] = "=written down, but not in the books"
                parts[where].setdefault(name, []).append(row)
        for row in self.tables["shipments.csv"]:
            if self.rng.random() < 0.1:
                row["dispatched_at"] = ""
                row["cancelled"] = self.rng.choice(["", "yes"])
        # Rows of one record agree about it.
        reasons: dict[str, str] = {}
        for row in self.tables["distributions.csv"]:
            row["discrepancy_reason"] = reasons.setdefault(row["distribution_id"],
                                                           row["discrepancy_reason"])
        return parts

    def some_adjustments(self, number: int) -> list[dict[str, str]]:
        rows = []
        places = {row["location_id"]: row for row in self.tables["locations.csv"]}
        times = [row["received_at"] for row in self.tables["receipts.csv"]]
        for stock in self.milkway.json("stock"):
            if stock["location_id"] not in places or not times or self.rng.random() < 0.5:
                continue
            condition, reason = self.rng.choice(ADJUSTMENTS)
            rows.append({
                "adjustment_id": f"A-{number}-{len(rows)}", "location_id": stock["location_id"],
                "purchase_id": stock["purchase_id"], "product_id": stock["product_id"],
                "lot_number": stock["lot_number"], "condition": condition,
                "quantity_g": str(self.rng.randint(1, max(1, stock["quantity_g"] // 3))),
                "reason": reason, "occurred_at": self.rng.choice(times), "note": "-5 °C, 说明",
                "witness": ""})
        return rows

    def some_outcomes(self, number: int) -> list[dict[str, str]]:
        rows = []
        for shipment in self.tables["shipments.csv"]:
            if self.rng.random() > 0.1:
                continue
            rows.append({"outcome_id": f"O-{number}-{len(rows)}",
                         "shipment_id": shipment["shipment_id"],
                         "occurred_at": "2025-12-01T12:00:00+08:00",
                         "outcome": self.rng.choice(["lost", "closed", "returned"]),
                         "reason": "nobody knows where it is"})
        return rows

    def correct(self, count: int) -> None:
        """Corrects or withdraws some of what stands."""
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "now"
            self.milkway.run("export", folder)
            records = read(folder / "distributions.csv")
            receipts = read(folder / "receipts.csv")
        for _ in range(count):
            if records and self.rng.random() < 0.6:
                self.correct_distribution(self.rng.choice(records))
            elif receipts:
                self.correct_receipt(self.rng.choice(receipts))

    def correct_distribution(self, row: dict[str, str]) -> None:
        words = ["correct-distribution", row["school_id"], "--id", row["distribution_id"],
                 "--reason", "@counted again"]
        if self.rng.random() < 0.25:
            words.append("--withdraw")
        else:
            words += ["--line", ",".join([
                f"product={row['product_id']}", f"lot={row['lot_number']}",
                f"purchase={row['purchase_id']}", f"serving_g={self.rng.choice([20, 25, 30])}",
                f"students={row['students'].split('-')[0].split(';')[0] or 1}",
                f"wasted_g={self.rng.choice([0, 3, 500])}"])]
        if self.rng.random() < 0.4:
            words += ["--discrepancy-reason", "it was drunk"]
        self.milkway.run(*words, "--fefo-override-reason", "first at hand", status=None)

    def correct_receipt(self, row: dict[str, str]) -> None:
        words = ["correct-receipt", row["shipment_id"], "--receipt-id", row["receipt_id"],
                 "--reason", "counted again"]
        if self.rng.random() < 0.2:
            words.append("--withdraw")
        else:
            words += ["--line", ",".join([
                f"product={row['product_id']}", f"lot={row['lot_number']}",
                f"purchase={row['purchase_id']}",
                f"received_packs={self.rng.randint(0, 9)}",
                f"damaged_packs={self.rng.randint(0, 2)}",
                f"missing_packs={self.rng.randint(0, 2)}"])]
        self.milkway.run(*words, status=None)
