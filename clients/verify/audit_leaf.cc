#include "clients/verify/audit_leaf.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/canonical_reader.h"
#include "clients/verify/leaf.h"

namespace milkway::proof {

namespace {

constexpr size_t kChainHashBytes = 32;

}  // namespace

absl::StatusOr<AuditLeaf> ParseAuditLeaf(absl::string_view canonical) {
  CanonicalReader reader(canonical);
  reader.Require(reader.Byte() == static_cast<uint8_t>(LeafKind::kAudit));
  reader.Number();
  AuditLeaf leaf;
  leaf.service = std::string(reader.String());
  leaf.position = reader.Number();
  leaf.recorded_us = reader.Number();
  leaf.hash = std::string(reader.String());
  if (reader.failed() || !reader.AtEnd() || leaf.hash.size() != kChainHashBytes) {
    return absl::InvalidArgumentError("the bytes are not those of an audit log's end");
  }
  return leaf;
}

absl::StatusOr<std::vector<std::string>> DescribeAuditLeaf(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const AuditLeaf leaf, ParseAuditLeaf(canonical));
  const absl::Time recorded = absl::FromUnixMicros(leaf.recorded_us);
  return std::vector<std::string>{
      absl::StrCat("the audit log of ", Printable(leaf.service), " had ", leaf.position,
                   " rows, the last of ",
                   absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", recorded, absl::UTCTimeZone())),
      absl::StrCat("their hash is ", absl::BytesToHexString(leaf.hash))};
}

}  // namespace milkway::proof
