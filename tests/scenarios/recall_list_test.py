"""A recall in the sample programme, from the order to the last acknowledgement, equals
what the files say when they are counted again."""

from __future__ import annotations

import csv
import unittest

from system import DEMO, System

PRODUCT = "devondale-instant-1kg"
LOT = "SAMPLE-26C"
ORDERED_AT = "2026-05-20T09:00:00+08:00"


def rows(name: str) -> list[dict[str, str]]:
    with open(DEMO / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def students(text: str) -> set[int]:
    """"1-3;7" is 1, 2, 3 and 7."""
    numbers: set[int] = set()
    for part in filter(None, text.split(";")):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


class RecallListTest(unittest.TestCase):
    """The same for one process and for one a service."""

    separate = False

    def place_recall(self, milkway: System) -> None:
        milkway.run("recall-place", "R-1", "--product", PRODUCT, "--lot", LOT, "--ordered-at",
                    ORDERED_AT, "--reason", "authority notice 2026-5")

    def test_the_list_equals_the_files_counted_again(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)
            self.place_recall(milkway)

            answer = milkway.json("recall-list", "R-1")

            places = {place["location"]["location_id"]: place for place in answer["places"]}
            served = [row for row in rows("distributions.csv") if row["lot_number"] == LOT]
            children = set().union(*(students(row["students"]) for row in served))
            school = places["changyuan"]
            self.assertEqual(int(school["children"]), len(children))
            self.assertEqual(int(school["servings"]),
                             sum(len(students(row["students"])) for row in served))
            self.assertEqual(int(school["served_g"]),
                             sum(len(students(row["students"])) * int(row["serving_g"])
                                 for row in served))
            self.assertEqual(int(school["class_records"]),
                             len([row for row in served if students(row["students"])]))
            days = sorted(row["served_on"] for row in served if students(row["students"]))
            self.assertEqual((school["first_day"], school["last_day"]), (days[0], days[-1]))
            # Four packs are still on the way.
            self.assertEqual(int(school["arriving_g"]), 4000)
            self.assertEqual([shipment["shipment_id"] for shipment in school["arriving"]],
                             ["shipment-3"])
            for row in milkway.json("stock"):
                if row["lot_number"] != LOT or row["condition"] == "in_transit":
                    continue
                self.assertNotEqual(row["condition"], "usable")
                grams = int(places[row["location_id"]][row["condition"] + "_g"])
                self.assertEqual(grams, row["quantity_g"])
            self.assertIn("books verified: 0 differences", milkway.run("verify"))

    def test_places_acknowledge_until_nobody_is_waited_for(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)
            self.place_recall(milkway)
            self.assertIn("recall.R-1/changyuan.1", milkway.run("alerts", "--evaluate"))
            waiting = milkway.json("recall-list", "R-1", "--waiting")["places"]

            for place in waiting:
                location = place["location"]["location_id"]
                self.assertIn("召回", milkway.run("recall-notice", "R-1", location))
                milkway.run("recall-ack", "R-1", location, "--at", "2026-05-20T10:00:00+08:00",
                            "--person", "test", "--line",
                            f"product={PRODUCT},lot={LOT},found_packs=1")

            self.assertEqual(milkway.json("recall-list", "R-1", "--waiting")["places"], [])
            self.assertNotIn("recall.R-1", milkway.run("alerts", "--evaluate"))

    def test_a_lot_is_followed_and_a_day_is_followed_back(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)

            forward = milkway.run("trace", LOT, "--product", PRODUCT)
            back = milkway.run("trace-back", "changyuan", "--day", "2026-03-12", "--class", "3A")

            self.assertIn("shipment-3", forward)
            self.assertIn("changyuan", forward)
            self.assertIn("from supplier-", back)
            self.assertIn("shipment-", back)

    def test_plans_orders_and_the_digest_speak(self) -> None:
        with System(self.separate) as milkway:
            milkway.run("import", DEMO)

            self.assertIn("milk for", milkway.run("plan", "changyuan"))
            milkway.run("alerts", "--evaluate", "--verify-books")
            self.assertIn("changyuan", milkway.run("plan"))
            milkway.run("orders")
            self.assertIn("未解决", milkway.run("digest", "--language", "zh"))


class SeparateRecallListTest(RecallListTest):
    separate = True


if __name__ == "__main__":
    unittest.main()
