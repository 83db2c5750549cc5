#include "services/runtime/backup.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"

namespace milkway::runtime {

namespace {

namespace fs = std::filesystem;

absl::Status CannotWrite(const std::string& path) {
  return absl::UnavailableError(absl::StrCat("the backup cannot write or read ", path, ": ",
                                             std::generic_category().message(errno)));
}

absl::StatusOr<std::string> Sha256OfFile(const std::string& path) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::ifstream file(path, std::ios::binary);
  std::vector<char> block(1 << 20);
  while (file) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    EVP_DigestUpdate(context.get(), block.data(), static_cast<size_t>(file.gcount()));
  }
  if (!file.eof()) return CannotWrite(path);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

// Writes a small file and makes it durable.
absl::Status WriteFile(const std::string& path, absl::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(path);
  const bool is_written =
      write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      fsync(file) == 0;
  const absl::Status status = is_written ? absl::OkStatus() : CannotWrite(path);
  close(file);
  return status;
}

absl::Status WriteManifest(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& file : fs::directory_iterator(folder + "/store", error)) {
    if (file.is_regular_file()) names.push_back("store/" + file.path().filename().string());
  }
  if (error) return CannotWrite(folder);
  std::sort(names.begin(), names.end());
  std::string manifest;
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(const std::string sum, Sha256OfFile(absl::StrCat(folder, "/", name)));
    absl::StrAppend(&manifest, sum, "  ", name, "\n");
  }
  return WriteFile(folder + "/MANIFEST.sha256", manifest);
}

}  // namespace

absl::StatusOr<int64_t> WriteBackup(storage::Store& store, const std::string& folder) {
  std::error_code error;
  fs::create_directories(fs::path(folder).parent_path(), error);
  if (error || !fs::create_directory(folder, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder, " exists already or cannot be made; name another folder"));
  }
  absl::StatusOr<int64_t> bytes = store.WriteCheckpoint(folder + "/store");
  absl::Status status = bytes.status();
  if (status.ok()) status = WriteManifest(folder);
  if (status.ok()) return bytes;
  fs::remove_all(folder, error);
  return status;
}

}  // namespace milkway::runtime
