"""Real programs that speak TLS with each other, or meet at socket files."""

from __future__ import annotations

import os
import pathlib
import stat
import subprocess
import tempfile
import time
import unittest

from certificates import Authority
from system import BIN, DEMO, SERVICES, Server, System

SERVER_NAMES = "DNS:localhost,IP:127.0.0.1"


def started(*options: object) -> tuple[int, str]:
    """The exit status and the last line of a milkwayd that ought not to start."""
    try:
        done = subprocess.run([BIN / "milkwayd", *map(str, options)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return -1, "it started"
    return done.returncode, (done.stderr.strip().splitlines() or [""])[-1]


class TransportTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="milkway-tls-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *options: object, listen: str = "127.0.0.1:0") -> Server:
        server = Server(self.folder / "data", list(map(str, options))).start(listen)
        self.addCleanup(server.stop)
        return server

    def milkway(self, address: str, *words: object, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            [BIN / "milkway", "--server", address, *map(str, words)], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
            env={**os.environ, **variables})
        return done.returncode, done.stdout


class TlsTest(TransportTest):
    def setUp(self) -> None:
        super().setUp()
        self.authority = Authority(self.folder, "authority")
        self.cert, self.key = self.authority.issue("server", SERVER_NAMES)

    def start_tls(self) -> Server:
        return self.start("--tls-cert", self.cert, "--tls-key", self.key)

    def test_people_call_who_know_the_authority(self) -> None:
        server = self.start_tls()

        status, said = self.milkway(server.address, "stock", "--tls-ca",
                                    self.authority.certificate)
        self.assertEqual(status, 0, said)
        status, said = self.milkway(server.address, "stock",
                                    MILKWAY_TLS_CA=str(self.authority.certificate))
        self.assertEqual(status, 0, said)

    def test_nobody_calls_in_the_clear_or_who_believes_another(self) -> None:
        server = self.start_tls()
        other = Authority(self.folder, "other")

        self.assertEqual(self.milkway(server.address, "stock", "--retry-for", 1)[0], 3)
        self.assertEqual(self.milkway(server.address, "stock", "--retry-for", 1, "--tls-ca",
                                      other.certificate)[0], 3)

    def test_a_certificate_is_renewed_while_the_server_runs(self) -> None:
        server = self.start_tls()
        successor = Authority(self.folder, "successor")

        successor.issue("server", SERVER_NAMES)
        time.sleep(1.5)

        status, said = self.milkway(server.address, "stock", "--tls-ca", successor.certificate)
        self.assertEqual(status, 0, said)
        self.assertIn('"certificate_renewed"', server.log_end())

    def test_files_that_cannot_be_used_are_named(self) -> None:
        listen = ["--data", self.folder / "data", "--listen", "127.0.0.1:0"]
        other_cert, _ = self.authority.issue("other", SERVER_NAMES)

        status, said = started(*listen, "--tls-cert", self.cert)
        self.assertEqual((status, said), (2, "milkwayd: --tls-cert needs --tls-key too"))
        status, said = started(*listen, "--tls-cert", other_cert, "--tls-key", self.key)
        self.assertEqual(status, 1)
        self.assertIn(f"{self.key} is not that of the certificate {other_cert}", said)
        self.key.chmod(0o644)
        status, said = started(*listen, "--tls-cert", self.cert, "--tls-key", self.key)
        self.assertEqual(status, 1)
        self.assertIn(str(self.key), said)
        self.assertIn("chmod 600", said)
        self.assertFalse((self.folder / "data").exists())

    def test_beyond_the_machine_there_is_tls_only(self) -> None:
        data = ["--data", self.folder / "data"]

        status, said = started(*data, "--listen", "0.0.0.0:0")
        self.assertEqual(status, 2)
        self.assertIn("add --tls-cert and --tls-key", said)
        status, said = started(*data, "--listen", "127.0.0.1:0", "--inventory",
                               "inventory.example.org:7701", "--target", "shipments")
        self.assertEqual(status, 2)
        self.assertIn("--peer-ca", said)


class TlsSystem(System):
    """A process for each service, which know each other by certificates."""

    def __init__(self) -> None:
        super().__init__(separate=True)
        self.authority = Authority(self.folder, "authority")

    def start(self) -> None:
        for name, peers in SERVICES.items():
            cert, key = self.authority.issue(
                name, f"{SERVER_NAMES},URI:spiffe://milkway.example/service/{name}")
            ca = self.authority.certificate
            options = ["--target", name, "--tls-cert", cert, "--tls-key", key,
                       "--tls-client-ca", ca, "--peer-ca", ca, "--peer-cert", cert,
                       "--peer-key", key]
            for peer in peers:
                options += [f"--{peer}", self.servers[peer].address]
            self.servers[name] = Server(self.folder / name, list(map(str, options))).start()

    def command(self, *words: object) -> list[str]:
        return super().command(*words, "--tls-ca", self.authority.certificate)


class SocketSystem(System):
    """The same, with a socket file each for the others."""

    def __init__(self) -> None:
        super().__init__(separate=True)

    def start(self) -> None:
        for name, peers in SERVICES.items():
            options = ["--target", name, "--service-socket", self.folder / f"{name}.sock"]
            for peer in peers:
                options += [f"--{peer}", f"unix:{self.folder}/{peer}.sock"]
            self.servers[name] = Server(self.folder / name, list(map(str, options))).start()


class SeparateServicesTest(unittest.TestCase):
    def import_and_verify(self, milkway: System) -> None:
        milkway.run("import", DEMO)

        self.assertIn("books verified: 0 differences", milkway.run("verify"))
        self.assertNotEqual(milkway.json("stock"), [])

    def test_services_call_each_other_with_certificates(self) -> None:
        with TlsSystem() as milkway:
            self.import_and_verify(milkway)

    def test_services_call_each_other_through_socket_files(self) -> None:
        with SocketSystem() as milkway:
            self.import_and_verify(milkway)

    def test_a_service_with_the_certificate_of_a_stranger_is_nobody(self) -> None:
        with TlsSystem() as milkway:
            stranger = Authority(milkway.folder, "stranger")
            cert, key = stranger.issue("intruder", "URI:spiffe://milkway.example/service/shipments")
            milkway.servers["shipments"].stop()
            options = milkway.servers["shipments"].options
            for flag, file in (("--peer-cert", cert), ("--peer-key", key)):
                options[options.index(flag) + 1] = str(file)
            milkway.servers["shipments"].start()

            self.assertNotEqual(
                milkway.run("import", DEMO, "--retry-for", 2, status=None).count("imported"), 1)
            # What people record themselves is there; nothing that the intruder asked for.
            self.assertEqual({row["location_id"] for row in milkway.json("stock")}, {"melbourne"})


class SocketFileTest(TransportTest):
    def test_people_call_through_a_socket_file_of_the_owner(self) -> None:
        path = self.folder / "milkwayd.sock"
        server = self.start(listen=f"unix:{path}")

        self.assertEqual(server.address, f"unix:{path}")
        self.assertEqual(self.milkway(server.address, "stock")[0], 0)
        self.assertEqual(stat.S_IMODE(path.lstat().st_mode), 0o600)
        self.assertEqual(server.stop(), 0)
        self.assertFalse(path.exists())

    def test_the_file_of_a_killed_server_does_not_keep_the_next_from_starting(self) -> None:
        path = self.folder / "milkwayd.sock"
        server = self.start(listen=f"unix:{path}")
        server.kill()
        self.assertTrue(path.exists())

        server.start(f"unix:{path}")

        self.assertEqual(self.milkway(server.address, "stock")[0], 0)

    def test_a_second_server_cannot_have_the_file_of_the_first(self) -> None:
        path = self.folder / "milkwayd.sock"
        self.start(listen=f"unix:{path}")

        status, said = started("--data", self.folder / "other", "--listen", f"unix:{path}")

        self.assertEqual(status, 1)
        self.assertIn("is another server running there?", said)


class ProcessTest(TransportTest):
    def test_what_the_server_writes_is_its_owners_alone(self) -> None:
        server = self.start()
        self.milkway(server.address, "import", DEMO)
        self.assertEqual(self.milkway(server.address, "backup")[0], 0)

        for path in self.folder.glob("data/**/*"):
            if path.name == "milkwayd.log":  # the test's own
                continue
            self.assertEqual(stat.S_IMODE(path.lstat().st_mode) & 0o077, 0, path)

    def test_no_core_file_can_hold_its_secrets(self) -> None:
        limits = pathlib.Path(f"/proc/{self.start().process_id()}/limits").read_text()

        core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
        self.assertEqual(core.split()[4:6], ["0", "0"])


if __name__ == "__main__":
    unittest.main()
