#include "services/runtime/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace milkway::runtime {

namespace {

constexpr size_t kSecretBytesMax = 64 << 10;

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
  const int descriptor =
      open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    return SecretFileRefused(what, file, absl::StrCat("cannot be made: ", std::strerror(errno)));
  }
  const bool is_written =
      write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor) == 0;
  if (close(descriptor) == 0 && is_written) return absl::OkStatus();
  unlink(file.c_str());
  return SecretFileRefused(what, file, "cannot be written; is the disk full?");
}

}  // namespace milkway::runtime
