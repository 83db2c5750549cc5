// A copy of a store that can be checked before it is trusted.
//
//   <folder>/store/…            the files of the store
//   <folder>/MANIFEST.sha256    the SHA-256 of each of them, as sha256sum writes it

#ifndef MILKWAY_SERVICES_RUNTIME_BACKUP_H_
#define MILKWAY_SERVICES_RUNTIME_BACKUP_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace milkway::runtime {

// Writes a backup into `folder`, which must not exist yet. Blocks. A backup that
// fails is removed again. Returns the size of the store's files.
absl::StatusOr<int64_t> WriteBackup(storage::Store& store, const std::string& folder);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_BACKUP_H_
