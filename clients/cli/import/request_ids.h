// The ids of an import's requests: the same for the same rows, whenever and
// wherever they are imported (docs/import.md).

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_REQUEST_IDS_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_REQUEST_IDS_H_

#include <initializer_list>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "clients/cli/import/tables.h"

namespace milkway::cli {

// The namespace of all of them.
inline constexpr char kImportNamespace[] = "8675f829-5363-493d-be47-712bbd83e9ea";

// UUIDv5 of the namespace and of the parts one after another, each written as its
// size in decimal digits, ":", its bytes, ",".
std::string ImportRequestId(absl::Span<const absl::string_view> parts);

// The id of a table's row: its file name, then `key`.
std::string RowRequestId(Table table, std::initializer_list<absl::string_view> key);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_REQUEST_IDS_H_
