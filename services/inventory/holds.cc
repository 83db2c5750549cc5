#include "services/inventory/holds.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/inventory_keys.h"

namespace milkway::inventory {

namespace {

constexpr absl::string_view kHoldPrefix = "recall/";
constexpr absl::string_view kReleasePrefix = "recall-lifted/";

// What a change meets on its way along the card, in order: at one instant a hold
// stands before a count.
struct Event {
  enum class Kind { kHold, kRelease, kEnd, kCount };

  int64_t us = 0;
  Kind kind = Kind::kHold;
  size_t hold = 0;      // of a hold and its release
  CountOnRecord count;  // of a count
};

struct Hold {
  int64_t us = 0;
  std::string recall_id;
  rec::HoldRecord record;
  int64_t given_g = 0;  // back, by this change

  // What it can still give back: what was not released stays where it was decided to.
  int64_t left_g() const { return record.is_closed() ? record.released_g() : record.held_g(); }
};

// Walks the events that stand after one change.
class Absorber {
 public:
  Absorber(const storage::Reader& reader, const StockCard& usable, const CountedChange& change,
           bool is_issue, const RecallsOfLot& recalls)
      : reader_(reader), usable_(usable), change_(change), is_issue_(is_issue), recalls_(recalls) {}

  absl::StatusOr<Absorbed> Absorb() {
    RETURN_IF_ERROR(FindHolds());
    ASSIGN_OR_RETURN(const std::vector<Event> events, Events());
    for (const Event& event : events) {
      switch (event.kind) {
        case Event::Kind::kHold:
          RETURN_IF_ERROR(MeetHold(&holds_[event.hold]));
          break;
        case Event::Kind::kRelease:
          MeetRelease(holds_[event.hold]);
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
  // Those from the change on that can give something back.
  absl::Status FindHolds() {
    const Account& account = usable_.account();
    const storage::KeyRange range = {
        HoldKey::Prefix(account.lot.value, account.place, change_.change.moment.us),
        HoldKey::Range(account.lot.value, account.place).to};
    return HoldTable::Scan(reader_, range,
                           [&](const HoldKey::Key& key, const rec::HoldRecord& record) {
                             const Hold hold = {std::get<2>(key), std::get<3>(key), record, 0};
                             if (hold.left_g() > 0) holds_.push_back(hold);
                             return true;
                           });
  }

  absl::StatusOr<std::vector<Event>> Events() const {
    std::vector<Event> events;
    for (size_t i = 0; i < holds_.size(); ++i) {
      events.push_back({holds_[i].us, Event::Kind::kHold, i, {}});
      const rec::HoldRecord& hold = holds_[i].record;
      if (hold.is_closed()) events.push_back({hold.released_us(), Event::Kind::kRelease, i, {}});
    }
    ASSIGN_OR_RETURN(std::vector<CountOnRecord> counts,
                     CountsFrom(reader_, usable_.account(), usable_.counted_until_us(), change_));
    for (CountOnRecord& count : counts) {
      events.push_back({count.counted_us, Event::Kind::kCount, 0, std::move(count)});
    }
    if (!recalls_.standing.empty()) events.push_back({HeldFromUs(), Event::Kind::kEnd, 0, {}});
    std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
      return std::pair(a.us, a.kind) < std::pair(b.us, b.kind);
    });
    return events;
  }

  // When stock that the change brings is held: with the order, or as it comes.
  int64_t HeldFromUs() const {
    const Moment& moment = change_.change.moment;
    const int64_t after_us = moment.us + (moment.rank > Moment::kOut ? 1 : 0);
    return std::max(recalls_.standing[0].ordered_at.us, after_us);
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

  absl::Status MeetHold(Hold* hold) {
    const int64_t missing_g = std::min(-CarriedG(IsBeforeHold(hold->us)), hold->left_g());
    if (missing_g <= 0) return absl::OkStatus();
    ASSIGN_OR_RETURN(const int64_t given_g, GivenBy(*hold, missing_g));
    if (given_g <= 0) return absl::OkStatus();
    absorbed_.holds.push_back({hold->recall_id, At(hold->us), -given_g, false});
    hold->given_g = given_g;
    made_good_g_ += given_g;
    return absl::OkStatus();
  }

  // As much of `missing_g` as quarantined stock can bear: from the hold on, or until
  // its release.
  absl::StatusOr<int64_t> GivenBy(const Hold& hold, int64_t missing_g) const {
    const Account& account = usable_.account();
    ASSIGN_OR_RETURN(
        const StockCard held_back,
        StockCard::Load(reader_, {account.lot, AccountKind::kQuarantined, account.place}));
    std::vector<CardChange> changes;
    const auto give_back = [&](const Hold& by, int64_t quantity_g) {
      changes.push_back({{by.us, Moment::kOut}, -quantity_g});
      if (by.record.is_closed()) {
        changes.push_back({{by.record.released_us(), Moment::kIn}, quantity_g});
      }
    };
    give_back(hold, missing_g);
    for (const Hold& other : holds_) {
      if (other.given_g > 0) give_back(other, other.given_g);
    }
    std::stable_sort(changes.begin(), changes.end(),
                     [](const CardChange& a, const CardChange& b) { return a.moment < b.moment; });
    ASSIGN_OR_RETURN(const Shortfall shortfall, held_back.FindShortfall(reader_, changes));
    return missing_g - shortfall.missing_g;
  }

  void MeetRelease(const Hold& hold) {
    if (hold.given_g == 0) return;
    const OccurredAt released_at = {hold.record.released_us(),
                                    hold.record.released_offset_minutes()};
    absorbed_.holds.push_back({hold.recall_id, released_at, hold.given_g, true});
    made_good_g_ -= hold.given_g;
  }

  void MeetEnd(const Event& end) {
    const int64_t left_g = CarriedG(true);
    if (left_g <= 0) return;
    absorbed_.holds.push_back({recalls_.standing[0].recall_id, At(end.us), left_g, false});
    made_good_g_ -= left_g;
  }

  void MeetCount(const Event& event) {
    const int64_t covered_g = Covers(event.count, change_) ? change_.change.change_g : 0;
    const int64_t moved_g = covered_g + made_good_g_;
    if (moved_g == 0) return;
    absorbed_.recounts.push_back({event.us, event.count.record, -moved_g});
    made_good_g_ -= moved_g;
  }

  // Holds are shown at the local time of the first recall that stands.
  OccurredAt At(int64_t us) const {
    const bool stands = !recalls_.standing.empty();
    return {us, stands ? recalls_.standing[0].ordered_at.offset_minutes : 0};
  }

  const storage::Reader& reader_;
  const StockCard& usable_;
  const CountedChange& change_;
  const bool is_issue_;
  const RecallsOfLot& recalls_;
  std::vector<Hold> holds_;
  Absorbed absorbed_;
  int64_t made_good_g_ = 0;  // by recounts and holds so far; below 0: taken away
};

bool MayBeOfRecall(PostingKind kind) {
  return kind == PostingKind::kAdjustment || kind == PostingKind::kRecall;
}

}  // namespace

CardChange HoldChange::OfUsable() const {
  return {{held_at.us, held_g > 0 ? Moment::kOut : Moment::kIn}, -held_g};
}

CardChange HoldChange::OfQuarantined() const {
  return {{held_at.us, held_g > 0 ? Moment::kIn : Moment::kOut}, held_g};
}

absl::StatusOr<RecallsOfLot> FindRecallsOfLot(const storage::Reader& reader, LotId lot) {
  ASSIGN_OR_RETURN(const auto record, LotRecallsTable::Find(reader, lot.value));
  RecallsOfLot recalls;
  if (!record.has_value()) return recalls;
  recalls.was_released = record->was_released();
  for (const rec::LotRecallsRecord::Recall& recall : record->recalls()) {
    recalls.standing.push_back(
        {recall.recall_id(), {recall.ordered_us(), recall.ordered_offset_minutes()}});
  }
  return recalls;
}

absl::StatusOr<Absorbed> AbsorbChange(const storage::Reader& reader, const StockCard& usable,
                                      const CountedChange& change, bool is_issue,
                                      const RecallsOfLot& recalls) {
  return Absorber(reader, usable, change, is_issue, recalls).Absorb();
}

absl::StatusOr<std::vector<HoldChange>> HoldsOf(const storage::Reader& reader,
                                                const StockCard& usable, const LotRecall& recall) {
  std::vector<HoldChange> holds;
  ASSIGN_OR_RETURN(const int64_t from_us, AfterCounts(reader, usable, recall.ordered_at.us));
  ASSIGN_OR_RETURN(const int64_t free_g, usable.LowestFrom(reader, {from_us, Moment::kOut}));
  const int32_t offset_minutes = recall.ordered_at.offset_minutes;
  if (free_g > 0) holds.push_back({recall.recall_id, {from_us, offset_minutes}, free_g, false});
  const int64_t rest_g = usable.balance_g() - free_g;
  const int64_t end_us = std::max(from_us, usable.EndUs());
  if (rest_g > 0) holds.push_back({recall.recall_id, {end_us, offset_minutes}, rest_g, false});
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
  // The row of the hold was told what it gave back.
  if (hold.is_of_release) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto row,
                   HoldTable::Find(transaction, lot.value, place, hold.held_at.us, hold.recall_id));
  rec::HoldRecord record = row.value_or(rec::HoldRecord());
  record.set_held_g(record.held_g() + hold.held_g);
  if (record.is_closed()) record.set_released_g(record.released_g() + hold.held_g);
  return HoldTable::Put(transaction, record, lot.value, place, hold.held_at.us, hold.recall_id);
}

std::string ReferenceOfRecall(absl::string_view recall_id) {
  return absl::StrCat(kHoldPrefix, recall_id);
}

std::string ReferenceOfRelease(absl::string_view recall_id) {
  return absl::StrCat(kReleasePrefix, recall_id);
}

std::string RecallOfPosting(PostingKind kind, absl::string_view reference) {
  if (!MayBeOfRecall(kind) || !absl::ConsumePrefix(&reference, kHoldPrefix)) return "";
  return std::string(reference);
}

bool IsOfRelease(PostingKind kind, absl::string_view reference) {
  return MayBeOfRecall(kind) && absl::StartsWith(reference, kReleasePrefix);
}

}  // namespace milkway::inventory
