// Files that only their owner may read: keys.

#ifndef MILKWAY_SERVICES_RUNTIME_SECRET_FILE_H_
#define MILKWAY_SERVICES_RUNTIME_SECRET_FILE_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::runtime {

// FAILED_PRECONDITION: "the <what> <file> <why>".
absl::Status SecretFileRefused(absl::string_view what, absl::string_view file,
                               absl::string_view why);

// What is in the file, up to 64 KiB; nullopt if it is not there. FAILED_PRECONDITION if
// it cannot be read, or may be read or written by others than its owner. `what` says
// what the file is: "log key".
absl::StatusOr<std::optional<std::string>> ReadSecretFile(absl::string_view what,
                                                          const std::string& file);

// Writes a file that was not there, for its owner only (0600), and waits for the disk. The
// file is whole from its first moment on: it is written under a name of its own,
// <file>.XXXXXX, and then linked to its place, so the file system must know hard links. A
// crash may leave that other file, which nobody reads. ALREADY_EXISTS if the file is there,
// FAILED_PRECONDITION if it cannot be written.
absl::Status WriteSecretFile(absl::string_view what, const std::string& file,
                             absl::string_view text);

// What is in the file; where there is none, what `make` gives, which is written first. Of
// several who do this at once one writes, and all get what he wrote. Errors as above.
absl::StatusOr<std::string> ReadOrMakeSecretFile(absl::string_view what, const std::string& file,
                                                 absl::FunctionRef<std::string()> make);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SECRET_FILE_H_
