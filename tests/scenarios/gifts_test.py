"""Gifts of every kind on the demo programme, from the command line to the books."""

from __future__ import annotations

import re
import tempfile
import unittest

from system import DEMO, System

LOT_B = "product=devondale-instant-1kg,lot=SAMPLE-25B"
LOT_C = "product=devondale-instant-1kg,lot=SAMPLE-26C"
PARTS = ("served_g", "lost_g", "returned_g", "remaining_g")


def all_gifts(milkway: System) -> list[str]:
    return [gift["gift_id"] for gift in milkway.json("gifts")]


class GiftsTest(unittest.TestCase):
    def follow(self, milkway: System) -> None:
        milkway.run("import", DEMO)
        before = {gift: milkway.json("impact", gift) for gift in all_gifts(milkway)}

        milkway.run("set-aside", "S-1", "--lot", LOT_B, "--school", "changyuan",
                    "--quantity-g", 5000, "--on", "2026-03-01")
        milkway.run("set-aside", "S-2", "--lot", LOT_B, "--school", "changyuan",
                    "--quantity-g", 80_000, "--on", "2026-03-01", status=1)
        milkway.run("record-gift", "G-SCHOOL", "--donor", "donor-09", "--received-on",
                    "2026-03-01", "--kind", "school", "--school", "changyuan",
                    "--amount", "300.00", "--currency", "AUD")
        milkway.run("record-gift", "G-KIND", "--donor", "donor-09", "--received-on", "2026-03-01",
                    "--kind", "in_kind", "--lot", LOT_C, "--quantity-g", 2000,
                    "--stated-value", "40.00", "--currency", "AUD")
        recorded = milkway.run("suggest-allocations", "--gift", "G-SCHOOL", "--record",
                               "--on", "2026-03-02")
        self.assertRegex(recorded, r"recorded 1 allocations: 5,000 g")
        milkway.run("fee", "F-1", "--gift", "G-SCHOOL", "--on", "2026-03-01", "--amount", "2.50",
                    "--currency", "AUD", "--reason", "card fee")
        milkway.run("refund", "R-1", "--gift", "G-SCHOOL", "--on", "2026-03-03",
                    "--amount", "1.00", "--currency", "AUD", "--reason", "asked for")
        milkway.run("refund", "R-2", "--gift", "G-SCHOOL", "--on", "2026-03-03",
                    "--amount", "300.00", "--currency", "AUD", "--reason", "too much", status=1)

        self.check_gift(milkway)
        self.check_sums(milkway)
        # Nothing that was told of a gift became less.
        for gift, told in before.items():
            now = milkway.json("impact", gift)
            self.assertGreaterEqual(now["served_g"], told["served_g"], gift)
            self.assertGreaterEqual(now["servings"], told["servings"], gift)
        self.check_donors(milkway)
        self.check_export(milkway)

    def check_gift(self, milkway: System) -> None:
        school = milkway.json("impact", "G-SCHOOL")
        self.assertEqual((school["kind"], school["school_id"]), ("school", "changyuan"))
        self.assertEqual(school["amount_minor"], school["allocated_minor"] +
                         school["unspent_minor"] + school["fees_minor"] + school["refunded_minor"])
        self.assertEqual((school["fees_minor"], school["refunded_minor"]), (250, 100))
        self.assertEqual(school["lots"][0]["funded_g"], 5000)
        milk = milkway.json("impact", "G-KIND")
        self.assertEqual((milk["kind"], milk["amount_minor"]), ("in_kind", 0))
        self.assertEqual(milk["lots"][0]["funded_g"], 2000)
        for gift in all_gifts(milkway):
            for lot in milkway.json("impact", gift)["lots"]:
                self.assertEqual(sum(lot.get(part, 0) for part in PARTS), lot["funded_g"])
                self.assertTrue(all(lot.get(part, 0) >= 0 for part in PARTS), lot)

    def check_sums(self, milkway: System) -> None:
        programme = milkway.json("programme-impact")
        impacts = [milkway.json("impact", gift) for gift in all_gifts(milkway)]
        self.assertEqual(programme["gift_count"], len(impacts))
        self.assertEqual(programme["gifts"]["served_g"], sum(gift["served_g"] for gift in impacts))
        for part in ("funded_g", *PARTS, "servings"):
            self.assertEqual(programme["all"][part],
                             programme["gifts"][part] + programme["unpaid"][part])
        self.assertEqual(programme["amount"]["minor_units"],
                         sum(gift["amount_minor"] for gift in impacts))
        donor = milkway.json("donor-impact", "donor-09")
        self.assertEqual(donor["gift_count"], 2)
        self.assertEqual(donor["served_g"], sum(
            milkway.json("impact", gift)["served_g"] for gift in ("G-SCHOOL", "G-KIND")))
        self.assertIn("gifts: ", milkway.run("programme-impact"))

    def check_donors(self, milkway: System) -> None:
        milkway.run("donor", "donor-09", "--name", "李女士", "--language", "zh")
        milkway.run("donor", "donor-09", "--name", "somebody", status=1)
        milkway.run("donor", "donor-09", "--etag", 1, "--anonymous")
        self.assertTrue(re.search(r"donor-09\s+never", milkway.run("donors")))

    def check_export(self, milkway: System) -> None:
        with tempfile.TemporaryDirectory(prefix="milkway-gifts-") as folder:
            refused = milkway.run("export", f"{folder}/all", status=1)
        self.assertIn("which the files cannot say yet", refused)

    def test_gifts_of_every_kind_add_up(self) -> None:
        with System() as milkway:
            self.follow(milkway)

    def test_the_same_with_a_process_for_each_service(self) -> None:
        with System(separate=True) as milkway:
            self.follow(milkway)


if __name__ == "__main__":
    unittest.main()
