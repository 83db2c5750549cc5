#include "services/milkwayd/audit_anchors.h"

#include <cstring>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "clients/cpp/unary_call.h"
#include "services/runtime/canonical.h"
#include "services/runtime/once.h"

namespace milkway {

namespace {

namespace inv = inventory::v1;
using runtime::AuditHead;
using runtime::AuditLog;
using runtime::records::v1::AuditAnchorRecord;

constexpr char kCaller[] = "service:runtime";
constexpr absl::Duration kLook = absl::Minutes(1);

// Of these leaves: the same however often they are sent.
std::string RequestIdOf(const inv::AppendLeavesRequest& request) {
  std::string bodies;
  for (const inv::NewLeaf& leaf : request.leaves()) absl::StrAppend(&bodies, leaf.body());
  const storage::MerkleHash hash = storage::Sha256(bodies);
  runtime::RequestId id;
  std::memcpy(&id.high, hash.data(), sizeof(id.high));
  std::memcpy(&id.low, hash.data() + sizeof(id.high), sizeof(id.low));
  return runtime::FormatRequestId(runtime::DeriveRequestId(id, "audit leaves"));
}

// Whether a log has rows that were not anchored. Of the inventory's own the first row after
// the last anchored one does not count: it says that the anchor was written.
bool HasNewRows(const AuditLog& log, const AuditHead& head, const AuditAnchorRecord& last) {
  const bool has_its_own = log.service() == runtime::ServiceTag::kInventory && last.position() > 0;
  return head.position > last.position() + (has_its_own ? 1 : 0);
}

}  // namespace

std::string EncodeAuditLeaf(const std::string& name, const AuditHead& head) {
  std::string body;
  runtime::PutString(name, &body);
  runtime::PutNumber(static_cast<int64_t>(head.position), &body);
  runtime::PutNumber(head.recorded_us, &body);
  runtime::PutString(storage::BytesOf(head.hash), &body);
  return body;
}

AuditAnchors::AuditAnchors(storage::Store* store, const runtime::Clock* clock,
                           runtime::CallLog* log)
    : store_(*store), clock_(*clock), log_(log) {}

AuditAnchors::~AuditAnchors() { Stop(); }

void AuditAnchors::Start(const clients::ServiceChannel& inventory) {
  {
    absl::MutexLock lock(&mutex_);
    options_ = inventory.OptionsFor(kCaller);
    if (inventory.channel() != nullptr) {
      merkle_log_ = inv::LogService::NewStub(inventory.channel());
    }
  }
  schedule_ = std::thread([this] { AnchorNowAndThen(); });
}

void AuditAnchors::Stop() {
  calls_.Stop();
  if (schedule_.joinable()) schedule_.join();
}

void AuditAnchors::AnchorNowAndThen() {
  while (!calls_.StopsWithin(kLook)) {
    const absl::StatusOr<bool> is_due = IsDue();
    absl::Status status = is_due.status();
    if (is_due.ok() && *is_due) status = AnchorAll().status();
    if (status.ok() || log_ == nullptr) continue;
    log_->Event(clock_.NowUs(), "audit logs not anchored", status.message());
  }
}

absl::StatusOr<bool> AuditAnchors::IsDue() const {
  const auto snapshot = store_.NewSnapshot();
  for (const runtime::ServiceTag service : runtime::kServiceTags) {
    const AuditLog log(service);
    ASSIGN_OR_RETURN(const AuditHead head, log.ReadHead(*snapshot));
    ASSIGN_OR_RETURN(const AuditAnchorRecord last, log.ReadAnchor(*snapshot));
    if (!HasNewRows(log, head, last)) continue;
    int64_t since_us = last.anchored_us();
    if (since_us == 0) {
      ASSIGN_OR_RETURN(const auto first, log.FindRow(*snapshot, 1));
      runtime::AuditEntry entry;
      if (first.has_value() && entry.ParseFromString(first->entry())) {
        since_us = entry.recorded_us();
      }
    }
    if (clock_.NowUs() - since_us >= kPauseUs) return true;
  }
  return false;
}

absl::StatusOr<inv::AppendLeavesResponse> AuditAnchors::AppendLeaves(
    const inv::AppendLeavesRequest& request) {
  if (merkle_log_ == nullptr) {
    return absl::UnavailableError(
        "the inventory service cannot be reached from here yet; try again in a moment");
  }
  grpc::ClientContext context;
  clients::Prepare(options_, &context);
  inv::AppendLeavesResponse answer;
  const auto append = [&context, &request, &answer, log = merkle_log_.get()] {
    return log->AppendLeaves(&context, request, &answer);
  };
  RETURN_IF_ERROR(calls_.Run(&context, append));
  return answer;
}

absl::StatusOr<std::vector<runtime::AuditWitness::Anchored>> AuditAnchors::AnchorAll() {
  absl::MutexLock lock(&mutex_);
  const auto snapshot = store_.NewSnapshot();
  std::vector<Anchored> all;
  std::vector<AuditLog> logs;  // those that are anchored anew, and their heads
  std::vector<AuditHead> heads;
  inv::AppendLeavesRequest request;
  for (const runtime::ServiceTag service : runtime::kServiceTags) {
    const AuditLog log(service);
    ASSIGN_OR_RETURN(const AuditHead head, log.ReadHead(*snapshot));
    if (head.position == 0) continue;
    ASSIGN_OR_RETURN(const std::string name, log.NameIn(*snapshot));
    all.push_back({name, head});
    ASSIGN_OR_RETURN(const AuditAnchorRecord last, log.ReadAnchor(*snapshot));
    if (head.position == last.position()) continue;
    logs.push_back(log);
    heads.push_back(head);
    inv::NewLeaf& leaf = *request.add_leaves();
    leaf.set_kind(inv::LEAF_KIND_AUDIT);
    leaf.set_body(EncodeAuditLeaf(name, head));
  }
  if (logs.empty()) return all;
  request.set_request_id(RequestIdOf(request));
  ASSIGN_OR_RETURN(const inv::AppendLeavesResponse answer, AppendLeaves(request));
  RETURN_IF_ERROR(Remember(logs, heads, answer.first_position()));
  return all;
}

absl::Status AuditAnchors::Remember(const std::vector<AuditLog>& logs,
                                    const std::vector<AuditHead>& heads, int64_t first_position) {
  return store_.TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
    for (size_t index = 0; index < logs.size(); ++index) {
      AuditAnchorRecord anchor;
      anchor.set_position(heads[index].position);
      anchor.set_hash(std::string(storage::BytesOf(heads[index].hash)));
      anchor.set_log_position(first_position + static_cast<int64_t>(index));
      anchor.set_anchored_us(clock_.NowUs());
      RETURN_IF_ERROR(logs[index].PutAnchor(transaction, anchor));
    }
    return absl::OkStatus();
  });
}

}  // namespace milkway
