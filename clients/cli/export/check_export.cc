// milkway export DIR --check.

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/csv.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/export/export_programme.h"
#include "clients/cli/export/stock_totals.h"
#include "clients/cli/text.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using Json = nlohmann::json;

absl::StatusOr<int64_t> CountRows(const std::string& path) {
  std::ifstream input(path, std::ios::binary);
  CsvReader reader(&input);
  CsvRecord record;
  int64_t rows = -1;  // the header
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, reader.Next(&record));
    if (!more) return rows;
    ++rows;
  }
}

class Check {
 public:
  Check(const std::string& path, Console* console) : path_(path), console_(*console) {}

  absl::Status Read() {
    std::ifstream input(std::filesystem::path(path_) / kManifestFile);
    if (!input) {
      return UsageError(
          absl::StrCat(path_, " holds no ", kManifestFile, ": it is no finished export"));
    }
    manifest_ = Json::parse(input, nullptr, /*allow_exceptions=*/false);
    if (manifest_.is_discarded() || !manifest_.contains("files")) {
      return absl::DataLossError(absl::StrCat(kManifestFile, " cannot be read"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckFiles() {
    for (const auto& [name, facts] : manifest_["files"].items()) {
      const std::string file = (std::filesystem::path(path_) / name).string();
      const absl::StatusOr<std::string> hash = HashFile(file);
      if (!hash.ok()) {
        Differ(absl::StrCat(name, " is missing"));
        continue;
      }
      if (*hash != facts.value("sha256", "")) Differ(absl::StrCat(name, " was changed"));
      ASSIGN_OR_RETURN(const int64_t rows, CountRows(file));
      if (rows != facts.value("rows", int64_t{0})) {
        Differ(absl::StrCat(name, " has ", rows, " rows, the manifest says ",
                            facts.value("rows", int64_t{0})));
      }
    }
    return absl::OkStatus();
  }

  absl::Status CheckServer(Connection* connection) {
    ASSIGN_OR_RETURN(const LogSurvey survey, SurveyLog(0, connection, &console_));
    const int64_t exported = manifest_.value("log_position", int64_t{0});
    if (survey.position != exported) {
      console_.Print(absl::StrCat("the server has ", WithThousands(survey.position),
                                  " postings, the export shows the first ", WithThousands(exported),
                                  ": its totals are not compared\n"));
      return absl::OkStatus();
    }
    ASSIGN_OR_RETURN(const StockTotals stock, ReadStockTotals(connection));
    RequireSame("grams that are", StockTotals(manifest_.value("stock_g", StockTotals())), stock);
    RequireTotal("distributions.csv", "served_g", stock, "served");
    RequireTotal("distributions.csv", "wasted_g", stock, "loss_wasted");
    return absl::OkStatus();
  }

  ExitCode Finish() {
    console_.Print(differences_ == 0
                       ? std::string("the export is whole and agrees with the server\n")
                       : absl::StrCat("the export differs: ", differences_, " differences\n"));
    return differences_ == 0 ? kDone : kRefused;
  }

 private:
  void Differ(absl::string_view what) {
    console_.Print(absl::StrCat(Printable(what), "\n"));
    ++differences_;
  }

  void RequireSame(absl::string_view what, const StockTotals& exported, const StockTotals& now) {
    std::set<std::string> kinds;
    for (const auto& [kind, grams] : exported) kinds.insert(kind);
    for (const auto& [kind, grams] : now) kinds.insert(kind);
    for (const std::string& kind : kinds) {
      const auto of = [&kind](const StockTotals& totals) {
        const auto found = totals.find(kind);
        return found == totals.end() ? 0 : found->second;
      };
      if (of(exported) == of(now)) continue;
      Differ(absl::StrCat("the export has ", of(exported), " ", what, " ", kind,
                          ", the server has ", of(now)));
    }
  }

  // A sum of a file is that of the books.
  void RequireTotal(const std::string& file, const std::string& total, const StockTotals& stock,
                    const std::string& kind) {
    if (!manifest_["files"].contains(file)) return;
    const Json& totals = manifest_["files"][file]["totals"];
    const int64_t exported = totals.value(total, int64_t{0});
    const auto found = stock.find(kind);
    const int64_t books = found == stock.end() ? 0 : found->second;
    if (exported != books) {
      Differ(absl::StrCat(file, " has ", total, " ", exported, ", the books have ", books));
    }
  }

  std::string path_;
  Console& console_;
  Json manifest_;
  int differences_ = 0;
};

}  // namespace

absl::StatusOr<ExitCode> CheckExport(const std::string& path, Connection* connection,
                                     Console* console) {
  Check check(path, console);
  RETURN_IF_ERROR(check.Read());
  RETURN_IF_ERROR(check.CheckFiles());
  RETURN_IF_ERROR(check.CheckServer(connection));
  return check.Finish();
}

}  // namespace milkway::cli
