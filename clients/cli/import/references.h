// What a name in a row leads to: a row of the folder, or a thing on the server.

#ifndef MILKWAY_CLIENTS_CLI_IMPORT_REFERENCES_H_
#define MILKWAY_CLIENTS_CLI_IMPORT_REFERENCES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "clients/cli/import/directory.h"
#include "clients/cli/import/folder_index.h"
#include "clients/cli/import/report.h"
#include "clients/cli/import/rows.h"
#include "milkway/inventory/v1/catalog.pb.h"

namespace milkway::cli {

// Errors of its methods are those of the connection; what is wrong with a row is
// reported. Not thread-safe.
class References {
 public:
  // All must outlive the references.
  References(const Folder* folder, const FolderIndex* index, Directory* directory, Report* report)
      : folder_(*folder), index_(*index), directory_(*directory), report_(*report) {}

  // Reports an error on `column` if nobody knows `id`, a thing of the table `target`
  // (products, locations, purchases, gifts or shipments). A file that cannot be read
  // to its end may have held it.
  absl::Status Require(RowRef row, absl::string_view column, Table target, Name id);

  // The row, or the unreadable file, that keeps from being sent whatever refers to
  // `id`; nullopt if nothing does.
  absl::StatusOr<std::optional<RowRef>> Blocker(Table target, Name id);

  // nullptr if nobody knows the location, or its row is not readable.
  absl::StatusOr<const inventory::v1::Location*> FindLocation(Name location_id);
  absl::StatusOr<std::optional<absl::TimeZone>> FindTimeZoneOf(Name location_id);

  // A reference that only the server could check, and that cannot be asked.
  void AddUnchecked(RowRef row, absl::string_view column);
  int64_t unchecked_count() const { return unchecked_count_; }
  // "shipments.csv:3: column origin_id"; empty if there is none.
  const std::string& first_unchecked() const { return first_unchecked_; }

  Directory& directory() { return directory_; }

 private:
  absl::StatusOr<bool> ServerKnows(Table target, const std::string& id);

  const Folder& folder_;
  const FolderIndex& index_;
  Directory& directory_;
  Report& report_;
  absl::flat_hash_map<Name, std::optional<absl::TimeZone>> time_zones_;
  int64_t unchecked_count_ = 0;
  std::string first_unchecked_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_IMPORT_REFERENCES_H_
