// What tests of the audit log share.

#ifndef MILKWAY_TESTS_RUNTIME_AUDIT_FIXTURE_H_
#define MILKWAY_TESTS_RUNTIME_AUDIT_FIXTURE_H_

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/audit_query.h"
#include "storage/store.h"

namespace milkway::runtime::testing {

// All entries of a log, the oldest first.
inline std::vector<AuditEntry> EntriesOf(storage::Store& store, const AuditLog& log) {
  std::vector<AuditEntry> entries;
  std::optional<AuditPlace> before = AuditPlace();
  while (before.has_value()) {
    auto page = FindAuditEntries(*store.NewSnapshot(), {log}, AuditFilter(), *before, 10'000);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) return entries;
    for (FoundEntry& found : page->entries) entries.push_back(std::move(found.entry));
    before = page->before;
  }
  std::reverse(entries.begin(), entries.end());
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
