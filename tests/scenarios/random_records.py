"""Records what has no file of its own: recalls, returns, papers, calendars, students.

Each kind is tried with random stock, shipments and children until the server accepts one,
so that every history has all of them. What is dated, is dated among or after what the
programme's files hold.
"""

from __future__ import annotations

import collections
import csv
import hashlib
import io
import pathlib
import random
import subprocess
import tempfile
from typing import Callable

from system import System

Row = dict[str, str]

TRIES = 12
LATE = "2025-12-{:02}T10:00:00+08:00"
OUTCOMES = ("found", "lost", "stolen", "counted_wrongly")
# All of these can be in a history.
KINDS = (
    "contacts", "purchase document", "cost with a paper", "supplier return", "recall",
    "acknowledgement", "lifted and released", "lifted and kept", "opened packs",
    "finished packs", "term", "replaced term", "policy", "shipment document", "leg",
    "temperatures", "release", "countersignature", *[f"shortage {each}" for each in OUTCOMES],
    "new class", "exclusion", "leaving", "transfer", "roll-over", "intake", "explained count")
KINDS_OF_THE_END = {"roll-over", "intake"}
# As long as a kind is not there; some histories have no place for it.
ROUNDS_MORE = 4


def listed(milkway: System, name: str, *options: object) -> list[Row]:
    """The rows of `export --list`."""
    done = subprocess.run(milkway.command("export", "--list", name, "--no-bom", *options),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"export --list {name}: {done.stderr}")
    return list(csv.DictReader(io.StringIO(done.stdout)))


def lot_line(stock: Row, **fields: object) -> str:
    """--line of a lot."""
    words = {"product": stock["product_id"], "lot": stock["lot_number"],
             "purchase": stock["purchase_id"], **fields}
    return ",".join(f"{name}={value}" for name, value in words.items())


class RandomRecords:
    """Records some of everything in each round; `done` counts what was accepted."""

    def __init__(self, tables: dict[str, list[Row]], milkway: System, rng: random.Random):
        self.tables = tables
        self.milkway = milkway
        self.rng = rng
        self.done: collections.Counter[str] = collections.Counter()
        self.names = iter(range(1, 10_000))
        self.places = [row["location_id"] for row in tables["locations.csv"]
                       if row["kind"] != "supplier"]
        self.schools = [row["location_id"] for row in tables["locations.csv"]
                        if row["kind"] == "school"]
        self.times = [row["received_at"] for row in tables["receipts.csv"]]
        self.intake = 0

    def record(self, is_last: bool) -> None:
        """One round. Roll-overs come last: a class has no second one for an earlier day."""
        kinds: list[Callable[[], bool]] = [
            self.set_contacts, self.attach_purchase_document, self.return_to_supplier,
            self.open_packs, self.finish_packs, self.put_term, self.set_policy,
            self.attach_shipment_document, self.record_leg, self.record_temperatures,
            self.release, self.countersign, self.change_class, self.exclude, self.leave,
            self.transfer, self.explain_count, *[self.resolve_shortage] * 4]
        self.rng.shuffle(kinds)
        kinds = [self.place_recall, *kinds, self.acknowledge, self.lift_recall]
        for kind in kinds:
            self.try_until_accepted(kind)
        if not is_last:
            return
        for _ in range(ROUNDS_MORE):
            if set(self.missing()) <= KINDS_OF_THE_END:
                break
            for kind in kinds:
                self.try_until_accepted(kind)
        for kind in (self.place_recall, self.roll_over, self.enrol_intake):
            self.try_until_accepted(kind)

    def missing(self) -> list[str]:
        """Kinds that the history does not have."""
        return [kind for kind in KINDS if not self.done[kind]]

    def try_until_accepted(self, kind: Callable[[], bool]) -> None:
        for _ in range(TRIES):
            if kind():
                return

    def accepts(self, kind: str, *words: object) -> bool:
        """Runs a command; counts it if it was accepted."""
        done = subprocess.run(self.milkway.command(*words), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode > 1:
            raise AssertionError(f"milkway {' '.join(map(str, words))}: {done.stderr}")
        self.done[kind] += done.returncode == 0
        return done.returncode == 0

    def name(self, letter: str) -> str:
        return f"{letter}-{next(self.names)}"

    def late(self) -> str:
        return LATE.format(self.rng.randint(1, 28))

    def some_time(self) -> str:
        return self.rng.choice([self.rng.choice(self.times), self.late()])

    def stock(self, *conditions: str) -> Row | None:
        rows = [row for row in self.milkway.json("stock") if row["condition"] in conditions]
        return self.rng.choice(rows) if rows else None

    def shipment(self) -> Row:
        return self.rng.choice(self.tables["shipments.csv"])

    def student(self) -> Row:
        return self.rng.choice(self.tables["students.csv"])

    # What belongs to purchases and places.

    def set_contacts(self) -> bool:
        return self.accepts("contacts", "set-contacts", self.rng.choice(self.places),
                            "--line", f"name=王校长,duty=校长,phone=+86138{next(self.names):08}",
                            "--line", 'name="=Li, Ms",duty=cook,phone=+86123456')

    def attach_purchase_document(self) -> bool:
        purchase = self.rng.choice(self.tables["purchases.csv"])["purchase_id"]
        paper = self.name("INV")
        if not self.accepts("purchase document", "purchase-document", purchase, paper, "--type",
                            "invoice", "--number", "@77", "--issuer", "Dairy, Ltd",
                            "--issued-on", "2025-02-01", "--sha256", self.hash()):
            return False
        has_one = self.done["cost with a paper"] > 0
        return has_one and self.rng.random() < 0.5 or self.accepts(
            "cost with a paper", "purchase-cost", purchase, self.name("LK"), "--kind", "freight",
            "--incurred-on", "2025-03-01", "--currency", "AUD", "--document", paper,
            "--amount", f"{self.rng.randint(1, 90)}.50")

    def return_to_supplier(self) -> bool:
        stock = self.stock("usable", "quarantined", "damaged")
        if stock is None:
            return False
        supplier = next(row["supplier_id"] for row in self.tables["purchases.csv"]
                        if row["purchase_id"] == stock["purchase_id"])
        grams = self.rng.randint(1, max(1, stock["quantity_g"] // 4))
        return self.accepts("supplier return", "supplier-return", self.name("RT"), "--supplier",
                            supplier, "--from", stock["location_id"], "--at", self.some_time(),
                            "--reason", "quality", "--note", "-1 bag", "--line",
                            lot_line(stock, condition=stock["condition"], quantity_g=grams))

    def place_recall(self) -> bool:
        lot = self.rng.choice(self.tables["purchase_lines.csv"])
        scope = ["--lot", lot["lot_number"]]
        if self.rng.random() < 0.3:
            scope = ["--expires-from", lot["expires_on"], "--expires-to", lot["expires_on"]]
        return self.accepts("recall", "recall-place", self.name("RC"), "--product",
                            lot["product_id"], *scope, "--ordered-at", self.some_time(),
                            "--reason", "authority notice 7", "--instructions", "set aside")

    def recall(self) -> Row | None:
        rows = [row for row in listed(self.milkway, "recalls") if not row["lifted_at"]]
        return self.rng.choice(rows) if rows else None

    def acknowledge(self) -> bool:
        recall = self.recall()
        if recall is None:
            return False
        lines = []
        for stock in self.milkway.json("stock"):
            if stock["lot_number"] == recall["scope_lot_number"] and not lines and \
                    stock["product_id"] == recall["scope_product_id"]:
                lines = ["--line", lot_line(stock, found_packs=3, set_aside_packs=2)]
        return self.accepts("acknowledgement", "recall-ack", recall["recall_id"],
                            self.rng.choice(self.places), "--at", LATE.format(29), "--person",
                            "彭老师", "--note", "+all", *lines)

    def lift_recall(self) -> bool:
        recall = self.recall()
        if recall is None:
            return False
        release = self.done["lifted and released"] <= self.done["lifted and kept"]
        return self.accepts("lifted and released" if release else "lifted and kept",
                            "recall-lift", recall["recall_id"], "--at", LATE.format(30),
                            "--reason", "tested and good", *["--release"] * release)

    def open_packs(self) -> bool:
        stock = self.stock("usable")
        return stock is not None and self.accepts(
            "opened packs", "open-pack", stock["location_id"], "--at", self.some_time(),
            "--line", lot_line(stock, packs=self.rng.randint(1, 3)))

    def finish_packs(self) -> bool:
        opened = listed(self.milkway, "open-packs")
        if not opened:
            return False
        packs = self.rng.choice(opened)
        return self.accepts("finished packs", "finish-pack", packs["location_id"], "--opening",
                            packs["opening_id"], "--packs", 1, "--at", LATE.format(29),
                            "--discarded-g", self.rng.choice([0, 7]))

    def explain_count(self) -> bool:
        place = self.rng.choice(self.places)
        counts = [row for row in listed(self.milkway, "counts", "--location", place)
                  if row["count_counted_g"] != row["expected_g"]]
        if not counts:
            return False
        count = self.rng.choice(counts)
        return self.accepts("explained count", "explain-count", place, "--lot-id",
                            count["count_lot_id"], "--counted-at", count["count_counted_at"],
                            "--reason",
                            self.rng.choice(["spilled", "pests", "wrong_lot"]))

    # What belongs to shipments.

    def attach_shipment_document(self) -> bool:
        return self.accepts("shipment document", "shipment-document",
                            self.shipment()["shipment_id"], self.name("D"), "--type",
                            self.rng.choice(["packing_list", "other"]), "--uri",
                            "https://example.org/paper?a=1", "--note", "=1+1")

    def record_leg(self) -> bool:
        return self.accepts("leg", "leg", self.shipment()["shipment_id"], "--sequence",
                            self.rng.randint(1, 2), "--mode", "sea", "--from", "Melbourne",
                            "--to", "上海", "--container", self.name("MSKU"), "--seal", "AU77",
                            "--planned-arrival-at", "2025-03-02T00:00:00+08:00")

    def record_temperatures(self) -> bool:
        readings = []
        for hour in self.rng.sample(range(24), 5):
            readings += ["--reading", f"2025-02-20T{hour:02}:00:00+00:00="
                                      f"{self.rng.randint(-50, 400) / 10}"]
        return self.accepts("temperatures", "record-temperatures",
                            self.shipment()["shipment_id"], "--logger", self.name("L"),
                            "--highest", 25, *readings)

    def release(self) -> bool:
        waiting = [row["shipment_id"] for row in self.tables["shipments.csv"]
                   if row["requires_release"] == "yes"]
        if not waiting:
            return False
        shipment, paper = self.rng.choice(waiting), self.name("CIQ")
        return self.accepts("shipment document", "shipment-document", shipment, paper, "--type",
                            "inspection_certificate", "--number", "3100", "--issued-on",
                            "2025-02-18") and \
            self.accepts("release", "release", shipment, "--document", paper, "--at",
                         self.some_time())

    def resolve_shortage(self) -> bool:
        outcome = min(self.rng.sample(OUTCOMES, 4), key=lambda each: self.done[f"shortage {each}"])
        # Only a receipt can have been counted wrongly.
        shortages = [row for row in listed(self.milkway, "shortages")
                     if row["open_packs"] != "0" and
                     (row["receipt_id"] or outcome != "counted_wrongly")]
        if not shortages:
            self.miss_a_pack()
            return False
        shortage = self.rng.choice(shortages)
        words = ["resolve-shortage", shortage["shipment_id"], "--outcome", outcome, "--at",
                 self.late(), "--note", "-asked again", "--line",
                 f"lot_id={shortage['lot_id']},packs=1"]
        if shortage["receipt_id"]:
            words += ["--receipt-id", shortage["receipt_id"]]
        if outcome in ("lost", "stolen"):
            words += ["--responsible", "Fast Lorries", "--claim", "12000 CNY"]
        return self.accepts(f"shortage {outcome}", *words)

    def miss_a_pack(self) -> None:
        """A receipt turns out to be one pack short."""
        receipt = self.rng.choice(self.tables["receipts.csv"])
        self.accepts("missed pack", "correct-receipt", receipt["shipment_id"], "--receipt-id",
                     receipt["receipt_id"], "--reason", "one pack short", "--line",
                     f"product={receipt['product_id']},lot={receipt['lot_number']},"
                     f"purchase={receipt['purchase_id']},missing_packs=1,"
                     f"received_packs={max(0, int(receipt['received_packs']) - 1)}")

    def countersign(self) -> bool:
        receipt = self.rng.choice(self.tables["receipts.csv"])
        shipment = next(row for row in self.tables["shipments.csv"]
                        if row["shipment_id"] == receipt["shipment_id"])
        return self.accepts("countersignature", "countersign", receipt["shipment_id"],
                            "--receipt-id", receipt["receipt_id"], "--at", LATE.format(29),
                            "--as", f"school_contact:li:{shipment['destination_id']}")

    # What belongs to schools.

    def put_term(self) -> bool:
        school = self.rng.choice(self.schools)
        words = ["put-term", school, "2025-spring", "--from", "2025-02-10", "--to", "2025-07-01",
                 "--holiday", "2025-04-04..2025-04-06=清明节", "--holiday",
                 f"2025-05-{self.rng.randint(1, 28):02}", "--extra-day", "2025-04-12"]
        is_new = self.accepts("term", *words)
        return is_new and self.done["replaced term"] > 0 or \
            self.accepts("replaced term", *words, "--weekdays", "1,2,3,4,5,6", "--replace")

    def set_policy(self) -> bool:
        return self.accepts("policy", "set-policy", self.rng.choice(self.schools), "--from",
                            f"2025-0{self.rng.randint(2, 6)}-01", "--serving-g",
                            self.rng.randint(20, 30), "--sessions", self.rng.randint(1, 2),
                            "--take-home-g", self.rng.choice([0, 100]))

    def update(self, kind: str, *words: object) -> bool:
        student = self.student()
        return self.accepts(kind, "update-student", student["school_id"],
                            student["student_number"], *words)

    def change_class(self) -> bool:
        return self.update("new class", "--class", self.rng.choice(["1A", "2A", "+9B"]), "--from",
                           f"2025-03-{self.rng.randint(1, 12):02}")

    def exclude(self) -> bool:
        days = [[], ["--from", f"2025-03-{self.rng.randint(1, 12):02}"]]
        return self.update("exclusion", "--exclusion",
                           self.rng.choice(["milk_allergy", "declined", "none"]),
                           *self.rng.choice(days))

    def leave(self) -> bool:
        return self.update("leaving", *self.rng.choice(
            [["--back"], ["--left-on", f"2025-03-{self.rng.randint(1, 31):02}"]]))

    def transfer(self) -> bool:
        student, to = self.student(), self.rng.choice(self.schools)
        return self.accepts("transfer", "transfer-student", student["school_id"],
                            student["student_number"], "--to", to, "--to-number",
                            9_000 + next(self.names), "--to-class", "2A", "--on",
                            f"2025-03-{self.rng.randint(1, 28):02}")

    def roll_over(self) -> bool:
        for school in self.schools:
            self.accepts("roll-over", "roll-over", school, "--on", "2025-09-01", "--move",
                         "1A=2A", "--move", "2A=3A", "--move", "+9B=4A",
                         "--graduate", "3A")
        return self.done["roll-over"] > 0

    def enrol_intake(self) -> bool:
        """The next year's children, known only after the roll-over."""
        self.intake += 1
        school, number = self.rng.choice(self.schools), 8_000 + self.intake
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "students.csv").write_text(
                "school_id,student_number,class,birth_month,sex,enrolled_on\n"
                f"{school},{number},1A,2018-03,f,2025-09-01\n", encoding="utf-8")
            return self.accepts("intake", "import", folder) and \
                self.accepts("new class", "update-student", school, number, "--class", "1B",
                             "--from", "2025-09-10")

    def hash(self) -> str:
        return hashlib.sha256(str(next(self.names)).encode()).hexdigest()
