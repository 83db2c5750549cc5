// The files of an export while they are written: whole pages only, so that an export that
// was stopped at any moment goes on where it was.

#ifndef MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_FOLDER_H_
#define MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_FOLDER_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/import/tables.h"

namespace milkway::cli {

inline constexpr char kManifestFile[] = "MANIFEST.json";
inline constexpr char kExportStateFile[] = ".export-state.json";

// What a file holds, as the manifest states it.
struct FileFacts {
  int64_t rows = 0;
  // Sums over its rows: "packs", "served_g", "amount AUD".
  std::map<std::string, int64_t> totals;
  std::string sha256;  // of the finished file, in hex
};

// SHA-256 of a file in hex, read in pieces.
absl::StatusOr<std::string> HashFile(const std::string& path);

// One file under way. Rows stand in memory until the next checkpoint. Not thread-safe.
class TableFile {
 public:
  explicit TableFile(Table table);

  // Sets a cell of the row that is being written; the others stay empty.
  void Set(absl::string_view column, absl::string_view text);
  void Set(absl::string_view column, int64_t number);
  // "yes" or nothing.
  void SetFlag(absl::string_view column, bool value);
  // Ends the row.
  void EndRow();
  // Adds to a sum of the manifest.
  void Total(absl::string_view name, int64_t amount) { facts_.totals[std::string(name)] += amount; }

  int64_t rows() const { return facts_.rows; }

 private:
  friend class ExportFolder;
  Table table_;
  std::vector<absl::string_view> columns_;
  std::vector<std::string> cells_;
  size_t next_ = 0;
  std::string unwritten_;
  int64_t bytes_ = 0;  // on disk and whole
  FileFacts facts_;
  bool wanted_ = true;
};

struct ExportFolderOptions {
  std::string path;
  // Start the files with a byte order mark.
  bool byte_order_mark = true;
  // Go on with an export that was stopped.
  bool resume = false;
  // Only these files; empty: all.
  std::set<std::string> only;
};

// Not thread-safe. One section, a group of files that are written together, is open at a
// time.
class ExportFolder {
 public:
  // A usage error if the folder holds an export already, or none to go on with.
  static absl::StatusOr<std::unique_ptr<ExportFolder>> Open(const ExportFolderOptions& options);

  // The end of the server's log that the export shows; 0 until it is set.
  int64_t position() const { return position_; }
  absl::Status SetPosition(int64_t position);

  // True if a file of the section is asked for and not finished. The files that are under
  // way are put back to their last checkpoint.
  absl::StatusOr<bool> Begin(absl::string_view section, const std::vector<Table>& tables);
  // Where the section was at its last checkpoint; empty at its start.
  const std::string& cursor() const { return cursor_; }
  TableFile& file(Table table);

  // Brings what was written to disk: after a crash the export goes on here.
  absl::Status Checkpoint(absl::string_view cursor);
  // The same if enough is in memory.
  absl::Status CheckpointIfFull(absl::string_view cursor);

  // Finishes the section's files: they get their names.
  absl::Status End();

  // Writes the manifest with `stock`, grams by condition, and takes the state away.
  absl::Status Finish(const std::map<std::string, int64_t>& stock, bool is_complete);

  bool Wants(Table table) const;
  const std::map<std::string, FileFacts>& finished() const { return finished_; }

 private:
  explicit ExportFolder(const ExportFolderOptions& options) : options_(options) {}
  std::string PathOf(absl::string_view file) const;
  std::string PartOf(const TableFile& file) const;
  bool PartsAreThere(const std::vector<Table>& tables) const;
  absl::Status LoadState();
  absl::Status SaveState();
  absl::Status Write(TableFile* file);

  ExportFolderOptions options_;
  int64_t position_ = 0;
  std::string section_;
  std::string cursor_;
  std::vector<std::unique_ptr<TableFile>> files_;
  std::map<std::string, FileFacts> finished_;
  // Of the section that was open when the export was stopped.
  std::string saved_section_;
  std::string saved_cursor_;
  std::map<std::string, std::pair<int64_t, FileFacts>> saved_files_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_EXPORT_EXPORT_FOLDER_H_
