#include "clients/cli/log_proofs.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/audit_check.h"
#include "clients/cli/failure.h"
#include "clients/cli/pages.h"
#include "clients/cli/statement_audit.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/gift.h"
#include "clients/verify/leaf.h"
#include "clients/verify/verify_proof.h"
#include "milkway/impact/v1/statements.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::LogService;

absl::StatusOr<std::string> ReadSmallFile(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string text(proof::kNoteBytesMax + 1, '\0');
  if (!file.is_open())
    return UsageError(absl::StrCat("the file ", Quoted(name), " cannot be read"));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

// What was signed or sent is not what it should be: never a matter of the command line.
absl::Status NotProven(absl::string_view what, const absl::Status& why) {
  return absl::DataLossError(absl::StrCat(what, ": ", why.message()));
}

absl::StatusOr<std::vector<proof::Hash>> HashesOf(
    const google::protobuf::RepeatedPtrField<std::string>& message) {
  std::vector<proof::Hash> hashes;
  for (const std::string& bytes : message) {
    const std::optional<proof::Hash> hash = proof::ParseHash(bytes);
    if (!hash.has_value()) return absl::DataLossError("the server sent a hash of a wrong length");
    hashes.push_back(*hash);
  }
  return hashes;
}

absl::StatusOr<proof::ProvenLeaf> FetchLeaf(Connection& connection, int64_t position,
                                            int64_t size) {
  inventory::v1::GetInclusionProofRequest request;
  request.set_position(position);
  request.set_size(size);
  ASSIGN_OR_RETURN(const auto response,
                   connection.Call(&LogService::Stub::GetInclusionProof, request));
  proof::ProvenLeaf leaf;
  leaf.position = position;
  leaf.opening = {response.leaf().canonical(), response.leaf().salt()};
  // So that it can be written at all.
  RETURN_IF_ERROR(proof::LeafHashOf(leaf.opening).status());
  ASSIGN_OR_RETURN(leaf.inclusion, HashesOf(response.hashes()));
  return leaf;
}

// Compares kept checkpoints as the tree grows past their sizes.
class Comparison {
 public:
  Comparison(std::vector<KeptCheckpoint> kept, Audit* audit)
      : kept_(std::move(kept)), audit_(*audit) {
    std::sort(kept_.begin(), kept_.end(), [](const KeptCheckpoint& a, const KeptCheckpoint& b) {
      return a.checkpoint.size < b.checkpoint.size;
    });
  }

  // `tree` holds as many leaves as came.
  void Compare(const proof::RootBuilder& tree) {
    for (; next_ < kept_.size() && kept_[next_].checkpoint.size == tree.size(); ++next_) {
      const KeptCheckpoint& kept = kept_[next_];
      if (kept.checkpoint.root == tree.Root()) {
        audit_.confirmed.push_back(kept.file);
        continue;
      }
      audit_.differences.push_back(
          absl::StrCat(kept.file, ": its first ", WithThousands(static_cast<int64_t>(tree.size())),
                       " records are not those of the log: history was rewritten"));
    }
  }

  void End(const proof::RootBuilder& tree) {
    for (; next_ < kept_.size(); ++next_) {
      audit_.differences.push_back(absl::StrCat(
          kept_[next_].file, ": the log had ", kept_[next_].checkpoint.size, " records and has ",
          tree.size(), " now: it was cut short, or restored from an older backup"));
    }
  }

 private:
  std::vector<KeptCheckpoint> kept_;
  Audit& audit_;
  size_t next_ = 0;
};

// The canonical bytes of one leaf.
absl::StatusOr<std::string> ReadLeaf(Connection& connection, int64_t position) {
  inventory::v1::ListLeavesRequest request;
  request.set_page_size(1);
  request.set_after_position(position - 1);
  ASSIGN_OR_RETURN(const auto page, connection.Call(&LogService::Stub::ListLeaves, request));
  if (page.leaves_size() != 1 || page.leaves(0).position() != position) {
    return absl::DataLossError(absl::StrCat("the server does not show record ", position));
  }
  return page.leaves(0).canonical();
}

absl::Status LearnAuditLeaf(absl::string_view canonical, std::vector<proof::AuditLeaf>* leaves) {
  if (canonical.empty() || canonical[0] != static_cast<char>(proof::LeafKind::kAudit)) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(proof::AuditLeaf leaf, proof::ParseAuditLeaf(canonical));
  leaves->push_back(std::move(leaf));
  return absl::OkStatus();
}

// Hands over every leaf of the log up to position `last`.
absl::Status ReadLeaves(Connection& connection, int64_t last,
                        absl::FunctionRef<absl::Status(const inventory::v1::Leaf&)> take) {
  inventory::v1::ListLeavesRequest request;
  request.set_page_size(kPageSize);
  do {
    ASSIGN_OR_RETURN(const auto page, connection.Call(&LogService::Stub::ListLeaves, request));
    for (const inventory::v1::Leaf& leaf : page.leaves()) {
      if (leaf.position() > last) return absl::OkStatus();
      RETURN_IF_ERROR(take(leaf));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<proof::LogKey> ReadLogKey(Connection& connection, const std::string& trusted,
                                         std::string* text) {
  ASSIGN_OR_RETURN(const auto response, connection.Call(&LogService::Stub::GetLogKey,
                                                        inventory::v1::GetLogKeyRequest()));
  *text = response.verifier_key();
  if (!trusted.empty()) {
    std::string wanted = trusted;
    if (std::ifstream(trusted).is_open()) {
      ASSIGN_OR_RETURN(wanted, ReadSmallFile(trusted));
    }
    if (absl::StripSuffix(wanted, "\n") != *text) {
      return absl::FailedPreconditionError(
          absl::StrCat("the server signs with ", *text, ", which is not the key given"));
    }
  }
  absl::StatusOr<proof::LogKey> key = proof::ParseLogKey(*text);
  if (!key.ok()) return NotProven("the server's key", key.status());
  return key;
}

absl::StatusOr<KeptCheckpoint> ReadCheckpointFile(const std::string& file,
                                                  const proof::LogKey& key) {
  KeptCheckpoint kept;
  kept.file = file;
  ASSIGN_OR_RETURN(kept.note, ReadSmallFile(file));
  const auto checkpoint = proof::OpenCheckpoint(kept.note, key);
  if (!checkpoint.ok()) return NotProven(file, checkpoint.status());
  kept.checkpoint = *checkpoint;
  return kept;
}

absl::StatusOr<std::string> FetchCheckpoint(Connection& connection, int64_t size) {
  inventory::v1::GetCheckpointRequest request;
  request.set_size(size);
  ASSIGN_OR_RETURN(const auto response, connection.Call(&LogService::Stub::GetCheckpoint, request));
  return response.checkpoint().note();
}

absl::StatusOr<proof::ProofFile> FetchProof(Connection& connection, const std::string& log_key,
                                            const proof::LogKey& key,
                                            const std::vector<int64_t>& positions, int64_t size,
                                            const std::optional<KeptCheckpoint>& earlier) {
  proof::ProofFile proof;
  proof.log_key = log_key;
  ASSIGN_OR_RETURN(proof.checkpoint, FetchCheckpoint(connection, size));
  const auto checkpoint = proof::OpenCheckpoint(proof.checkpoint, key);
  if (!checkpoint.ok()) return NotProven("the server's checkpoint", checkpoint.status());
  const auto leaves = static_cast<int64_t>(checkpoint->size);
  for (const int64_t position : positions) {
    ASSIGN_OR_RETURN(proof::ProvenLeaf leaf, FetchLeaf(connection, position, leaves));
    proof.leaves.push_back(std::move(leaf));
  }
  if (earlier.has_value()) {
    inventory::v1::GetConsistencyProofRequest request;
    request.set_from_size(static_cast<int64_t>(earlier->checkpoint.size));
    request.set_to_size(leaves);
    ASSIGN_OR_RETURN(const auto response,
                     connection.Call(&LogService::Stub::GetConsistencyProof, request));
    proof.earlier.emplace();
    proof.earlier->checkpoint = earlier->note;
    ASSIGN_OR_RETURN(proof.earlier->consistency, HashesOf(response.hashes()));
  }
  // What does not hold must not be handed on as a proof.
  const auto verified = proof::VerifyProof(proof::FormatProof(proof), {log_key, ""});
  if (!verified.ok()) return NotProven("the server's proof does not hold", verified.status());
  return proof;
}

namespace {

proof::GiftFigures FiguresOf(const impact::v1::GiftStatement& statement) {
  proof::GiftFigures gift;
  gift.gift_id = statement.gift_id();
  gift.publication = statement.publication().publication();
  gift.allocated_minor = statement.allocated().minor_units();
  gift.refund_due_minor = statement.refund_due().minor_units();
  gift.served_g = statement.served_g();
  gift.servings = statement.servings();
  gift.protein_mg = statement.protein_mg();
  gift.calcium_mg = statement.calcium_mg();
  gift.energy_kj = statement.energy_kj();
  for (const impact::v1::LotShare& share : statement.lots()) {
    proof::GiftLot lot = {share.lot_id(), share.funded_g(),   share.served_g(),    share.servings(),
                          share.lost_g(), share.returned_g(), share.remaining_g(), {}};
    for (const impact::v1::SchoolShare& school : share.schools()) {
      lot.schools.push_back({school.school_id(), school.served_g(), school.servings()});
    }
    gift.lots.push_back(std::move(lot));
  }
  return gift;
}

}  // namespace

absl::StatusOr<proof::ProofFile> ProofFileOf(const impact::v1::GetGiftProofResponse& response) {
  proof::ProofFile file;
  file.log_key = response.proof().verifier_key();
  file.checkpoint = response.proof().checkpoint().note();
  for (const inventory::v1::ProvenLeaf& proven : response.proof().leaves()) {
    proof::ProvenLeaf leaf;
    leaf.position = proven.leaf().position();
    leaf.opening = {proven.leaf().canonical(), proven.leaf().salt()};
    RETURN_IF_ERROR(proof::LeafHashOf(leaf.opening).status());
    ASSIGN_OR_RETURN(leaf.inclusion, HashesOf(proven.hashes()));
    file.leaves.push_back(std::move(leaf));
  }
  file.gift = FiguresOf(response.statement());
  return file;
}

absl::StatusOr<std::string> FetchGiftProof(Connection& connection, const std::string& gift_id,
                                           const std::string& trusted_key) {
  impact::v1::GetGiftProofRequest request;
  request.set_gift_id(gift_id);
  ASSIGN_OR_RETURN(const auto response,
                   connection.Call(&impact::v1::StatementService::Stub::GetGiftProof, request));
  ASSIGN_OR_RETURN(const proof::ProofFile file, ProofFileOf(response));
  std::string key = trusted_key;
  if (!trusted_key.empty() && std::ifstream(trusted_key).is_open()) {
    ASSIGN_OR_RETURN(key, ReadSmallFile(trusted_key));
  }
  std::string text = proof::FormatProof(file);
  const auto verified = proof::VerifyProof(text, {key, ""});
  if (!verified.ok()) return NotProven("the server's proof does not hold", verified.status());
  return text;
}

absl::StatusOr<Audit> AuditLog(Connection& connection, const proof::LogKey& key,
                               std::vector<KeptCheckpoint> kept,
                               absl::FunctionRef<void(int64_t done, int64_t total)> progress) {
  Audit audit;
  ASSIGN_OR_RETURN(const std::string note, FetchCheckpoint(connection, 0));
  const auto now = proof::OpenCheckpoint(note, key);
  if (!now.ok()) return NotProven("the server's checkpoint", now.status());
  proof::RootBuilder tree;
  std::vector<proof::AuditLeaf> audit_leaves;
  Comparison comparison(std::move(kept), &audit);
  comparison.Compare(tree);
  StatementAudit statements(
      [&](std::string difference) { audit.differences.push_back(std::move(difference)); },
      [&](int64_t position) { return ReadLeaf(connection, position); });
  RETURN_IF_ERROR(
      ReadLeaves(connection, static_cast<int64_t>(now->size),
                 [&](const inventory::v1::Leaf& leaf) -> absl::Status {
                   if (leaf.position() != static_cast<int64_t>(tree.size()) + 1) {
                     return absl::DataLossError(absl::StrCat("the server left out record ",
                                                             tree.size() + 1, " of the log"));
                   }
                   const auto hash = proof::LeafHashOf({leaf.canonical(), leaf.salt()});
                   if (!hash.ok())
                     return NotProven(absl::StrCat("record ", leaf.position()), hash.status());
                   tree.Add(*hash);
                   comparison.Compare(tree);
                   absl::Status learnt = statements.Learn(leaf.canonical());
                   learnt.Update(LearnAuditLeaf(leaf.canonical(), &audit_leaves));
                   if (!learnt.ok())
                     return NotProven(absl::StrCat("record ", leaf.position()), learnt);
                   progress(leaf.position(), static_cast<int64_t>(now->size));
                   return absl::OkStatus();
                 }));
  comparison.End(tree);
  if (tree.size() != now->size || tree.Root() != now->root) {
    audit.differences.push_back(
        "the server's own checkpoint is not what its records make: the store is damaged or "
        "the server lies");
  }
  audit.leaves = static_cast<int64_t>(tree.size());
  audit.statements = statements.statements();
  if (audit.statements > 0) {
    RETURN_IF_ERROR(
        ReadLeaves(connection, audit.leaves, [&](const inventory::v1::Leaf& leaf) -> absl::Status {
          const absl::Status followed = statements.Follow(leaf.position(), leaf.canonical());
          if (!followed.ok()) return NotProven(absl::StrCat("record ", leaf.position()), followed);
          progress(leaf.position(), audit.leaves);
          return absl::OkStatus();
        }));
  }
  if (!audit_leaves.empty()) {
    ASSIGN_OR_RETURN(const AuditCheck check, CheckAuditLogs(connection, audit_leaves));
    audit.audit_logs = check.confirmed;
    audit.differences.insert(audit.differences.end(), check.differences.begin(),
                             check.differences.end());
  }
  audit.root = absl::Base64Escape(proof::BytesOf(tree.Root()));
  return audit;
}

}  // namespace milkway::cli
