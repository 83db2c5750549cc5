"""docs/features.md names nothing that does not exist.

Each row of its tables names a feature, the RPCs and commands that do it, the tests
that specify it and the section of a guide that teaches it.
"""

from __future__ import annotations

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEATURES = ROOT / "docs" / "features.md"


def rows() -> list[tuple[int, list[str]]]:
    """Line number and cells of each row of the tables with five columns."""
    found = []
    for number, line in enumerate(FEATURES.read_text().split("\n"), start=1):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        is_body = line.startswith("|") and len(cells) == 5 and not set(line) <= set("|-: ")
        if is_body and cells[0] != "feature":
            found.append((number, cells))
    return found


def text_of(folder: str, *endings: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / folder).rglob("*"))
                     if path.suffix in endings)


def anchors_of(guide: pathlib.Path) -> set[str]:
    """The anchors of a guide's headings, as web pages of repositories make them."""
    anchors = set()
    for heading in re.findall(r"^#+ (.*)$", guide.read_text(), re.MULTILINE):
        anchors.add(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower())))
    return anchors


class FeaturesTest(unittest.TestCase):
    def test_every_row_has_all_its_cells(self) -> None:
        self.assertGreater(len(rows()), 0)
        for line, cells in rows():
            self.assertTrue(all(cells), f"features.md:{line}: an empty cell")

    def test_every_rpc_is_in_a_proto(self) -> None:
        protos = text_of("protos", ".proto")
        for line, cells in rows():
            for name in re.findall(r"`(\w+)`", cells[1]):
                self.assertRegex(protos, rf"rpc {name}\(", f"features.md:{line}: no RPC {name}")

    def test_every_command_is_in_the_program(self) -> None:
        commands = text_of("clients/cli", ".cc")
        for line, cells in rows():
            for name in re.findall(r"`milkway ([\w-]+)", cells[2]):
                self.assertIn(f'"{name}"', commands, f"features.md:{line}: no command {name}")

    def test_every_test_exists(self) -> None:
        tests = text_of("tests", ".cc", ".py")
        for line, cells in rows():
            names = re.findall(r"`(\w+)`", cells[3])
            self.assertTrue(names, f"features.md:{line}: names no test")
            for name in names:
                self.assertRegex(tests, rf"\b{name}\b", f"features.md:{line}: no test {name}")

    def test_every_guide_has_the_section(self) -> None:
        for line, cells in rows():
            links = re.findall(r"\]\((guide-\w+\.md)#([^)]+)\)", cells[4])
            self.assertTrue(links, f"features.md:{line}: no guide")
            for guide, anchor in links:
                self.assertIn(anchor, anchors_of(ROOT / "docs" / guide),
                              f"features.md:{line}: {guide} has no section #{anchor}")


if __name__ == "__main__":
    unittest.main()
