#include "services/runtime/audit/call_audit.h"

#include "services/runtime/call.h"

namespace milkway::runtime {

void CallAudit::Restart() {
  entry_ = begun_;
  settings_.Clear();
  is_settled_ = false;
}

void CallAudit::Changed(const google::protobuf::Message* before,
                        const google::protobuf::Message* after) {
  settings_.Add(before, after);
}

void CallAudit::Names(absl::string_view field, absl::string_view id) {
  AddAuditedId(field, id, &entry_);
}

AuditEntry CallAudit::Entry() const {
  AuditEntry entry = entry_;
  settings_.CopyTo(&entry);
  return entry;
}

absl::Status CallAudit::Write(storage::Transaction& transaction) {
  is_settled_ = true;
  return log_.Append(transaction, Entry());
}

void Call::Changed(const google::protobuf::Message* before,
                   const google::protobuf::Message* after) const {
  if (audit != nullptr) audit->Changed(before, after);
}

void Call::Names(absl::string_view field, absl::string_view id) const {
  if (audit != nullptr) audit->Names(field, id);
}

absl::Status Call::Audit(storage::Transaction& transaction) const {
  return audit == nullptr ? absl::OkStatus() : audit->Write(transaction);
}

}  // namespace milkway::runtime
