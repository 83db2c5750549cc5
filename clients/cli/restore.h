// From a backup back to a store, without a server.

#ifndef MILKWAY_CLIENTS_CLI_RESTORE_H_
#define MILKWAY_CLIENTS_CLI_RESTORE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/console.h"
#include "clients/cli/interrupt.h"

namespace milkway::cli {

// The manifest of a backup: one line "<SHA-256 in hex>  <path>" for every other file.
inline constexpr char kManifestName[] = "MANIFEST.sha256";

struct Restored {
  int64_t files = 0;
  int64_t bytes = 0;
};

// Copies every file of the manifest from `backup` into `folder`, which does not exist
// or is empty, and checks it on the way. `folder` appears complete and on disk, or not
// at all. Usage errors for what the two are not; DATA_LOSS names the file that is
// missing, changed or not in the manifest; CANCELLED when interrupted.
absl::StatusOr<Restored> Restore(const std::string& backup, const std::string& folder,
                                 Console* console, const Interrupt& interrupt);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_RESTORE_H_
