"""What a programme is made of: the records that its CSV files state, without rules."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from programme_csv import Row


class Lot(NamedTuple):
    """The part of a manufacturer's lot that came with one purchase."""
    purchase_id: str
    product_id: str
    lot_number: str

    def __str__(self) -> str:
        return "/".join(self)


@dataclass
class Product:
    """A kind of pack, with what of its label the impact of a gift shows."""
    net_weight_g: int
    energy_kj_100g: Fraction
    protein_g_100g: Fraction
    calcium_mg_100g: Fraction


@dataclass
class Location:
    """A place and its time zone."""
    location_id: str
    kind: str
    zone: zoneinfo.ZoneInfo

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """A local time as an instant (UTC)."""
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.timezone.utc)

    def day(self, instant: dt.datetime) -> dt.date:
        """The local day of an instant."""
        return instant.astimezone(self.zone).date()


@dataclass
class PurchaseLine:
    """What was bought of one lot; `price_minor` in the base currency."""
    lot: Lot
    grams: int
    price_minor: int
    expires_on: dt.date


@dataclass
class Purchase:
    """A purchase; `costs_minor` in the base currency, one a cost."""
    purchased_on: dt.date
    supplier_id: str
    destination: Location
    lines: list[PurchaseLine] = field(default_factory=list)
    costs_minor: list[int] = field(default_factory=list)


@dataclass
class Gift:
    """A gift in its own currency, and the rate of its day to the base currency."""
    currency: str
    rate: Fraction
    amount_minor: int


@dataclass
class Allocation:
    """A part of a gift for a lot; the amount is in the gift's currency."""
    gift_id: str
    lot: Lot
    amount_minor: int
    row: Row


@dataclass
class Shipment:
    """A consignment."""
    origin: Location
    destination: Location
    dispatched_at: dt.datetime
    lines: dict[Lot, int] = field(default_factory=dict)  # grams


@dataclass
class ReceiptLine:
    """What arrived of one lot, in grams."""
    lot: Lot
    received_g: int
    damaged_g: int
    missing_g: int
    row: Row


@dataclass
class Receipt:
    """One delivery."""
    shipment_id: str
    received_at: dt.datetime
    lines: list[ReceiptLine] = field(default_factory=list)


@dataclass
class Student:
    """When a child is at the school and whether it is given milk."""
    enrolled_on: dt.date
    left_on: dt.date | None
    excluded: bool


@dataclass
class DistributionLine:
    """What a class drank of one lot."""
    lot: Lot
    serving_g: int
    students: list[int]
    wasted_g: int


@dataclass
class Distribution:
    """What a class drank on a day."""
    school_id: str
    served_on: dt.date
    class_name: str
    session: str
    served_at: dt.datetime
    lines: list[DistributionLine] = field(default_factory=list)

    def natural_key(self) -> tuple[str, dt.date, str, str]:
        """What makes it one record, whoever sends it."""
        return (self.school_id, self.served_on, self.class_name, self.session)


@dataclass
class Count:
    """A physical count of one lot's usable stock."""
    location: Location
    counted_at: dt.datetime
    lot: Lot
    counted_g: int
    after_serving: bool
