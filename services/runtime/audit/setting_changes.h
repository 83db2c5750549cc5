// What one change makes of settings, for the audit log.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_SETTING_CHANGES_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_SETTING_CHANGES_H_

#include "google/protobuf/message.h"
#include "services/runtime/audit/audit_entry.h"

namespace milkway::runtime {

// More settings than this, and longer ones, are not shown in the log.
inline constexpr int kAuditedSettingsMax = 10;
inline constexpr size_t kAuditedSettingBytesMax = 16'384;

// Not thread-safe.
class SettingChanges {
 public:
  // A setting, as the contract shows it, before and after; null: there was none, or there
  // is none any more. Both are of one type. Fields that are personal or secret
  // (milkway.common.v1.sensitivity) are left out. A setting that is what it was is none.
  void Add(const google::protobuf::Message* before, const google::protobuf::Message* after);

  // As if nothing had been added: a change that runs again says it again.
  void Clear() { noted_.Clear(); }

  void MoveTo(AuditEntry* entry) { noted_.Swap(entry->mutable_settings()); }

 private:
  google::protobuf::RepeatedPtrField<records::v1::AuditedSetting> noted_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_SETTING_CHANGES_H_
