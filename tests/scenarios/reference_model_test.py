#!/usr/bin/env python3
"""The reference model against cases worked out by hand from docs/import.md."""

from __future__ import annotations

import json
import pathlib
import tempfile
import unittest

import random_programme
from programme import Programme
from programme_records import Lot
from reference_books import Account, Books, ModelError
from reference_gifts import Gifts, share_by_weight
from reference_model import model

HERE = pathlib.Path(__file__).resolve().parent
DEMO = HERE.parents[1] / "ops" / "demo" / "changyuan"

LOT = Lot("P-1", "milk", "L1")

# A small valid programme: ten packs of 1000 g for 100.00 AUD, all at the school.
FILES = {
    "products.csv": """
        product_id,gtin,name_en,name_zh,net_weight_g,serving_g,energy_kj_100g,protein_g_100g,fat_g_100g,carbohydrate_g_100g,calcium_mg_100g,sodium_mg_100g
        milk,,Milk,奶粉,1000,25,2077,26.3,26.7,38.4,912,371""",
    "locations.csv": """
        location_id,kind,name_en,name_zh,country,time_zone
        shop,supplier,Shop,商店,AU,Australia/Melbourne
        store,warehouse,Store,仓库,AU,Australia/Melbourne
        school,school,School,小学,CN,Asia/Shanghai
        other,school,Other school,另一小学,CN,Asia/Shanghai""",
    "exchange_rates.csv": """
        on,from,to,rate,source
        2025-01-01,CNY,AUD,0.5,test""",
    "purchases.csv": """
        purchase_id,purchased_on,supplier_id,destination_id
        P-1,2025-02-03,shop,school""",
    "purchase_lines.csv": """
        purchase_id,product_id,lot_number,expires_on,packs,unit_price,currency
        P-1,milk,L1,2027-01-01,10,10.00,AUD""",
    "gifts.csv": """
        gift_id,donor_id,received_on,amount,currency
        G-1,donor-1,2025-02-01,100.00,AUD""",
    "allocations.csv": """
        allocation_id,gift_id,purchase_id,product_id,lot_number,allocated_on,amount
        A-1,G-1,P-1,milk,L1,2025-02-03,100.00""",
    "students.csv": """
        school_id,student_number,class,birth_month,sex,enrolled_on,left_on,exclusion
        school,1,1A,2018-01,f,2025-02-17,,
        school,2,1A,2018-02,m,2025-02-17,2025-03-05,
        school,3,1A,2018-03,f,2025-02-17,,declined
        school,4,1A,2018-03,f,2025-03-10,,""" + "".join(
            f"\nschool,{number},2A,2017-01,m,2025-02-17,," for number in range(11, 31))
            + "".join(f"\nother,{number},1A,2018-01,m,2025-02-17,," for number in range(1, 21)),
    "distributions.csv": """
        distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,wasted_g,session,served_at""",
    "shipments.csv": """
        shipment_id,origin_id,destination_id,mode,dispatched_at""",
    "shipment_lines.csv": """
        shipment_id,product_id,lot_number,packs,purchase_id""",
    "receipts.csv": """
        receipt_id,shipment_id,received_at,product_id,lot_number,received_packs,damaged_packs,missing_packs,purchase_id""",
    "counts.csv": """
        count_id,location_id,counted_at,product_id,lot_number,counted_g,after_serving""",
}


class ProgrammeTest(unittest.TestCase):
    """Writes the small programme, changed as a test needs it."""

    def setUp(self) -> None:
        self.files = dict(FILES)

    def more(self, file: str, *rows: str) -> None:
        """Adds rows to a file."""
        self.files[file] = "\n".join([self.files[file], *rows])

    def instead(self, file: str, *rows: str) -> None:
        """Puts rows in the place of those of a file."""
        header = self.files[file].strip().splitlines()[0]
        self.files[file] = "\n".join([header, *rows])

    def served(self, record_id: str, day: str, students: str, serving_g: int = 25,
               wasted_g: int = 0, school: str = "school", session: str = "daily",
               served_at: str = "", lot: str = "L1") -> None:
        """Adds a row to distributions.csv."""
        self.more("distributions.csv", f"{record_id},{school},{day},1A,milk,{lot},{serving_g},"
                                       f"{students},{wasted_g},{session},{served_at}")

    def folder(self) -> pathlib.Path:
        """The folder with the files."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for file, text in self.files.items():
            lines = [line.strip() for line in text.strip().splitlines()]
            (pathlib.Path(folder.name) / file).write_text("\n".join(lines) + "\n", "utf-8")
        return pathlib.Path(folder.name)

    def model(self, corrections: list[dict] | None = None) -> tuple[Books, Gifts]:
        """The model of the programme, which must be valid."""
        return model(self.folder(), corrections=corrections)

    def assert_problem(self, *expected: str) -> None:
        """The programme must have exactly these problems: "file:row: column"."""
        programme = Programme(self.folder())
        Gifts(programme, Books(programme))
        found = [f"{problem.file}:{problem.row}: {problem.column}"
                 for problem in programme.problems]
        self.assertEqual(found, list(expected), programme.problems)


class MoneyTest(ProgrammeTest):

    def test_a_conversion_rounds_half_to_even(self):
        _, gifts = self.model()
        programme = gifts.programme
        rate = programme.rates.taken[("CNY", "AUD", min(on for *_, on in programme.rates.taken))]

        worth = [programme.to_base(fen, "CNY", rate) for fen in (1, 2, 3, 4, 5)]

        self.assertEqual(worth, [0, 1, 2, 2, 2])

    def test_yen_have_no_minor_unit_and_dinars_three_digits(self):
        self.more("exchange_rates.csv", "2025-01-01,JPY,AUD,0.0105,test",
                  "2025-01-01,KWD,AUD,5,test")
        self.more("gifts.csv", "G-2,donor-1,2025-02-01,1000,JPY",
                  "G-3,donor-1,2025-02-01,1.001,KWD")

        _, gifts = self.model()

        self.assertEqual(gifts.impact("G-2")["amount_minor"], 1050)
        self.assertEqual(gifts.impact("G-3")["amount_minor"], 500)  # 5.005: half to even

    def test_the_latest_direct_rate_on_or_before_the_day_applies(self):
        self.more("exchange_rates.csv", "2025-02-01,CNY,AUD,0.21,test",
                  "2025-02-02,CNY,AUD,0.99,test", "2025-02-01,AUD,CNY,9,test")
        self.more("gifts.csv", "G-2,donor-1,2025-01-31,10.00,CNY",
                  "G-3,donor-1,2025-02-01,10.00,CNY")

        _, gifts = self.model()

        self.assertEqual(gifts.impact("G-2")["amount_minor"], 500)
        self.assertEqual(gifts.impact("G-3")["amount_minor"], 210)

    def test_a_missing_rate_is_an_error(self):
        self.more("gifts.csv", "G-2,donor-1,2024-12-31,10.00,CNY",
                  "G-3,donor-1,2025-02-01,10.00,USD")

        self.assert_problem("gifts.csv:3: currency", "gifts.csv:4: currency")

    def test_a_line_is_converted_once_not_pack_by_pack(self):
        self.instead("purchase_lines.csv", "P-1,milk,L1,2027-01-01,3,9.99,CNY")
        self.more("exchange_rates.csv", "2025-02-01,CNY,AUD,0.2,test")
        self.instead("allocations.csv")

        _, gifts = self.model()

        self.assertEqual(gifts.landed_cost[LOT], 599)  # 29.97 * 0.2 = 5.994; 3 * 2.00 = 6.00

    def test_a_cost_is_shared_by_weight_with_the_rest_to_the_largest_remainders(self):
        self.assertEqual(share_by_weight(10, [1, 2, 4]), [1, 3, 6])  # 1.43, 2.86, 5.71
        self.assertEqual(share_by_weight(100, [5, 5, 5]), [34, 33, 33])
        self.assertEqual(share_by_weight(101, [5, 5, 5]), [34, 34, 33])
        self.assertEqual(share_by_weight(1, [1, 3]), [0, 1])

    def test_costs_are_converted_at_their_own_day_and_added_to_the_lines(self):
        self.more("purchase_lines.csv", "P-1,milk,L2,2027-01-01,20,1.00,AUD")
        self.files["purchase_costs.csv"] = """
            cost_id,purchase_id,kind,incurred_on,amount,currency
            K-1,P-1,freight,2025-02-01,2.00,CNY
            K-2,P-1,duty,2025-02-01,0.50,AUD"""

        _, gifts = self.model()

        # 1.00 is 33.3 and 66.7 cents, 0.50 is 16.7 and 33.3 cents.
        self.assertEqual(list(gifts.landed_cost.values()), [10_000 + 33 + 17, 2_000 + 67 + 33])


class AllocationTest(ProgrammeTest):

    def bought(self, gifts: Gifts) -> list[tuple[int, int]]:
        """Worth and grams of every allocation."""
        return [(bought.a, bought.g) for bought in gifts.bought]

    def test_the_last_allocation_gets_exactly_the_rest(self):
        self.instead("purchase_lines.csv", "P-1,milk,L1,2027-01-01,10,0.07,AUD")
        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,0.23",
                     "A-2,G-1,P-1,milk,L1,2025-02-03,0.46", "A-3,G-1,P-1,milk,L1,2025-02-03,0.01")

        _, gifts = self.model()

        # 10000 * 23 / 70 = 3285.7; 6715 * 46 / 47 = 6572.1; the rest is 143.
        self.assertEqual(self.bought(gifts), [(23, 3285), (46, 6572), (1, 143)])

    def test_allocations_of_a_gift_are_worth_what_they_add_to_its_converted_sum(self):
        self.more("gifts.csv", "G-2,donor-1,2025-02-01,0.04,CNY")
        self.instead("allocations.csv", *(f"A-{k},G-2,P-1,milk,L1,2025-02-03,0.01"
                                          for k in range(1, 5)))

        _, gifts = self.model()

        # 0.5, 1, 1.5 and 2 cents are 0, 1, 2 and 2; 1 cent buys 1 g.
        self.assertEqual(self.bought(gifts), [(0, 0), (1, 1), (1, 1), (0, 0)])

    def test_an_allocation_worth_nothing_is_still_listed(self):
        self.more("gifts.csv", "G-2,donor-1,2025-02-01,0.04,CNY")
        self.instead("allocations.csv", "A-1,G-2,P-1,milk,L1,2025-02-03,0.01")
        self.served("D-1", "2025-03-03", "1-2")

        _, gifts = self.model()

        lots = gifts.impact("G-2")["lots"]
        self.assertEqual([(lot["funded_g"], lot["served_g"]) for lot in lots], [(0, 0)])

    def test_more_than_the_gift_has_or_the_lot_costs_is_an_error(self):
        self.more("gifts.csv", "G-2,donor-1,2025-02-01,50.00,AUD")
        self.more("allocations.csv", "A-2,G-1,P-1,milk,L1,2025-02-03,0.01",
                  "A-3,G-2,P-1,milk,L1,2025-02-03,0.01")

        self.assert_problem("allocations.csv:3: amount", "allocations.csv:4: amount")


class StockTest(ProgrammeTest):

    def setUp(self) -> None:
        super().setUp()
        self.instead("purchases.csv", "P-1,2025-02-03,shop,store")
        self.more("shipments.csv", "S-1,store,school,road,2025-02-10T09:00:00+11:00")
        self.more("shipment_lines.csv", "S-1,milk,L1,6,")

    def stock(self) -> dict[tuple[str, str], int]:
        """Grams by place and condition."""
        books, _ = self.model()
        return {(row["location_id"], row["condition"]): row["quantity_g"]
                for row in books.stock()}

    def test_what_no_receipt_mentions_is_in_transit_to_the_destination(self):
        self.more("receipts.csv", "R-1,S-1,2025-02-20T10:00:00+08:00,milk,L1,2,1,1,")

        self.assertEqual(self.stock(), {
            ("store", "usable"): 4000, ("school", "in_transit"): 2000,
            ("school", "usable"): 2000, ("school", "damaged"): 1000})

    def test_good_packs_beyond_the_shipment_come_from_found(self):
        self.more("receipts.csv", "R-1,S-1,2025-02-20T10:00:00+08:00,milk,L1,4,0,0,",
                  "R-2,S-1,2025-02-21T10:00:00+08:00,milk,L1,3,1,0,")

        books, _ = self.model()

        self.assertEqual(-books.total(LOT, "found"), 2000)
        self.assertEqual(books.balance(LOT, Account("usable", "school")), 7000)

    def test_a_lot_that_was_not_shipped_comes_from_found(self):
        self.more("purchase_lines.csv", "P-1,milk,L2,2027-01-01,1,1.00,AUD")
        self.more("receipts.csv", "R-1,S-1,2025-02-20T10:00:00+08:00,milk,L2,2,0,0,")

        books, _ = self.model()

        self.assertEqual(-books.total(Lot("P-1", "milk", "L2"), "found"), 2000)
        self.assertEqual(books.balance(LOT, Account("in_transit", "S-1")), 6000)

    def test_more_missing_packs_than_are_on_the_way_are_an_error(self):
        self.more("receipts.csv", "R-1,S-1,2025-02-20T10:00:00+08:00,milk,L1,4,0,3,")

        self.assert_problem("receipts.csv:2: missing_packs")

    def test_receipts_follow_their_time_not_the_order_of_the_rows(self):
        self.more("receipts.csv", "R-2,S-1,2025-02-21T10:00:00+08:00,milk,L1,0,0,2,",
                  "R-1,S-1,2025-02-20T10:00:00+08:00,milk,L1,5,0,0,")

        self.assert_problem("receipts.csv:2: missing_packs")

    def test_a_purchase_lies_there_from_local_midnight(self):
        self.instead("shipments.csv", "S-1,store,school,road,2025-02-03T00:00:00+11:00")
        self.model()

        self.instead("shipments.csv", "S-1,store,school,road,2025-02-02T23:59:59+11:00")
        with self.assertRaisesRegex(ModelError, "usable of P-1/milk/L1 at store is -6000 g"):
            self.model()

    def test_a_bag_received_at_15_00_can_be_served_that_day_but_not_before(self):
        self.more("receipts.csv", "R-1,S-1,2025-03-03T15:00:00+08:00,milk,L1,6,0,0,")
        self.served("D-1", "2025-03-03", "1-2")
        self.model()

        self.served("D-2", "2025-03-03", "1-2", session="noon",
                    served_at="2025-03-03T14:59:59+08:00")
        with self.assertRaisesRegex(ModelError, "-50 g"):
            self.model()

    def test_at_one_instant_goods_in_stand_before_goods_out(self):
        self.more("receipts.csv", "R-1,S-1,2025-03-03T15:00:00+08:00,milk,L1,6,0,0,")
        self.served("D-1", "2025-03-03", "1-2", served_at="2025-03-03T15:00:00+08:00")

        self.model()

    def test_a_lot_number_of_two_purchases_needs_the_purchase(self):
        self.more("purchases.csv", "P-2,2025-02-03,shop,store")
        self.more("purchase_lines.csv", "P-2,milk,L1,2027-01-01,5,1.00,AUD")
        self.assert_problem("shipment_lines.csv:2: purchase_id")

        self.instead("shipment_lines.csv", "S-1,milk,L1,5,P-2")
        self.assertEqual(self.stock(), {("store", "usable"): 10000,
                                        ("school", "in_transit"): 5000})


class DistributionTest(ProgrammeTest):

    def test_servings_and_waste_leave_the_usable_stock(self):
        self.served("D-1", "2025-03-03", "1-2", wasted_g=7)

        books, _ = self.model()

        self.assertEqual([row["quantity_g"] for row in books.stock()], [10_000 - 50 - 7])
        self.assertEqual(books.total(LOT, "served"), 50)
        self.assertEqual(books.total(LOT, "wasted"), 7)

    def test_students_twice_absent_from_the_roster_gone_or_excluded_are_errors(self):
        for day, students in (("03-03", "1;1"), ("03-04", "99"), ("03-05", "2"), ("03-06", "3"),
                              ("03-07", "4"), ("03-08", "1"), ("03-10", "4")):
            self.served(f"D-{day}", f"2025-{day}", students)
        self.served("D-last", "2025-03-04", "2", session="b")

        self.assert_problem(*(f"distributions.csv:{row}: students" for row in range(2, 7)))

    def test_rows_with_one_id_are_one_record_and_a_child_drinks_once_in_it(self):
        self.more("purchase_lines.csv", "P-1,milk,L2,2027-01-01,1,1.00,AUD")
        self.served("D-1", "2025-03-03", "1")
        self.served("D-1", "2025-03-03", "2", lot="L2")
        self.served("D-2", "2025-03-04", "1")
        self.served("D-2", "2025-03-04", "1-2", lot="L2")

        self.assert_problem("distributions.csv:5: students")

    def test_the_same_class_day_and_session_twice_is_an_error(self):
        self.served("D-1", "2025-03-03", "1")
        self.served("D-2", "2025-03-03", "2", session="noon")
        self.served("D-3", "2025-03-03", "2")

        self.assert_problem("distributions.csv:4: distribution_id")

    def test_without_a_session_the_lot_is_the_session(self):
        self.more("purchase_lines.csv", "P-1,milk,L2,2027-01-01,1,1.00,AUD")
        self.served("D-1", "2025-03-03", "1", session="")
        self.served("D-2", "2025-03-03", "1", session="", lot="L2")
        self.model()

        self.served("D-3", "2025-03-03", "2", session="P-1/milk/L2")
        self.assert_problem("distributions.csv:4: distribution_id")

    def test_a_correction_puts_its_lines_in_the_place_of_those_of_the_record(self):
        self.served("D-1", "2025-03-03", "1-2", wasted_g=7)

        books, _ = self.model([{
            "school_id": "school", "served_on": "2025-03-03", "class": "1A", "session": "daily",
            "lines": [{"product_id": "milk", "lot_number": "L1", "purchase_id": "P-1",
                       "serving_g": 30, "students": "2", "wasted_g": 0}]}])

        self.assertEqual(books.total(LOT, "served"), 30)
        self.assertEqual(books.total(LOT, "wasted"), 0)


class CountTest(ProgrammeTest):

    def variance(self, counted_at: str, counted_g: int, after_serving: str,
                 served_at: str = "") -> int:
        """Grams found (or lost, if negative) by a count on a day on which 50 g are served,
        at its end if not said otherwise."""
        self.served("D-1", "2025-03-03", "1-2", served_at=served_at)
        self.more("counts.csv", f"C-1,school,{counted_at},milk,L1,{counted_g},{after_serving}")
        books, _ = self.model()
        return -books.total(LOT, "found") - books.total(LOT, "count_loss")

    def test_a_count_sees_the_books_of_its_moment(self):
        self.assertEqual(self.variance("2025-03-03T16:30:00+08:00", 9_990, "no"), -10)

    def test_a_count_after_serving_sees_the_whole_day_served(self):
        self.assertEqual(self.variance("2025-03-03T16:30:00+08:00", 9_990, "yes"), 40)

    def test_the_day_of_a_count_is_local(self):
        # 23:30 of the day before in UTC is 07:30 of the day in China.
        self.assertEqual(self.variance("2025-03-02T23:30:00Z", 9_950, "yes"), 0)

    def test_the_day_of_what_is_served_is_local(self):
        # 07:50 in China is 23:50 of the day before in UTC.
        self.assertEqual(self.variance("2025-03-03T07:30:00+08:00", 9_950, "yes",
                                       served_at="2025-03-03T07:50:00+08:00"), 0)

    def test_a_later_count_sees_the_difference_of_an_earlier_one(self):
        self.more("counts.csv", "C-2,school,2025-03-05T08:00:00+08:00,milk,L1,9960,",
                  "C-1,school,2025-03-04T08:00:00+08:00,milk,L1,9970,")

        books, _ = self.model()

        self.assertEqual(books.total(LOT, "count_loss"), 40)

    def test_a_count_that_makes_later_servings_impossible_is_refused(self):
        self.more("counts.csv", "C-1,school,2025-03-03T08:00:00+08:00,milk,L1,49,no")
        self.served("D-1", "2025-03-03", "1-2")

        with self.assertRaisesRegex(ModelError, "-1 g"):
            self.model()


class AttributionTest(ProgrammeTest):

    def test_credited_grams_and_servings_are_rounded_down_for_each_school(self):
        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,33.33")  # 3333 g
        self.more("shipments.csv", "S-1,school,other,road,2025-02-10T09:00:00+08:00")
        self.more("shipment_lines.csv", "S-1,milk,L1,2,")
        self.more("receipts.csv", "R-1,S-1,2025-02-11T09:00:00+08:00,milk,L1,2,0,0,")
        self.served("D-1", "2025-03-03", "11-30", serving_g=30)
        self.served("D-2", "2025-03-03", "1-7", school="other")

        _, gifts = self.model()

        impact = gifts.impact("G-1")
        self.assertEqual(impact["lots"][0]["schools"], [
            {"school_id": "other", "served_g": 58, "servings": 2},     # 175 and 7 * 0.3333
            {"school_id": "school", "served_g": 199, "servings": 6}])  # 600 and 20 * 0.3333
        self.assertEqual((impact["served_g"], impact["servings"]), (257, 8))
        self.assertEqual(impact["lots"][0]["remaining_g"], 3333 - 257)
        self.assertEqual((impact["allocated_minor"], impact["unspent_minor"]), (3333, 6667))

    def test_stock_found_beyond_losses_makes_the_lot_larger(self):
        self.more("counts.csv", "C-1,school,2025-02-20T08:00:00+08:00,milk,L1,11000,no")
        self.served("D-1", "2025-03-03", "11-30", serving_g=30, wasted_g=100)

        _, gifts = self.model()

        # found 1000, lost 100: T' = 10900; 600 * 10000 / 10900 = 550.5.
        lot = gifts.impact("G-1")["lots"][0]
        self.assertEqual((lot["served_g"], lot["servings"], lot["lost_g"]), (550, 18, 0))

    def test_losses_beyond_what_was_found_are_shared(self):
        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,33.33")  # 3333 g
        self.more("shipments.csv", "S-1,school,other,road,2025-02-10T09:00:00+08:00")
        self.more("shipment_lines.csv", "S-1,milk,L1,4,")
        self.more("receipts.csv", "R-1,S-1,2025-02-11T09:00:00+08:00,milk,L1,1,1,2,")
        self.more("counts.csv", "C-1,school,2025-02-20T08:00:00+08:00,milk,L1,6400,no")
        self.served("D-1", "2025-03-03", "1", wasted_g=60)

        _, gifts = self.model()

        # damaged 1000 + missing 2000 + wasted 60 - found 400 = 2660; * 0.3333 = 886.6.
        lot = gifts.impact("G-1")["lots"][0]
        self.assertEqual((lot["lost_g"], lot["served_g"], lot["remaining_g"]), (886, 8, 2439))

    def test_children_are_told_from_ten_on_and_never_more_than_the_servings(self):
        self.served("D-1", "2025-03-03", "11-19")
        self.assertIsNone(self.model()[1].impact("G-1")["children_reached"])

        self.served("D-2", "2025-03-04", "11-20")
        self.assertEqual(self.model()[1].impact("G-1")["children_reached"], 10)

        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,53.00")
        self.instead("distributions.csv")
        self.served("D-1", "2025-03-03", "11-30", serving_g=1)  # 20 * 0.53 = 10.6 servings
        self.assertEqual(self.model()[1].impact("G-1")["children_reached"], 10)

    def test_children_of_a_school_with_a_share_of_0_g_are_not_counted(self):
        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,90.00")
        self.more("shipments.csv", "S-1,school,other,road,2025-02-10T09:00:00+08:00")
        self.more("shipment_lines.csv", "S-1,milk,L1,1,")
        self.more("receipts.csv", "R-1,S-1,2025-02-11T09:00:00+08:00,milk,L1,1,0,0,")
        self.served("D-1", "2025-03-03", "11-30")
        self.served("D-2", "2025-03-03", "1", serving_g=1, school="other")  # 0.9 g

        self.assertEqual(self.model()[1].impact("G-1")["children_reached"], 18)  # 20 * 0.9

        self.served("D-3", "2025-03-04", "11-30")
        self.assertEqual(self.model()[1].impact("G-1")["children_reached"], 20)

    def test_nutrients_are_added_exactly_and_rounded_down_once(self):
        self.more("purchase_lines.csv", "P-1,milk,L2,2027-01-01,1,1.00,AUD")
        self.more("gifts.csv", "G-2,donor-1,2025-02-01,1.00,AUD")
        self.instead("allocations.csv", "A-1,G-1,P-1,milk,L1,2025-02-03,99.00",
                     "A-2,G-1,P-1,milk,L2,2025-02-03,1.00")
        self.instead("products.csv", "milk,,Milk,奶粉,1000,25,2077.5,26.35,26.7,38.4,912.25,371")
        self.served("D-1", "2025-03-03", "1", serving_g=35)          # credited 34 g
        self.served("D-1", "2025-03-03", "2", serving_g=25, lot="L2")  # credited 25 g

        impact = self.model()[1].impact("G-1")

        self.assertEqual(impact["served_g"], 59)
        self.assertEqual(impact["protein_mg"], 15546)  # 59 * 263.5 = 15546.5
        self.assertEqual(impact["calcium_mg"], 538)    # 59 * 9.1225 = 538.2
        self.assertEqual(impact["energy_kj"], 1225)    # 59 * 20.775 = 1225.7


class FilesTest(unittest.TestCase):

    def test_the_planted_errors_are_found_and_nothing_else(self):
        folder = HERE / "planted_errors"
        programme = Programme(folder)
        Gifts(programme, Books(programme))

        found = sorted(f"{problem.file} {problem.row} {problem.column}"
                       for problem in programme.problems)

        self.assertEqual(found, sorted((folder / "expected.txt").read_text("utf-8").splitlines()))

    def test_the_sample_programme_is_as_its_readme_says(self):
        corrections = json.loads((DEMO / "correction.json").read_text("utf-8"))

        before, _ = model(DEMO)
        after, gifts = model(DEMO, corrections=corrections)

        self.assertEqual(sum(map(len, before.cups.values())), 10_345)
        self.assertEqual(sum(map(len, after.cups.values())), 10_344)
        served = [after.total(lot, "served") for lot in gifts.landed_cost]
        self.assertEqual(served, [114_575, 62_600, 81_425])

    def test_random_programmes_are_valid_and_repeat(self):
        for seed in range(1, 6):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as folder:
                options = random_programme.parse_options([folder, "--seed", str(seed)])
                programme = random_programme.RandomProgramme(options)
                programme.write(options.folder)
                model(options.folder)
                again = random_programme.RandomProgramme(options)

                self.assertEqual(programme.tables, again.tables)

    def test_random_programmes_have_what_tests_need(self):
        with tempfile.TemporaryDirectory() as folder:
            random_programme.main([folder, "--seed", "1"])
            books, gifts = model(pathlib.Path(folder))
        programme = books.programme
        lots = list(gifts.landed_cost)
        receipts = programme.receipts.taken.values()
        records = programme.distributions.taken.values()
        paid = {lot: sum(bought.a for bought in gifts.bought if bought.of.lot == lot)
                for lot in lots}
        totals = {kind: [abs(books.total(lot, kind)) for lot in lots]
                  for kind in ("damaged", "missing", "wasted", "count_loss", "found",
                               "in_transit")}

        self.assertTrue(all(map(any, totals.values())), totals)
        self.assertLess(len({lot[1:] for lot in lots}), len(lots))
        self.assertTrue(any(bought.a == 0 for bought in gifts.bought))
        self.assertTrue(any(paid[lot] == cost > 0 for lot, cost in gifts.landed_cost.items()))
        self.assertTrue(any(line.lot not in programme.shipments.taken[receipt.shipment_id].lines
                            for receipt in receipts for line in receipt.lines))
        self.assertTrue(any(len(record.lines) > 1 for record in records))
        self.assertTrue(any("/" in record.session for record in records))
        self.assertEqual({count.after_serving for count in programme.counts.taken.values()},
                         {True, False})


if __name__ == "__main__":
    unittest.main()
