"""Fails when a file includes what its layer must not know, and tests itself.

Each rule is (pattern of a file's path, what its quoted includes may start with);
the first rule that matches a file decides. System headers are not checked.
Usage: layering_test.py ROOT
"""

import pathlib
import re
import sys

LIBRARIES = ["absl/"]
GRPC = ["grpc/", "grpcpp/", "google/protobuf/", "google/rpc/"]
RUNTIME = ["services/runtime/"]
SERVICES = "inventory|shipments|consumption|impact|trace|planning|accounts"

RULES = [
    # The store knows nothing of protobuf, gRPC or the domain.
    (r"storage/", ["storage/", "rocksdb/", "openssl/"] + LIBRARIES),
    # Who verifies offline needs nothing of what is verified: no gRPC, no messages.
    (r"clients/verify/",
     ["clients/verify/", "clients/cpp/status_macros.h", "CLI/", "nlohmann/", "openssl/"]
     + LIBRARIES),
    # Clients see the public contract, never what a service keeps on disk.
    (r"clients/", ["clients/", "milkway/", "CLI/", "nlohmann/", "openssl/"] + GRPC + LIBRARIES),
    # The runtime knows no service.
    (r"services/runtime/",
     ["clients/cpp/", "storage/", "milkway/common/", "milkway/operations/", "milkway/runtime/",
      "spdlog/", "nlohmann/", "openssl/", "sodium.h"] + RUNTIME + GRPC + LIBRARIES),
    # The one binary knows every service's module and nothing else of it.
    (r"services/milkwayd/",
     ["services/milkwayd/", "services/gateway/gateway.h", "clients/cpp/", "storage/", "CLI/", "milkway/"]
     + [f"services/{name}/{name}_module.h" for name in SERVICES.split("|")]
     + RUNTIME + GRPC + LIBRARIES),
    # The gateway knows the contract, and of the services nothing but their protos.
    (r"services/gateway/",
     ["services/gateway/", "milkway/common/", "milkway/accounts/v1/", "milkway/impact/v1/",
      "milkway/gateway/", "milkway/shipments/v1/photos", "clients/cpp/", "storage/", "boost/",
      "nlohmann/"]
     + RUNTIME + GRPC + LIBRARIES),
    # The gRPC edge parses, calls a use case and answers.
    (rf"services/(?P<me>{SERVICES})/\w+_(service|convert|module|stream|questions)\.(h|cc)$",
     ["services/{me}/", "milkway/", "storage/", "clients/cpp/"] + RUNTIME + GRPC + LIBRARIES),
    # Rules, use cases, keys: never gRPC, never an API message of another service.
    (rf"services/(?P<me>{SERVICES})/",
     ["services/{me}/", "milkway/{me}/", "milkway/common/", "milkway/inventory/v1/",
      "milkway/consumption/v1/", "clients/cpp/", "storage/", "sodium.h",
      "openssl/", "google/protobuf/"] + RUNTIME + LIBRARIES),
]


def layering_errors(files):
    """Yields one sentence for each include that breaks a rule.

    `files` yields (path relative to the root with slashes, text).
    """
    for name, text in files:
        for pattern, may in RULES:
            match = re.match(pattern, name)
            if not match:
                continue
            allowed = tuple(start.format(**match.groupdict()) for start in may)
            for number, line in enumerate(text.splitlines(), 1):
                include = re.match(r'#include "([^"]+)"', line)
                if include and not include[1].startswith(allowed):
                    yield f"{name}:{number}: must not include {include[1]}"
            break


def sources(root):
    for folder in ("storage", "clients", "services"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".h", ".cc"):
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def check_itself():
    """The rules must be able to fail."""
    forbidden = [
        ("storage/x.h", "services/runtime/clock.h"),
        ("storage/x.h", "google/protobuf/message.h"),
        ("clients/cli/x.cc", "storage/store.h"),
        ("clients/verify/x.cc", "milkway/inventory/v1/log.pb.h"),
        ("services/runtime/x.h", "services/inventory/ledger.h"),
        ("services/shipments/x.cc", "services/inventory/ledger.h"),
        ("services/milkwayd/main.cc", "services/inventory/ledger.h"),
        ("services/milkwayd/main.cc", "services/gateway/connection.h"),
        ("services/gateway/x.cc", "services/accounts/sessions.h"),
    ]
    for name, include in forbidden:
        assert list(layering_errors([(name, f'#include "{include}"\n')])), (name, include)


if __name__ == "__main__":
    check_itself()
    errors = list(layering_errors(sources(pathlib.Path(sys.argv[1]))))
    print("\n".join(errors) or "layering holds")
    sys.exit(bool(errors))
