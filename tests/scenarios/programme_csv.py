"""Reads a folder of programme CSV files into rows that know where they stand.

The first half of docs/import.md: which files and columns there are and how a cell is
written. What the rows mean together is in programme.py.
"""

from __future__ import annotations

import csv
import datetime as dt
import pathlib
import re
from dataclasses import dataclass
from fractions import Fraction

# File → required columns, optional columns, in the order in which the files are applied.
COLUMNS: dict[str, tuple[str, str]] = {
    "products.csv": (
        "product_id gtin name_en name_zh net_weight_g serving_g energy_kj_100g protein_g_100g"
        " fat_g_100g carbohydrate_g_100g calcium_mg_100g sodium_mg_100g", ""),
    "locations.csv": (
        "location_id kind name_en name_zh country time_zone", "latitude longitude"),
    "exchange_rates.csv": ("on from to rate source", ""),
    "purchases.csv": ("purchase_id purchased_on supplier_id destination_id", ""),
    "purchase_lines.csv": (
        "purchase_id product_id lot_number expires_on packs unit_price currency",
        "manufactured_on"),
    "purchase_costs.csv": ("cost_id purchase_id kind incurred_on amount currency", ""),
    "gifts.csv": ("gift_id donor_id received_on amount currency", ""),
    "allocations.csv": (
        "allocation_id gift_id purchase_id product_id lot_number allocated_on amount", ""),
    "shipments.csv": (
        "shipment_id origin_id destination_id mode dispatched_at",
        "carrier tracking_number expected_on"),
    "shipment_lines.csv": ("shipment_id product_id lot_number packs", "purchase_id"),
    "milestones.csv": ("milestone_id shipment_id occurred_at kind", "place note"),
    "receipts.csv": (
        "receipt_id shipment_id received_at product_id lot_number received_packs damaged_packs"
        " missing_packs", "purchase_id note"),
    "students.csv": (
        "school_id student_number class birth_month sex enrolled_on", "left_on exclusion"),
    "distributions.csv": (
        "distribution_id school_id served_on class product_id lot_number serving_g students"
        " wasted_g", "session served_at purchase_id"),
    "counts.csv": (
        "count_id location_id counted_at product_id lot_number counted_g",
        "after_serving purchase_id note"),
}

# Digits of the minor unit where they are not 2 (ISO 4217).
MINOR_DIGITS = dict.fromkeys(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0
) | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)


@dataclass(frozen=True)
class Problem:
    """One error: where it is, as a spreadsheet shows it, and what was expected."""
    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.column}: {self.message}"


class RowError(Exception):
    """A row is wrong by itself."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


class Blocked(Exception):
    """A row cannot be taken because a row that it depends on was wrong."""


def minor_digits(currency: str) -> int:
    """Digits after the point that an amount of the currency may have."""
    return MINOR_DIGITS.get(currency, 2)


class Row:
    """One row of a file; its number is the line that a spreadsheet shows."""

    def __init__(self, file: str, number: int, cells: dict[str, str]):
        self.file = file
        self.number = number
        self.cells = cells

    def fail(self, column: str, message: str) -> RowError:
        """The error to raise for a cell of this row."""
        return RowError(Problem(self.file, self.number, column, message))

    def optional(self, column: str) -> str:
        """The cell, or "" if it or its column is missing."""
        return self.cells.get(column, "")

    def text(self, column: str, most_bytes: int = 200) -> str:
        """A cell that is not empty."""
        value = self.optional(column)
        if not 1 <= len(value.encode()) <= most_bytes:
            raise self.fail(column, f"expected 1 to {most_bytes} bytes of text")
        return value

    def identifier(self, column: str) -> str:
        """A name chosen by people."""
        value = self.text(column, 64)
        if not re.fullmatch(r"[A-Za-z0-9._-]+", value):
            raise self.fail(column, "expected letters, digits, '-', '_' and '.'")
        return value

    def choice(self, column: str, choices: str) -> str:
        """One of the words of `choices`."""
        value = self.optional(column)
        if value not in choices.split():
            raise self.fail(column, f"expected one of {choices}")
        return value

    def whole(self, column: str, least: int, most: int) -> int:
        """A whole number from `least` to `most`."""
        value = self.optional(column)
        if not re.fullmatch(r"[0-9]{1,18}", value) or not least <= int(value) <= most:
            raise self.fail(column, f"expected a whole number from {least} to {most}")
        return int(value)

    def decimal(self, column: str, digits_after_point: int) -> Fraction:
        """An exact decimal number of 0 or more."""
        value = self.optional(column)
        match = re.fullmatch(r"[0-9]{1,15}(?:\.([0-9]+))?", value)
        if not match or len(match[1] or "") > digits_after_point:
            raise self.fail(column, f"expected a decimal number with at most "
                                    f"{digits_after_point} digits after the point")
        return Fraction(value)

    def currency(self, column: str) -> str:
        """An ISO 4217 code."""
        value = self.optional(column)
        if not re.fullmatch(r"[A-Z]{3}", value):
            raise self.fail(column, "expected an ISO 4217 code")
        return value

    def money(self, column: str, currency: str, least_minor: int) -> int:
        """An amount in minor units of its currency."""
        digits = minor_digits(currency)
        minor = self.decimal(column, digits) * 10 ** digits
        if minor < least_minor:
            raise self.fail(column, f"expected at least {least_minor} minor units of {currency}")
        return int(minor)

    def day(self, column: str) -> dt.date:
        """A day that exists, YYYY-MM-DD."""
        value = self.optional(column)
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return dt.date.fromisoformat(value)
        except ValueError:
            raise self.fail(column, "expected a day that exists, YYYY-MM-DD") from None

    def optional_day(self, column: str) -> dt.date | None:
        """A day, or None if the cell is empty."""
        return self.day(column) if self.optional(column) else None

    def instant(self, column: str) -> dt.datetime:
        """An RFC 3339 time with its offset."""
        value = self.optional(column)
        form = (r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                r"(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")
        try:
            if not re.fullmatch(form, value):
                raise ValueError
            return dt.datetime.fromisoformat(value)
        except ValueError:
            raise self.fail(column, "expected a time with offset, "
                                    "2025-03-01T10:20:00+08:00") from None

    def numbers(self, column: str) -> list[int]:
        """Numbers and ranges in the order written: "1-3;7" is 1, 2, 3, 7."""
        found: list[int] = []
        for part in self.optional(column).split(";"):
            match = re.fullmatch(r"([0-9]{1,6})(?:-([0-9]{1,6}))?", part)
            if not match or int(match[2] or match[1]) < int(match[1]):
                raise self.fail(column, "expected numbers and ranges: 1-12;15;20-24")
            found.extend(range(int(match[1]), int(match[2] or match[1]) + 1))
        return found


def read_folder(folder: pathlib.Path, problems: list[Problem]) -> dict[str, list[Row] | None]:
    """All rows by file, in file order. A missing file has no rows; a file whose
    header is wrong is None, and the error is added to `problems`."""
    for path in sorted(folder.glob("*.csv")):
        if path.name not in COLUMNS:
            problems.append(Problem(path.name, 1, "", "expected one of the files of a programme"))
    return {file: read_file(folder / file, problems) for file in COLUMNS}


def read_file(path: pathlib.Path, problems: list[Problem]) -> list[Row] | None:
    """The rows of one file, or None if its header is wrong."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream, strict=True))
    header = lines[0] if lines else []
    wrong = header_problems(path.name, header)
    problems.extend(wrong)
    if wrong:
        return None
    rows = []
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        if len(line) != len(header):
            problems.append(Problem(path.name, number, "", f"expected {len(header)} cells"))
            continue
        rows.append(Row(path.name, number, dict(zip(header, line))))
    return rows


def header_problems(file: str, header: list[str]) -> list[Problem]:
    """What is wrong with a header row."""
    required, optional = (columns.split() for columns in COLUMNS[file])
    unknown = [name for name in header if name not in required + optional]
    missing = [name for name in required if name not in header]
    doubled = sorted({name for name in header if header.count(name) > 1})
    return (
        [Problem(file, 1, name, "unknown column") for name in unknown]
        + [Problem(file, 1, name, "missing column") for name in missing]
        + [Problem(file, 1, name, "column stands twice") for name in doubled])
