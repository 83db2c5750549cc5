// A leaf that says where the audit log of a service ended. docs/formats.md describes its
// bytes.

#ifndef MILKWAY_CLIENTS_VERIFY_AUDIT_LEAF_H_
#define MILKWAY_CLIENTS_VERIFY_AUDIT_LEAF_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace milkway::proof {

struct AuditLeaf {
  std::string service;      // "inventory"
  int64_t position = 0;     // of the last row of its audit log
  int64_t recorded_us = 0;  // of that row
  std::string hash;         // of that row, 32 bytes
};

// INVALID_ARGUMENT if the bytes are not those of such a leaf.
absl::StatusOr<AuditLeaf> ParseAuditLeaf(absl::string_view canonical);

// Sentences for people.
absl::StatusOr<std::vector<std::string>> DescribeAuditLeaf(absl::string_view canonical);

}  // namespace milkway::proof

#endif  // MILKWAY_CLIENTS_VERIFY_AUDIT_LEAF_H_
