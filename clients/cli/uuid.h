// UUIDs (RFC 9562): the ids of requests.

#ifndef MILKWAY_CLIENTS_CLI_UUID_H_
#define MILKWAY_CLIENTS_CLI_UUID_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace milkway::cli {

struct Uuid {
  std::array<unsigned char, 16> bytes{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

// 36 characters, any case; nullopt for anything else and for the nil UUID.
std::optional<Uuid> ParseUuid(absl::string_view text);

// 36 characters in lower case.
std::string FormatUuid(const Uuid& uuid);

// Always the same for the same namespace and name: the SHA-1 of both (version 5).
Uuid NameUuid(const Uuid& name_space, absl::string_view name);

// A new one that sorts by time (version 7): milliseconds of now, then random bits.
Uuid RandomUuid();

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_UUID_H_
