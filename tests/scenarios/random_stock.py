"""The days of a random programme: shipments, receipts, class records and counts.

Goes through the days once, in the order of the local clock at every place (purchases at
midnight, counts at 07:30, receipts, class records at noon, dispatches, late receipts,
class records without a time, counts after serving), and keeps what usable stock there
is, so that nothing is ever taken that is not there.
"""

from __future__ import annotations

import datetime as dt
import random
import zoneinfo
from collections import defaultdict
from dataclasses import dataclass, field

from programme_records import Lot

# Where stock may go from each kind of place.
ROUTES = {"warehouse": ("port", "warehouse", "school"), "port": ("warehouse", "school"),
          "school": ("school",)}


@dataclass
class Place:
    """A location as the days see it."""
    location_id: str
    kind: str
    time_zone: str

    def at(self, day: dt.date, hour: int, minute: int) -> str:
        """A local time in RFC 3339."""
        zone = zoneinfo.ZoneInfo(self.time_zone)
        return dt.datetime.combine(day, dt.time(hour, minute), zone).isoformat()


@dataclass
class Child:
    """A student as the days see one."""
    number: int
    class_name: str
    enrolled_on: dt.date
    left_on: dt.date | None
    excluded: bool

    def drinks_on(self, day: dt.date) -> bool:
        """Whether the child may be listed in a record of that day."""
        return (not self.excluded and self.enrolled_on <= day
                and (self.left_on is None or day < self.left_on))


@dataclass
class OnTheWay:
    """A shipment with the packs that no receipt has mentioned yet."""
    shipment_id: str
    destination: Place
    packs: dict[Lot, int]
    receipt_days: list[dt.date] = field(default_factory=list)


def ranges(numbers: list[int]) -> str:
    """Numbers as the import format writes them: 1-3;7."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ";".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


class Days:
    """Simulates the days and adds rows to `tables`."""

    def __init__(self, rng: random.Random, tables: dict[str, list[dict]], places: list[Place],
                 pack_g: dict[str, int], roster: dict[str, list[Child]]):
        self.rng = rng
        self.tables = tables
        self.places = places
        self.pack_g = pack_g
        self.roster = roster
        self.bought: dict[dt.date, list[tuple[Place, Lot, int]]] = defaultdict(list)
        self.known: list[Lot] = []  # lots bought so far
        self.usable: dict[tuple[str, Lot], int] = defaultdict(int)
        self.on_the_way: list[OnTheWay] = []
        # Of today: lots at places that were counted or arrived late, and sessions that are
        # called after a lot.
        self.busy: set[tuple[str, Lot]] = set()
        self.sessions: set[tuple[str, str, Lot]] = set()

    def run(self, first: dt.date, days: int) -> None:
        """Lives the days from the first purchase on."""
        day = min([first, *self.bought])
        while day < first + dt.timedelta(days):
            self.busy.clear()
            self.sessions.clear()
            for place, lot, grams in self.bought[day]:
                self.known.append(lot)
                self.usable[place.location_id, lot] += grams
            self.count_some(day, after_serving=False)
            self.receive(day, late=False)
            records = self.plan_records(day) if day >= first else []
            self.serve(day, [record for record in records if record["served_at"]])
            self.dispatch(day)
            self.receive(day, late=True)
            self.serve(day, [record for record in records if not record["served_at"]])
            self.count_some(day, after_serving=True)
            day += dt.timedelta(1)

    def add(self, file: str, **cells) -> None:
        """Adds a row."""
        self.tables[file].append({name: str(value) for name, value in cells.items()})

    def named(self, lot: Lot) -> dict[str, str]:
        """The cells that name a lot: with its purchase where they must, or at random."""
        twins = [other for bought in self.bought.values() for _, other, _ in bought
                 if other[1:] == lot[1:]]
        with_purchase = len(twins) > 1 or self.rng.random() < 0.5
        return {"product_id": lot.product_id, "lot_number": lot.lot_number,
                "purchase_id": lot.purchase_id if with_purchase else ""}

    def stock_of(self, place: Place) -> list[Lot]:
        """Lots that lie at a place, in random order."""
        lots = [lot for (where, lot), grams in self.usable.items()
                if where == place.location_id and grams > 0]
        return self.rng.sample(lots, len(lots))

    # Shipments.

    def dispatch(self, day: dt.date) -> None:
        """Some of the places that hold whole packs send some of them on."""
        for place in self.places:
            if self.rng.random() > {"school": 0.04}.get(place.kind, 0.35):
                continue
            packs = {}
            for lot in self.stock_of(place)[:self.rng.randint(1, 3)]:
                whole = self.usable[place.location_id, lot] // self.pack_g[lot.product_id]
                if whole:
                    packs[lot] = max(1, round(whole * self.rng.choice([0.3, 0.6, 1])))
            targets = [other for other in self.places
                       if other.kind in ROUTES[place.kind] and other is not place]
            if packs and targets:
                self.send(day, place, self.rng.choice(targets), packs)

    def send(self, day: dt.date, origin: Place, destination: Place,
             packs: dict[Lot, int]) -> None:
        """One shipment leaves between 13:00 and 15:00."""
        shipment_id = f"S-{len(self.tables['shipments.csv']) + 1:04}"
        self.add("shipments.csv", shipment_id=shipment_id, origin_id=origin.location_id,
                 destination_id=destination.location_id,
                 mode=self.rng.choice(["sea", "air", "road", "rail", "courier"]),
                 carrier=self.rng.choice(["", "Fast, Ltd"]), tracking_number="",
                 dispatched_at=origin.at(day, self.rng.choice([13, 14]), self.rng.randint(0, 59)),
                 expected_on=self.rng.choice(["", day + dt.timedelta(3)]))
        for lot, number in packs.items():
            self.usable[origin.location_id, lot] -= number * self.pack_g[lot.product_id]
            self.add("shipment_lines.csv", shipment_id=shipment_id, packs=number,
                     **self.named(lot))
        for after in sorted(self.rng.sample(range(1, 4), self.rng.randint(0, 2))):
            self.add("milestones.csv",
                     milestone_id=f"M-{len(self.tables['milestones.csv']) + 1:04}",
                     shipment_id=shipment_id, place="", note="",
                     occurred_at=destination.at(day + dt.timedelta(after), 9, after),
                     kind=self.rng.choice(["departed", "arrived_port", "customs_held",
                                           "customs_cleared", "handed_over"]))
        receipts = self.rng.choices([0, 1, 2, 3], [1, 6, 4, 2])[0]
        days = [day + dt.timedelta(after) for after in self.rng.sample(range(1, 6), receipts)]
        self.on_the_way.append(OnTheWay(shipment_id, destination, dict(packs), sorted(days)))

    def receive(self, day: dt.date, late: bool) -> None:
        """What arrives today: in the morning, or in the evening when it can still be
        served by a record without a time."""
        for shipment in self.on_the_way:
            if day not in shipment.receipt_days or (not late and self.rng.random() < 0.4):
                continue
            last = shipment.receipt_days[-1] == day
            shipment.receipt_days.remove(day)
            receipt_id = f"R-{len(self.tables['receipts.csv']) + 1:04}"
            at = shipment.destination.at(day, *((18, 30) if late else (8, 15)))
            lines = {lot: self.arrival(packs, last) for lot, packs in shipment.packs.items()}
            others = [lot for lot in self.known if lot not in shipment.packs]
            if others and self.rng.random() < 0.1:  # a lot that was not shipped
                lines[self.rng.choice(others)] = (self.rng.randint(1, 2), self.rng.randint(0, 1), 0)
            for lot, packs in lines.items():
                if any(packs):
                    self.take_in(shipment, receipt_id, at, lot, packs, late)

    def arrival(self, on_the_way: int, last: bool) -> tuple[int, int, int]:
        """Good, damaged and missing packs of a lot in a receipt."""
        if not last:
            good = self.rng.randint(0, on_the_way)
            return good, 0, 0
        how = self.rng.choices(["all", "short", "damaged", "over", "rest stays"],
                               [10, 3, 3, 3, 3])[0]
        some = min(on_the_way, self.rng.randint(1, 3))
        return {"all": (on_the_way, 0, 0), "short": (on_the_way - some, 0, some),
                "damaged": (on_the_way - some, some, 0),
                "over": (on_the_way + self.rng.randint(1, 2), self.rng.randint(0, 1), 0),
                "rest stays": (on_the_way - some, 0, 0)}[how]

    def take_in(self, shipment: OnTheWay, receipt_id: str, at: str, lot: Lot,
                packs: tuple[int, int, int], late: bool) -> None:
        """One line of a receipt."""
        place = shipment.destination.location_id
        self.usable[place, lot] += packs[0] * self.pack_g[lot.product_id]
        if lot in shipment.packs:
            shipment.packs[lot] = max(0, shipment.packs[lot] - sum(packs))
        if late:
            self.busy.add((place, lot))
        self.add("receipts.csv", receipt_id=receipt_id, shipment_id=shipment.shipment_id,
                 received_at=at, received_packs=packs[0], damaged_packs=packs[1],
                 missing_packs=packs[2], note="", **self.named(lot))

    # Class records.

    def plan_records(self, day: dt.date) -> list[dict[str, str]]:
        """Who records what today: school, class, session and time. A record without a
        session is of one lot."""
        plans = []
        for school in [place for place in self.places if place.kind == "school"]:
            if self.rng.random() < 0.25:  # no school today
                continue
            for class_name in sorted({child.class_name
                                      for child in self.roster[school.location_id]}):
                sessions = self.rng.choices(
                    [[], ["daily"], ["morning", "after noon"], [""], ["", ""]],
                    [1, 6, 1, 1, 1])[0]
                noon = self.rng.random() < 0.3
                plans += [{"school_id": school.location_id, "served_on": str(day),
                           "class": class_name, "session": session,
                           "served_at": school.at(day, 12, self.rng.randint(0, 59))
                           if noon else ""} for session in sessions]
        return plans

    def serve(self, day: dt.date, plans: list[dict[str, str]]) -> None:
        """Fills planned records with lots and children as far as the stock goes."""
        for plan in plans:
            school = next(place for place in self.places
                          if place.location_id == plan["school_id"])
            children = [child.number for child in self.roster[school.location_id]
                        if child.class_name == plan["class"] and child.drinks_on(day)
                        and self.rng.random() < 0.9]
            record_id = f"D-{len(self.tables['distributions.csv']) + 1:06}"
            lots = self.stock_of(school)[:3]
            if not plan["session"]:  # then the lot is the session, once for each class
                unused = [lot for lot in lots
                          if (school.location_id, plan["class"], lot) not in self.sessions]
                lots = unused[:1]
                self.sessions |= {(school.location_id, plan["class"], lot) for lot in lots}
            for lot in lots:
                serving_g = self.rng.choice([25, 25, 25, 20, 33])
                held = self.usable[school.location_id, lot]
                share = min(len(children), held // serving_g,
                            self.rng.choice([len(children), len(children), 3]))
                if not share:
                    continue
                drinkers, children = children[:share], children[share:]
                held -= share * serving_g
                wasted_g = min(held, self.rng.choice([0] * 8 + [5, 40]))
                self.usable[school.location_id, lot] = held - wasted_g
                self.add("distributions.csv", distribution_id=record_id, serving_g=serving_g,
                         students=ranges(drinkers), wasted_g=wasted_g, **plan,
                         **self.named(lot))

    # Counts.

    def count_some(self, day: dt.date, after_serving: bool) -> None:
        """Counts some lots, before the day begins or after serving."""
        for (place_id, lot), book in list(self.usable.items()):
            if (place_id, lot) in self.busy or self.rng.random() > 0.03:
                continue
            self.busy.add((place_id, lot))
            place = next(place for place in self.places if place.location_id == place_id)
            counted = max(0, book + self.rng.choice([0, 0, -1, -7, -60, 3, 45]))
            self.usable[place_id, lot] = counted
            at = place.at(day, *((16, 30) if after_serving else (7, 30)))
            self.add("counts.csv", count_id=f"C-{len(self.tables['counts.csv']) + 1:04}",
                     location_id=place_id, counted_at=at, counted_g=counted,
                     after_serving="yes" if after_serving else self.rng.choice(["no", ""]),
                     note="", **self.named(lot))
