#include "clients/verify/posting.h"

#include <array>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/canonical_reader.h"
#include "clients/verify/leaf.h"

namespace milkway::proof {

namespace {

constexpr std::array<absl::string_view, 10> kPostingWords = {
    "",      "purchase",   "dispatch", "receipt", "distribution",
    "count", "adjustment", "recount",  "recall",  "release"};
constexpr std::array<absl::string_view, 14> kAccountWords = {
    "",          "usable",  "quarantined",        "damaged", "in transit", "purchased",
    "served",    "found",   "missing at receipt", "wasted",  "count loss", "written off",
    "destroyed", "returned"};
constexpr size_t kRequestIdBytes = 16;
constexpr int64_t kOffsetMinutesMax = 24 * 60;

// A number of an enum with `count` words, the first of them empty.
template <typename Kind>
Kind ReadKind(size_t count, CanonicalReader* reader) {
  const uint8_t number = reader->Byte();
  reader->Require(number >= 1 && number < count);
  return reader->failed() ? static_cast<Kind>(1) : static_cast<Kind>(number);
}

Movement ReadMovement(CanonicalReader* reader) {
  Movement movement;
  movement.from_kind = ReadKind<AccountKind>(kAccountWords.size(), reader);
  movement.to_kind = ReadKind<AccountKind>(kAccountWords.size(), reader);
  movement.from_place = std::string(reader->String());
  movement.to_place = std::string(reader->String());
  // The same place is written as an empty one.
  reader->Require(movement.to_place.empty() || movement.to_place != movement.from_place);
  if (movement.to_place.empty()) movement.to_place = movement.from_place;
  movement.lot_id = reader->Number();
  movement.quantity_g = reader->Number();
  return movement;
}

absl::string_view WordOf(PostingKind kind) { return kPostingWords[static_cast<size_t>(kind)]; }
absl::string_view WordOf(AccountKind kind) { return kAccountWords[static_cast<size_t>(kind)]; }

std::string TimeText(int64_t us, int64_t offset_minutes) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S %Ez", absl::FromUnixMicros(us),
                          absl::FixedTimeZone(static_cast<int>(offset_minutes * 60)));
}

}  // namespace

absl::StatusOr<Posting> ParsePosting(absl::string_view canonical) {
  CanonicalReader reader(canonical);
  reader.Require(reader.Byte() == static_cast<uint8_t>(LeafKind::kPosting));
  Posting posting;
  posting.recorded_us = reader.Number();
  posting.occurred_us = reader.Number();
  posting.offset_minutes = reader.Zigzag();
  reader.Require(-kOffsetMinutesMax < posting.offset_minutes &&
                 posting.offset_minutes < kOffsetMinutesMax);
  posting.kind = ReadKind<PostingKind>(kPostingWords.size(), &reader);
  reader.Bytes(kRequestIdBytes);
  posting.reference = std::string(reader.String());
  posting.linked_position = reader.Number();
  posting.discrepancy_reason = std::string(reader.String());
  posting.fefo_override_reason = std::string(reader.String());
  const uint64_t movements = reader.Varint();
  for (uint64_t number = 0; number < movements && !reader.failed(); ++number) {
    posting.movements.push_back(ReadMovement(&reader));
  }
  if (reader.failed() || !reader.AtEnd()) {
    return absl::InvalidArgumentError("the bytes are not those of a posting");
  }
  return posting;
}

absl::StatusOr<std::vector<std::string>> DescribePosting(absl::string_view canonical) {
  ASSIGN_OR_RETURN(const Posting posting, ParsePosting(canonical));
  std::vector<std::string> lines = {absl::StrCat(
      WordOf(posting.kind), " at ", TimeText(posting.occurred_us, posting.offset_minutes),
      ", recorded ", TimeText(posting.recorded_us, 0), posting.reference.empty() ? "" : ", for ",
      Printable(posting.reference),
      posting.linked_position == 0 ? ""
                                   : absl::StrCat(", linked to record ", posting.linked_position))};
  if (!posting.discrepancy_reason.empty()) {
    lines.push_back(absl::StrCat("discrepancy: ", Printable(posting.discrepancy_reason)));
  }
  if (!posting.fefo_override_reason.empty()) {
    lines.push_back(
        absl::StrCat("earlier expiry left behind: ", Printable(posting.fefo_override_reason)));
  }
  for (const Movement& movement : posting.movements) {
    lines.push_back(absl::StrCat(movement.quantity_g, " g of lot ", movement.lot_id, ": ",
                                 WordOf(movement.from_kind), " at ", Printable(movement.from_place),
                                 " -> ", WordOf(movement.to_kind), " at ",
                                 Printable(movement.to_place)));
  }
  return lines;
}

}  // namespace milkway::proof
