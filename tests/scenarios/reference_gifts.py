"""The money side of the reference model: what gifts bought and what became of it.

Written from docs/import.md for clarity, not speed, with exact fractions. The letters are
those of docs/import.md: an allocation worth `a` buys `g` grams of a lot that weighs `T` and
costs `L`, of which earlier allocations bought `G` for `A`.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import NamedTuple

from programme import Programme
from programme_csv import RowError
from programme_records import Allocation, Lot
from reference_books import LOST, Account, Books, ModelError

CHILDREN_LEAST = 10  # a smaller number of children is not told


def share_by_weight(amount: int, weights: list[int]) -> list[int]:
    """Shares an amount: everyone's part rounded down, and what is left by one each to
    the largest remainders, of equal ones to the earlier."""
    exact = [Fraction(amount * weight, sum(weights)) for weight in weights]
    shares = [floor(part) for part in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[:amount - sum(shares)]:
        shares[i] += 1
    return shares


class Bought(NamedTuple):
    """What an allocation was worth in base minor units (a) and the grams it bought (g)."""
    of: Allocation
    a: int
    g: int


class Gifts:
    """What each gift bought, and what became of it."""

    def __init__(self, programme: Programme, books: Books):
        self.programme = programme
        self.books = books
        self.landed_cost = self.landed_costs()
        self.bought: list[Bought] = []
        for allocation in programme.allocations.taken.values():
            try:
                self.allocate(allocation)
            except RowError as error:
                books.report(error)

    def landed_costs(self) -> dict[Lot, int]:
        """Price and share of costs of every lot, in base minor units."""
        cost: dict[Lot, int] = {}
        for purchase in self.programme.purchases.taken.values():
            lots = [line.lot for line in purchase.lines]
            weights = [line.grams for line in purchase.lines]
            for line in purchase.lines:
                cost[line.lot] = line.price_minor
            for amount in purchase.costs_minor:
                for lot, share in zip(lots, share_by_weight(amount, weights)):
                    cost[lot] += share
        return cost

    def in_base(self, gift_id: str, minor: int) -> int:
        """An amount of a gift's currency in the base currency, at the gift's rate."""
        gift = self.programme.gifts.taken[gift_id]
        return self.programme.to_base(minor, gift.currency, gift.rate)

    def allocate(self, allocation: Allocation) -> None:
        """Buys floor((T - G) * a / (L - A)) grams, once and for ever."""
        gift = self.programme.gifts.taken[allocation.gift_id]
        before = sum(earlier.of.amount_minor for earlier in self.bought
                     if earlier.of.gift_id == allocation.gift_id)
        after = before + allocation.amount_minor
        if after > gift.amount_minor:
            raise allocation.row.fail("amount", "expected at most what is left of the gift")
        a = self.in_base(allocation.gift_id, after) - self.in_base(allocation.gift_id, before)
        T = self.programme.lots.taken[allocation.lot].grams
        L = self.landed_cost[allocation.lot]
        A = sum(earlier.a for earlier in self.bought if earlier.of.lot == allocation.lot)
        G = sum(earlier.g for earlier in self.bought if earlier.of.lot == allocation.lot)
        if a > L - A:
            raise allocation.row.fail("amount", "expected at most what the lot still costs")
        g = floor(Fraction((T - G) * a, L - A)) if a else 0
        self.bought.append(Bought(allocation, a, g))

    def funded_g(self, gift_id: str, lot: Lot) -> int:
        """Grams of a lot that a gift bought."""
        return sum(bought.g for bought in self.bought
                   if (bought.of.gift_id, bought.of.lot) == (gift_id, lot))

    def lot_share(self, gift_id: str, lot: Lot) -> dict:
        """A gift's part of one lot, as in `milkway impact --json`."""
        T = self.programme.lots.taken[lot].grams
        found = -self.books.total(lot, "found")
        lost = self.books.total(lot, "damaged", *LOST)
        net_lost = max(0, lost - found)
        g_of_T = Fraction(self.funded_g(gift_id, lot), T + max(0, found - lost))
        schools = []
        for school_id in sorted({school for _, school in self.books.cups}):
            served_g = self.books.balance(lot, Account("served", school_id))
            cups = len(self.books.cups.get((lot, school_id), []))
            if served_g:
                schools.append({
                    "school_id": school_id,
                    "served_g": floor(served_g * g_of_T),
                    "servings": floor(cups * g_of_T),
                })
        share = {
            **lot._asdict(),
            "funded_g": self.funded_g(gift_id, lot),
            "served_g": sum(school["served_g"] for school in schools),
            "servings": sum(school["servings"] for school in schools),
            "lost_g": floor(net_lost * g_of_T),
        }
        share["remaining_g"] = share["funded_g"] - share["served_g"] - share["lost_g"]
        share["schools"] = schools
        return share

    def impact(self, gift_id: str) -> dict:
        """As `milkway impact GIFT --json`; lots in the order in which they were bought."""
        mine = [bought for bought in self.bought if bought.of.gift_id == gift_id]
        amount = self.in_base(gift_id, self.programme.gifts.taken[gift_id].amount_minor)
        allocated = sum(bought.a for bought in mine)
        lots = [self.lot_share(gift_id, lot) for lot in self.landed_cost
                if lot in {bought.of.lot for bought in mine}]
        servings = sum(lot["servings"] for lot in lots)
        children = min(self.children(lots), servings)
        return {
            "gift_id": gift_id,
            "currency": self.programme.base_currency,
            "amount_minor": amount,
            "allocated_minor": allocated,
            "unspent_minor": amount - allocated,
            "served_g": sum(lot["served_g"] for lot in lots),
            "servings": servings,
            "children_reached": children if children >= CHILDREN_LEAST else None,
            "protein_mg": floor(self.nutrient(lots, "protein_g_100g") * 1000),
            "calcium_mg": floor(self.nutrient(lots, "calcium_mg_100g")),
            "energy_kj": floor(self.nutrient(lots, "energy_kj_100g")),
            "lots": lots,
        }

    def children(self, lots: list[dict]) -> int:
        """Different students who drank of the gift's lots where its share is not 0 g."""
        reached = set()
        for share in lots:
            lot = Lot(share["purchase_id"], share["product_id"], share["lot_number"])
            for school in share["schools"]:
                if school["served_g"] > 0:
                    reached |= {(school["school_id"], student)
                                for student in self.books.cups[lot, school["school_id"]]}
        return len(reached)

    def nutrient(self, lots: list[dict], label: str) -> Fraction:
        """What the served grams hold of a nutrient, exactly."""
        return sum((Fraction(lot["served_g"], 100)
                    * getattr(self.programme.products.taken[lot["product_id"]], label)
                    for lot in lots), Fraction(0))

    def check(self) -> None:
        """All gifts together never get more than there was."""
        for lot, cost in self.landed_cost.items():
            shares = [self.lot_share(gift_id, lot) for gift_id in self.programme.gifts.taken]
            limits = {"funded_g": self.programme.lots.taken[lot].grams,
                      "served_g": self.books.total(lot, "served"),
                      "servings": sum(len(cups) for (of, _), cups in self.books.cups.items()
                                      if of == lot)}
            for name, limit in limits.items():
                if sum(share[name] for share in shares) > limit:
                    raise ModelError(f"{name} of {lot} is given away twice")
            if any(share["remaining_g"] < 0 for share in shares):
                raise ModelError(f"a gift's part of {lot} does not add up")
            if sum(bought.a for bought in self.bought if bought.of.lot == lot) > cost:
                raise ModelError(f"{lot} is paid twice")
