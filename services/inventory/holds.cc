#include "services/inventory/holds.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_keys.h"

namespace milkway::inventory {

namespace {

constexpr absl::string_view kReferencePrefix = "recall/";

// What a change meets on its way along the card, in order: at one instant a hold
// stands before a count.
struct Event {
  enum class Kind { kHold, kEnd, kCount };

  int64_t us = 0;
  Kind kind = Kind::kHold;
  std::string recall_id;  // of a hold
  int64_t held_g = 0;     // of a hold
  CountOnRecord count;    // of a count
};

// Walks the events that stand after one change.
class Absorber {
 public:
  Absorber(const storage::Reader& reader, const StockCard& usable, const CountedChange& change,
           bool is_issue, const LotRecall& recall)
      : reader_(reader), usable_(usable), change_(change), is_issue_(is_issue), recall_(recall) {}

  absl::StatusOr<Absorbed> Absorb() {
    ASSIGN_OR_RETURN(const std::vector<Event> events, Events());
    for (const Event& event : events) {
      switch (event.kind) {
        case Event::Kind::kHold:
          RETURN_IF_ERROR(MeetHold(event));
          break;
        case Event::Kind::kEnd:
          MeetEnd(event);
          break;
        case Event::Kind::kCount:
          MeetCount(event);
          break;
      }
    }
    return std::move(absorbed_);
  }

 private:
  absl::StatusOr<std::vector<Event>> Events() const {
    const Account& account = usable_.account();
    std::vector<Event> events;
    const storage::KeyRange holds = {
        HoldKey::Prefix(account.lot.value, account.place, change_.change.moment.us),
        HoldKey::Range(account.lot.value, account.place).to};
    RETURN_IF_ERROR(
        HoldTable::Scan(reader_, holds, [&](const HoldKey::Key& key, const rec::HoldRecord& hold) {
          if (hold.is_closed() || hold.held_g() == 0) return true;
          events.push_back(
              {std::get<2>(key), Event::Kind::kHold, std::get<3>(key), hold.held_g(), {}});
          return true;
        }));
    ASSIGN_OR_RETURN(std::vector<CountOnRecord> counts,
                     CountsFrom(reader_, account, usable_.counted_until_us(), change_));
    for (CountOnRecord& count : counts) {
      events.push_back({count.counted_us, Event::Kind::kCount, "", 0, std::move(count)});
    }
    events.push_back({HeldFromUs(), Event::Kind::kEnd, "", 0, {}});
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      return std::pair(a.us, a.kind) < std::pair(b.us, b.kind);
    });
    return events;
  }

  // When stock that the change brings is held: with the order, or as it comes.
  int64_t HeldFromUs() const {
    const Moment& moment = change_.change.moment;
    const int64_t after_us = moment.us + (moment.rank > Moment::kOut ? 1 : 0);
    return std::max(recall_.ordered_at.us, after_us);
  }

  bool IsBeforeHold(int64_t hold_us) const {
    const Moment& moment = change_.change.moment;
    if (moment.us != hold_us) return moment.us < hold_us;
    return !is_issue_ && moment.rank <= Moment::kOut;
  }

  // How the balance differs just before an event.
  int64_t CarriedG(bool is_past_change) const {
    return made_good_g_ + (is_past_change ? change_.change.change_g : 0);
  }

  absl::Status MeetHold(const Event& hold) {
    const int64_t missing_g = -CarriedG(IsBeforeHold(hold.us));
    if (missing_g <= 0) return absl::OkStatus();
    const Account& account = usable_.account();
    ASSIGN_OR_RETURN(
        const StockCard held_back,
        StockCard::Load(reader_, {account.lot, AccountKind::kQuarantined, account.place}));
    ASSIGN_OR_RETURN(const int64_t lowest_g,
                     held_back.LowestFrom(reader_, {hold.us, Moment::kOut}));
    const int64_t given_g = std::min({missing_g, hold.held_g, lowest_g - given_back_g_});
    if (given_g <= 0) return absl::OkStatus();
    absorbed_.holds.push_back({hold.recall_id, At(hold.us), -given_g});
    given_back_g_ += given_g;
    made_good_g_ += given_g;
    return absl::OkStatus();
  }

  void MeetEnd(const Event& end) {
    const int64_t left_g = CarriedG(true);
    if (left_g <= 0) return;
    absorbed_.holds.push_back({recall_.recall_id, At(end.us), left_g});
    made_good_g_ -= left_g;
  }

  void MeetCount(const Event& event) {
    const int64_t covered_g = Covers(event.count, change_) ? change_.change.change_g : 0;
    const int64_t moved_g = covered_g + made_good_g_;
    if (moved_g == 0) return;
    absorbed_.recounts.push_back({event.us, event.count.record, -moved_g});
    made_good_g_ -= moved_g;
  }

  OccurredAt At(int64_t us) const { return {us, recall_.ordered_at.offset_minutes}; }

  const storage::Reader& reader_;
  const StockCard& usable_;
  const CountedChange& change_;
  const bool is_issue_;
  const LotRecall& recall_;
  Absorbed absorbed_;
  int64_t made_good_g_ = 0;   // by recounts and holds so far; below 0: taken away
  int64_t given_back_g_ = 0;  // by holds so far
};

}  // namespace

CardChange HoldChange::OfUsable() const {
  return {{held_at.us, held_g > 0 ? Moment::kOut : Moment::kIn}, -held_g};
}

CardChange HoldChange::OfQuarantined() const {
  return {{held_at.us, held_g > 0 ? Moment::kIn : Moment::kOut}, held_g};
}

absl::StatusOr<std::vector<LotRecall>> RecallsOfLot(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(const auto record, LotRecallsTable::Find(reader, lot.value));
  std::vector<LotRecall> recalls;
  if (!record.has_value()) return recalls;
  for (const rec::LotRecallsRecord::Recall& recall : record->recalls()) {
    recalls.push_back({recall.recall_id(), {recall.ordered_us(), recall.ordered_offset_minutes()}});
  }
  return recalls;
}

absl::StatusOr<Absorbed> AbsorbChange(const storage::Reader& reader, const StockCard& usable,
                                      const CountedChange& change, bool is_issue,
                                      const LotRecall& recall) {
  return Absorber(reader, usable, change, is_issue, recall).Absorb();
}

absl::StatusOr<std::vector<HoldChange>> HoldsOf(const storage::Reader& reader,
                                                const StockCard& usable, const LotRecall& recall) {
  std::vector<HoldChange> holds;
  ASSIGN_OR_RETURN(const int64_t from_us, AfterCounts(reader, usable, recall.ordered_at.us));
  ASSIGN_OR_RETURN(const int64_t free_g, usable.LowestFrom(reader, {from_us, Moment::kOut}));
  const int32_t offset_minutes = recall.ordered_at.offset_minutes;
  if (free_g > 0) holds.push_back({recall.recall_id, {from_us, offset_minutes}, free_g});
  const int64_t rest_g = usable.balance_g() - free_g;
  const int64_t end_us = std::max(from_us, usable.EndUs());
  if (rest_g > 0) holds.push_back({recall.recall_id, {end_us, offset_minutes}, rest_g});
  return holds;
}

absl::StatusOr<int64_t> AfterCounts(const storage::Reader& reader, const StockCard& usable,
                                    int64_t us) {
  if (usable.counted_until_us() < us) return us;
  const Account& account = usable.account();
  int64_t after_us = us;
  RETURN_IF_ERROR(CountTable::Scan(
      reader, CountKey::Range(account.place, account.lot.value),
      [&](const CountKey::Key& key, const rec::CountRecord&) {
        after_us = std::max(us, std::get<2>(key) + 1);
        return false;
      },
      storage::ScanOrder::kDescending));
  return after_us;
}

absl::Status EnterHold(storage::Transaction& transaction, LotId lot, const std::string& place,
                       const HoldChange& hold) {
  ASSIGN_OR_RETURN(auto row,
                   HoldTable::Find(transaction, lot.value, place, hold.held_at.us, hold.recall_id));
  rec::HoldRecord record = row.value_or(rec::HoldRecord());
  record.set_held_g(record.held_g() + hold.held_g);
  return HoldTable::Put(transaction, record, lot.value, place, hold.held_at.us, hold.recall_id);
}

std::string ReferenceOfRecall(absl::string_view recall_id) {
  return absl::StrCat(kReferencePrefix, recall_id);
}

std::string RecallOfPosting(PostingKind kind, absl::string_view reference) {
  const bool may_be = kind == PostingKind::kAdjustment || kind == PostingKind::kRecall;
  if (!may_be || !absl::ConsumePrefix(&reference, kReferencePrefix)) return "";
  return std::string(reference);
}

}  // namespace milkway::inventory
