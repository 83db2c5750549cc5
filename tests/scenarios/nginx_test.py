"""ops/nginx/milkway.conf, as it is but for its ports, names and files, before a real milkwayd.

Skips where nginx is not installed.
"""

from __future__ import annotations

import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import unittest

from certificates import Authority
from system import BIN, DEMO, ROOT, Server, wait_for

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
PASSWORD = "milk for sixty children"
# Where the client of these tests is; servers are at 127.0.0.1.
CLIENT = "127.0.0.5"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@unittest.skipIf(NGINX is None, "nginx is not installed (ops/test installs it)")
class NginxTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="milkway-nginx-")))
        authority = Authority(self.folder, "authority")
        self.ca = authority.certificate
        self.certificate = authority.issue("front", "DNS:localhost,IP:127.0.0.1")
        self.server = Server(self.folder / "data",
                             ["--http", "127.0.0.1:0", "--http-behind-proxy"]).start()
        self.addCleanup(self.server.stop)
        self.port, self.plain_port = free_port(), free_port()
        self.start_nginx()

    def configuration(self) -> pathlib.Path:
        """The file of the project in a main configuration for one user."""
        text = (ROOT / "ops" / "nginx" / "milkway.conf").read_text()
        for old, new in (
                ("127.0.0.1:7780", self.server.url.replace("http://localhost", "127.0.0.1")),
                ("127.0.0.1:7700", self.server.address),
                ("  listen [::]:80;\n", ""), ("  listen [::]:443 ssl http2;\n", ""),
                ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
                ("listen 443 ssl", f"listen 127.0.0.1:{self.port} ssl"),
                ("milk.example.org;", "localhost;"),
                ("/etc/milkway/tls/fullchain.pem", str(self.certificate[0])),
                ("/etc/milkway/tls/privkey.pem", str(self.certificate[1]))):
            self.assertIn(old, text)
            text = text.replace(old, new)
        (self.folder / "milkway.conf").write_text(text)
        temporary = "".join(f"  {kind}_temp_path {self.folder}/{kind};\n" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        main = self.folder / "nginx.conf"
        main.write_text(f"pid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
                        "events {}\nhttp {\n  access_log off;\n" + temporary +
                        f"  include {self.folder}/milkway.conf;\n}}\n")
        return main

    def start_nginx(self) -> None:
        words = [NGINX, "-e", self.folder / "error.log", "-p", self.folder, "-c",
                 self.configuration()]
        checked = subprocess.run([*words, "-t"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 text=True, timeout=60, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout)
        self.assertNotIn("warn", checked.stdout)
        process = subprocess.Popen([*words, "-g", "daemon off;"])
        self.addCleanup(process.wait, 30)
        self.addCleanup(process.terminate)
        self.assertTrue(wait_for(self.answers), (self.folder / "error.log").read_text())

    def answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port)):
                return True
        except ConnectionError:
            return False

    def connect(self) -> http.client.HTTPSConnection:
        line = http.client.HTTPSConnection(
            "localhost", self.port, timeout=60, source_address=(CLIENT, 0),
            context=ssl.create_default_context(cafile=str(self.ca)))
        self.addCleanup(line.close)
        return line

    def ask(self, line: http.client.HTTPSConnection, verb: str, path: str, body: bytes = b"",
            **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
        line.request(verb, path, body, {
            "origin": f"https://localhost:{self.port}",
            **{name.replace("_", "-"): value for name, value in headers.items()}})
        response = line.getresponse()
        return response, response.read()

    def sign_in(self, line: http.client.HTTPSConnection) -> str:
        """The cookie of an admin's session."""
        subprocess.run(
            [BIN / "milkway", "admin", "init", "--data", self.server.data, "--id", "admin",
             "--name", "Admin", "--password-stdin"], input=PASSWORD + "\n", text=True, check=True,
            stdout=subprocess.DEVNULL, env={**os.environ, "MILKWAY_SERVER": self.server.address})
        response, body = self.ask(
            line, "POST", "/session",
            json.dumps({"requestId": "0193d6a0-0000-7000-8000-000000000001",
                        "signInName": "admin", "password": PASSWORD}).encode(),
            content_type="application/json", x_forwarded_for="203.0.113.66")
        self.assertEqual(response.status, 200, body)
        return response.headers["set-cookie"].split(";")[0]

    def test_a_browser_signs_in_calls_and_is_known_by_its_address(self) -> None:
        line = self.connect()
        cookie = self.sign_in(line)

        response, body = self.ask(line, "POST", "/milkway.accounts.v1.AccountService/WhoAmI", b"{}",
                                  content_type="application/json", cookie=cookie)

        self.assertEqual(response.status, 200, body)
        self.assertEqual(json.loads(body)["person"]["personId"], "admin")
        self.assertIn("max-age", response.headers["strict-transport-security"])
        said = subprocess.run(
            [BIN / "milkway", "--server", self.server.address, "audit", "--json"],
            stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout
        self.assertIn(CLIENT, said)
        self.assertNotIn("203.0.113.66", said)

    def test_a_page_of_another_address_is_refused(self) -> None:
        line = self.connect()
        line.request("POST", "/session", b"{}", {"origin": "https://evil.example",
                                                 "content-type": "application/json"})

        self.assertEqual(line.getresponse().status, 403)

    def test_messages_of_a_stream_come_at_once(self) -> None:
        subprocess.run([BIN / "milkway", "--server", self.server.address, "import", DEMO],
                       check=True, timeout=300, stdout=subprocess.DEVNULL)
        line = self.connect()
        cookie = self.sign_in(line)
        line.request("POST", "/milkway.shipments.v1.ShipmentService/WatchShipments",
                     struct.pack(">BI", 0, 2) + b"{}",
                     {"content-type": "application/connect+json", "cookie": cookie,
                      "origin": f"https://localhost:{self.port}"})
        response = line.getresponse()

        flags, size = struct.unpack(">BI", response.read(5))
        message = json.loads(response.read(size))

        self.assertEqual(response.status, 200)
        self.assertEqual(flags, 0, message)
        self.assertIn("changes", message)

    def test_grpc_goes_through(self) -> None:
        done = subprocess.run(
            [BIN / "milkway", "--server", f"localhost:{self.port}", "--tls-ca", self.ca, "verify"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=False)

        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn("0 differences", done.stdout)

    def test_plain_http_is_sent_to_tls(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.plain_port, timeout=60)
        line.request("GET", "/school?x=1", headers={"host": "localhost"})
        response = line.getresponse()

        self.assertEqual(response.status, 308)
        self.assertEqual(response.headers["location"], "https://localhost/school?x=1")
        line.close()


if __name__ == "__main__":
    unittest.main()
