#include "clients/cli/export/export_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/export/csv_writer.h"
#include "clients/cli/failure.h"
#include "clients/cli/sync_folder.h"
#include "clients/cpp/status_macros.h"
#include "nlohmann/json.hpp"
#include "openssl/evp.h"

namespace milkway::cli {

namespace {

using Json = nlohmann::json;

constexpr size_t kUnwrittenMax = 1 << 20;
constexpr size_t kHashBlock = 1 << 16;

absl::Status DiskError(absl::string_view path) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot write ", path, ": ", std::strerror(errno)));
}

// `bytes` at `offset` of a file, which then ends behind them, on disk.
absl::Status WriteDurably(const std::string& path, int64_t offset, absl::string_view bytes) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return DiskError(path);
  absl::Status status;
  if (::ftruncate(file, offset) != 0) status = DiskError(path);
  while (status.ok() && !bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), offset);
    if (written < 0) {
      status = DiskError(path);
    } else {
      bytes.remove_prefix(static_cast<size_t>(written));
      offset += written;
    }
  }
  if (status.ok() && ::fsync(file) != 0) status = DiskError(path);
  ::close(file);
  return status;
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return DiskError(to);
  const std::string folder = std::filesystem::path(to).parent_path().string();
  errno = SyncFolder(folder);
  return errno == 0 ? absl::OkStatus() : DiskError(folder);
}

absl::Status Replace(const std::string& path, const Json& json) {
  const std::string part = path + ".part";
  RETURN_IF_ERROR(WriteDurably(part, 0, json.dump(2) + "\n"));
  return Rename(part, path);
}

Json ToJson(const FileFacts& facts) {
  return {{"rows", facts.rows}, {"sha256", facts.sha256}, {"totals", facts.totals}};
}

FileFacts FactsOf(const Json& json) {
  return {json.at("rows"), json.at("totals"), json.at("sha256")};
}

}  // namespace

absl::StatusOr<std::string> HashFile(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  if (!input) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::string block(kHashBlock, '\0');
  while (input.read(block.data(), static_cast<std::streamsize>(block.size())) ||
         input.gcount() > 0) {
    EVP_DigestUpdate(context.get(), block.data(), static_cast<size_t>(input.gcount()));
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest, &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

TableFile::TableFile(Table table) : table_(table) {
  const TableSpec& spec = SpecOf(table);
  columns_.assign(spec.required.begin(), spec.required.end());
  columns_.insert(columns_.end(), spec.optional.begin(), spec.optional.end());
  cells_.resize(columns_.size());
}

void TableFile::Set(absl::string_view column, absl::string_view text) {
  // Columns are mostly set in their order.
  for (size_t step = 0; step < columns_.size(); ++step) {
    const size_t index = (next_ + step) % columns_.size();
    if (columns_[index] != column) continue;
    cells_[index].assign(text.data(), text.size());
    next_ = index + 1;
    return;
  }
}

void TableFile::Set(absl::string_view column, int64_t number) {
  Set(column, absl::string_view(absl::StrCat(number)));
}

void TableFile::SetFlag(absl::string_view column, bool value) {
  Set(column, absl::string_view(value ? "yes" : ""));
}

void TableFile::EndRow() {
  if (wanted_) AppendCsvRow(cells_, &unwritten_);
  ++facts_.rows;
  for (std::string& cell : cells_) cell.clear();
  next_ = 0;
}

absl::StatusOr<std::unique_ptr<ExportFolder>> ExportFolder::Open(
    const ExportFolderOptions& options) {
  std::unique_ptr<ExportFolder> folder(new ExportFolder(options));
  std::error_code error;
  std::filesystem::create_directories(options.path, error);
  if (error) {
    return UsageError(absl::StrCat(options.path, " cannot be made: ", error.message()));
  }
  const bool has_state = std::filesystem::exists(folder->PathOf(kExportStateFile), error);
  if (options.resume && has_state) {
    RETURN_IF_ERROR(folder->LoadState());
    return folder;
  }
  if (has_state) {
    return UsageError(absl::StrCat(options.path,
                                   " holds an export that was stopped: go on with --resume, or "
                                   "name another folder"));
  }
  if (options.resume && !std::filesystem::is_empty(options.path, error)) {
    return UsageError(absl::StrCat(options.path, " holds no export that was stopped"));
  }
  if (!std::filesystem::is_empty(options.path, error)) {
    return UsageError(absl::StrCat(options.path, " is not empty: name a new folder"));
  }
  return folder;
}

std::string ExportFolder::PathOf(absl::string_view file) const {
  return (std::filesystem::path(options_.path) / std::string(file)).string();
}

std::string ExportFolder::PartOf(const TableFile& file) const {
  return PathOf(absl::StrCat(SpecOf(file.table_).file, ".part"));
}

bool ExportFolder::Wants(Table table) const {
  return options_.only.empty() || options_.only.contains(std::string(SpecOf(table).file));
}

absl::Status ExportFolder::LoadState() {
  std::ifstream input(PathOf(kExportStateFile));
  const Json state = Json::parse(input, nullptr, /*allow_exceptions=*/false);
  if (state.is_discarded() || !state.is_object()) {
    return absl::DataLossError(
        absl::StrCat(PathOf(kExportStateFile), " cannot be read: export to another folder"));
  }
  position_ = state.value("position", int64_t{0});
  options_.byte_order_mark = state.value("byte_order_mark", true);
  options_.only = state.value("only", std::set<std::string>());
  saved_section_ = state.value("section", "");
  saved_cursor_ = state.value("cursor", "");
  for (const auto& [name, facts] : state.at("finished").items()) finished_[name] = FactsOf(facts);
  for (const auto& [name, file] : state.at("files").items()) {
    saved_files_[name] = {file.at("bytes"), FactsOf(file.at("facts"))};
  }
  return absl::OkStatus();
}

absl::Status ExportFolder::SaveState() {
  Json state = {{"position", position_},  {"byte_order_mark", options_.byte_order_mark},
                {"only", options_.only},  {"section", section_},
                {"cursor", cursor_},      {"finished", Json::object()},
                {"files", Json::object()}};
  for (const auto& [name, facts] : finished_) state["finished"][name] = ToJson(facts);
  for (const auto& file : files_) {
    state["files"][std::string(SpecOf(file->table_).file)] = {{"bytes", file->bytes_},
                                                              {"facts", ToJson(file->facts_)}};
  }
  return Replace(PathOf(kExportStateFile), state);
}

absl::Status ExportFolder::SetPosition(int64_t position) {
  position_ = position;
  return SaveState();
}

// False where the files of the section got their names just before the stop: it is then
// written once more.
bool ExportFolder::PartsAreThere(const std::vector<Table>& tables) const {
  for (const Table table : tables) {
    const std::string name(SpecOf(table).file);
    const auto saved = saved_files_.find(name);
    if (saved == saved_files_.end() || saved->second.first == 0) continue;
    std::error_code error;
    const auto bytes = std::filesystem::file_size(PathOf(name + ".part"), error);
    if (error || static_cast<int64_t>(bytes) < saved->second.first) return false;
  }
  return true;
}

absl::StatusOr<bool> ExportFolder::Begin(absl::string_view section,
                                         const std::vector<Table>& tables) {
  files_.clear();
  section_ = std::string(section);
  const bool goes_on = section_ == saved_section_ && PartsAreThere(tables);
  cursor_ = goes_on ? saved_cursor_ : "";
  bool wanted = false;
  for (const Table table : tables) {
    const std::string name(SpecOf(table).file);
    auto file = std::make_unique<TableFile>(table);
    file->wanted_ = Wants(table) && !finished_.contains(name);
    wanted |= file->wanted_;
    const auto saved = saved_files_.find(name);
    if (goes_on && saved != saved_files_.end()) {
      file->bytes_ = saved->second.first;
      file->facts_ = saved->second.second;
    } else {
      if (options_.byte_order_mark) file->unwritten_ = kByteOrderMark;
      std::vector<std::string> header(file->columns_.begin(), file->columns_.end());
      AppendCsvRow(header, &file->unwritten_);
    }
    files_.push_back(std::move(file));
  }
  saved_section_.clear();
  saved_files_.clear();
  if (!wanted) files_.clear();
  return wanted;
}

TableFile& ExportFolder::file(Table table) {
  return **std::find_if(files_.begin(), files_.end(),
                        [table](const auto& file) { return file->table_ == table; });
}

absl::Status ExportFolder::Write(TableFile* file) {
  if (!file->wanted_) {
    file->unwritten_.clear();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteDurably(PartOf(*file), file->bytes_, file->unwritten_));
  file->bytes_ += static_cast<int64_t>(file->unwritten_.size());
  file->unwritten_.clear();
  return absl::OkStatus();
}

absl::Status ExportFolder::Checkpoint(absl::string_view cursor) {
  for (const auto& file : files_) RETURN_IF_ERROR(Write(file.get()));
  cursor_ = std::string(cursor);
  return SaveState();
}

absl::Status ExportFolder::CheckpointIfFull(absl::string_view cursor) {
  size_t unwritten = 0;
  for (const auto& file : files_) unwritten += file->unwritten_.size();
  return unwritten < kUnwrittenMax ? absl::OkStatus() : Checkpoint(cursor);
}

absl::Status ExportFolder::End() {
  for (const auto& file : files_) {
    if (!file->wanted_) continue;
    RETURN_IF_ERROR(Write(file.get()));
    ASSIGN_OR_RETURN(file->facts_.sha256, HashFile(PartOf(*file)));
    const std::string name(SpecOf(file->table_).file);
    RETURN_IF_ERROR(Rename(PartOf(*file), PathOf(name)));
    finished_[name] = file->facts_;
  }
  files_.clear();
  section_.clear();
  cursor_.clear();
  return SaveState();
}

absl::Status ExportFolder::Finish(const std::map<std::string, int64_t>& stock,
                                  const std::string& base_currency, bool is_complete) {
  Json manifest = {{"format", 1},
                   {"base_currency", base_currency},
                   {"log_position", position_},
                   {"complete", is_complete},
                   {"stock_g", stock},
                   {"files", Json::object()}};
  for (const auto& [name, facts] : finished_) manifest["files"][name] = ToJson(facts);
  RETURN_IF_ERROR(Replace(PathOf(kManifestFile), manifest));
  if (::unlink(PathOf(kExportStateFile).c_str()) != 0) return DiskError(kExportStateFile);
  return absl::OkStatus();
}

}  // namespace milkway::cli
