// The row that one call leaves in the audit log, while the call is under way.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_CALL_AUDIT_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_CALL_AUDIT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "services/runtime/audit/audit_entry.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/setting_changes.h"
#include "storage/store.h"

namespace milkway::runtime {

// Not thread-safe: what a call does comes one after another.
class CallAudit {
 public:
  // `entry`: what is known before anything is done.
  CallAudit(const AuditLog& log, AuditEntry entry) : log_(log), begun_(std::move(entry)) {
    Restart();
  }

  // A body begins, perhaps again: what an earlier run said does not count.
  void Restart();

  // What Call::Changed and Call::Names say.
  void Changed(const google::protobuf::Message* before, const google::protobuf::Message* after);
  void Names(absl::string_view field, absl::string_view id);

  // The row as it is by now.
  AuditEntry Entry() const;

  // In a body: adds the row.
  absl::Status Write(storage::Transaction& transaction);

  // The call changes nothing: its request was answered before.
  void NeedsNoRow() { is_settled_ = true; }

  // The row is written, or none is needed.
  bool is_settled() const { return is_settled_; }

 private:
  const AuditLog log_;
  const AuditEntry begun_;
  AuditEntry entry_;
  SettingChanges settings_;
  bool is_settled_ = false;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_CALL_AUDIT_H_
