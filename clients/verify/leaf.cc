#include "clients/verify/leaf.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"

namespace milkway::proof {

namespace {

constexpr std::array<absl::string_view, 5> kLeafWords = {"", "posting", "cost", "allocation",
                                                         "statement"};
constexpr std::array<absl::string_view, 8> kPostingWords = {
    "", "purchase", "dispatch", "receipt", "distribution", "count", "adjustment", "recount"};
constexpr std::array<absl::string_view, 14> kAccountWords = {
    "",          "usable",  "quarantined",        "damaged", "in transit", "purchased",
    "served",    "found",   "missing at receipt", "wasted",  "count loss", "written off",
    "destroyed", "returned"};
constexpr size_t kRequestIdBytes = 16;
constexpr int kVarintBytesMax = 10;
constexpr int64_t kOffsetMinutesMax = 24 * 60;

// Reads canonical bytes from the front. After a failure everything is 0 or empty.
class CanonicalReader {
 public:
  explicit CanonicalReader(absl::string_view bytes) : rest_(bytes) {}

  bool failed() const { return failed_; }
  bool AtEnd() const { return rest_.empty(); }

  uint8_t Byte() {
    const absl::string_view byte = Bytes(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }

  uint64_t Varint() {
    uint64_t number = 0;
    for (int at = 0; at < kVarintBytesMax; ++at) {
      const uint8_t byte = Byte();
      if (failed_) return 0;
      const uint64_t bits = byte & 0x7f;
      if (at == kVarintBytesMax - 1 && bits > 1) break;
      number |= bits << (7 * at);
      if (byte < 0x80) {
        if (byte == 0 && at > 0) break;  // longer than needed
        return number;
      }
    }
    failed_ = true;
    return 0;
  }

  int64_t Zigzag() {
    const uint64_t number = Varint();
    return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
  }

  absl::string_view String() { return Bytes(Varint()); }

  absl::string_view Bytes(uint64_t count) {
    if (failed_ || count > rest_.size()) {
      failed_ = true;
      return {};
    }
    const absl::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
  }

  void Require(bool holds) { failed_ |= !holds; }

 private:
  absl::string_view rest_;
  bool failed_ = false;
};

template <size_t kCount>
absl::string_view Word(const std::array<absl::string_view, kCount>& words, uint8_t number,
                       CanonicalReader* reader) {
  reader->Require(number >= 1 && number < kCount);
  return reader->failed() ? "" : words[number];
}

// Text that cannot move a terminal's cursor.
std::string Printable(absl::string_view text) {
  std::string printable(text);
  std::replace_if(
      printable.begin(), printable.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
  return printable;
}

std::string TimeText(uint64_t us, int64_t offset_minutes) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S %Ez", absl::FromUnixMicros(static_cast<int64_t>(us)),
                          absl::FixedTimeZone(static_cast<int>(offset_minutes * 60)));
}

std::string ReadMovement(CanonicalReader* reader) {
  const absl::string_view from_kind = Word(kAccountWords, reader->Byte(), reader);
  const absl::string_view to_kind = Word(kAccountWords, reader->Byte(), reader);
  const absl::string_view from_place = reader->String();
  absl::string_view to_place = reader->String();
  // The same place is written as an empty one.
  reader->Require(to_place.empty() || to_place != from_place);
  if (to_place.empty()) to_place = from_place;
  const uint64_t lot = reader->Varint();
  const uint64_t grams = reader->Varint();
  return absl::StrCat(grams, " g of lot ", lot, ": ", from_kind, " at ", Printable(from_place),
                      " -> ", to_kind, " at ", Printable(to_place));
}

}  // namespace

absl::StatusOr<Hash> LeafHashOf(const Opening& opening) {
  if (opening.salt.size() != kSaltBytes) {
    return absl::InvalidArgumentError("a salt does not have 16 bytes");
  }
  const auto kind = static_cast<size_t>(opening.canonical.empty() ? 0 : opening.canonical[0]);
  if (kind < 1 || kind >= kLeafWords.size()) {
    return absl::InvalidArgumentError("a leaf is of no known kind");
  }
  const Hash commitment = Sha256(absl::StrCat(opening.salt, opening.canonical));
  return HashLeaf(absl::StrCat(opening.canonical.substr(0, 1), BytesOf(commitment)));
}

absl::string_view WordOf(LeafKind kind) { return kLeafWords[static_cast<size_t>(kind)]; }

LeafKind KindOf(const Opening& opening) { return static_cast<LeafKind>(opening.canonical.at(0)); }

absl::StatusOr<std::vector<std::string>> DescribePosting(absl::string_view canonical) {
  CanonicalReader reader(canonical);
  reader.Require(reader.Byte() == static_cast<uint8_t>(LeafKind::kPosting));
  const uint64_t recorded_us = reader.Varint();
  const uint64_t occurred_us = reader.Varint();
  const int64_t offset_minutes = reader.Zigzag();
  reader.Require(-kOffsetMinutesMax < offset_minutes && offset_minutes < kOffsetMinutesMax);
  const absl::string_view kind = Word(kPostingWords, reader.Byte(), &reader);
  reader.Bytes(kRequestIdBytes);
  const std::string reference = Printable(reader.String());
  const uint64_t linked = reader.Varint();
  const std::string discrepancy = Printable(reader.String());
  const std::string override_reason = Printable(reader.String());
  const uint64_t movements = reader.Varint();
  if (reader.failed()) return absl::InvalidArgumentError("the bytes are not those of a posting");
  std::vector<std::string> lines = {
      absl::StrCat(kind, " at ", TimeText(occurred_us, offset_minutes), ", recorded ",
                   TimeText(recorded_us, 0), reference.empty() ? "" : ", for ", reference,
                   linked == 0 ? "" : absl::StrCat(", linked to record ", linked))};
  if (!discrepancy.empty()) lines.push_back(absl::StrCat("discrepancy: ", discrepancy));
  if (!override_reason.empty()) {
    lines.push_back(absl::StrCat("earlier expiry left behind: ", override_reason));
  }
  for (uint64_t number = 0; number < movements && !reader.failed(); ++number) {
    lines.push_back(ReadMovement(&reader));
  }
  if (reader.failed() || !reader.AtEnd()) {
    return absl::InvalidArgumentError("the bytes are not those of a posting");
  }
  return lines;
}

}  // namespace milkway::proof
