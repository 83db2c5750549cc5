// What tests of the audit log share.

#ifndef MILKWAY_TESTS_RUNTIME_AUDIT_FIXTURE_H_
#define MILKWAY_TESTS_RUNTIME_AUDIT_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/audit_query.h"
#include "storage/store.h"

namespace milkway::runtime::testing {

// All entries of a log, the oldest first.
inline std::vector<AuditEntry> EntriesOf(storage::Store& store, const AuditLog& log) {
  const auto page =
      FindAuditEntries(*store.NewSnapshot(), {log}, AuditFilter(), AuditPlace(), 1'000'000);
  EXPECT_TRUE(page.ok()) << page.status();
  std::vector<AuditEntry> entries;
  if (!page.ok()) return entries;
  EXPECT_FALSE(page->before.has_value());
  for (auto found = page->entries.rbegin(); found != page->entries.rend(); ++found) {
    entries.push_back(found->entry);
  }
  return entries;
}

// "school_id=changyuan student_number=17"
inline std::string IdsOf(const AuditEntry& entry) {
  std::string text;
  for (const records::v1::AuditedId& id : entry.ids()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", id.name(), "=", id.value());
  }
  return text;
}

}  // namespace milkway::runtime::testing

#endif  // MILKWAY_TESTS_RUNTIME_AUDIT_FIXTURE_H_
