#include "clients/cli/import/request_ids.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/uuid.h"

namespace milkway::cli {

std::string ImportRequestId(absl::Span<const absl::string_view> parts) {
  std::string bytes;
  for (const absl::string_view part : parts) absl::StrAppend(&bytes, part.size(), ":", part, ",");
  return FormatUuid(NameUuid(ParseUuid(kImportNamespace).value(), bytes));
}

std::string RowRequestId(Table table, std::initializer_list<absl::string_view> key) {
  std::vector<absl::string_view> parts = {SpecOf(table).file};
  parts.insert(parts.end(), key.begin(), key.end());
  return ImportRequestId(parts);
}

}  // namespace milkway::cli
