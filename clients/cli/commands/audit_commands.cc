// audit, audit verify, audit anchor.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/audit_check.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"
#include "milkway/operations/v1/audit.grpc.pb.h"

namespace milkway::cli {

namespace {

using operations::v1::AuditLogEntry;
using operations::v1::AuditService;
using operations::v1::AuditVerdict;
using operations::v1::ListAuditEntriesRequest;

constexpr EnumWords<operations::v1::AuditEntryKind> kAuditEntryKinds;
constexpr EnumWords<common::v1::Role> kRoles;

constexpr int64_t kEntriesUsual = 100;
constexpr int64_t kEntriesMax = 1'000'000;

struct AuditOptions {
  std::string from;
  std::string to;
  std::string caller;
  std::string method;
  std::string kind;
  std::string service;
  std::vector<std::string> ids;
  int64_t entries = kEntriesUsual;
  bool json = false;
};

// A day means all of it, as UTC has it.
absl::StatusOr<int64_t> MomentOption(absl::string_view option, const std::string& text,
                                     int days_later) {
  const std::optional<Day> day = ParseDay(text);
  if (day.has_value()) {
    return EndOfDayUs(Day{day->days - 1 + days_later}, absl::UTCTimeZone()) + 1'000'000;
  }
  const std::optional<Instant> time = ParseTime(text);
  if (time.has_value()) return time->us;
  return UsageError(
      absl::StrCat(option, " ", kDayExpected, ", or ", kTimeExpected, "; it is ", Quoted(text)));
}

absl::StatusOr<ListAuditEntriesRequest> ToRequest(const AuditOptions& options) {
  ListAuditEntriesRequest request;
  if (!options.from.empty()) {
    ASSIGN_OR_RETURN(const int64_t from_us, MomentOption("--from", options.from, 0));
    request.set_from_us(from_us);
  }
  if (!options.to.empty()) {
    ASSIGN_OR_RETURN(const int64_t to_us, MomentOption("--to", options.to, 1));
    request.set_to_us(to_us);
  }
  if (!options.kind.empty()) {
    const auto kind = FindValue(kAuditEntryKinds, options.kind);
    if (!kind.has_value()) {
      return UsageError(
          absl::StrCat("--kind must be ", ListOf(kAuditEntryKinds), ", is ", Quoted(options.kind)));
    }
    request.set_kind(*kind);
  }
  request.set_caller_id(options.caller);
  request.set_method(options.method);
  request.set_service(options.service);
  for (const std::string& id : options.ids) request.add_ids(id);
  return request;
}

// The newest entries of one process, as many as wanted.
absl::Status ReadEntries(Connection& connection, Endpoint& process, ListAuditEntriesRequest request,
                         int64_t wanted, std::vector<AuditLogEntry>* entries) {
  int64_t left = wanted;
  do {
    request.set_page_size(static_cast<int32_t>(std::min<int64_t>(left, kPageSize)));
    ASSIGN_OR_RETURN(const auto page, connection.CallProcess(
                                          process, &AuditService::Stub::ListAuditEntries, request));
    entries->insert(entries->end(), page.entries().begin(), page.entries().end());
    left -= page.entries_size();
    request.set_page_token(page.next_page_token());
  } while (left > 0 && !request.page_token().empty());
  return absl::OkStatus();
}

std::string WhoOf(const AuditLogEntry& entry) {
  std::string who = entry.caller_id().empty() ? "somebody unknown" : Printable(entry.caller_id());
  if (entry.role() != common::v1::ROLE_UNSPECIFIED) {
    absl::StrAppend(&who, " (", WordOf(kRoles, entry.role()), ")");
  }
  if (!entry.on_behalf_of().empty()) {
    absl::StrAppend(&who, " for ", Printable(entry.on_behalf_of()));
  }
  if (!entry.address().empty()) absl::StrAppend(&who, " from ", Printable(entry.address()));
  return who;
}

std::string WhatOf(const AuditLogEntry& entry) {
  std::string what =
      absl::StrCat(WordOf(kAuditEntryKinds, entry.kind()), " ", Printable(entry.method()));
  if (entry.records() > 0) absl::StrAppend(&what, ", ", entry.records(), " records");
  for (const operations::v1::NamedId& id : entry.ids()) {
    absl::StrAppend(&what, " ", Printable(id.name()), "=", Printable(id.value()));
  }
  if (entry.ids_left_out() > 0) absl::StrAppend(&what, " and ", entry.ids_left_out(), " more");
  return what;
}

std::string TextOf(const AuditLogEntry& entry) {
  std::string text =
      absl::StrCat(FormatUtc(entry.recorded_us()), "  ", entry.service(), " ", entry.position(),
                   "  ", WhoOf(entry), "\n    ", WhatOf(entry), "\n");
  for (const operations::v1::SettingChange& setting : entry.settings()) {
    absl::StrAppend(
        &text, "    ", Printable(setting.type()),
        "\n      before: ", setting.before_json().empty() ? "-" : Printable(setting.before_json()),
        "\n      after:  ", setting.after_json().empty() ? "-" : Printable(setting.after_json()),
        setting.personal_changed() ? "\n      personal fields changed\n" : "\n");
  }
  if (entry.refusals_left_out() > 0) {
    absl::StrAppend(&text, "    ", entry.refusals_left_out(), " more were refused before\n");
  }
  return text;
}

absl::StatusOr<ExitCode> List(const AuditOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const ListAuditEntriesRequest request, ToRequest(options));
  std::vector<AuditLogEntry> entries;
  for (Endpoint* process : session.connection.Processes()) {
    RETURN_IF_ERROR(ReadEntries(session.connection, *process, request, options.entries, &entries));
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const AuditLogEntry& a, const AuditLogEntry& b) {
                     return a.recorded_us() > b.recorded_us();
                   });
  if (entries.size() > static_cast<size_t>(options.entries)) {
    entries.resize(static_cast<size_t>(options.entries));
  }
  if (options.json) {
    session.console.Print(ListJson(entries));
    return kDone;
  }
  if (entries.empty()) session.console.Print("no entry\n");
  for (const AuditLogEntry& entry : entries) session.console.Print(TextOf(entry));
  return kDone;
}

absl::StatusOr<ExitCode> Verify(const AuditOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto leaves, ReadAuditLeaves(session.connection));
  ASSIGN_OR_RETURN(const AuditCheck check, CheckAuditLogs(session.connection, leaves));
  if (options.json) {
    session.console.Print(ListJson(check.verdicts));
  } else {
    TextTable table({{"LOG"},
                     {"ROWS", TextTable::Align::kRight},
                     {"ANCHORED", TextTable::Align::kRight},
                     {"HASH"}});
    for (const AuditVerdict& verdict : check.verdicts) {
      table.AddRow({Printable(verdict.head().service()), WithThousands(verdict.head().position()),
                    WithThousands(verdict.anchored_position()),
                    absl::BytesToHexString(verdict.head().hash())});
    }
    if (!table.empty()) session.console.Print(table.ToString());
  }
  for (const std::string& difference : check.differences) {
    session.console.Say(Printable(difference));
  }
  session.console.Say(absl::StrCat("audit logs verified: ", WithThousands(check.confirmed), " of ",
                                   WithThousands(static_cast<int64_t>(leaves.size())),
                                   " hashes of the Merkle log confirmed, ",
                                   check.differences.size(), " differences"));
  return check.differences.empty() ? kDone : kRefused;
}

absl::StatusOr<ExitCode> Anchor(Session& session) {
  for (Endpoint* process : session.connection.Processes()) {
    ASSIGN_OR_RETURN(const auto answer,
                     session.connection.CallProcess(*process, &AuditService::Stub::AnchorAuditLog,
                                                    operations::v1::AnchorAuditLogRequest()));
    for (const operations::v1::AuditAnchor& anchor : answer.anchors()) {
      session.console.Print(absl::StrCat(Printable(anchor.service()), " up to row ",
                                         anchor.position(), ": ",
                                         absl::BytesToHexString(anchor.hash()), "\n"));
    }
  }
  return kDone;
}

}  // namespace

void AddAuditCommands(Commands* commands) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* audit =
      commands->Add("audit", "Who changed what, and who read of single children; the newest first",
                    "milkway audit --from 2026-03-01 --id changyuan\n"
                    "  milkway audit --id school_id=changyuan --id student_number=17 --kind read\n"
                    "  milkway audit verify");
  audit->add_option("--from", options->from, "from this day (UTC) or time on");
  audit->add_option("--to", options->to, "up to and with this day (UTC), or before this time");
  audit->add_option("--caller", options->caller, "only what this caller did");
  audit->add_option("--method", options->method,
                    "only methods that begin so: UpdateStudent, milkway.consumption.");
  audit->add_option("--kind", options->kind, ListOf(kAuditEntryKinds));
  audit->add_option("--service", options->service, "only of this service: inventory");
  audit
      ->add_option("--id", options->ids,
                   "only entries that name this id; with FIELD=ID in this field")
      ->type_name("[FIELD=]ID")
      ->allow_extra_args(false);
  audit->add_option("--entries", options->entries, "how many at most")
      ->check(CLI::Range(int64_t{1}, kEntriesMax))
      ->capture_default_str();
  audit->add_flag("--json", options->json, "for programs; the fields of the API");
  audit->require_subcommand(0, 1);

  CLI::App* verify = commands->AddTo(
      audit, "verify",
      "Computes every hash of the audit logs again, and compares with the Merkle log; exits 0 "
      "only if nothing differs",
      "milkway audit verify");
  verify->add_flag("--json", options->json, "for programs; the fields of the API");

  CLI::App* anchor =
      commands->AddTo(audit, "anchor", "Puts the hashes of the audit logs into the Merkle log now",
                      "milkway audit anchor && milkway log checkpoint --out march.txt");
  // The callback of "audit" comes last, also behind those of the words after it.
  commands->OnRun(audit, [audit, verify, anchor, options](Session& session) {
    if (audit->got_subcommand(verify)) return Verify(*options, session);
    if (audit->got_subcommand(anchor)) return Anchor(session);
    return List(*options, session);
  });
}

}  // namespace milkway::cli
