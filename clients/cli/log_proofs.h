// Proofs of the inventory's log: fetched, put into files, and checked here.

#ifndef MILKWAY_CLIENTS_CLI_LOG_PROOFS_H_
#define MILKWAY_CLIENTS_CLI_LOG_PROOFS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "clients/cli/connection.h"
#include "clients/verify/checkpoint.h"
#include "clients/verify/proof_file.h"
#include "milkway/impact/v1/statements.pb.h"

namespace milkway::cli {

// A checkpoint that was kept in a file.
struct KeptCheckpoint {
  std::string file;
  std::string note;
  proof::Checkpoint checkpoint;
};

// The log's public key as the server says; `trusted` (the key, or a file that holds it)
// must be the same if it is not empty. FAILED_PRECONDITION if it is another one.
absl::StatusOr<proof::LogKey> ReadLogKey(Connection& connection, const std::string& trusted,
                                         std::string* text);

// A usage error if the file cannot be read; DATA_LOSS if `key` did not sign it.
absl::StatusOr<KeptCheckpoint> ReadCheckpointFile(const std::string& file,
                                                  const proof::LogKey& key);

// A checkpoint of `size` leaves (0: all), signed by the server now.
absl::StatusOr<std::string> FetchCheckpoint(Connection& connection, int64_t size);

// A proof of the leaves at `positions` under a checkpoint of `size` leaves (0: all), and
// that it continues `earlier`, if given. DATA_LOSS if it does not hold.
absl::StatusOr<proof::ProofFile> FetchProof(Connection& connection, const std::string& log_key,
                                            const proof::LogKey& key,
                                            const std::vector<int64_t>& positions, int64_t size,
                                            const std::optional<KeptCheckpoint>& earlier);

// The text of the file that proves what a gift became, checked here before it is handed
// on. `trusted_key` as for ReadLogKey. DATA_LOSS if it does not hold.
absl::StatusOr<std::string> FetchGiftProof(Connection& connection, const std::string& gift_id,
                                           const std::string& trusted_key);

// The file of a gift's proof, as the server answered; not checked yet.
absl::StatusOr<proof::ProofFile> ProofFileOf(const impact::v1::GetGiftProofResponse& response);

// What the audit of a log found.
struct Audit {
  int64_t leaves = 0;
  int64_t statements = 0;                // of them, each computed again
  int64_t audit_logs = 0;                // of them, each found in an audit log
  std::string root;                      // base64
  std::vector<std::string> confirmed;    // files
  std::vector<std::string> differences;  // a sentence each
};

// Computes the whole tree from the leaves that the server lists, and compares it with
// the server's checkpoint and with `kept`; every published statement from the postings; and
// what the leaves tell of audit logs with those of the servers.
// `progress` hears how far it is.
absl::StatusOr<Audit> AuditLog(Connection& connection, const proof::LogKey& key,
                               std::vector<KeptCheckpoint> kept,
                               absl::FunctionRef<void(int64_t done, int64_t total)> progress);

}  // namespace milkway::cli

#endif  // MILKWAY_CLIENTS_CLI_LOG_PROOFS_H_
