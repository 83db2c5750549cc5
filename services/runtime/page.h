// Pages of lists: sizes and tokens.

#ifndef MILKWAY_SERVICES_RUNTIME_PAGE_H_
#define MILKWAY_SERVICES_RUNTIME_PAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "storage/store.h"

namespace milkway::runtime {

inline constexpr int32_t kPageSizeMax = 1000;
inline constexpr int32_t kPageSizeDefault = 100;

// Where a page starts: the key to seek to, and how many rows it holds.
struct PageRequest {
  size_t size = kPageSizeDefault;
  std::string after_key;  // empty on the first page: start of the range

  // `range` without what earlier pages gave (ascending order); never more than it.
  storage::KeyRange Rest(storage::KeyRange range) const;
};

// Reads page_size and page_token of a list request. The token is bound to the type
// and every other known field of `request` (page_size may change between pages)
// and to the caller of this thread's call (call.h), by a MAC under its page_key:
// INVALID_ARGUMENT naming page_size (outside 0 to 1000) or page_token (damaged, or
// of another query).
absl::StatusOr<PageRequest> ParsePage(const google::protobuf::Message& request);

// The token of the page after the row at `last_key`, for the same query and caller. It
// grants nothing, and hides nothing: `last_key` can be read from it.
std::string NextPageToken(const google::protobuf::Message& request, absl::string_view last_key);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_PAGE_H_
