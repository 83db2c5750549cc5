#include "services/runtime/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"

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
  const std::string unfinished = absl::StrCat(file, ".new");
  unlink(unfinished.c_str());  // of a crash
  const int descriptor =
      open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
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
  if (renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, file.c_str(), RENAME_NOREPLACE) != 0) {
    const std::string why = std::strerror(errno);
    unlink(unfinished.c_str());
    return SecretFileRefused(what, file, absl::StrCat("cannot be made: ", why));
  }
  if (SyncFolderOf(file)) return absl::OkStatus();
  return SecretFileRefused(what, file, "may not be on disk; start again");
}

}  // namespace milkway::runtime
