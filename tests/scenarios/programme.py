"""The records of a programme, made from the rows of its CSV files.

The second part of docs/import.md: which rows belong together, what each may refer to,
and how money of one day is converted. What follows for stock and gifts is in
reference_books.py and reference_gifts.py. Errors are gathered, not raised: a wrong row
takes with it what depends on it, silently, and the rest goes on.
"""

from __future__ import annotations

import datetime as dt
import pathlib
import re
import zoneinfo
from fractions import Fraction

from programme_csv import Row
from programme_records import (
    Allocation, Count, Distribution, DistributionLine, Gift, Location, Lot, Product, Purchase,
    PurchaseLine, Receipt, ReceiptLine, Shipment, Student)
from programme_tables import Tables

PACKS_MOST = 10_000_000
GRAMS_MOST = 1_000_000_000_000
TIME_ZONES = zoneinfo.available_timezones()


class Programme(Tables):
    """A programme as its CSV files state it. Look at `problems` before using it."""

    def __init__(self, folder: pathlib.Path, base_currency: str = "AUD"):
        super().__init__(folder, base_currency)
        self.read()

    def read(self) -> None:
        """Reads every file, in the order in which they are applied."""
        self.read_products()
        self.read_locations()
        self.read_rates()
        self.read_purchases()
        self.read_gifts()
        self.read_allocations()
        self.read_shipments()
        self.read_students()
        self.read_receipts()
        self.read_distributions()
        self.read_counts()

    # Reference data.

    def read_products(self) -> None:
        """products.csv"""
        for row in self.rows_of("products.csv"):
            with self.row_of(self.products, row.optional("product_id")):
                check_gtin(row)
                for column in ("name_en", "name_zh"):
                    row.text(column)
                row.whole("serving_g", 1, 1000)
                for column in ("fat_g_100g", "carbohydrate_g_100g", "sodium_mg_100g"):
                    row.decimal(column, 3)
                product = Product(
                    net_weight_g=row.whole("net_weight_g", 1, 1_000_000),
                    energy_kj_100g=row.decimal("energy_kj_100g", 3),
                    protein_g_100g=row.decimal("protein_g_100g", 3),
                    calcium_mg_100g=row.decimal("calcium_mg_100g", 3))
                self.products.add(row, "product_id", row.identifier("product_id"), product)

    def read_locations(self) -> None:
        """locations.csv"""
        for row in self.rows_of("locations.csv"):
            with self.row_of(self.locations, row.optional("location_id")):
                location_id = row.identifier("location_id")
                kind = row.choice("kind", "supplier warehouse port school")
                for column in ("name_en", "name_zh"):
                    row.text(column)
                if not re.fullmatch("[A-Z]{2}", row.optional("country")):
                    raise row.fail("country", "expected an ISO 3166 code of two letters")
                zone = row.optional("time_zone")
                if zone not in TIME_ZONES:
                    raise row.fail("time_zone", "expected an IANA time zone")
                check_position(row)
                location = Location(location_id, kind, zoneinfo.ZoneInfo(zone))
                self.locations.add(row, "location_id", location_id, location)

    def read_rates(self) -> None:
        """exchange_rates.csv"""
        for row in self.rows_of("exchange_rates.csv"):
            key = (row.optional("from"), row.optional("to"), row.optional("on"))
            with self.row_of(self.rates, key):
                pair = (row.currency("from"), row.currency("to"))
                rate = row.decimal("rate", 12)
                if rate == 0 or pair[0] == pair[1]:
                    raise row.fail("rate", "expected a rate above 0 between two currencies")
                row.text("source")
                self.rates.add(row, "on", (*pair, row.day("on")), rate)

    # Purchases.

    def read_purchases(self) -> None:
        """purchases.csv with its lines and costs; one bad line fails its purchase."""
        for row in self.rows_of("purchases.csv"):
            with self.row_of(self.purchases, row.optional("purchase_id")):
                supplier = self.location(row, "supplier_id", "supplier")
                destination = self.location(row, "destination_id", "warehouse port school")
                purchase = Purchase(row.day("purchased_on"), supplier.location_id, destination)
                self.purchases.add(row, "purchase_id", row.identifier("purchase_id"), purchase)
        self.read_purchase_lines()
        self.read_purchase_costs()
        for row in self.rows_of("purchases.csv"):
            with self.row_of(self.purchases, row.optional("purchase_id"), whole_record=True):
                if not self.find_purchase(row).lines:
                    raise row.fail("purchase_id", "expected at least one purchase line")
        for row in self.rows_of("purchase_lines.csv"):
            if row.optional("purchase_id") not in self.purchases.taken:
                self.lots.drop(lot_of_line(row))

    def read_purchase_lines(self) -> None:
        """purchase_lines.csv"""
        for row in self.rows_of("purchase_lines.csv"):
            with self.row_of(self.purchases, row.optional("purchase_id"), whole_record=True):
                purchase = self.find_purchase(row)
                product = self.products.find(row, "product_id", row.optional("product_id"))
                currency = row.currency("currency")
                unit_minor = row.money("unit_price", currency, 0)
                packs = row.whole("packs", 1, PACKS_MOST)
                rate = self.rate(row, "currency", currency, purchase.purchased_on)
                row.optional_day("manufactured_on")
                row.text("lot_number", 64)
                line = PurchaseLine(
                    lot=lot_of_line(row),
                    grams=packs * product.net_weight_g,
                    price_minor=self.to_base(packs * unit_minor, currency, rate),
                    expires_on=row.day("expires_on"))
                self.lots.add(row, "lot_number", line.lot, line)
                purchase.lines.append(line)

    def read_purchase_costs(self) -> None:
        """purchase_costs.csv"""
        for row in self.rows_of("purchase_costs.csv"):
            with self.row_of(self.purchases, row.optional("purchase_id"), whole_record=True):
                purchase = self.find_purchase(row)
                row.choice("kind", "freight duty insurance inspection other")
                currency = row.currency("currency")
                rate = self.rate(row, "currency", currency, row.day("incurred_on"))
                cost = self.to_base(row.money("amount", currency, 0), currency, rate)
                self.costs.add(row, "cost_id", row.identifier("cost_id"), cost)
                purchase.costs_minor.append(cost)

    # Gifts.

    def read_gifts(self) -> None:
        """gifts.csv"""
        for row in self.rows_of("gifts.csv"):
            with self.row_of(self.gifts, row.optional("gift_id")):
                row.identifier("donor_id")
                currency = row.currency("currency")
                amount_minor = row.money("amount", currency, 1)
                rate = self.rate(row, "currency", currency, row.day("received_on"))
                gift = Gift(currency, rate, amount_minor)
                self.gifts.add(row, "gift_id", row.identifier("gift_id"), gift)

    def read_allocations(self) -> None:
        """allocations.csv, but for the sums: see reference_gifts.py."""
        for row in self.rows_of("allocations.csv"):
            with self.row_of(self.allocations, row.optional("allocation_id")):
                gift = self.gifts.find(row, "gift_id", row.optional("gift_id"))
                row.text("purchase_id", 64)
                row.day("allocated_on")
                allocation = Allocation(
                    gift_id=row.optional("gift_id"),
                    lot=self.lot(row),
                    amount_minor=row.money("amount", gift.currency, 1),
                    row=row)
                self.allocations.add(
                    row, "allocation_id", row.identifier("allocation_id"), allocation)

    # Shipments and receipts.

    def read_shipments(self) -> None:
        """shipments.csv with its lines and milestones; one bad line fails its shipment."""
        for row in self.rows_of("shipments.csv"):
            with self.row_of(self.shipments, row.optional("shipment_id")):
                places = [self.location(row, column, "warehouse port school")
                          for column in ("origin_id", "destination_id")]
                if places[0] is places[1]:
                    raise row.fail("destination_id", "expected another place than the origin")
                row.choice("mode", "sea air road rail courier")
                row.optional_day("expected_on")
                shipment = Shipment(*places, row.instant("dispatched_at"))
                self.shipments.add(row, "shipment_id", row.identifier("shipment_id"), shipment)
        for row in self.rows_of("shipment_lines.csv"):
            with self.row_of(self.shipments, row.optional("shipment_id"), whole_record=True):
                shipment = self.find_shipment(row)
                lot = self.lot(row)
                if lot in shipment.lines:
                    raise row.fail("lot_number", f"{lot} stands twice in the shipment")
                if shipment.origin.day(shipment.dispatched_at) > self.lots.taken[lot].expires_on:
                    raise row.fail("lot_number", "expected a lot that has not expired")
                shipment.lines[lot] = row.whole("packs", 1, PACKS_MOST) * self.pack_g(lot)
        for row in self.rows_of("shipments.csv"):
            with self.row_of(self.shipments, row.optional("shipment_id"), whole_record=True):
                if not self.find_shipment(row).lines:
                    raise row.fail("shipment_id", "expected at least one shipment line")
        self.read_milestones()

    def read_milestones(self) -> None:
        """milestones.csv"""
        kinds = ("departed arrived_port customs_held customs_cleared handed_over"
                 " out_for_delivery")
        for row in self.rows_of("milestones.csv"):
            with self.row_of(self.milestones, row.optional("milestone_id")):
                if row.instant("occurred_at") < self.find_shipment(row).dispatched_at:
                    raise row.fail("occurred_at", "expected a time after the dispatch")
                kind = row.choice("kind", kinds)
                self.milestones.add(row, "milestone_id", row.identifier("milestone_id"), kind)

    def read_receipts(self) -> None:
        """receipts.csv; rows with one receipt_id are one receipt."""
        for row in self.rows_of("receipts.csv"):
            key = row.optional("receipt_id")
            with self.row_of(self.receipts, key, whole_record=True):
                row.identifier("receipt_id")
                receipt = Receipt(row.optional("shipment_id"), row.instant("received_at"))
                if receipt.received_at < self.find_shipment(row).dispatched_at:
                    raise row.fail("received_at", "expected a time after the dispatch")
                lot = self.lot(row)
                grams = [row.whole(f"{kind}_packs", 0, PACKS_MOST) * self.pack_g(lot)
                         for kind in ("received", "damaged", "missing")]
                if not any(grams):
                    raise row.fail("received_packs", "expected packs: good, damaged or missing")
                receipt = self.part_of(self.receipts, key, receipt)
                if receipt.shipment_id != row.optional("shipment_id"):
                    raise row.fail("shipment_id", "expected one shipment in a receipt")
                if receipt.received_at != row.instant("received_at"):
                    raise row.fail("received_at", "expected one time in a receipt")
                if any(line.lot == lot for line in receipt.lines):
                    raise row.fail("lot_number", f"{lot} stands twice in the receipt")
                receipt.lines.append(ReceiptLine(lot, *grams, row))

    # Schools.

    def read_students(self) -> None:
        """students.csv"""
        for row in self.rows_of("students.csv"):
            school_id, digits = row.optional("school_id"), row.optional("student_number")
            number = int(digits) if digits.isdecimal() else digits
            with self.row_of(self.students, (school_id, number)):
                self.location(row, "school_id", "school")
                row.whole("student_number", 1, 100_000)
                row.text("class", 64)
                if not re.fullmatch("[0-9]{4}-(0[1-9]|1[0-2])", row.optional("birth_month")):
                    raise row.fail("birth_month", "expected a month, YYYY-MM")
                row.choice("sex", "f m")
                student = Student(row.day("enrolled_on"), row.optional_day("left_on"), False)
                if row.optional("exclusion"):
                    row.choice("exclusion", "milk_allergy lactose_intolerance declined")
                    student.excluded = True
                self.students.add(row, "student_number", (school_id, number), student)

    def read_distributions(self) -> None:
        """distributions.csv; rows with one distribution_id are one record."""
        for row in self.rows_of("distributions.csv"):
            key = row.optional("distribution_id")
            with self.row_of(self.distributions, key, whole_record=True):
                row.identifier("distribution_id")
                lot = self.lot(row)
                new = self.distribution_of(row, lot)
                record = self.part_of(self.distributions, key, new)
                session = row.optional("session") or record.session
                if new.natural_key()[:3] + (session,) != record.natural_key():
                    raise row.fail("distribution_id", "expected one school, day, class and session")
                if new.served_at != record.served_at:
                    raise row.fail("served_at", "expected one time in a record")
                self.check_students(row, record, row.numbers("students"))
                if any(line.lot == lot for line in record.lines):
                    raise row.fail("lot_number", f"{lot} stands twice in the record")
                if record.served_on > self.lots.taken[lot].expires_on:
                    raise row.fail("lot_number", "expected a lot that has not expired")
                record.lines.append(DistributionLine(
                    lot, row.whole("serving_g", 1, 1000), row.numbers("students"),
                    row.whole("wasted_g", 0, 1_000_000)))
        self.check_natural_keys()

    def distribution_of(self, row: Row, lot: Lot) -> Distribution:
        """A record without lines, as one row states it."""
        school = self.location(row, "school_id", "school")
        served_on = row.day("served_on")
        served_at = school.instant(served_on, dt.time(23, 59, 59))
        if row.optional("served_at"):
            served_at = row.instant("served_at")
            if school.day(served_at) != served_on:
                raise row.fail("served_at", "expected a time on the day served_on")
        return Distribution(
            school.location_id, served_on, row.text("class", 64),
            row.optional("session") or str(lot), served_at)

    def check_students(self, row: Row, record: Distribution, numbers: list[int]) -> None:
        """Each child listed drinks once in a record, is enrolled on that day and not
        excluded."""
        seen = [number for line in record.lines for number in line.students]
        for number in numbers:
            student = self.students.find(row, "students", (record.school_id, number))
            if number in seen:
                raise row.fail("students", f"student {number} is listed twice")
            seen.append(number)
            left_on = student.left_on or dt.date.max
            if not student.enrolled_on <= record.served_on < left_on:
                raise row.fail("students", f"student {number} is not enrolled on that day")
            if student.excluded:
                raise row.fail("students", f"student {number} is excluded")

    def check_natural_keys(self) -> None:
        """Two records of one school, day, class and session are an error."""
        owner: dict[tuple, str] = {}
        for row in self.rows_of("distributions.csv"):
            key = row.optional("distribution_id")
            with self.row_of(self.distributions, key, whole_record=True):
                record = self.distributions.find(row, "distribution_id", key)
                if owner.setdefault(record.natural_key(), key) != key:
                    raise row.fail("distribution_id", "that class, day and session is recorded")

    # Counts.

    def read_counts(self) -> None:
        """counts.csv"""
        for row in self.rows_of("counts.csv"):
            with self.row_of(self.counts, row.optional("count_id")):
                count = Count(
                    location=self.location(row, "location_id", "warehouse port school"),
                    counted_at=row.instant("counted_at"),
                    lot=self.lot(row),
                    counted_g=row.whole("counted_g", 0, GRAMS_MOST),
                    after_serving=row.optional("after_serving") == "yes")
                if row.optional("after_serving"):
                    row.choice("after_serving", "yes no")
                self.counts.add(row, "count_id", row.identifier("count_id"), count)


def lot_of_line(row: Row) -> Lot:
    """The lot that a row of purchase_lines.csv creates."""
    return Lot(*(row.optional(column) for column in ("purchase_id", "product_id", "lot_number")))


def check_position(row: Row) -> None:
    """Latitude and longitude in degrees, both or neither."""
    for column, other, most in (("latitude", "longitude", 90), ("longitude", "latitude", 180)):
        degrees = row.optional(column)
        if not degrees and not row.optional(other):
            continue
        if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,7})?", degrees) \
                or abs(Fraction(degrees)) > most:
            raise row.fail(column, f"expected degrees from -{most} to {most}")


def check_gtin(row: Row) -> None:
    """A GTIN may be empty; otherwise its last digit must be the check digit."""
    gtin = row.optional("gtin")
    if not gtin:
        return
    if not re.fullmatch("[0-9]{8}|[0-9]{12,14}", gtin):
        raise row.fail("gtin", "expected 8, 12, 13 or 14 digits")
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(gtin)))
    if total % 10:
        raise row.fail("gtin", "the check digit is wrong")
