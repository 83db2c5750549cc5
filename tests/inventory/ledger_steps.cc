#include "tests/inventory/ledger_steps.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/inventory/inventory_fixture.h"

namespace milkway::inventory {

namespace {

using K = AccountKind;

constexpr int64_t kGrain = 50;  // grams; coarse, so that the same amounts meet
constexpr size_t kSteps = 200;  // of a world, about
constexpr int64_t kLotsMax = 5;
constexpr int kDaysMax = 10;
constexpr int64_t kMicrosPerSecond = 1'000'000;

const std::vector<std::string>& Places() {
  static const auto& places = *new std::vector<std::string>{kPort, kSchool, kOtherSchool};
  return places;
}
const std::vector<std::string>& Schools() {
  static const auto& schools = *new std::vector<std::string>{kSchool, kOtherSchool};
  return schools;
}
const std::vector<std::string>& Shipments() {
  static const auto& shipments = *new std::vector<std::string>{"S1", "S2"};
  return shipments;
}

const char* NameOf(PostingKind kind) {
  switch (kind) {
    case PostingKind::kPurchase:
      return "purchase";
    case PostingKind::kDispatch:
      return "dispatch";
    case PostingKind::kReceipt:
      return "receipt";
    case PostingKind::kDistribution:
      return "distribution";
    case PostingKind::kCount:
      return "count";
    case PostingKind::kAdjustment:
      return "adjustment";
    case PostingKind::kRecount:
      return "recount";
    case PostingKind::kRecall:
      return "recall";
    case PostingKind::kRelease:
      return "release";
  }
  return "unknown";
}

std::string TextOf(const Movement& movement) {
  return absl::StrCat(movement.quantity_g, " g of lot ", movement.lot.value, " from ",
                      inventory::NameOf(movement.from_kind), "@", movement.from_place, " to ",
                      inventory::NameOf(movement.to_kind), "@", movement.to_place);
}

std::string TextOf(const PostingDraft& posting) {
  std::string text =
      absl::StrCat(NameOf(posting.kind), " at ", FormatOccurredAt(posting.occurred_at));
  if (posting.corrects_position != 0) {
    absl::StrAppend(&text, " correcting step ", posting.corrects_position);
  }
  if (!posting.discrepancy_reason.empty()) absl::StrAppend(&text, " with a discrepancy reason");
  return absl::StrCat(
      text, ": ",
      absl::StrJoin(posting.movements, ", ", [](std::string* out, const Movement& movement) {
        absl::StrAppend(out, TextOf(movement));
      }));
}

std::string TextOf(const CountDraft& count) {
  return absl::StrCat("count ", count.counted_g, " g of lot ", count.account.lot.value, " at ",
                      count.account.place, " at ", FormatOccurredAt(count.counted_at),
                      count.after_serving ? " after serving" : "");
}

std::string TextOf(const Purchase& purchase) {
  return absl::StrCat(
      "purchase on ", FormatDate(purchase.purchased_on), " to ", purchase.destination_id,
      " of packs ",
      absl::StrJoin(purchase.lines, ", ", [](std::string* out, const PurchaseLine& line) {
        absl::StrAppend(out, line.packs);
      }));
}

}  // namespace

std::string TextOf(const Step& step) {
  const std::string what = step.kind == Step::Kind::kPurchase  ? TextOf(step.purchase)
                           : step.kind == Step::Kind::kPosting ? TextOf(step.posting)
                                                               : TextOf(step.count);
  const char* end = step.fails_transaction  ? "; the transaction fails"
                    : step.ends_transaction ? ""
                                            : "; in one transaction with the next";
  return absl::StrCat("step ", step.number, ": ", what, end);
}

StepMaker::StepMaker(uint64_t seed) : random_(seed) {
  days_ = static_cast<int>(Upto(OneIn(2) ? 2 : kDaysMax));
  // Clocks at both ends of the world: in these hours two instants of one local
  // day are the furthest apart.
  const bool is_far = OneIn(8);
  const std::vector<int> offsets =
      is_far ? std::vector<int>{14 * 60, -14 * 60} : std::vector<int>{8 * 60, 8 * 60, 8 * 60, 0};
  const bool has_one_clock = !is_far && OneIn(2);
  for (int64_t hours = Upto(days_ <= 2 ? 10 : 5); hours > 0; --hours) {
    const int64_t hour = is_far ? 17 + Upto(5) : Upto(24);
    for (int day = 1; day <= days_; ++day) {
      OccurredAt at = March(day, static_cast<int>(hour));
      if (hour == 24) at.us -= kMicrosPerSecond;  // 23:59:59
      if (!has_one_clock) at.offset_minutes = OneOf(offsets);
      times_.push_back(at);
    }
  }
  std::sort(times_.begin(), times_.end(),
            [](const OccurredAt& a, const OccurredAt& b) { return a.us < b.us; });
  const std::pair<Maker, int64_t> usual[] = {
      {&StepMaker::MakePurchase, 2},   {&StepMaker::MakeDispatch, 6},
      {&StepMaker::MakeReceipt, 8},    {&StepMaker::MakeDistribution, 12},
      {&StepMaker::MakeAdjustment, 6}, {&StepMaker::MakeCount, 8},
      {&StepMaker::MakeCorrection, 9}, {&StepMaker::MakeInvalid, 3}};
  for (const auto& [maker, weight] : usual) {
    const int64_t times = OneIn(4) ? 1 + weight / 4 : OneIn(3) ? 2 * weight : weight;
    makers_.insert(makers_.end(), static_cast<size_t>(times), maker);
  }
}

Step StepMaker::Next(const LedgerModel& model) {
  Step step;
  step.number = ++last_number_;
  step.ends_transaction = !OneIn(4);
  step.fails_transaction = step.ends_transaction && OneIn(30);
  const Maker maker = model.last_lot() == 0 ? &StepMaker::MakePurchase : OneOf(makers_);
  (this->*maker)(model, &step);
  const runtime::RequestId request_id{1, static_cast<uint64_t>(step.number)};
  step.posting.request_id = step.count.request_id = request_id;
  step.posting.fefo_override_reason = "the carton in front";
  return step;
}

void StepMaker::MakePurchase(const LedgerModel& model, Step* step) {
  if (model.last_lot() >= kLotsMax) return MakeCount(model, step);
  step->kind = Step::Kind::kPurchase;
  Purchase& purchase = step->purchase;
  purchase.purchase_id = absl::StrCat("P", step->number);
  purchase.purchased_on = LocalDateOf(March(OneIn(4) ? static_cast<int>(Upto(days_)) : 1));
  purchase.supplier_id = kFarm;
  purchase.destination_id = OneOf(Places());
  for (int64_t lines = Upto(2); lines > 0; --lines) {
    PurchaseLine line;
    line.product_id = kMilk;
    line.lot_number = absl::StrCat("L", step->number, "-", lines);
    const int64_t last_day = OneIn(8) ? Upto(days_) : 100 + Upto(3);
    line.expires_on = LocalDateOf(March(static_cast<int>(last_day)));
    line.packs = Upto(6);
    line.unit_price = {"AUD", 1000};
    purchase.lines.push_back(std::move(line));
  }
}

void StepMaker::MakeDispatch(const LedgerModel& model, Step* step) {
  MakePosting(model, PostingKind::kDispatch, step);
}
void StepMaker::MakeReceipt(const LedgerModel& model, Step* step) {
  MakePosting(model, PostingKind::kReceipt, step);
}
void StepMaker::MakeDistribution(const LedgerModel& model, Step* step) {
  MakePosting(model, PostingKind::kDistribution, step);
}
void StepMaker::MakeAdjustment(const LedgerModel& model, Step* step) {
  MakePosting(model, PostingKind::kAdjustment, step);
}

void StepMaker::MakePosting(const LedgerModel& model, PostingKind kind, Step* step) {
  PostingDraft& posting = step->posting;
  posting.kind = kind;
  posting.occurred_at = Time();
  posting.reference = "random";
  if (OneIn(2)) posting.discrepancy_reason = "it was there";
  switch (kind) {
    case PostingKind::kDispatch:
      return MoveDispatched(model, &posting.movements);
    case PostingKind::kReceipt:
      return MoveReceived(model, &posting.movements);
    case PostingKind::kDistribution:
      return MoveServed(model, &posting.movements);
    default:
      return MoveAdjusted(model, &posting.movements);
  }
}

void StepMaker::MoveDispatched(const LedgerModel& model, std::vector<Movement>* movements) {
  const std::string place = PlaceOf(model, K::kUsable, Places());
  const std::string shipment = OneOf(Shipments());
  for (int64_t lots = OneIn(3) ? 2 : 1; lots > 0; --lots) {
    const LotId lot = LotAt(model, K::kUsable, place);
    Move(model, {lot, K::kUsable, place}, K::kInTransit, shipment, movements);
  }
}

void StepMaker::MoveReceived(const LedgerModel& model, std::vector<Movement>* movements) {
  const std::string shipment = PlaceOf(model, K::kInTransit, Shipments());
  const std::string place = OneOf(Places());
  for (int64_t lots = OneIn(3) ? 2 : 1; lots > 0; --lots) {
    const Account sent = {LotAt(model, K::kInTransit, shipment), K::kInTransit, shipment};
    Move(model, sent, OneIn(5) ? K::kDamaged : K::kUsable, place, movements);
    if (OneIn(5)) Move(model, sent, K::kLossMissing, place, movements);
    const LotId other = OneIn(2) ? sent.lot : Lot(model);
    const K condition = OneIn(4) ? K::kDamaged : K::kUsable;
    if (OneIn(6)) Move(model, {other, K::kFound, place}, condition, place, movements);
  }
}

void StepMaker::MoveServed(const LedgerModel& model, std::vector<Movement>* movements) {
  const std::string school = PlaceOf(model, K::kUsable, Schools());
  for (int64_t lots = OneIn(3) ? 2 : 1; lots > 0; --lots) {
    const Account opened = {LotAt(model, K::kUsable, school), K::kUsable, school};
    Move(model, opened, K::kServed, school, movements);
    if (OneIn(3)) Move(model, opened, K::kLossWasted, school, movements);
  }
}

void StepMaker::MoveAdjusted(const LedgerModel& model, std::vector<Movement>* movements) {
  const K from = OneOf(std::vector<K>{K::kUsable, K::kUsable, K::kQuarantined, K::kDamaged});
  std::vector<K> to = {K::kLossWrittenOff, K::kDestroyed, K::kReturned};
  if (from == K::kUsable) to.insert(to.end(), {K::kQuarantined, K::kQuarantined, K::kDamaged});
  if (from == K::kQuarantined) to.insert(to.end(), {K::kUsable, K::kUsable, K::kUsable});
  const std::string place = PlaceOf(model, from, Places());
  const K becomes = OneOf(to);
  Move(model, {LotAt(model, from, place), from, place}, becomes,
       becomes == K::kReturned ? kFarm : place, movements);
}

void StepMaker::Move(const LedgerModel& model, const Account& from, AccountKind to,
                     const std::string& to_place, std::vector<Movement>* movements) {
  movements->push_back({from.lot, from.kind, from.place, to, to_place, Amount(model, from)});
}

void StepMaker::MakeCount(const LedgerModel& model, Step* step) {
  step->kind = Step::Kind::kCount;
  CountDraft& count = step->count;
  count.account = {Lot(model), K::kUsable, OneOf(Places())};
  count.counted_at = Time();
  count.after_serving = OneIn(2);
  const int64_t balance_g = model.Balance(count.account);
  const std::vector<int64_t> figures = {balance_g, balance_g + kGrain * Upto(4),
                                        std::max<int64_t>(0, balance_g - kGrain * Upto(4)),
                                        kGrain * Upto(20), 0};
  count.counted_g = OneOf(figures);
  if (OneIn(30)) count.account.lot.value = 99;
  if (OneIn(30)) count.account.place = "nowhere";
}

void StepMaker::MakeCorrection(const LedgerModel& model, Step* step) {
  std::vector<const LedgerModel::Record*> records;
  for (const LedgerModel::Record& record : model.records()) {
    const bool is_stale = record.corrected_by != 0 && !OneIn(10);
    if (record.kind != PostingKind::kPurchase && !is_stale) records.push_back(&record);
  }
  if (records.empty()) return MakeDistribution(model, step);
  Replace(model, *OneOf(records), step);
}

// A correction of `corrected`: a plain reversal, another amount, other goods or
// the same again.
void StepMaker::Replace(const LedgerModel& model, const LedgerModel::Record& corrected,
                        Step* step) {
  MakePosting(model, corrected.kind, step);
  PostingDraft& posting = step->posting;
  posting.corrects_position = corrected.number;
  posting.occurred_at = corrected.occurred_at;
  if (OneIn(4)) return;
  posting.movements.clear();
  if (OneIn(3)) return;
  for (const Movement& movement : corrected.movements) {
    const bool is_issue =
        corrected.kind == PostingKind::kDispatch || corrected.kind == PostingKind::kDistribution;
    const bool came_by_discrepancy = is_issue && movement.from_kind != K::kUsable;
    if (came_by_discrepancy) continue;
    posting.movements.push_back(movement);
    int64_t& quantity_g = posting.movements.back().quantity_g;
    quantity_g = std::max(kGrain, quantity_g + kGrain * (Upto(11) - 6));
  }
}

void StepMaker::MakeInvalid(const LedgerModel& model, Step* step) {
  MakeCorrection(model, step);
  PostingDraft& posting = step->posting;
  if (posting.movements.empty()) posting.corrects_position = 0;
  if (posting.movements.empty()) MakeDistribution(model, step);
  if (posting.movements.empty()) return;
  Movement& movement = posting.movements[0];
  switch (Upto(8)) {
    case 1:
      posting.occurred_at = Time();
      break;
    case 2:
      posting.kind = OneOf(std::vector<PostingKind>{PostingKind::kDispatch, PostingKind::kReceipt});
      break;
    case 3:
      posting.corrects_position = 1'000'000;
      break;
    case 4:
      movement.lot.value = OneIn(2) ? 0 : 99;
      break;
    case 5:
      (OneIn(2) ? movement.from_place : movement.to_place) = "nowhere";
      break;
    case 6:
      movement.from_place = movement.to_place = kPort;
      break;
    case 7:
      movement.from_kind = static_cast<K>(Upto(OneIn(2) ? 4 : kAccountKindLast));
      break;
    default:
      movement.to_kind = static_cast<K>(Upto(OneIn(2) ? 4 : kAccountKindLast));
  }
}

int64_t StepMaker::Upto(int64_t last) {
  return 1 + static_cast<int64_t>(random_() % static_cast<uint64_t>(last));
}

std::string StepMaker::PlaceOf(const LedgerModel& model, AccountKind kind,
                               const std::vector<std::string>& places) {
  std::vector<std::string> full;
  for (const auto& [account, card] : model.cards()) {
    const bool is_one = std::find(places.begin(), places.end(), account.place) != places.end();
    if (is_one && account.kind == kind && card.balance_g > 0) full.push_back(account.place);
  }
  return full.empty() || OneIn(10) ? OneOf(places) : OneOf(full);
}

OccurredAt StepMaker::Time() {
  if (OneIn(2)) return OneOf(times_);
  const size_t reached = static_cast<size_t>(last_number_ + Upto(20)) * times_.size() / kSteps;
  return times_[std::min(reached, times_.size() - 1)];
}

LotId StepMaker::LotAt(const LedgerModel& model, AccountKind kind, const std::string& place) {
  LotId lot = Lot(model);
  for (int tries = 0; tries < 5 && model.Balance({lot, kind, place}) <= 0; ++tries) {
    lot = Lot(model);
  }
  return lot;
}

int64_t StepMaker::Amount(const LedgerModel& model, const Account& account) {
  const int64_t balance_g = model.Balance(account);
  if (balance_g <= 0 || OneIn(5)) return kGrain * Upto(10);
  if (OneIn(4)) return balance_g;
  if (OneIn(5)) return balance_g + kGrain * Upto(3);
  return std::min(balance_g, kGrain * Upto(8));
}

}  // namespace milkway::inventory
