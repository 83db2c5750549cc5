// Questions to recalls.

#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/recalls.h"
#include "services/runtime/page.h"

namespace milkway::inventory {

namespace {

// Adds up the holds of each lot and place of a recall.
class StockOfRecall {
 public:
  // `visit` must outlive this; it returns false to end the walk.
  StockOfRecall(const storage::Reader& reader, const Recall& recall,
                absl::FunctionRef<bool(const RecalledStock&)> visit)
      : reader_(reader), recall_(recall), visit_(visit) {}

  // Walks what stands after (`lot`, `place`), if a place is given.
  absl::Status Walk(LotId after_lot, const std::string after_place) {
    std::vector<LotId> lots;
    const storage::KeyRange range = {RecallLotKey::Prefix(recall_.recall_id, after_lot.value),
                                     RecallLotKey::Range(recall_.recall_id).to};
    RETURN_IF_ERROR(RecallLotTable::Scan(
        reader_, range, [&](const RecallLotKey::Key& key, const rec::IndexRecord&) {
          lots.push_back(LotId{std::get<1>(key)});
          return true;
        }));
    for (const LotId lot : lots) {
      storage::KeyRange holds = HoldKey::Range(lot.value);
      if (lot == after_lot && !after_place.empty()) {
        holds.from = HoldKey::Prefix(lot.value, after_place, std::numeric_limits<int64_t>::max());
      }
      RETURN_IF_ERROR(WalkHolds(holds));
      if (is_ended_) return absl::OkStatus();
    }
    return absl::OkStatus();
  }

 private:
  absl::Status WalkHolds(const storage::KeyRange& range) {
    RETURN_IF_ERROR(
        HoldTable::Scan(reader_, range, [&](const HoldKey::Key& key, const rec::HoldRecord& hold) {
          const auto& [lot, place, us, recall_id] = key;
          const bool is_its_own = recall_id == recall_.recall_id;
          if (!is_its_own && (hold.is_closed() || !recall_.is_open())) return true;
          if (hold.held_g() == 0) return true;
          if (sum_.has_value() && sum_->place != place) Flush();
          if (is_ended_) return false;
          if (!sum_.has_value()) sum_ = RecalledStock{LotId{lot}, place, 0};
          sum_->quarantined_g += hold.held_g();
          return true;
        }));
    Flush();
    return absl::OkStatus();
  }

  void Flush() {
    if (sum_.has_value() && !is_ended_) is_ended_ = !visit_(*sum_);
    sum_.reset();
  }

  const storage::Reader& reader_;
  const Recall& recall_;
  absl::FunctionRef<bool(const RecalledStock&)> visit_;
  std::optional<RecalledStock> sum_;
  bool is_ended_ = false;
};

}  // namespace

absl::StatusOr<Recall> ReadRecall(const storage::Reader& reader, const std::string& recall_id) {
  ASSIGN_OR_RETURN(auto record, RecallTable::Find(reader, recall_id));
  if (!record.has_value()) return RecallUnknown(recall_id);
  return Recall{recall_id, *std::move(record)};
}

absl::StatusOr<std::vector<LotOnRecord>> LotsOfRecall(const storage::Reader& reader,
                                                      const std::string& recall_id,
                                                      size_t lots_max) {
  std::vector<LotOnRecord> lots;
  RETURN_IF_ERROR(RecallLotTable::Scan(reader, RecallLotKey::Range(recall_id),
                                       [&](const RecallLotKey::Key& key, const rec::IndexRecord&) {
                                         if (lots.size() == lots_max) return false;
                                         lots.push_back({LotId{std::get<1>(key)}, {}});
                                         return true;
                                       }));
  for (LotOnRecord& lot : lots) {
    ASSIGN_OR_RETURN(lot.record, ReadLot(reader, lot.id));
  }
  return lots;
}

absl::StatusOr<std::string> ListRecalledStock(const storage::Reader& reader, const Recall& recall,
                                              const google::protobuf::Message& request,
                                              absl::FunctionRef<void(const RecalledStock&)> add) {
  ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(request));
  LotId after_lot;
  std::string after_place;
  if (!page.after_key.empty()) {
    ASSIGN_OR_RETURN(const AccountByPlaceKey::Key last, AccountByPlaceKey::Decode(page.after_key));
    after_lot = LotId{std::get<1>(last)};
    after_place = std::get<0>(last);
  }
  size_t taken = 0;
  bool has_more = false;
  const auto take = [&](const RecalledStock& row) {
    has_more = taken == page.size;
    if (has_more) return false;
    ++taken;
    after_lot = row.lot;
    after_place = row.place;
    add(row);
    return true;
  };
  RETURN_IF_ERROR(StockOfRecall(reader, recall, take).Walk(after_lot, after_place));
  if (!has_more) return std::string();
  return runtime::NextPageToken(request,
                                AccountByPlaceKey::Encode(after_place, after_lot.value, 0));
}

absl::Status ScanRecalledStock(const storage::Reader& reader, const Recall& recall,
                               absl::FunctionRef<void(const RecalledStock&)> visit) {
  const auto take = [&](const RecalledStock& row) {
    visit(row);
    return true;
  };
  return StockOfRecall(reader, recall, take).Walk(LotId{}, "");
}

}  // namespace milkway::inventory
