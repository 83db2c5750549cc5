// What the audit log says of one call: docs/audit.md.

#ifndef MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_ENTRY_H_
#define MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_ENTRY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "milkway/runtime/records/v1/audit.pb.h"
#include "services/runtime/call.h"

namespace milkway::runtime {

using AuditEntry = records::v1::AuditEntryRecord;
using records::v1::AuditKind;

// More ids than this are counted, not kept.
inline constexpr int kAuditedIdsMax = 50;
inline constexpr size_t kAuditedIdBytesMax = 200;
// As many of a call that was refused, for whoever makes it may name what he likes.
inline constexpr int kRefusedIdsMax = 5;

// Who called which method, from where, and which ids `request` names; null: it names none.
// The place in the log is left open.
//
// Of a request nothing is taken but ids: fields whose names end in "_id", "_ids",
// "student_number" or "student_numbers", wherever they stand in it, but for request_id,
// which has a place of its own. A text that is no id (other characters, or above 200
// bytes) is counted and not kept, for it may say anything.
AuditEntry MakeAuditEntry(AuditKind kind, const Call& call, const std::string& method,
                          const google::protobuf::Message* request);

// Adds an id by the same rules, unless it is there already.
void AddAuditedId(absl::string_view name, absl::string_view value, AuditEntry* entry);

// Keeps the first `max` ids, and counts the others.
void LeaveOutIdsBeyond(int max, AuditEntry* entry);

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_AUDIT_AUDIT_ENTRY_H_
