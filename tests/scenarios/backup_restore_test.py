"""A backup that is restored is the same books."""

from __future__ import annotations

import pathlib
import shutil
import re
import subprocess
import tempfile
import unittest

import system
from system import BIN, DEMO, Server, System


class BackupRestoreTest(unittest.TestCase):
    def back_up(self, milkway: System) -> pathlib.Path:
        return pathlib.Path(re.search(r"(/\S*backups/\S+)", milkway.run("backup"))[1])

    def restore(self, backup: pathlib.Path, folder: pathlib.Path) -> subprocess.CompletedProcess:
        return subprocess.run([BIN / "milkway", "restore", backup, folder], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                              check=False)

    def test_a_restored_backup_has_the_books_of_its_moment(self) -> None:
        expected = system.model_books(DEMO)
        with System() as milkway, tempfile.TemporaryDirectory() as folder:
            milkway.run("import", DEMO)
            backup = self.back_up(milkway)
            milkway.run("correct-distribution", "changyuan", "--on", "2026-03-12", "--class", "3A",
                        "--session", "daily", "--withdraw", "--reason", "after the backup")

            self.assertEqual(self.restore(backup, pathlib.Path(folder) / "data").returncode, 0)

            milkway.stop()
            # The master key is in no backup of the data: it is brought along by itself.
            shutil.copy(milkway.servers["all"].data / "master.key", pathlib.Path(folder) / "data")
            restored = Server(pathlib.Path(folder) / "data").start()
            self.addCleanup(restored.stop)
            milkway.servers["all"] = restored
            self.assertEqual(milkway.books(sorted(expected["impact"])), expected)
            self.assertIn("books verified: 0 differences", milkway.run("verify"))

    def test_a_damaged_backup_is_refused_and_nothing_is_left(self) -> None:
        with System() as milkway, tempfile.TemporaryDirectory() as folder:
            milkway.run("import", DEMO)
            backup = self.back_up(milkway)
            damaged = next((backup / "store").glob("*.sst"))
            content = bytearray(damaged.read_bytes())
            content[len(content) // 2] ^= 1
            damaged.write_bytes(content)

            done = self.restore(backup, pathlib.Path(folder) / "data")

            self.assertNotEqual(done.returncode, 0)
            self.assertIn(damaged.name, done.stdout)
            self.assertFalse((pathlib.Path(folder) / "data").exists())

    def test_a_backup_is_never_restored_over_a_store(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            backup = self.back_up(milkway)

            done = self.restore(backup, milkway.servers["all"].data)

            self.assertNotEqual(done.returncode, 0)
            self.assertIn("books verified: 0 differences", milkway.run("verify"))


if __name__ == "__main__":
    unittest.main()
