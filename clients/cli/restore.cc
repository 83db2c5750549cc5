#include "clients/cli/restore.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/failure.h"
#include "clients/cli/sha256.h"
#include "clients/cli/sync_folder.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "openssl/evp.h"

namespace milkway::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kHashDigits = 64;
constexpr size_t kBlockBytes = 1 << 20;
constexpr size_t kFilesMax = 1'000'000;

absl::Status Failed(absl::string_view what, const fs::path& path) {
  return absl::InternalError(
      absl::StrCat("cannot ", what, " ", Printable(path.string()), ": ", std::strerror(errno)));
}

// A file that is closed when it goes out of scope.
class File {
 public:
  File(const fs::path& path, int flags)
      : descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

absl::Status Sync(const fs::path& folder) {
  errno = SyncFolder(folder.string());
  return errno == 0 ? absl::OkStatus() : Failed("sync", folder);
}

// Hash by path, as the manifest states.
using Manifest = std::map<std::string, std::string>;

// True for a path that stays inside the folder that it is relative to.
bool StaysInside(const fs::path& path) {
  return !path.empty() && path.is_relative() &&
         std::none_of(path.begin(), path.end(),
                      [](const fs::path& part) { return part == ".." || part.empty(); });
}

absl::StatusOr<Manifest> ReadManifest(const fs::path& backup) {
  std::ifstream input(backup / kManifestName);
  if (!input) {
    return UsageError(
        absl::StrCat(Printable(backup.string()), " is no backup: it has no ", kManifestName));
  }
  Manifest manifest;
  std::string line;
  for (size_t number = 1; std::getline(input, line); ++number) {
    const std::string hash = line.substr(0, kHashDigits);
    const bool is_hash = hash.size() == kHashDigits &&
                         std::all_of(hash.begin(), hash.end(), [](unsigned char character) {
                           return absl::ascii_isxdigit(character);
                         });
    const bool has_path = line.size() > kHashDigits + 2 && line[kHashDigits] == ' ';
    const std::string path =
        is_hash && has_path ? std::string(absl::StripPrefix(line.substr(kHashDigits + 2), "./"))
                            : "";
    if (!StaysInside(path) || path == kManifestName || number > kFilesMax) {
      return absl::DataLossError(absl::StrCat("line ", number, " of ", kManifestName,
                                              " is not \"SHA-256  path\": ", Quoted(line)));
    }
    manifest[path] = absl::AsciiStrToLower(hash);
  }
  if (manifest.empty()) {
    return absl::DataLossError(absl::StrCat(kManifestName, " names no file"));
  }
  return manifest;
}

// The manifest covers the folder: no file more, none less, nothing but files.
absl::Status CheckCoverage(const fs::path& backup, const Manifest& manifest) {
  std::set<std::string> there;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(backup, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->is_directory() && !entry->is_symlink()) continue;
    const std::string path = entry->path().lexically_relative(backup).generic_string();
    if (entry->is_symlink() || !entry->is_regular_file()) {
      return absl::DataLossError(
          absl::StrCat("the backup holds ", Printable(path), ", which is not a plain file"));
    }
    if (path != kManifestName && !manifest.contains(path)) {
      return absl::DataLossError(
          absl::StrCat("the backup holds ", Printable(path), ", which its manifest does not name"));
    }
    there.insert(path);
  }
  if (error) {
    return absl::InternalError(
        absl::StrCat("cannot read ", Printable(backup.string()), ": ", error.message()));
  }
  for (const auto& [path, hash] : manifest) {
    if (!there.contains(path)) {
      return absl::DataLossError(absl::StrCat("the backup lacks ", Printable(path)));
    }
  }
  return absl::OkStatus();
}

// A new folder beside the wanted one, which is removed again unless it takes its place.
class StagedFolder {
 public:
  static absl::StatusOr<std::unique_ptr<StagedFolder>> Create(const fs::path& wanted) {
    const fs::path pattern =
        wanted.parent_path() / absl::StrCat(".", wanted.filename().string(), ".restoring-XXXXXX");
    std::string name = pattern.string();
    if (mkdtemp(name.data()) == nullptr) return Failed("make a folder beside", wanted);
    return std::unique_ptr<StagedFolder>(new StagedFolder(name, wanted));
  }
  ~StagedFolder() {
    std::error_code ignored;
    if (!committed_) fs::remove_all(path_, ignored);
  }
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;

  const fs::path& path() const { return path_; }

  // Takes the wanted place, which may be an empty folder.
  absl::Status Commit() {
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      if (entry.is_directory()) RETURN_IF_ERROR(Sync(entry.path()));
    }
    RETURN_IF_ERROR(Sync(path_));
    if (std::rename(path_.c_str(), wanted_.c_str()) != 0) return Failed("put in place", wanted_);
    committed_ = true;
    return Sync(wanted_.parent_path());
  }

 private:
  StagedFolder(fs::path path, fs::path wanted)
      : path_(std::move(path)), wanted_(std::move(wanted)) {}

  fs::path path_;
  fs::path wanted_;
  bool committed_ = false;
};

absl::Status WriteAll(const File& file, absl::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(file.descriptor(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("write", path);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// Copies one file to disk; returns its size. DATA_LOSS if its bytes are not those of
// the manifest.
absl::StatusOr<int64_t> CopyFile(const fs::path& from, const fs::path& to, const std::string& hash,
                                 const Interrupt& interrupt) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  const File source(from, O_RDONLY);
  if (!source.is_open()) return Failed("read", from);
  const File target(to, O_WRONLY | O_CREAT | O_EXCL);
  if (!target.is_open()) return Failed("write", to);
  Sha256 sha256;
  std::string block(kBlockBytes, '\0');
  int64_t bytes = 0;
  for (;;) {
    RETURN_IF_ERROR(interrupt.Check());
    const ssize_t size = read(source.descriptor(), block.data(), block.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return Failed("read", from);
    if (size == 0) break;
    const absl::string_view part(block.data(), static_cast<size_t>(size));
    sha256.Update(part);
    RETURN_IF_ERROR(WriteAll(target, part, to));
    bytes += size;
  }
  if (sha256.Hex() != hash) {
    return absl::DataLossError(
        absl::StrCat(Printable(from.string()), " is not what it was when the backup was made"));
  }
  if (fsync(target.descriptor()) != 0) return Failed("write", to);
  return bytes;
}

absl::Status CheckTarget(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder, error) &&
      !(fs::is_directory(folder, error) && fs::is_empty(folder, error))) {
    return UsageError(
        absl::StrCat(Printable(folder.string()), " must not exist or be an empty folder"));
  }
  if (!fs::is_directory(folder.parent_path(), error)) {
    return UsageError(absl::StrCat(Printable(folder.parent_path().string()),
                                   " must be a folder, to restore into it"));
  }
  return absl::OkStatus();
}

// Without a dot or a slash at its end.
fs::path Absolute(const std::string& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error).lexically_normal();
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

}  // namespace

absl::StatusOr<Restored> Restore(const std::string& backup, const std::string& folder,
                                 Console* console, const Interrupt& interrupt) {
  const fs::path from = Absolute(backup);
  const fs::path to = Absolute(folder);
  RETURN_IF_ERROR(CheckTarget(to));
  ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(from));
  RETURN_IF_ERROR(CheckCoverage(from, manifest));

  ASSIGN_OR_RETURN(const auto staged, StagedFolder::Create(to));
  Restored restored;
  for (const auto& [path, hash] : manifest) {
    ASSIGN_OR_RETURN(const int64_t bytes,
                     CopyFile(from / path, staged->path() / path, hash, interrupt));
    restored.bytes += bytes;
    ++restored.files;
    console->ShowProgress("restoring files", restored.files, static_cast<int64_t>(manifest.size()));
  }
  console->ClearProgress();
  RETURN_IF_ERROR(staged->Commit());
  return restored;
}

}  // namespace milkway::cli
