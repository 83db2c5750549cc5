"""Certificates as docs/transport.md tells people to make them, with openssl."""

from __future__ import annotations

import pathlib
import subprocess


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60)


class Authority:
    """One that vouches for servers and services."""

    def __init__(self, folder: pathlib.Path, name: str):
        self.folder = folder
        self.name = name
        self.certificate = folder / f"{name}.crt"
        self._key = folder / f"{name}.key"
        _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-days", 3650, "-subj", f"/CN={name}",
                 "-keyout", self._key, "-out", self.certificate)
        self._key.chmod(0o600)

    def issue(self, name: str, alternative_names: str,
              days: int = 90) -> tuple[pathlib.Path, pathlib.Path]:
        """The certificate and the key of `name`, put in the place of those before."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative_names}\n")
        _openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-subj", f"/CN={name} of milkway", "-keyout", f"{key}.new",
                 "-out", request)
        _openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
                 "-CAcreateserial", "-days", days, "-extfile", extensions,
                 "-out", f"{certificate}.new")
        pathlib.Path(f"{key}.new").chmod(0o600)
        pathlib.Path(f"{key}.new").rename(key)
        pathlib.Path(f"{certificate}.new").rename(certificate)
        return certificate, key
