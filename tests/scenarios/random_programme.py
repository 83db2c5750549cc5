#!/usr/bin/env python3
"""Writes a random valid programme as CSV files.

    random_programme.py DIR --seed N [--schools K] [--days D] [--classes C]
                        [--children C] [--purchases P] [--base-currency AUD]

The same options write the same files. The programme has what real ones have and what
tests need: equal lot numbers in different purchases, several currencies, costs, gifts
that pay a lot to the last cent and allocations worth nothing, receipts that are short,
over, damaged, partial or of a wrong lot, records of several lots, waste, counts before
and after serving, children who come, leave or do not drink. Column order, line ends and
row order vary as far as the import format allows. The reference model has the last word:
what it refuses makes it fail.
"""

from __future__ import annotations

import argparse
import bisect
import csv
import datetime as dt
import pathlib
import random
import sys
import tempfile
from collections import defaultdict
from fractions import Fraction

from programme_csv import COLUMNS, minor_digits
from programme_records import Lot
from random_stock import Child, Days, Place
from reference_model import Gifts, ModelError, model

FIRST_DAY = dt.date(2025, 2, 17)
# How much of the base currency one of these is worth, about.
CURRENCIES = {"AUD": "1", "CNY": "0.2134", "JPY": "0.0103", "USD": "1.5387", "KWD": "5.0121"}
# Rows of these files may stand in any order.
SHUFFLED = ("milestones.csv", "receipts.csv", "distributions.csv", "counts.csv",
            "exchange_rates.csv", "students.csv")


def decimal(minor: int, currency: str) -> str:
    """Minor units as a decimal string."""
    digits = minor_digits(currency)
    if not digits:
        return str(minor)
    return f"{minor // 10 ** digits}.{minor % 10 ** digits:0{digits}}"


def gtin13(twelve_digits: str) -> str:
    """Adds the check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve_digits))
    return twelve_digits + str(-total % 10)


class RandomProgramme:
    """Makes the tables of a programme; `write` puts them into a folder."""

    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.rng = random.Random(options.seed)
        self.tables: dict[str, list[dict]] = defaultdict(list)
        self.pack_g: dict[str, int] = {}
        self.foreign = [code for code in CURRENCIES if code != options.base_currency]
        self.make_products()
        places = self.make_locations()
        self.make_rates()
        roster = {place.location_id: self.make_roster(place.location_id)
                  for place in places if place.kind == "school"}
        days = Days(self.rng, self.tables, places, self.pack_g, roster)
        self.make_purchases(places, days)
        days.run(FIRST_DAY, options.days)
        self.make_gifts()
        for file in SHUFFLED:
            self.rng.shuffle(self.tables[file])
        self.make_allocations()

    def add(self, file: str, **cells) -> None:
        """Adds a row; `from_` stands for the column `from`."""
        self.tables[file].append({name.rstrip("_"): str(value) for name, value in cells.items()})

    def some_day(self, before: int, after: int) -> dt.date:
        """A day from `before` days before the first one to `after` days after it."""
        return FIRST_DAY + dt.timedelta(self.rng.randint(-before, after))

    def make_products(self) -> None:
        """Three products of different pack sizes, with labels that have decimals."""
        for number, weight_g in enumerate((1000, 900, 400), 1):
            self.pack_g[f"milk-{number}"] = weight_g
            self.add("products.csv", product_id=f"milk-{number}",
                     gtin=gtin13(f"20{self.rng.randrange(10 ** 10):010}") if number > 1 else "",
                     name_en=f'Milk "no. {number}", {weight_g} g', name_zh=f"奶粉,{weight_g} 克",
                     net_weight_g=weight_g, serving_g=25,
                     energy_kj_100g=self.rng.choice(["2077", "2090.5", "1511.125"]),
                     protein_g_100g=self.rng.choice(["26.3", "24.125", "34"]),
                     fat_g_100g="26.7", carbohydrate_g_100g="38.4",
                     calcium_mg_100g=self.rng.choice(["912", "950.4", "1253.333"]),
                     sodium_mg_100g="371")

    def make_locations(self) -> list[Place]:
        """Suppliers, a warehouse in each country, a port and the schools; the answer
        leaves out the suppliers."""
        for number in (1, 2):
            self.add("locations.csv", location_id=f"supplier-{number}", kind="supplier",
                     name_en=f"Supplier {number}", name_zh=f"供应商{number}", country="AU",
                     time_zone="Australia/Melbourne", latitude="", longitude="")
        places = [Place("melbourne", "warehouse", "Australia/Melbourne"),
                  Place("shanghai", "port", "Asia/Shanghai"),
                  Place("chengdu", "warehouse", "Asia/Shanghai")]
        places += [Place(f"school-{number}", "school",
                         ("Asia/Shanghai", "Asia/Urumqi")[number % 2])
                   for number in range(1, self.options.schools + 1)]
        for place in places:
            australian = place.time_zone.startswith("Australia")
            latitude, longitude = self.rng.choice([("", ""), ("-30.5", "104.1234567")])
            self.add("locations.csv", location_id=place.location_id, kind=place.kind,
                     name_en=place.location_id, name_zh=place.location_id,
                     country="AU" if australian else "CN", time_zone=place.time_zone,
                     latitude=latitude, longitude=longitude)
        return places

    def make_rates(self) -> None:
        """Rates of several days to the base currency, and others that must not be used."""
        base = Fraction(CURRENCIES[self.options.base_currency])
        for code in self.foreign:
            days = {FIRST_DAY - dt.timedelta(90), *(self.some_day(80, self.options.days)
                                                    for _ in range(5))}
            for day in sorted(days):
                about = Fraction(CURRENCIES[code]) / base * self.rng.randint(900, 1100) / 1000
                digits = self.rng.choice([4, 6, 9])
                rate = max(1, int(about * 10 ** digits))
                self.add("exchange_rates.csv", on=day, from_=code, to=self.options.base_currency,
                         rate=f"{rate // 10 ** digits}.{rate % 10 ** digits:0{digits}}",
                         source="random")
            self.add("exchange_rates.csv", on=FIRST_DAY, from_=self.options.base_currency,
                     to=code, rate="7", source="the other way round: not used")

    def make_roster(self, school_id: str) -> list[Child]:
        """A roster with children who come, leave or do not drink."""
        children = []
        for number in range(1, self.options.classes * self.options.children + 1):
            enrolled_on, left_on, exclusion = FIRST_DAY - dt.timedelta(30), None, ""
            fate = self.rng.random()
            if fate < 0.1:
                enrolled_on = self.some_day(0, self.options.days)
            elif fate < 0.2:
                left_on = self.some_day(0, self.options.days)
            elif fate < 0.27:
                exclusion = self.rng.choice(["milk_allergy", "lactose_intolerance", "declined"])
            class_name = f"{(number - 1) // self.options.children + 1}A"
            children.append(Child(number, class_name, enrolled_on, left_on, bool(exclusion)))
            self.add("students.csv", school_id=school_id, student_number=number,
                     birth_month=f"{2012 + number % 6}-{number % 12 + 1:02}",
                     sex="fm"[number % 2], enrolled_on=enrolled_on, left_on=left_on or "",
                     exclusion=exclusion, class_=class_name)
        return children

    def make_purchases(self, places: list[Place], days: Days) -> None:
        """Purchases of one to four lots; lot numbers come back in later purchases."""
        for number in range(1, self.options.purchases + 1):
            purchase_id = f"P-{number}"
            day = self.some_day(10, 0 if number <= 2 else self.options.days // 2)
            place = self.rng.choices(places, [3, 1, 3] + [1] * self.options.schools)[0]
            self.add("purchases.csv", purchase_id=purchase_id, purchased_on=day,
                     supplier_id=f"supplier-{number % 2 + 1}", destination_id=place.location_id)
            names = self.rng.sample([(product_id, f"L{lot}") for product_id in self.pack_g
                                     for lot in (1, 2)], self.rng.randint(1, 4))
            for product_id, lot_number in names:
                self.make_lot(Lot(purchase_id, product_id, lot_number), day, place, days)
            for kind in self.rng.sample(
                    ["freight", "duty", "insurance", "inspection", "other", "freight"],
                    self.rng.randint(0, 4)):
                currency = self.rng.choice(list(CURRENCIES))
                amount = self.rng.randint(0, 20_000) * 10 ** minor_digits(currency) // 100
                self.add("purchase_costs.csv",
                         cost_id=f"K-{len(self.tables['purchase_costs.csv']) + 1}",
                         purchase_id=purchase_id, kind=kind, currency=currency,
                         incurred_on=day + dt.timedelta(self.rng.randint(0, 30)),
                         amount=decimal(amount, currency))
        self.rng.shuffle(self.tables["purchase_lines.csv"])

    def make_lot(self, lot: Lot, day: dt.date, place: Place, days: Days) -> None:
        """One line of a purchase."""
        packs = self.rng.randint(3, 12 * self.options.schools)
        currency = self.rng.choice(list(CURRENCIES))
        price = self.rng.choice([0, 1, 7, 9, 11]) * 10 ** minor_digits(currency) \
            + self.rng.randint(0, 10 ** minor_digits(currency) - 1)
        self.add("purchase_lines.csv", **lot._asdict(),
                 manufactured_on=self.rng.choice(["", day - dt.timedelta(60)]),
                 expires_on=day + dt.timedelta(self.rng.randint(0, 400) + 3 * 365),
                 packs=packs, unit_price=decimal(price, currency), currency=currency)
        days.bought[day].append((place, lot, packs * self.pack_g[lot.product_id]))

    def make_gifts(self) -> None:
        """Two gifts in the base currency and one in each other."""
        currencies = [self.options.base_currency] * 2 + self.foreign
        for number, currency in enumerate(currencies, 1):
            about = Fraction(self.rng.randint(40, 400)) / Fraction(CURRENCIES[currency])
            amount = int(about * 10 ** minor_digits(currency)) + self.rng.randint(1, 99)
            self.add("gifts.csv", gift_id=f"G-{number}", donor_id=f"donor-{number % 4 + 1}",
                     received_on=self.some_day(30, self.options.days), currency=currency,
                     amount=decimal(amount, currency))

    # Allocations: they need the landed costs, so the model looks at the rest first.

    def make_allocations(self) -> None:
        """Spends the gifts on the lots: random parts, whole rests, single minor units."""
        with tempfile.TemporaryDirectory() as folder:
            self.write(pathlib.Path(folder))
            _, gifts = model(pathlib.Path(folder), self.options.base_currency)
        left_of_gift = {gift_id: gift.amount_minor
                        for gift_id, gift in gifts.programme.gifts.taken.items()}
        left_of_lot = dict(gifts.landed_cost)
        plans = [(gift_id, "least") for gift_id in left_of_gift]
        plans += self.rng.choices([(gift_id, how) for gift_id in left_of_gift
                                   for how in ("part", "part", "rest", "least")],
                                  k=6 * len(left_of_gift))
        for gift_id, how in plans:
            lot = self.rng.choice(list(left_of_lot))
            amount, worth = self.choose_amount(gifts, gift_id, how, left_of_gift[gift_id],
                                               left_of_lot[lot])
            if amount:
                left_of_gift[gift_id] -= amount
                left_of_lot[lot] -= worth
                currency = gifts.programme.gifts.taken[gift_id].currency
                self.add("allocations.csv",
                         allocation_id=f"A-{len(self.tables['allocations.csv']) + 1}",
                         gift_id=gift_id, **lot._asdict(),
                         allocated_on=self.some_day(10, self.options.days),
                         amount=decimal(amount, currency))

    def choose_amount(self, gifts: Gifts, gift_id: str, how: str, left: int,
                      lot_left: int) -> tuple[int, int]:
        """An amount in the gift's currency and what it is worth; 0 if none fits. Nothing
        goes to a lot that is paid."""
        spent = gifts.programme.gifts.taken[gift_id].amount_minor - left

        def worth(amount: int) -> int:
            return gifts.in_base(gift_id, spent + amount) - gifts.in_base(gift_id, spent)

        if how == "least":
            wanted = 1
        elif how == "part":
            wanted = self.rng.randint(1, max(1, left // 2))
        else:
            wanted = bisect.bisect_left(range(left + 1), lot_left, key=worth)
        fits = 0 < wanted <= left and 0 < lot_left and worth(wanted) <= lot_left
        return (wanted, worth(wanted)) if fits else (0, 0)

    def write(self, folder: pathlib.Path) -> None:
        """Writes the tables in one of the forms that the import format allows."""
        form = random.Random(self.options.seed)
        folder.mkdir(parents=True, exist_ok=True)
        for file, (required, optional) in COLUMNS.items():
            rows = self.tables[file]
            columns = required.split() + [column for column in optional.split()
                                          if any(row.get(column) for row in rows)]
            form.shuffle(columns)
            encoding = form.choice(["utf-8", "utf-8-sig"])
            if not rows:
                continue
            with (folder / file).open("w", encoding=encoding, newline="") as stream:
                writer = csv.DictWriter(stream, columns, extrasaction="ignore",
                                        lineterminator=form.choice(["\n", "\r\n"]))
                writer.writeheader()
                writer.writerows(rows)


def parse_options(arguments: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--schools", type=int, default=3)
    parser.add_argument("--days", type=int, default=40)
    parser.add_argument("--classes", type=int, default=3)
    parser.add_argument("--children", type=int, default=8, help="in each class")
    parser.add_argument("--purchases", type=int, default=4)
    parser.add_argument("--base-currency", choices=list(CURRENCIES), default="AUD")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Writes the programme and has it checked."""
    options = parse_options(arguments)
    try:
        programme = RandomProgramme(options)
        programme.write(options.folder)
        model(options.folder, options.base_currency)
    except ModelError as error:
        print(f"seed {options.seed} is not valid: {error}", file=sys.stderr)
        return 1
    sizes = ", ".join(f"{file} {len(programme.tables[file])}" for file in COLUMNS)
    print(f"seed {options.seed}: {sizes}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
