// Lists that come in pages, read to the end.

#ifndef MILKWAY_CLIENTS_CLI_PAGES_H_
#define MILKWAY_CLIENTS_CLI_PAGES_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/connection.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"

namespace milkway::cli {

inline constexpr int kPageSize = 1'000;
// More than anybody can look at; a server that never ends a list stops here.
inline constexpr size_t kListMax = 5'000'000;

// Everything that `method` lists for `request`:
//   ListAll<Lot>(connection, &PurchaseService::Stub::ListLots, request, &ListLotsResponse::lots)
template <typename Item, typename Stub, typename Request, typename Response>
absl::StatusOr<std::vector<Item>> ListAll(
    Connection& connection,
    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Request request,
    const google::protobuf::RepeatedPtrField<Item>& (Response::*items)() const) {
  std::vector<Item> all;
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const Response page, connection.Call(method, request));
    const auto& rows = (page.*items)();
    all.insert(all.end(), rows.begin(), rows.end());
    if (all.size() > kListMax) {
      return absl::OutOfRangeError(absl::StrCat("the list has more than ", kListMax, " entries"));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_PAGES_H_
