#include "services/accounts/audit_rows.h"

#include <optional>

#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/refusal_budget.h"

namespace milkway::accounts {

namespace {

absl::Status AppendTo(storage::Transaction& transaction, const runtime::Handlers::Parts& parts,
                      runtime::AuditEntry entry, AuditRow::Ids ids) {
  if (!parts.audit.has_value()) return absl::OkStatus();
  for (const auto& [name, value] : ids) runtime::AddAuditedId(name, value, &entry);
  return parts.audit->Append(transaction, std::move(entry));
}

}  // namespace

absl::Status AuditRow::Append(storage::Transaction& transaction, Ids ids) const {
  return AppendTo(transaction, parts_, entry_, ids);
}

absl::Status AuditRow::AppendAs(storage::Transaction& transaction, const std::string& person_id,
                                Role role, Ids ids) const {
  runtime::AuditEntry entry = entry_;
  entry.set_caller_id(person_id);
  entry.set_role(role);
  return AppendTo(transaction, parts_, std::move(entry), ids);
}

void AuditRow::KeepRefusal(const runtime::Call& call, const std::string& person_id) const {
  if (!parts_.audit.has_value() || parts_.refusals == nullptr) return;
  if (call.refusal_is_kept != nullptr) call.refusal_is_kept->store(true);
  const std::optional<int64_t> left_out =
      parts_.refusals->Take(/*caller_is_known=*/false, call.now_us);
  if (!left_out.has_value()) return;
  runtime::AuditEntry entry = entry_;
  entry.set_kind(runtime::records::v1::AUDIT_KIND_REFUSAL);
  entry.set_code(static_cast<int32_t>(absl::StatusCode::kUnauthenticated));
  entry.set_refusals_left_out(*left_out);
  if (!person_id.empty()) runtime::AddAuditedId("person_id", person_id, &entry);
  parts_.store->Transact(
      [log = *parts_.audit, entry = std::move(entry)](storage::Transaction& transaction) {
        return log.Append(transaction, entry);
      },
      [](const absl::Status&) {});
}

}  // namespace milkway::accounts
