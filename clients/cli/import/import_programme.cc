#include "clients/cli/import/import_programme.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/export/export_folder.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/check_folder.h"
#include "clients/cli/import/read_folder.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cli/import/sandboxes.h"
#include "clients/cli/numbers.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/currency.h"
#include "clients/cpp/status_macros.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/operations/v1/operations.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;

bool HoldsMoney(const Folder& folder) {
  return !folder.purchases.empty() || !folder.purchase_costs.empty() || !folder.gifts.empty() ||
         !folder.allocations.empty();
}

std::string Count(int64_t count, absl::string_view noun) {
  return absl::StrCat(WithThousands(count), " ", noun, count == 1 ? "" : "s");
}

// One import of one folder, by one way to the servers or none.
class Import {
 public:
  Import(const ImportOptions& options, Console* console, const Interrupt& interrupt)
      : options_(options), console_(*console), interrupt_(interrupt) {}

  // What can be known from the files alone; a usage error if there are none.
  absl::Status Read() {
    RETURN_IF_ERROR(ReadFolder(options_.folder, &folder_, &report_, &console_, interrupt_));
    index_ = BuildIndex(&folder_, &report_);
    base_currency_ = folder_.names.Intern(options_.base_currency);
    return absl::OkStatus();
  }

  // Checks all rows; asks `connection` where that is not null.
  absl::Status Check(Connection* connection) {
    directory_ = std::make_unique<Directory>(connection);
    references_ = std::make_unique<References>(&folder_, &index_, directory_.get(), &report_);
    ASSIGN_OR_RETURN(LotBook lots,
                     LotBook::Resolve(&folder_, &index_, references_.get(), &report_));
    lots_ = std::make_unique<LotBook>(std::move(lots));
    return CheckFolder(
        {folder_, index_, *references_, *lots_, report_, console_, interrupt_, base_currency_});
  }

  absl::Status Apply(Connection* connection) {
    if (options_.base_currency_given || HoldsMoney(folder_)) {
      RETURN_IF_ERROR(SetProgramme(connection));
    }
    int64_t rows = 0;
    for (int i = 0; i < kTableCount; ++i) rows += report_.TotalsOf(static_cast<Table>(i)).rows;
    Sender sender(connection, &report_, &console_, rows);
    return ApplyFolder({folder_, index_, *references_, *lots_, report_, sender, base_currency_});
  }

  // Another base currency than the programme's would make every amount wrong.
  absl::Status RequireBaseCurrency(Connection* connection) {
    if (!options_.base_currency_given && !HoldsMoney(folder_)) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto response, connection->Call(&CatalogService::Stub::GetProgramme,
                                                           inventory::v1::GetProgrammeRequest()));
    const std::string& fixed = response.programme().base_currency();
    if (fixed.empty() || fixed == options_.base_currency) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("the programme's base currency is ", fixed, ", not ", options_.base_currency,
                     "; nothing was sent: import with --base-currency ", fixed));
  }

  void PrintErrors() { report_.PrintErrors(&console_); }

  void PrintSummary() {
    PrintErrors();
    report_.PrintNotSent(&console_);
    using Align = TextTable::Align;
    TextTable table({{"FILE"},
                     {"ROWS", Align::kRight},
                     {options_.dry_run ? "FINE" : "RECORDED", Align::kRight},
                     {"WRONG", Align::kRight},
                     {"NOT SENT", Align::kRight}});
    for (int i = 0; i < kTableCount; ++i) {
      const auto spec = static_cast<Table>(i);
      if (!report_.HasTable(spec)) continue;
      const TableTotals totals = report_.TotalsOf(spec);
      const bool offline = directory_ != nullptr && !directory_->CanAsk();
      const int64_t fine = offline ? totals.rows - totals.wrong - totals.not_sent : totals.recorded;
      table.AddRow({std::string(SpecOf(spec).file), WithThousands(totals.rows), WithThousands(fine),
                    WithThousands(totals.wrong), WithThousands(totals.not_sent)});
    }
    console_.Print(table.ToString());
  }

  // What can be checked without a server is checked.
  ExitCode FinishOffline(absl::string_view why) {
    PrintSummary();
    console_.Say(absl::StrCat("dry run without a server (", why,
                              "): only what the files show by themselves was checked"));
    if (references_->unchecked_count() > 0) {
      console_.Say(absl::StrCat(Count(references_->unchecked_count(), "reference"),
                                " to things outside the folder could not be checked, the first is ",
                                references_->first_unchecked()));
    }
    console_.Print(absl::StrCat("dry run: ", Count(report_.error_count(), "error"),
                                "; nothing was written\n"));
    return report_.error_count() > 0 ? kRefused : kUnreachable;
  }

  ExitCode Finish() {
    PrintSummary();
    const bool clean = report_.error_count() == 0 && report_.not_sent_count() == 0;
    const std::string errors = absl::StrCat(
        Count(report_.error_count(), "error"), ", ", Count(report_.not_sent_count(), "row"),
        " not sent because of ", report_.error_count() == 1 ? "it" : "them");
    if (options_.dry_run) {
      console_.Print(
          absl::StrCat("dry run: ", clean ? "no errors" : errors, "; nothing was written\n"));
    } else {
      console_.Print(clean ? std::string("everything is recorded\n")
                           : absl::StrCat(errors, "; everything else is recorded\n"));
    }
    return clean ? kDone : kRefused;
  }

 private:
  absl::Status SetProgramme(Connection* connection) {
    inventory::v1::SetProgrammeRequest request;
    request.set_request_id(ImportRequestId({"programme", "base_currency", options_.base_currency}));
    request.mutable_programme()->set_base_currency(options_.base_currency);
    return connection->Call(&CatalogService::Stub::SetProgramme, request).status();
  }

  const ImportOptions& options_;
  Console& console_;
  const Interrupt& interrupt_;
  Folder folder_;
  Report report_;
  FolderIndex index_;
  Name base_currency_;
  std::unique_ptr<Directory> directory_;
  std::unique_ptr<References> references_;
  std::unique_ptr<LotBook> lots_;
};

absl::Status Reach(Connection* connection) {
  for (Endpoint* process : connection->Processes()) {
    RETURN_IF_ERROR(connection
                        ->CallProcess(*process,
                                      &operations::v1::OperationsService::Stub::GetServerInfo,
                                      operations::v1::GetServerInfoRequest())
                        .status());
  }
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> CheckAndApply(Import* import, Connection* connection) {
  RETURN_IF_ERROR(import->Check(connection));
  import->PrintErrors();
  absl::Status applied = import->Apply(connection);
  if (applied.ok()) return import->Finish();
  import->PrintSummary();
  return applied;
}

absl::StatusOr<ExitCode> DryRun(Import* import, Connection* connection, Console* console) {
  const absl::Status reached = Reach(connection);
  if (ExitCodeOf(reached) == kUnreachable) {
    RETURN_IF_ERROR(import->Check(nullptr));
    return import->FinishOffline(reached.message());
  }
  RETURN_IF_ERROR(reached);
  RETURN_IF_ERROR(import->RequireBaseCurrency(connection));
  const auto notice = [console](absl::string_view line) { console->Say(line); };
  ASSIGN_OR_RETURN(const auto sandboxes, Sandboxes::Open(*connection, notice));
  Connection sandbox(sandboxes->addresses(), connection->policy(), &connection->interrupt(),
                     notice);
  sandbox.CallAs(*connection);
  absl::StatusOr<ExitCode> result = CheckAndApply(import, &sandbox);
  if (!result.ok()) {
    return absl::Status(
        result.status().code(),
        absl::StrCat("the dry run stopped early, nothing was written: ", Explain(result.status())));
  }
  return result;
}

// The base currency of the server that the folder was exported from; empty if it does not
// come from an export that says so.
std::string ExportedCurrency(const std::string& folder) {
  std::ifstream input(std::filesystem::path(folder) / kManifestFile);
  const auto manifest = nlohmann::json::parse(input, nullptr, /*allow_exceptions=*/false);
  if (!manifest.is_object()) return "";
  const auto currency = manifest.find("base_currency");
  return currency != manifest.end() && currency->is_string() ? currency->get<std::string>() : "";
}

}  // namespace

absl::StatusOr<ExitCode> ImportProgramme(const ImportOptions& asked, Connection* connection,
                                         Console* console) {
  ImportOptions options = asked;
  if (const std::string exported = ExportedCurrency(asked.folder);
      !asked.base_currency_given && !exported.empty()) {
    options.base_currency = exported;
    options.base_currency_given = true;
  }
  if (!clients::FindMinorDigits(options.base_currency).has_value()) {
    return UsageError(absl::StrCat("--base-currency must be an ISO 4217 code such as AUD, is ",
                                   Quoted(options.base_currency)));
  }
  Import import(options, console, connection->interrupt());
  RETURN_IF_ERROR(import.Read());
  if (options.dry_run) return DryRun(&import, connection, console);
  if (absl::Status reached = Reach(connection); !reached.ok()) {
    import.PrintErrors();
    return reached;
  }
  RETURN_IF_ERROR(import.RequireBaseCurrency(connection));
  absl::StatusOr<ExitCode> result = CheckAndApply(&import, connection);
  if (result.ok()) return result;
  return absl::Status(result.status().code(),
                      absl::StrCat("the import stopped early: ", Explain(result.status()),
                                   "; what is recorded stays, import again to go on"));
}

}  // namespace milkway::cli
