// Reading one page of a table.

#ifndef MILKWAY_SERVICES_RUNTIME_PAGE_SCAN_H_
#define MILKWAY_SERVICES_RUNTIME_PAGE_SCAN_H_

#include <string>
#include <tuple>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/message.h"
#include "services/runtime/page.h"
#include "storage/store.h"

namespace milkway::runtime {

// A page looks at this many rows at most: one whose filter matches few rows may
// be shorter than asked for, and still have a next page.
inline constexpr size_t kRowsPerPageMax = 20'000;

// Visits the rows of `range` from where `request` (a list request) goes on, until
// its page is full. `take` returns true for a row that it put on the page.
// Returns the token of the next page, empty on the last one.
template <typename Table>
absl::StatusOr<std::string> ScanPage(
    const storage::Reader& reader, const storage::KeyRange& range,
    const google::protobuf::Message& request,
    absl::FunctionRef<bool(const typename Table::Key&, const typename Table::Record&)> take) {
  ASSIGN_OR_RETURN(const PageRequest page, ParsePage(request));
  size_t looked_at = 0;
  size_t taken = 0;
  bool has_more = false;
  std::string last_key;
  RETURN_IF_ERROR(Table::Scan(
      reader, page.Rest(range),
      [&](const typename Table::Key& key, const typename Table::Record& record) {
        has_more = taken == page.size || looked_at == kRowsPerPageMax;
        if (has_more) return false;
        ++looked_at;
        if (take(key, record)) ++taken;
        last_key =
            std::apply([](const auto&... fields) { return Table::Schema::Encode(fields...); }, key);
        return true;
      }));
  return has_more ? NextPageToken(request, last_key) : std::string();
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_PAGE_SCAN_H_
