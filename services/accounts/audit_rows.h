// Rows of the audit log for calls that make their own transactions.
//
// Whoever signs in is nobody when the call comes in, and somebody once the password was
// right: the row says who it turned out to be.

#ifndef MILKWAY_SERVICES_ACCOUNTS_AUDIT_ROWS_H_
#define MILKWAY_SERVICES_ACCOUNTS_AUDIT_ROWS_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/accounts/person.h"
#include "services/runtime/audit/audit_entry.h"
#include "services/runtime/handler.h"
#include "storage/store.h"

namespace milkway::accounts {

// The row of one call.
class AuditRow {
 public:
  using Ids = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

  // `parts` must outlive the row.
  AuditRow(const runtime::Handlers::Parts& parts, runtime::AuditEntry entry,
           const std::string& request_id)
      : parts_(parts), entry_(std::move(entry)) {
    entry_.set_request_id(request_id);
  }

  // In a body, once: the row stands if what the body changes does.
  absl::Status Append(storage::Transaction& transaction, Ids ids) const;

  // The same, and it was this person who called.
  absl::Status AppendAs(storage::Transaction& transaction, const std::string& person_id, Role role,
                        Ids ids) const;

  // Somebody did not prove to be `person_id`, or named nobody (empty). Nobody waits for the
  // row, and only so many are kept as of all refusals.
  void KeepRefusal(const runtime::Call& call, const std::string& person_id) const;

 private:
  const runtime::Handlers::Parts& parts_;
  runtime::AuditEntry entry_;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_AUDIT_ROWS_H_
