#include "services/inventory/verify_recalls.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/holds.h"
#include "services/inventory/inventory_keys.h"

namespace milkway::inventory {

void RecallsVerifier::AddRelease(const Posting& posting) {
  for (const Movement& movement : posting.movements) {
    const bool is_released = movement.from_kind == AccountKind::kQuarantined;
    released_g_[{movement.lot.value, movement.from_place}] +=
        is_released ? movement.quantity_g : -movement.quantity_g;
  }
}

void RecallsVerifier::Add(const Posting& posting) {
  if (IsOfRelease(posting.kind, posting.reference)) return AddRelease(posting);
  const std::string recall_id = RecallOfPosting(posting.kind, posting.reference);
  if (recall_id.empty()) return;
  for (const Movement& movement : posting.movements) {
    const bool is_held = movement.from_kind == AccountKind::kUsable;
    held_g_[{movement.lot.value, movement.from_place, posting.occurred_at.us, recall_id}] +=
        is_held ? movement.quantity_g : -movement.quantity_g;
  }
}

absl::Status RecallsVerifier::Check() {
  RETURN_IF_ERROR(CheckHolds());
  RETURN_IF_ERROR(CheckReleases());
  std::vector<Recall> recalls;
  RETURN_IF_ERROR(RecallTable::Scan(
      reader_, RecallKey::Range(), [&](const RecallKey::Key& key, const rec::RecallRecord& record) {
        recalls.push_back({std::get<0>(key), record});
        return true;
      }));
  for (const Recall& recall : recalls) RETURN_IF_ERROR(CheckRecall(recall));
  ASSIGN_OR_RETURN(const auto open, OpenRecallsTable::Find(reader_));
  const int64_t counted = open.has_value() ? open->count() : 0;
  if (counted != open_count_) {
    differ_(
        absl::StrCat("the books count ", counted, " recalls that stand, there are ", open_count_));
  }
  RETURN_IF_ERROR(CheckLots());
  const int64_t released_lots = open.has_value() ? open->released_lots() : 0;
  if (released_lots != released_lots_) {
    differ_(absl::StrCat("the books count ", released_lots,
                         " lots that recalls released, there are ", released_lots_));
  }
  return absl::OkStatus();
}

absl::Status RecallsVerifier::CheckReleases() {
  std::map<LotAtPlace, int64_t> left_g = released_g_;
  RETURN_IF_ERROR(HoldTable::Scan(
      reader_, HoldKey::Range(), [&](const HoldKey::Key& key, const rec::HoldRecord& hold) {
        const auto& [lot, place, us, recall_id] = key;
        const int64_t released_g = hold.released_g();
        if (released_g < 0 || released_g > hold.held_g() || (released_g > 0 && !hold.is_closed())) {
          differ_(absl::StrCat("lot ", lot, " at ", place, ": recall ", recall_id, " released ",
                               released_g, " g of ", hold.held_g(), " g"));
        }
        left_g[{lot, place}] -= released_g;
        return true;
      }));
  for (const auto& [lot_at_place, difference_g] : left_g) {
    if (difference_g == 0) continue;
    differ_(absl::StrCat("lot ", lot_at_place.first, " at ", lot_at_place.second,
                         ": the postings release ", difference_g,
                         " g more than the holds say were released"));
  }
  return absl::OkStatus();
}

absl::Status RecallsVerifier::CheckHolds() {
  RETURN_IF_ERROR(HoldTable::Scan(
      reader_, HoldKey::Range(), [&](const HoldKey::Key& key, const rec::HoldRecord& hold) {
        const auto& [lot, place, us, recall_id] = key;
        const auto expected = held_g_.find(key);
        const int64_t expected_g = expected == held_g_.end() ? 0 : expected->second;
        if (expected != held_g_.end()) held_g_.erase(expected);
        if (hold.held_g() != expected_g || hold.held_g() < 0) {
          differ_(absl::StrCat("lot ", lot, " at ", place, ": recall ", recall_id, " holds ",
                               hold.held_g(), " g, the postings make ", expected_g, " g"));
        }
        return true;
      }));
  for (const auto& [key, held_g] : held_g_) {
    differ_(absl::StrCat("lot ", std::get<0>(key), " at ", std::get<1>(key), ": recall ",
                         std::get<3>(key), " held ", held_g, " g, and the books do not know"));
  }
  return absl::OkStatus();
}

// Its lots are those that match, and it is found by its product while it stands.
absl::Status RecallsVerifier::CheckRecall(const Recall& recall) {
  const std::string& product_id = recall.record.product_id();
  ASSIGN_OR_RETURN(const auto indexed,
                   OpenRecallTable::Find(reader_, product_id, recall.recall_id));
  if (indexed.has_value() != recall.is_open()) {
    differ_(absl::StrCat("recall ", recall.recall_id, " is listed wrongly with ", product_id));
  }
  if (!recall.is_open()) return absl::OkStatus();
  ++open_count_;
  std::vector<LotId> lots;
  RETURN_IF_ERROR(
      LotByNumberTable::Scan(reader_, LotByNumberKey::Range(product_id),
                             [&](const LotByNumberKey::Key& key, const rec::IndexRecord&) {
                               lots.push_back(LotId{std::get<2>(key)});
                               return true;
                             }));
  for (const LotId lot : lots) {
    ASSIGN_OR_RETURN(const rec::LotRecord record, ReadLot(reader_, lot));
    if (!Matches(recall.record, record)) continue;
    open_[lot][recall.recall_id] = recall.record.ordered_us();
    ASSIGN_OR_RETURN(const auto belongs,
                     RecallLotTable::Find(reader_, recall.recall_id, lot.value));
    if (!belongs.has_value()) {
      differ_(absl::StrCat("recall ", recall.recall_id, " does not know of lot ", lot.value));
    }
  }
  return absl::OkStatus();
}

absl::Status RecallsVerifier::CheckLots() {
  absl::Status status;
  RETURN_IF_ERROR(LotRecallsTable::Scan(
      reader_, LotRecallsKey::Range(),
      [&](const LotRecallsKey::Key& key, const rec::LotRecallsRecord& recalls) {
        status = CheckLot(LotId{std::get<0>(key)}, recalls);
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  for (const auto& [lot, recalls] : open_) {
    differ_(absl::StrCat("lot ", lot.value, " does not know that it is recalled"));
  }
  return absl::OkStatus();
}

absl::Status RecallsVerifier::CheckLot(LotId lot, const rec::LotRecallsRecord& recalls) {
  if (recalls.was_released()) ++released_lots_;
  const bool stands = !recalls.recalls().empty() || open_.contains(lot);
  if (recalls.was_released() && !stands) return absl::OkStatus();
  std::map<std::string, int64_t> known;
  for (const auto& recall : recalls.recalls()) known[recall.recall_id()] = recall.ordered_us();
  const auto expected = open_.find(lot);
  if (expected == open_.end() || expected->second != known) {
    differ_(absl::StrCat("lot ", lot.value, ": its recalls are not those that stand"));
  }
  if (expected != open_.end()) open_.erase(expected);
  return AccountTable::Scan(
      reader_, AccountKey::Range(lot.value, static_cast<uint8_t>(AccountKind::kUsable)),
      [&](const AccountKey::Key& key, const rec::AccountRecord& account) {
        if (account.balance_g() != 0) {
          differ_(absl::StrCat("lot ", lot.value, " is recalled, and ", account.balance_g(),
                               " g of it are usable at ", std::get<2>(key)));
        }
        return true;
      });
}

}  // namespace milkway::inventory
