#!/usr/bin/env python3
"""A slow and simple model of what a programme of CSV files means (docs/import.md).

    reference_model.py DIR impact GIFT     as `milkway impact GIFT --json`
    reference_model.py DIR stock           as `milkway stock --json`
    reference_model.py DIR all             {"stock": ..., "impact": {gift: ...}}
    reference_model.py DIR check           nothing but the checks

The system is compared with it, so it shares no trick with the system: every figure is
added up from the list of all movements and all cups, with exact integers and
fractions, each time it is asked for. It exits with 1 and a message if the folder has
an error, stock is negative at any moment, or a lot does not add up.

--corrections FILE names a JSON list of {school_id, served_on, class, session, lines:
[{product_id, lot_number, purchase_id, serving_g, students, wasted_g}]}: lines that
stand instead of those of an imported class record; none: it never happened.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import pathlib
import sys

from programme import Programme
from programme_csv import Row, RowError
from programme_records import Distribution, DistributionLine
from reference_books import Books, ModelError
from reference_gifts import Gifts


def correct(programme: Programme, corrections: list[dict]) -> None:
    """Puts other lines in the place of those of imported class records."""
    for correction in corrections:
        record = record_to_correct(programme, correction)
        record.lines = []
        for line in correction["lines"]:
            row = Row("corrections", 0, {name: str(value) for name, value in line.items()})
            numbers = row.numbers("students")
            programme.check_students(row, record, numbers)
            record.lines.append(DistributionLine(
                programme.lot(row), int(line["serving_g"]), numbers, int(line["wasted_g"])))


def record_to_correct(programme: Programme, correction: dict) -> Distribution:
    """The class record that a correction names."""
    key = (correction["school_id"], dt.date.fromisoformat(correction["served_on"]),
           correction["class"], correction["session"])
    for record in programme.distributions.taken.values():
        if record.natural_key() == key:
            return record
    raise ModelError(f"no class record {key} to correct")


def model(folder: pathlib.Path, base_currency: str = "AUD",
          corrections: list[dict] | None = None) -> tuple[Books, Gifts]:
    """The books and gifts of a valid folder. ModelError with every problem otherwise."""
    programme = Programme(folder, base_currency)
    correct(programme, corrections or [])
    books = Books(programme)
    gifts = Gifts(programme, books)
    if programme.problems:
        raise ModelError("\n".join(str(problem) for problem in programme.problems))
    books.check()
    gifts.check()
    return books, gifts


def main() -> int:
    """Prints what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("question", choices=["impact", "stock", "all", "check"])
    parser.add_argument("gift", metavar="GIFT", nargs="?")
    parser.add_argument("--base-currency", default="AUD")
    parser.add_argument("--corrections", type=pathlib.Path)
    options = parser.parse_args()
    if (options.question == "impact") != (options.gift is not None):
        parser.error("impact needs a gift, and nothing else does")
    try:
        corrections = json.loads(options.corrections.read_text("utf-8")) \
            if options.corrections else []
        books, gifts = model(options.folder, options.base_currency, corrections)
        every_gift = books.programme.gifts.taken
        if options.question == "impact" and options.gift not in every_gift:
            raise ModelError(f"no gift {options.gift}")
    except (ModelError, RowError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.question == "impact":
        answer = gifts.impact(options.gift)
    elif options.question == "stock":
        answer = books.stock()
    elif options.question == "all":
        answer = {"stock": books.stock(),
                  "impact": {gift_id: gifts.impact(gift_id) for gift_id in every_gift}}
    else:
        return 0
    json.dump(answer, sys.stdout, ensure_ascii=False, indent=2)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
