"""The records of a programme by key, and how a row finds what it refers to."""

from __future__ import annotations

import datetime as dt
import pathlib
from contextlib import contextmanager
from fractions import Fraction
from typing import Generic, Iterator, TypeVar

from programme_csv import Blocked, Problem, Row, RowError, minor_digits, read_folder
from programme_records import (
    Allocation, Count, Distribution, Gift, Location, Lot, Product, Purchase, PurchaseLine,
    Receipt, Shipment, Student)

Value = TypeVar("Value")


class Table(Generic[Value]):
    """The records of a file by key, and the keys that were refused."""

    def __init__(self, file: str, unreadable: bool):
        self.file = file
        self.unreadable = unreadable
        self.taken: dict = {}
        self.refused: set = set()

    def find(self, row: Row, column: str, key) -> Value:
        """The record that a cell names."""
        if key in self.taken:
            return self.taken[key]
        if key in self.refused or self.unreadable:
            raise Blocked
        raise row.fail(column, f"expected something that {self.file} lists, not {key}")

    def add(self, row: Row, column: str, key, value: Value) -> None:
        """Takes a record whose key must be new."""
        if key in self.taken or key in self.refused:
            raise row.fail(column, f"{key} stands twice in {self.file}")
        self.taken[key] = value

    def drop(self, key) -> None:
        """Refuses a record, whether it was taken or not."""
        self.taken.pop(key, None)
        self.refused.add(key)


class Tables:
    """All records of a programme, and how a row finds what it refers to."""

    def __init__(self, folder: pathlib.Path, base_currency: str = "AUD"):
        self.base_currency = base_currency
        self.problems: list[Problem] = []
        self.rows = read_folder(folder, self.problems)
        self.products: Table[Product] = self.table("products.csv")
        self.locations: Table[Location] = self.table("locations.csv")
        self.rates: Table[Fraction] = self.table("exchange_rates.csv")
        self.purchases: Table[Purchase] = self.table("purchases.csv")
        self.costs: Table[int] = self.table("purchase_costs.csv")
        self.lots: Table[PurchaseLine] = self.table("purchase_lines.csv")
        self.gifts: Table[Gift] = self.table("gifts.csv")
        self.allocations: Table[Allocation] = self.table("allocations.csv")
        self.shipments: Table[Shipment] = self.table("shipments.csv")
        self.milestones: Table[str] = self.table("milestones.csv")
        self.students: Table[Student] = self.table("students.csv")
        self.receipts: Table[Receipt] = self.table("receipts.csv")
        self.distributions: Table[Distribution] = self.table("distributions.csv")
        self.counts: Table[Count] = self.table("counts.csv")

    # How rows are read.

    def table(self, file: str) -> Table:
        """An empty table for the records of a file."""
        return Table(file, unreadable=self.rows[file] is None)

    def rows_of(self, file: str) -> list[Row]:
        """The rows of a file that could be read."""
        return self.rows[file] or []

    @contextmanager
    def row_of(self, table: Table, key, whole_record: bool = False) -> Iterator[None]:
        """Reads a row. If it is wrong, the problem is noted and its key refused;
        `whole_record` also gives up what earlier rows with that key said."""
        try:
            yield
        except (RowError, Blocked) as error:
            if isinstance(error, RowError):
                self.problems.append(error.problem)
            if whole_record or key not in table.taken:
                table.drop(key)

    # What rows refer to.

    def location(self, row: Row, column: str, kinds: str) -> Location:
        """The location that a cell names; it must be of one of the kinds."""
        location = self.locations.find(row, column, row.optional(column))
        if location.kind not in kinds.split():
            raise row.fail(column, f"expected a location of kind {kinds}")
        return location

    def lot(self, row: Row) -> Lot:
        """The one lot that a row names; its purchase may be left out where product
        and lot number name one lot only."""
        product_id, lot_number = row.optional("product_id"), row.optional("lot_number")
        purchase_id = row.optional("purchase_id")
        self.products.find(row, "product_id", product_id)
        if purchase_id:
            self.find_purchase(row)
        found = [lot for lot in [*self.lots.taken, *self.lots.refused]
                 if (lot.product_id, lot.lot_number) == (product_id, lot_number)
                 and purchase_id in ("", lot.purchase_id)]
        if len(found) > 1:
            raise row.fail("purchase_id", "expected the purchase: the lot number names several")
        if not found and not self.lots.unreadable:
            raise row.fail("lot_number", "expected a lot that purchase_lines.csv lists")
        if not found or found[0] in self.lots.refused:
            raise Blocked
        return found[0]

    def find_purchase(self, row: Row) -> Purchase:
        """The purchase that a row names."""
        return self.purchases.find(row, "purchase_id", row.optional("purchase_id"))

    def part_of(self, table: Table[Value], key: str, new: Value) -> Value:
        """The record that a row adds a line to: `new` if it is the first row."""
        if key in table.refused:
            raise Blocked
        return table.taken.setdefault(key, new)

    def find_shipment(self, row: Row) -> Shipment:
        """The shipment that a row names."""
        return self.shipments.find(row, "shipment_id", row.optional("shipment_id"))

    def pack_g(self, lot: Lot) -> int:
        """Grams of powder in one pack of a lot."""
        return self.products.taken[lot.product_id].net_weight_g

    # Money.

    def rate(self, row: Row, column: str, currency: str, day: dt.date) -> Fraction:
        """Units of the base currency for one of `currency`: the latest direct rate
        on or before the day."""
        if currency == self.base_currency:
            return Fraction(1)
        days = [on for (source, target, on) in self.rates.taken
                if (source, target) == (currency, self.base_currency) and on <= day]
        if days:
            return self.rates.taken[(currency, self.base_currency, max(days))]
        if self.rates.refused or self.rates.unreadable:
            raise Blocked
        raise row.fail(column, f"no rate from {currency} to {self.base_currency} by {day}")

    def to_base(self, minor: int, currency: str, rate: Fraction) -> int:
        """Minor units of the base currency, rounded half to even."""
        whole = Fraction(minor, 10 ** minor_digits(currency))
        base = whole * rate * 10 ** minor_digits(self.base_currency)
        return round(base)  # of a Fraction: exact, half to even
