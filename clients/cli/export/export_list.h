// milkway export --list NAME: one list as the screen shows it, as CSV on the output.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_LIST_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_LIST_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/lots.h"

namespace milkway::cli {

struct ListOptions {
  std::string list;
  std::string location_id;
  std::string shipment_id;
  std::string gift_id;
  std::string product_id;
  LotChoice lot;
  std::string condition = "usable";
  bool include_virtual = false;
  bool byte_order_mark = true;
};

// "balances, stock-card, postings, …".
std::string ListNames();

// Page by page. The sums of its quantities are said on the stream of messages.
absl::StatusOr<ExitCode> ExportList(const ListOptions& options, Session& session);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_LIST_H_
