#include "services/impact/explain.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gift_convert.h"
#include "services/impact/impact_query.h"
#include "services/impact/moment.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::impact {

namespace {

namespace inv = inventory::v1;

constexpr char kCaller[] = "service:impact";
constexpr size_t kChangesMax = 10'000;

// Adds what a movement of a lot changes, `sign` times.
void AddMovement(const inv::Movement& movement, int64_t sign, v1::Change* change) {
  const auto enter = [&](inv::AccountKind kind, int64_t grams) {
    switch (kind) {
      case inv::ACCOUNT_KIND_SERVED:
        return change->set_served_g(change->served_g() + grams);
      case inv::ACCOUNT_KIND_FOUND:
        return change->set_found_g(change->found_g() - grams);
      case inv::ACCOUNT_KIND_RETURNED:
        return change->set_returned_g(change->returned_g() + grams);
      case inv::ACCOUNT_KIND_DAMAGED:
      case inv::ACCOUNT_KIND_LOSS_MISSING:
      case inv::ACCOUNT_KIND_LOSS_WASTED:
      case inv::ACCOUNT_KIND_LOSS_COUNT:
      case inv::ACCOUNT_KIND_LOSS_WRITTEN_OFF:
      case inv::ACCOUNT_KIND_DESTROYED:
        return change->set_lost_g(change->lost_g() + grams);
      default:
        return;
    }
  };
  enter(movement.from().kind(), -sign * movement.quantity_g());
  enter(movement.to().kind(), sign * movement.quantity_g());
}

v1::Change ToChange(const inv::Posting& posting, int64_t lot) {
  v1::Change change;
  change.set_kind(v1::CHANGE_KIND_POSTING);
  change.set_position(posting.position());
  change.set_recorded_us(posting.recorded_us());
  *change.mutable_occurred_at() = posting.occurred_at();
  change.set_lot_id(lot);
  change.set_reference(posting.reference());
  change.set_reason(posting.discrepancy_reason());
  if (posting.reversal_movements_size() > 0) {
    change.set_corrects_position(posting.linked_position());
  }
  for (const auto* movements : {&posting.movements(), &posting.reversal_movements()}) {
    for (const inv::Movement& movement : *movements) {
      if (movement.lot_id() == lot) AddMovement(movement, 1, &change);
    }
  }
  return change;
}

bool ChangesFigures(const v1::Change& change) {
  return change.served_g() != 0 || change.lost_g() != 0 || change.found_g() != 0 ||
         change.returned_g() != 0;
}

absl::Status TooMuch() {
  return absl::ResourceExhaustedError(
      absl::StrCat("there are more than ", kChangesMax, " changes; ask about a shorter time"));
}

// Of lots that the gift had at both moments.
void AddCosts(const GiftImpact& before, const GiftImpact& after,
              v1::ExplainChangeResponse* answer) {
  std::map<int64_t, int64_t> cost_before;
  for (const LotShare& lot : before.lots) cost_before[lot.lot.value] = lot.landed_cost_minor;
  for (const LotShare& lot : after.lots) {
    const auto known = cost_before.find(lot.lot.value);
    if (known == cost_before.end() || known->second == lot.landed_cost_minor) continue;
    v1::Change& change = *answer->add_changes();
    change.set_kind(v1::CHANGE_KIND_COST);
    change.set_lot_id(lot.lot.value);
    change.mutable_amount()->set_currency_code(after.money.currency);
    change.mutable_amount()->set_minor_units(lot.landed_cost_minor - known->second);
  }
}

// The gift's own affairs, and what others took of its lots.
class EventsBetween {
 public:
  EventsBetween(const storage::Reader& reader, const GiftImpact& after)
      : reader_(reader), after_(after) {
    for (const LotShare& lot : after.lots) lots_.insert(lot.lot.value);
  }

  absl::Status AddTo(int64_t from, int64_t to, v1::ExplainChangeResponse* answer) const {
    const storage::KeyRange range = {EventTable::Schema::Encode(from + 1),
                                     storage::PrefixRange(EventTable::Schema::Encode(to)).to};
    absl::Status status;
    RETURN_IF_ERROR(EventTable::Scan(
        reader_, range, [&](const EventTable::Key& key, const rec::EventRecord& event) {
          const bool concerns = event.gift_id() == after_.gift_id || lots_.contains(event.lot_id());
          if (concerns) status = Add(std::get<0>(key), event, answer);
          return status.ok();
        }));
    return status;
  }

 private:
  absl::Status Add(int64_t sequence, const rec::EventRecord& event,
                   v1::ExplainChangeResponse* answer) const {
    if (static_cast<size_t>(answer->changes_size()) == kChangesMax) return TooMuch();
    v1::Change& change = *answer->add_changes();
    change.set_sequence(sequence);
    change.set_recorded_us(event.recorded_us());
    change.set_lot_id(event.lot_id());
    change.set_reference(event.id());
    switch (static_cast<EventKind>(event.kind())) {
      case EventKind::kGift:
        change.set_kind(v1::CHANGE_KIND_ALLOCATION);
        return absl::OkStatus();
      case EventKind::kAllocation:
        change.set_kind(v1::CHANGE_KIND_ALLOCATION);
        return AddAllocation(event, &change);
      case EventKind::kFee:
        change.set_kind(v1::CHANGE_KIND_FEE);
        return AddDeduction<FeeTable>(event, &change);
      case EventKind::kRefund:
        change.set_kind(v1::CHANGE_KIND_REFUND);
        return AddDeduction<RefundTable>(event, &change);
      case EventKind::kSetAside:
        change.set_kind(v1::CHANGE_KIND_SET_ASIDE);
        return absl::OkStatus();
    }
    return absl::OkStatus();
  }

  void SetAmount(int64_t base_minor, v1::Change* change) const {
    change->mutable_amount()->set_currency_code(after_.money.currency);
    change->mutable_amount()->set_minor_units(base_minor);
  }

  absl::Status AddAllocation(const rec::EventRecord& event, v1::Change* change) const {
    ASSIGN_OR_RETURN(const auto place, AllocationPlaceTable::Find(reader_, event.id()));
    if (!place.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto allocation,
                     AllocationTable::Find(reader_, place->gift_id(), place->number()));
    if (allocation.has_value()) SetAmount(allocation->base_minor(), change);
    return absl::OkStatus();
  }

  template <typename Table>
  absl::Status AddDeduction(const rec::EventRecord& event, v1::Change* change) const {
    ASSIGN_OR_RETURN(const auto deduction, Table::Find(reader_, event.id()));
    if (!deduction.has_value()) return absl::OkStatus();
    SetAmount(deduction->base_minor(), change);
    change->set_reason(deduction->reason());
    return absl::OkStatus();
  }

  const storage::Reader& reader_;
  const GiftImpact& after_;
  std::set<int64_t> lots_;
};

}  // namespace

Explainer::Explainer(storage::Store* store, runtime::Asking* asking, const Questions* questions)
    : store_(*store), asking_(*asking), questions_(*questions), stock_(kCaller, "inventory") {}

absl::StatusOr<v1::ExplainChangeResponse> Explainer::Explain(
    const v1::ExplainChangeRequest& request) const {
  ASSIGN_OR_RETURN(const std::string gift_id, runtime::ParseId("gift_id", request.gift_id()));
  const auto impact_at = [&](const v1::AsOf& as_of,
                             const char* field) -> absl::StatusOr<GiftImpact> {
    ASSIGN_OR_RETURN(const Moment moment, WaitFor<Moment>([&](Questions::Done<Moment> done) {
                       ResolveMoment(as_of, field, store_, questions_, std::move(done));
                     }));
    ASSIGN_OR_RETURN(GiftImpact start, StartGift(*store_.NewSnapshot(), gift_id, moment));
    return WaitFor<GiftImpact>([&](Questions::Done<GiftImpact> done) {
      QueryImpact(questions_, std::move(start), moment.position, std::move(done));
    });
  };
  if (request.from().position() == 0 && request.from().recorded_us() == 0) {
    return runtime::InvalidField("from", "must be a moment of the past");
  }
  ASSIGN_OR_RETURN(const GiftImpact before, impact_at(request.from(), "from"));
  ASSIGN_OR_RETURN(const GiftImpact after, impact_at(request.to(), "to"));
  if (after.as_of_position < before.as_of_position ||
      after.as_of_sequence < before.as_of_sequence) {
    return runtime::InvalidField("to", "must not be before from");
  }
  v1::ExplainChangeResponse answer;
  *answer.mutable_before() = ToMessage(before);
  *answer.mutable_after() = ToMessage(after);
  RETURN_IF_ERROR(AddPostings(before, after, &answer));
  AddCosts(before, after, &answer);
  const auto snapshot = store_.NewSnapshot();
  RETURN_IF_ERROR(
      EventsBetween(*snapshot, after).AddTo(before.as_of_sequence, after.as_of_sequence, &answer));
  return answer;
}

absl::Status Explainer::AddPostings(const GiftImpact& before, const GiftImpact& after,
                                    v1::ExplainChangeResponse* answer) const {
  std::vector<v1::Change> changes;
  for (const LotShare& lot : after.lots) {
    inv::ListPostingsRequest question;
    question.set_lot_id(lot.lot.value);
    question.set_after_position(before.as_of_position);
    question.set_up_to_position(after.as_of_position);
    ASSIGN_OR_RETURN(const std::vector<inv::Posting> postings,
                     asking_.AskAll<inv::Posting>(
                         stock_, &inv::StockService::Stub::async::ListPostings, std::move(question),
                         &inv::ListPostingsResponse::postings, kChangesMax));
    for (const inv::Posting& posting : postings) {
      v1::Change change = ToChange(posting, lot.lot.value);
      if (ChangesFigures(change)) changes.push_back(std::move(change));
    }
    if (changes.size() > kChangesMax) return TooMuch();
  }
  std::stable_sort(changes.begin(), changes.end(), [](const v1::Change& a, const v1::Change& b) {
    return a.position() < b.position();
  });
  for (v1::Change& change : changes) *answer->add_changes() = std::move(change);
  return absl::OkStatus();
}

}  // namespace milkway::impact
