// log key, log checkpoint, log checkpoints, log prove, log consistency, log audit.

#include <fstream>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/command.h"
#include "clients/cli/log_proofs.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/verify_proof.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using inventory::v1::LogService;

constexpr int64_t kLeavesMax = std::numeric_limits<int64_t>::max();

struct LogOptions {
  std::string key;
  std::string out;
  std::string since;
  std::string checkpoint;
  std::vector<std::string> checkpoints;
  std::vector<int64_t> positions;
  int64_t size = 0;
  bool json = false;
};

// To the file that the options name, else to the standard output.
absl::Status Deliver(const LogOptions& options, absl::string_view text, Session& session) {
  if (options.out.empty()) {
    session.console.Print(text);
    return absl::OkStatus();
  }
  std::ofstream file(options.out, std::ios::binary);
  file << text;
  file.close();
  if (!file) return UsageError(absl::StrCat("--out ", Quoted(options.out), " cannot be written"));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> PrintKey(Session& session) {
  std::string text;
  RETURN_IF_ERROR(ReadLogKey(session.connection, "", &text).status());
  session.console.Print(absl::StrCat(text, "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> PrintCheckpoint(const LogOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const std::string note, FetchCheckpoint(session.connection, options.size));
  RETURN_IF_ERROR(Deliver(options, note, session));
  return kDone;
}

absl::StatusOr<ExitCode> ListCheckpoints(const LogOptions& options, Session& session) {
  ASSIGN_OR_RETURN(const auto checkpoints,
                   ListAll<inventory::v1::DailyCheckpoint>(
                       session.connection, &LogService::Stub::ListCheckpoints,
                       inventory::v1::ListCheckpointsRequest(),
                       &inventory::v1::ListCheckpointsResponse::checkpoints));
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  TextTable table({{"DAY"}, {"RECORDS", TextTable::Align::kRight}, {"ROOT"}});
  for (const inventory::v1::DailyCheckpoint& daily : checkpoints) {
    const std::string root = absl::Base64Escape(daily.checkpoint().root_hash());
    table.AddRow({daily.day(), WithThousands(daily.checkpoint().size()), root});
    json.push_back({{"day", daily.day()},
                    {"size", daily.checkpoint().size()},
                    {"root", root},
                    {"note", daily.checkpoint().note()}});
  }
  if (options.json) {
    session.console.Print(absl::StrCat(json.dump(2), "\n"));
  } else {
    session.console.Print(checkpoints.empty() ? "no checkpoint yet\n" : table.ToString());
  }
  return kDone;
}

absl::StatusOr<ExitCode> Prove(const LogOptions& options, Session& session) {
  std::string log_key;
  ASSIGN_OR_RETURN(const proof::LogKey key, ReadLogKey(session.connection, options.key, &log_key));
  std::optional<KeptCheckpoint> earlier;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(earlier, ReadCheckpointFile(options.since, key));
  }
  ASSIGN_OR_RETURN(
      const proof::ProofFile proof,
      FetchProof(session.connection, log_key, key, options.positions, options.size, earlier));
  RETURN_IF_ERROR(Deliver(options, proof::FormatProof(proof), session));
  return kDone;
}

absl::StatusOr<ExitCode> CheckConsistency(const LogOptions& options, Session& session) {
  std::string log_key;
  ASSIGN_OR_RETURN(const proof::LogKey key, ReadLogKey(session.connection, options.key, &log_key));
  ASSIGN_OR_RETURN(const KeptCheckpoint kept, ReadCheckpointFile(options.checkpoint, key));
  ASSIGN_OR_RETURN(const proof::ProofFile proof,
                   FetchProof(session.connection, log_key, key, {}, 0, kept));
  const std::string text = proof::FormatProof(proof);
  ASSIGN_OR_RETURN(const std::vector<std::string> sentences,
                   proof::VerifyProof(text, {log_key, kept.note}));
  session.console.Print(absl::StrCat(absl::StrJoin(sentences, "\n"), "\n"));
  if (!options.out.empty()) RETURN_IF_ERROR(Deliver(options, text, session));
  return kDone;
}

absl::StatusOr<ExitCode> RunAudit(const LogOptions& options, Session& session) {
  std::string log_key;
  ASSIGN_OR_RETURN(const proof::LogKey key, ReadLogKey(session.connection, options.key, &log_key));
  std::vector<KeptCheckpoint> kept;
  for (const std::string& file : options.checkpoints) {
    ASSIGN_OR_RETURN(KeptCheckpoint checkpoint, ReadCheckpointFile(file, key));
    kept.push_back(std::move(checkpoint));
  }
  ASSIGN_OR_RETURN(
      const Audit audit,
      AuditLog(session.connection, key, std::move(kept), [&](int64_t done, int64_t total) {
        session.console.ShowProgress("auditing records", done, total);
      }));
  session.console.ClearProgress();
  for (const std::string& file : audit.confirmed) {
    session.console.Print(absl::StrCat(Printable(file), ": an unchanged beginning of the log\n"));
  }
  for (const std::string& difference : audit.differences) {
    session.console.Print(absl::StrCat(Printable(difference), "\n"));
  }
  session.console.Print(
      absl::StrCat("log audited: ", WithThousands(audit.leaves), " records (",
                   WithThousands(audit.statements), " statements",
                   audit.audit_logs == 0
                       ? ""
                       : absl::StrCat(", ", WithThousands(audit.audit_logs), " ends of audit logs"),
                   "), root ", audit.root, ", ", audit.differences.size(), " differences\n"));
  return audit.differences.empty() ? kDone : kRefused;
}

using Run = absl::StatusOr<ExitCode> (*)(const LogOptions&, Session&);

// One command below "log".
CLI::App* AddBelow(Commands* commands, CLI::App* log, const std::shared_ptr<LogOptions>& options,
                   const std::string& name, const std::string& description,
                   const std::string& example, Run run) {
  CLI::App* command = log->add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  // The options of the servers are those of "log".
  command->fallthrough();
  commands->OnRun(command, [options, run](Session& session) { return run(*options, session); });
  return command;
}

void AddKeyOption(CLI::App* command, LogOptions* options) {
  command->add_option("--key", options->key,
                      "the log's public key as you know it, or a file that holds it");
}

void AddCheckpointCommands(Commands* commands, CLI::App* log,
                           const std::shared_ptr<LogOptions>& options) {
  AddBelow(commands, log, options, "key", "The public key that signs the checkpoints",
           "milkway log key > log.vkey",
           [](const LogOptions&, Session& session) { return PrintKey(session); });
  CLI::App* command = AddBelow(commands, log, options, "checkpoint",
                               "Signs what the log holds now; keep it where the server cannot "
                               "reach it",
                               "milkway log checkpoint --out march.txt", PrintCheckpoint);
  command->add_option("--size", options->size, "when it had so many records")
      ->check(CLI::Range(int64_t{1}, kLeavesMax));
  command->add_option("--out", options->out, "the file to write")->type_name("FILE");
  command = AddBelow(commands, log, options, "checkpoints",
                     "The checkpoints that the server kept, one a day", "milkway log checkpoints",
                     ListCheckpoints);
  command->add_flag("--json", options->json, "for programs, with the signed texts");
}

void AddProofCommands(Commands* commands, CLI::App* log,
                      const std::shared_ptr<LogOptions>& options) {
  CLI::App* command = AddBelow(
      commands, log, options, "prove",
      "A file that proves what postings say, which milkway-verify checks without a server",
      "milkway log prove 17 18 --out proof.json && milkway-verify proof.json --key log.vkey",
      Prove);
  command->add_option("POSITION", options->positions, "positions of postings in the log")
      ->required()
      ->check(CLI::Range(int64_t{1}, kLeavesMax));
  command->add_option("--size", options->size, "under the checkpoint of so many records")
      ->check(CLI::Range(int64_t{1}, kLeavesMax));
  command
      ->add_option("--since", options->since,
                   "also that the log continues this checkpoint, which was kept")
      ->type_name("FILE");
  command->add_option("--out", options->out, "the file to write")->type_name("FILE");
  AddKeyOption(command, options.get());

  command = AddBelow(commands, log, options, "consistency",
                     "Checks that nothing was rewritten since a checkpoint that was kept",
                     "milkway log consistency march.txt --key log.vkey", CheckConsistency);
  command->add_option("CHECKPOINT", options->checkpoint, "the file of the checkpoint")->required();
  command->add_option("--out", options->out, "where the proof goes, if it is to be kept")
      ->type_name("FILE");
  AddKeyOption(command, options.get());

  command = AddBelow(commands, log, options, "audit",
                     "Computes the whole tree from the records, and compares it with the "
                     "server's checkpoint and those that were kept; exits 0 only if nothing "
                     "differs",
                     "milkway log audit --checkpoint march.txt --checkpoint april.txt", RunAudit);
  command->add_option("--checkpoint", options->checkpoints, "a checkpoint that was kept")
      ->type_name("FILE");
  AddKeyOption(command, options.get());
}

}  // namespace

void AddLogCommands(Commands* commands) {
  const auto options = std::make_shared<LogOptions>();
  CLI::App* log = commands->Add(
      "log", "The log of all postings, provable: key, checkpoint, prove, consistency, audit",
      "milkway log checkpoint --out march.txt\n"
      "  milkway log audit --checkpoint march.txt");
  log->require_subcommand(1);
  AddCheckpointCommands(commands, log, options);
  AddProofCommands(commands, log, options);
}

}  // namespace milkway::cli
