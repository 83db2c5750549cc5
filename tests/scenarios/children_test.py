"""A child's name is nowhere to be found, before its erasure and after, in any of the files.

Names are planted, the programme goes on, backups are made; then every file of the server
is read: the stores, the log, the audit log, the backups of the data and of the keys.
"""

from __future__ import annotations

import base64
import json
import pathlib
import re
import subprocess
import unittest

from system import DEMO, System

SCHOOL = "changyuan"
CONTACT = f"school_contact:wang:{SCHOOL}"
NAME = "欧阳清风"
NOTE = "坐第一排靠窗,过敏要小心"
GUARDIAN = "司徒秀英"
INCIDENT = "喝了半杯后起疹,已送医"
CONSENT_DAY = "2025-09-01"


def disguises(text: str) -> list[bytes]:
    """The bytes of a text as stores, logs and dumps may hold it."""
    found = [text.encode("utf-8"), text.encode("gbk"), text.encode("utf-16-le"),
             json.dumps(text).strip('"').encode(), text.encode("utf-8").hex().encode(),
             "".join(f"\\{byte:03o}" for byte in text.encode("utf-8")).encode()]
    for encoding in ("utf-8", "gbk"):
        # Base64 of a longer text: the three ways in which it can begin, without the ends.
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + text.encode(encoding))
            found.append(encoded[4 if shift else 0:-4])
    return [bytes_ for bytes_ in found if len(bytes_) >= 6]


def files_with(folder: pathlib.Path, text: str) -> list[str]:
    """The files in which a text is to be found."""
    needles = disguises(text)
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and any(needle in path.read_bytes() for needle in needles):
            found.append(str(path.relative_to(folder)))
    return found


class ChildrenTest(unittest.TestCase):
    def setUp(self) -> None:
        self.milkway = System()
        self.milkway.__enter__()
        self.addCleanup(self.milkway.__exit__)
        self.data = self.milkway.servers["all"].data
        self.milkway.run("import", DEMO)
        students = json.loads(self.milkway.run("student-data", SCHOOL, 1, "--as", CONTACT))
        self.assertEqual(students["student"]["student_number"], 1)
        for purpose in ("name", "measurements"):
            self.milkway.run("consent", "record", SCHOOL, "1-2", "--to", purpose,
                             "--by", "grandparent", "--on", CONSENT_DAY, "--as", CONTACT)
        names = self.milkway.folder / "names.csv"
        names.write_text(f"1,{GUARDIAN}\n")
        self.milkway.run("consent", "record", SCHOOL, 1, "--to", "photo", "--by", "mother",
                         "--on", CONSENT_DAY, "--names", names, "--as", CONTACT)
        names.write_text(f'1,{NAME},"{NOTE}"\n2,另一个孩子\n')
        self.milkway.run("student-name", "set", SCHOOL, "--file", names, "--as", CONTACT)
        names.unlink()

    def shown(self, student: int) -> str:
        return self.milkway.run("student-name", "show", SCHOOL, student, "--as", CONTACT)

    def restart(self) -> None:
        self.milkway.stop()
        self.milkway.start()

    def assert_nowhere(self) -> None:
        for text in (NAME, NOTE, GUARDIAN):
            self.assertEqual(files_with(self.data, text), [])

    def test_a_note_of_an_incident_goes_with_the_child(self) -> None:
        self.milkway.run("update-student", SCHOOL, 1, "--exclusion", "milk_allergy",
                         "--from", "2026-07-13")
        self.milkway.run("distribute", SCHOOL, "--on", "2026-07-13", "--class", "1A",
                         "--line", 'lot=SAMPLE-26C,serving_g=25,students="1-10"',
                         "--incident-students", 1, "--incident-note", INCIDENT)
        self.restart()
        store = self.data / "store"
        self.assertNotEqual(files_with(store, INCIDENT), [], "it is no secret of the child's key")

        self.milkway.run("student-erase", SCHOOL, 1, "--confirm", 1, "--reason", "guardian_asked",
                         "--as", CONTACT)

        self.assertEqual(files_with(store, INCIDENT), [])
        self.assertNotIn(INCIDENT, self.milkway.run("incidents", SCHOOL, "--as", CONTACT))
        # The incident itself stays, by its class.
        record = self.milkway.run("incidents", SCHOOL, "--json", "--as", CONTACT)
        self.assertIn("1A", record)
        self.assertNotIn(INCIDENT, record)

    def test_a_name_is_in_no_file_and_an_erased_child_in_no_answer(self) -> None:
        self.assertIn(NAME, self.shown(1))
        self.milkway.run("student-name", "show", SCHOOL, 1, status=1)
        self.milkway.run("backup")
        self.restart()
        self.assertIn(NAME, self.shown(1))
        self.assert_nowhere()

        self.milkway.run("student-erase", SCHOOL, 1, "--confirm", 1, "--reason", "guardian_asked",
                         "--as", CONTACT)

        self.assert_nowhere()
        self.assertNotIn(NAME, self.shown(1))
        self.assertIn("另一个孩子", self.shown(2))
        data = json.loads(self.milkway.run("student-data", SCHOOL, 1, "--as", CONTACT))
        self.assertTrue(data["student"]["erased"])
        self.assertEqual(data["personal"]["name"], "")
        self.assertTrue(data["days"], "what it drank stays")
        self.milkway.run("verify")
        self.restart()
        self.assertNotIn(NAME, self.shown(1))

    def test_a_backup_of_before_the_erasure_does_not_bring_the_child_back(self) -> None:
        backup = re.search(r"\S*/backups/\S+", self.milkway.run("backup"))[0]
        self.milkway.run("student-erase", SCHOOL, 1, "--confirm", 1, "--reason", "ordered",
                         "--as", CONTACT)
        self.milkway.stop()
        store = self.data / "store"
        subprocess.run(["rm", "-rf", store], check=True)
        subprocess.run(["cp", "-r", pathlib.Path(backup) / "store", store], check=True)

        self.milkway.start()

        data = json.loads(self.milkway.run("student-data", SCHOOL, 1, "--as", CONTACT))
        self.assertTrue(data["student"]["erased"])
        self.assertEqual(data["personal"]["name"], "")
        self.assertNotIn(NAME, self.shown(1))
        self.assertIn("另一个孩子", self.shown(2))

    def test_the_audit_log_knows_who_read_and_changed_what_but_no_name(self) -> None:
        self.shown(1)
        entries = self.milkway.run("audit", "--method", "GetStudentPersonal")
        self.assertIn("wang", entries)
        self.assertNotIn(NAME, entries)
        self.assertIn("SetStudentPersonal", self.milkway.run("audit", "--method",
                                                             "SetStudentPersonal"))

    def test_the_search_finds_what_is_there(self) -> None:
        planted = self.data / "planted"
        for encoded in disguises(NAME):
            planted.write_bytes(b"before " + encoded + b" after")
            self.assertEqual(files_with(self.data, NAME), ["planted"])
        planted.write_bytes(base64.b64encode(b"x" + NAME.encode() + b"yz" + NAME.encode("gbk")))
        self.assertEqual(files_with(self.data, NAME), ["planted"])


if __name__ == "__main__":
    unittest.main()
