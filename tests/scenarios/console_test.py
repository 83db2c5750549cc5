"""The reader of guides can tell a right guide from a wrong one."""

from __future__ import annotations

import unittest

from console import Step, steps_of

GUIDE = """\
Text with $ signs.

```console
$ cat > a.csv <<'END'
> id
> 1
> END
$ milkway stock
PLACE   GRAMS
…
total … g
$ milkway receive S-1 # exit 1
```

```sh
$ not run
```
"""


def step(*expected: str) -> Step:
    return Step(1, "milkway stock", 0, list(expected))


class ConsoleTest(unittest.TestCase):
    def test_commands_their_continuations_status_and_output_are_read(self) -> None:
        steps = steps_of(GUIDE)

        self.assertEqual([s.command for s in steps],
                         ["cat > a.csv <<'END'\nid\n1\nEND", "milkway stock",
                          "milkway receive S-1"])
        self.assertEqual([s.status for s in steps], [0, 0, 1])
        self.assertEqual(steps[1].expected, ["PLACE   GRAMS", "…", "total … g"])
        self.assertEqual(steps[1].line, 8)

    def test_what_is_printed_must_be_shown(self) -> None:
        self.assertIsNone(step("a b", "c").mismatch("a  b \nc\n"))
        self.assertIsNone(step().mismatch(""))
        self.assertIsNotNone(step().mismatch("a\n"))
        self.assertIsNotNone(step("a").mismatch("a\nb\n"))
        self.assertIsNotNone(step("a", "b").mismatch("a\n"))

    def test_an_ellipsis_stands_for_lines_or_for_text(self) -> None:
        self.assertIsNone(step("a", "…", "d").mismatch("a\nb\nc\nd\n"))
        self.assertIsNone(step("a", "…", "d").mismatch("a\nd\n"))
        self.assertIsNone(step("…").mismatch(""))
        self.assertIsNone(step("total … g").mismatch("total 12,000 g\n"))
        self.assertIsNotNone(step("total … g").mismatch("total 12,000 kg!\n"))
        self.assertIsNotNone(step("a", "…", "d").mismatch("a\nb\nc\n"))


if __name__ == "__main__":
    unittest.main()
