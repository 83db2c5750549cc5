#include "services/inventory/log_leaves.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/runtime/canonical.h"

namespace milkway::inventory {

namespace {

LeafHead TakeHead(runtime::CanonicalReader* reader) {
  LeafHead head;
  head.kind = static_cast<LeafKind>(reader->Kind(kLeafKindLast));
  head.recorded_us = reader->Number();
  return head;
}

absl::Status Damaged(absl::string_view canonical, absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the bytes ", absl::BytesToHexString(canonical), " are ",
                                          what, "; restore the store from a backup"));
}

}  // namespace

absl::StatusOr<LeafHead> ReadLeafHead(absl::string_view canonical) {
  runtime::CanonicalReader reader(canonical);
  const LeafHead head = TakeHead(&reader);
  if (reader.failed()) return Damaged(canonical, "no entry of the log");
  return head;
}

std::string EncodeLeaf(const LeafHead& head, absl::string_view body) {
  std::string bytes;
  bytes.reserve(body.size() + 10);
  runtime::PutByte(static_cast<uint8_t>(head.kind), &bytes);
  runtime::PutNumber(head.recorded_us, &bytes);
  bytes.append(body.data(), body.size());
  return bytes;
}

std::string EncodeCost(const CostLeaf& cost) {
  std::string body;
  runtime::PutNumber(cost.lot.value, &body);
  runtime::PutString(cost.purchase_id, &body);
  runtime::PutString(cost.product_id, &body);
  runtime::PutString(cost.lot_number, &body);
  runtime::PutNumber(cost.weight_g, &body);
  runtime::PutString(cost.base_currency, &body);
  runtime::PutZigzag(cost.cost_minor, &body);
  return body;
}

absl::StatusOr<CostLeaf> DecodeCost(absl::string_view canonical) {
  runtime::CanonicalReader reader(canonical);
  const LeafHead head = TakeHead(&reader);
  CostLeaf cost;
  cost.lot = LotId{reader.Number()};
  cost.purchase_id = reader.String();
  cost.product_id = reader.String();
  cost.lot_number = reader.String();
  cost.weight_g = reader.Number();
  cost.base_currency = reader.String();
  cost.cost_minor = reader.Zigzag();
  if (head.kind != LeafKind::kCost || !reader.IsWhole()) return Damaged(canonical, "not a cost");
  return cost;
}

}  // namespace milkway::inventory
