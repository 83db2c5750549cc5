#include "services/runtime/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::runtime {

namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

// A new name is on disk once its folder is.
bool SyncFolderOf(const std::string& file) {
  const std::string folder = std::filesystem::path(file).parent_path();
  const int descriptor =
      open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_synced = fsync(descriptor) == 0;
  close(descriptor);
  return is_synced;
}

}  // namespace

absl::Status SecretFileRefused(absl::string_view what, absl::string_view file,
                               absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat("the ", what, " ", file, " ", why));
}

absl::StatusOr<std::optional<std::string>> ReadSecretFile(absl::string_view what,
                                                          const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) return std::nullopt;
    return SecretFileRefused(what, file, absl::StrCat("cannot be read: ", std::strerror(errno)));
  }
  struct stat status {};
  std::string text(kSecretBytesMax, '\0');
  const bool is_known = fstat(descriptor, &status) == 0;
  const ssize_t bytes = read(descriptor, text.data(), text.size());
  close(descriptor);
  if (!is_known || bytes < 0) return SecretFileRefused(what, file, "cannot be read");
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return SecretFileRefused(what, file, "may be read or written by others; run chmod 600 on it");
  }
  text.resize(static_cast<size_t>(bytes));
  return text;
}

absl::Status WriteSecretFile(absl::string_view what, const std::string& file,
                             absl::string_view text) {
  // Of this attempt only: somebody else may be at the same file.
  std::string unfinished = absl::StrCat(file, ".XXXXXX");
  const int descriptor = mkostemp(unfinished.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return SecretFileRefused(what, file, absl::StrCat("cannot be made: ", std::strerror(errno)));
  }
  const bool is_written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0;
  const bool is_closed = close(descriptor) == 0;
  if (!is_written || !is_closed) {
    unlink(unfinished.c_str());
    return SecretFileRefused(what, file, "cannot be written; is the disk full?");
  }
  const int error = link(unfinished.c_str(), file.c_str()) == 0 ? 0 : errno;
  unlink(unfinished.c_str());
  if (error == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat("the ", what, " ", file, " is there already"));
  }
  if (error != 0) {
    return SecretFileRefused(what, file, absl::StrCat("cannot be made: ", std::strerror(error)));
  }
  if (SyncFolderOf(file)) return absl::OkStatus();
  return SecretFileRefused(what, file, "may not be on disk; start again");
}

absl::StatusOr<std::string> ReadOrMakeSecretFile(absl::string_view what, const std::string& file,
                                                 absl::FunctionRef<std::string()> make) {
  ASSIGN_OR_RETURN(std::optional<std::string> text, ReadSecretFile(what, file));
  if (!text.has_value()) {
    std::string made = make();
    const absl::Status written = WriteSecretFile(what, file, made);
    if (written.ok()) return made;
    if (!absl::IsAlreadyExists(written)) return written;
    sodium_memzero(made.data(), made.size());
    ASSIGN_OR_RETURN(text, ReadSecretFile(what, file));
  }
  if (!text.has_value()) {
    return SecretFileRefused(what, file, "was there and is gone; start again");
  }
  // Whoever made it may not have come so far; what is sealed with it must not outlive it.
  if (SyncFolderOf(file)) return *std::move(text);
  return SecretFileRefused(what, file, "may not be on disk; start again");
}

}  // namespace milkway::runtime
