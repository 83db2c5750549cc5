"""Anybody can check the log with a checkpoint that they kept, without a server."""

from __future__ import annotations

import pathlib
import stat
import subprocess
import tempfile
import unittest

from system import BIN, DEMO, Server, System


def verify(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run([BIN / "milkway-verify", *map(str, words)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False)


class ProofTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.kept = self.folder / "kept.txt"
        self.proof = self.folder / "proof.json"
        self.key = self.folder / "log.vkey"

    def correct(self, milkway: System) -> None:
        milkway.run("correct-distribution", "changyuan", "--on", "2026-03-12", "--class", "3A",
                    "--session", "daily", "--withdraw", "--reason", "after the checkpoint")

    def test_a_proof_outlives_crashes_and_needs_no_server(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            milkway.run("log", "checkpoint", "--out", self.kept)
            milkway.kill()
            milkway.start()
            self.key.write_text(milkway.run("log", "key"))
            self.correct(milkway)
            milkway.kill()
            milkway.start()

            milkway.run("log", "prove", 1, 2, "--since", self.kept, "--out", self.proof)
            self.assertIn("nothing was changed, removed or put in between",
                          milkway.run("log", "consistency", self.kept, "--key", self.key))
            self.assertIn("0 differences",
                          milkway.run("log", "audit", "--checkpoint", self.kept))

        done = verify(self.proof, "--key", self.key, "--checkpoint", self.kept)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("Record 1 of that log is this posting:\n  purchase at", done.stdout)
        self.assertTrue(done.stdout.endswith("PROVED\n"), done.stdout)
        text = bytearray(self.proof.read_bytes())
        text[len(text) // 2] ^= 1
        self.proof.write_bytes(text)
        done = verify(self.proof, "--key", self.key)
        self.assertEqual(done.returncode, 1)
        self.assertIn("NOT PROVED", done.stdout)

    def test_a_server_restored_from_an_older_backup_is_found_out(self) -> None:
        with System() as milkway:
            milkway.run("import", DEMO)
            backup = milkway.run("backup").split("\n")[-2]
            self.correct(milkway)
            milkway.run("log", "checkpoint", "--out", self.kept)
            log_key = milkway.servers["all"].data / "log.key"
            data = self.folder / "restored"
            subprocess.run([BIN / "milkway", "restore", backup, data], check=True, timeout=60,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            milkway.stop()
            master_key = milkway.servers["all"].data / "master.key"
            restored = Server(data, ["--log-key", str(log_key),
                                     "--master-key", str(master_key)]).start()
            self.addCleanup(restored.stop)
            milkway.servers["all"] = restored

            self.assertIn("was cut short, or restored from an older backup",
                          milkway.run("log", "audit", "--checkpoint", self.kept, status=1))
            self.assertIn("LOG_SHORTER",
                          milkway.run("log", "consistency", self.kept, status=1))

    def test_the_key_is_for_the_servers_eyes_only(self) -> None:
        server = Server(self.folder / "data", ["--log-origin", "milkway.example.org/log"]).start()
        self.addCleanup(server.stop)
        key = server.data / "log.key"

        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        server.stop()
        key.chmod(0o644)
        with self.assertRaisesRegex(RuntimeError, "chmod 600"):
            server.start()

    def test_wrong_usage_of_the_verifier_is_said(self) -> None:
        self.assertEqual(verify().returncode, 2)
        self.assertEqual(verify(self.folder / "none.json").returncode, 2)
        self.assertIn("milkway-verify", verify("--help").stdout)


if __name__ == "__main__":
    unittest.main()
