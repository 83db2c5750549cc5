"""The stock side of the reference model: every movement of every gram.

Written from docs/import.md for clarity, not speed: a balance is added up from all movements
each time it is asked for.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import NamedTuple

from programme import Programme
from programme_csv import RowError
from programme_records import Count, Lot

PHYSICAL = ("usable", "damaged", "in_transit")
LOST = ("missing", "wasted", "count_loss")


class ModelError(Exception):
    """The programme is not valid, or the model is wrong."""


class Account(NamedTuple):
    """Where grams of a lot are. The place of stock in transit is its shipment."""
    kind: str
    place: str


class Movement(NamedTuple):
    """Grams of one lot that go from one account to another."""
    at: dt.datetime
    source: Account
    target: Account
    grams: int


class Books:
    """Everything that happened in a programme, in whole grams."""

    def __init__(self, programme: Programme):
        self.programme = programme
        self.movements: dict[Lot, list[Movement]] = defaultdict(list)
        # One student number for each cup drunk, by lot and school.
        self.cups: dict[tuple[Lot, str], list[int]] = defaultdict(list)
        self.post_purchases()
        self.post_dispatches()
        self.post_receipts()
        self.post_distributions()
        self.post_counts()

    def post(self, at: dt.datetime, lot: Lot, source: Account, target: Account,
             grams: int) -> None:
        """Moves grams, if any."""
        if grams:
            self.movements[lot].append(
                Movement(at.astimezone(dt.timezone.utc), source, target, grams))

    def post_purchases(self) -> None:
        """A purchase lies at its destination from the start of its local day."""
        for purchase in self.programme.purchases.taken.values():
            at = purchase.destination.instant(purchase.purchased_on, dt.time(0))
            for line in purchase.lines:
                self.post(at, line.lot, Account("purchased", purchase.supplier_id),
                          Account("usable", purchase.destination.location_id), line.grams)

    def post_dispatches(self) -> None:
        """What a shipment carries leaves the origin and is in transit."""
        for shipment_id, shipment in self.programme.shipments.taken.items():
            for lot, grams in shipment.lines.items():
                self.post(shipment.dispatched_at, lot,
                          Account("usable", shipment.origin.location_id),
                          Account("in_transit", shipment_id), grams)

    def post_receipts(self) -> None:
        """Receipts in the order in which they happened: what is not in transit any
        more when good or damaged packs arrive comes from found."""
        for receipt in sorted(self.programme.receipts.taken.values(),
                              key=lambda receipt: receipt.received_at):
            at = receipt.received_at
            place = self.programme.shipments.taken[receipt.shipment_id].destination.location_id
            transit = Account("in_transit", receipt.shipment_id)
            for line in receipt.lines:
                for kind, grams in (("usable", line.received_g), ("damaged", line.damaged_g),
                                    ("missing", line.missing_g)):
                    shipped = min(grams, self.balance(line.lot, transit))
                    if kind == "missing" and shipped < grams:
                        self.report(line.row.fail(
                            "missing_packs", "expected at most what is still in transit"))
                        continue
                    self.post(at, line.lot, transit, Account(kind, place), shipped)
                    self.post(at, line.lot, Account("found", place), Account(kind, place),
                              grams - shipped)

    def post_distributions(self) -> None:
        """A serving to each student listed; what was wasted is a loss."""
        for record in self.programme.distributions.taken.values():
            usable = Account("usable", record.school_id)
            for line in record.lines:
                self.cups[line.lot, record.school_id] += line.students
                self.post(record.served_at, line.lot, usable,
                          Account("served", record.school_id),
                          line.serving_g * len(line.students))
                self.post(record.served_at, line.lot, usable,
                          Account("wasted", record.school_id), line.wasted_g)

    def post_counts(self) -> None:
        """Counts in the order in which they happened: a count also sees the
        differences of those before it."""
        for count in sorted(self.programme.counts.taken.values(),
                            key=lambda count: count.counted_at):
            place = count.location.location_id
            usable = Account("usable", place)
            book = self.book_at(count)
            self.post(count.counted_at, count.lot, usable, Account("count_loss", place),
                      max(0, book - count.counted_g))
            self.post(count.counted_at, count.lot, Account("found", place), usable,
                      max(0, count.counted_g - book))

    def book_at(self, count: Count) -> int:
        """What the books hold of the counted lot at the count; after serving, also
        without what is served later on that local day."""
        usable = Account("usable", count.location.location_id)
        book = 0
        for movement in self.movements[count.lot]:
            of_that_day = (count.after_serving
                           and movement.target.kind in ("served", "wasted")
                           and count.location.day(movement.at)
                           == count.location.day(count.counted_at))
            if movement.at <= count.counted_at or of_that_day:
                book += change(movement, usable)
        return book

    def balance(self, lot: Lot, account: Account) -> int:
        """Grams of a lot in an account, after everything posted so far."""
        return sum(change(movement, account) for movement in self.movements[lot])

    def total(self, lot: Lot, *kinds: str) -> int:
        """Grams of a lot in all accounts of some kinds."""
        into = sum(movement.grams for movement in self.movements[lot]
                   if movement.target.kind in kinds)
        out = sum(movement.grams for movement in self.movements[lot]
                  if movement.source.kind in kinds)
        return into - out

    def report(self, error: RowError) -> None:
        """Notes an error that only the books show."""
        self.programme.problems.append(error.problem)

    def stock(self) -> list[dict]:
        """As `milkway stock --json`, in order of the columns."""
        grams: dict[tuple, int] = defaultdict(int)
        for lot, account in self.physical_accounts():
            place = account.place
            if account.kind == "in_transit":
                place = self.programme.shipments.taken[place].destination.location_id
            grams[(place, *lot, account.kind)] += self.balance(lot, account)
        names = ("location_id", "purchase_id", "product_id", "lot_number", "condition",
                 "quantity_g")
        return [dict(zip(names, (*key, quantity_g)))
                for key, quantity_g in sorted(grams.items()) if quantity_g]

    def physical_accounts(self) -> set[tuple[Lot, Account]]:
        """Every physical account that was ever touched, with its lot."""
        return {(lot, account) for lot, movements in self.movements.items()
                for movement in movements for account in (movement.source, movement.target)
                if account.kind in PHYSICAL}

    def check(self) -> None:
        """No stock is negative at any moment, and every lot adds up."""
        for lot, account in self.physical_accounts():
            held = 0
            # At one instant goods in stand before goods out.
            for movement in sorted(
                    self.movements[lot],
                    key=lambda movement: (movement.at, -change(movement, account))):
                held += change(movement, account)
                if held < 0:
                    raise ModelError(f"{account.kind} of {lot} at {account.place} is "
                                     f"{held} g on {movement.at.isoformat()}")
        for lot, line in self.programme.lots.taken.items():
            if -self.total(lot, "purchased") != line.grams:
                raise ModelError(f"{lot} was not bought once")
            gone = self.total(lot, "served", *LOST)
            if line.grams - self.total(lot, "found") != self.total(lot, *PHYSICAL) + gone:
                raise ModelError(f"{lot} does not add up")


def change(movement: Movement, account: Account) -> int:
    """What a movement adds to an account."""
    if movement.target == account:
        return movement.grams
    return -movement.grams if movement.source == account else 0
