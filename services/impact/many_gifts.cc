#include "services/impact/many_gifts.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/impact/allocations.h"
#include "services/impact/donors.h"
#include "services/impact/gift_then.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "services/impact/impact_keys.h"

namespace milkway::impact {

namespace {

using LotsById = std::map<int64_t, LotShare>;

// Adds a gift's money, and its parts of lots.
absl::Status AddGift(const storage::Reader& reader, const std::string& gift_id, int64_t sequence,
                     ManyGifts* all, LotsById* lots) {
  ASSIGN_OR_RETURN(const GiftThen then, ReadGiftThen(reader, gift_id, sequence));
  ++all->gift_count;
  AddMoney(MoneyOf(then.gift), &all->impact.money);
  for (const FundedLot& part : then.lots) {
    auto lot = lots->find(part.id.value);
    if (lot == lots->end()) {
      lot = lots->emplace(part.id.value, StartLot(part.id, part.record)).first;
    }
    AddPart(then.gift.school_id(), part, &lot->second);
  }
  return absl::OkStatus();
}

absl::Status TakeLots(LotsById lots, GiftImpact* impact) {
  if (lots.size() > static_cast<size_t>(kLotsOfAnswerMax)) {
    return LotsTooMany(lots.size(), kLotsOfAnswerMax);
  }
  for (auto& [id, lot] : lots) impact->lots.push_back(std::move(lot));
  return absl::OkStatus();
}

// A lot that no gift paid for.
rec::LotRecord RecordOf(const LotOnList& lot, const std::map<std::string, Label>& labels) {
  LotFacts facts = lot.facts;
  const auto label = labels.find(facts.product_id);
  facts.label = label == labels.end() ? Label() : label->second;
  return MakeLot(facts);
}

Totals AllOf(const LotShare& lot) {
  Totals all;
  all.funded_g = lot.books.purchased_g + NetFoundG(lot.books);
  all.served_g = lot.books.served_g;
  all.servings = lot.all_servings;
  all.lost_g = NetLostG(lot.books);
  all.returned_g = lot.books.returned_g;
  all.remaining_g = all.funded_g - all.served_g - all.lost_g - all.returned_g;
  return all;
}

void Add(const Totals& part, int64_t times, Totals* sum) {
  sum->funded_g += times * part.funded_g;
  sum->served_g += times * part.served_g;
  sum->servings += times * part.servings;
  sum->lost_g += times * part.lost_g;
  sum->returned_g += times * part.returned_g;
  sum->remaining_g += times * part.remaining_g;
}

}  // namespace

absl::StatusOr<ManyGifts> StartDonor(const storage::Reader& reader, const std::string& donor_id,
                                     int64_t sequence) {
  std::vector<std::string> gift_ids;
  RETURN_IF_ERROR(
      GiftByDonorTable::Scan(reader, GiftByDonorKey::Range(donor_id),
                             [&](const GiftByDonorKey::Key& key, const rec::IndexRecord&) {
                               gift_ids.push_back(std::get<1>(key));
                               return true;
                             }));
  if (gift_ids.empty()) RETURN_IF_ERROR(ReadDonor(reader, donor_id).status());
  ManyGifts all;
  LotsById lots;
  for (const std::string& gift_id : gift_ids) {
    ASSIGN_OR_RETURN(const rec::GiftRecord gift, ReadGift(reader, gift_id));
    if (gift.sequence() > sequence) continue;
    RETURN_IF_ERROR(AddGift(reader, gift_id, sequence, &all, &lots));
  }
  RETURN_IF_ERROR(TakeLots(std::move(lots), &all.impact));
  return all;
}

absl::StatusOr<ManyGifts> StartProgramme(const storage::Reader& reader,
                                         const std::vector<LotOnList>& lots,
                                         const std::map<std::string, Label>& labels,
                                         int64_t sequence) {
  ManyGifts all;
  all.impact.of_whole_lots = true;
  LotsById shares;
  absl::Status status;
  RETURN_IF_ERROR(GiftTable::Scan(
      reader, GiftKey::Range(), [&](const GiftKey::Key& key, const rec::GiftRecord& gift) {
        if (gift.sequence() <= sequence) {
          status = AddGift(reader, std::get<0>(key), sequence, &all, &shares);
        }
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  for (const LotOnList& lot : lots) {
    const auto known = shares.find(lot.id.value);
    if (known == shares.end()) {
      shares.emplace(lot.id.value, StartLot(lot.id, RecordOf(lot, labels)));
    }
    // A part of nothing of the general pool, so that every school is looked at.
    AddPart("", FundedLot(), &shares.at(lot.id.value));
  }
  RETURN_IF_ERROR(TakeLots(std::move(shares), &all.impact));
  return all;
}

ProgrammeSums SumUpProgramme(const ManyGifts& gifts) {
  ProgrammeSums sums;
  for (const LotShare& lot : gifts.impact.lots) {
    Add(AllOf(lot), 1, &sums.all);
    Add({lot.funded_g, lot.served_g, lot.servings, lot.lost_g, lot.returned_g, lot.remaining_g}, 1,
        &sums.gifts);
    sums.refund_due_minor += lot.refund_due_minor;
    sums.nutrients.Add(lot.books.served_g, lot.label);
    sums.landed_cost_minor += lot.landed_cost_minor;
    sums.unpaid_cost_minor += std::max(int64_t{0}, lot.landed_cost_minor - lot.pools.paid_minor);
  }
  sums.unpaid = sums.all;
  Add(sums.gifts, -1, &sums.unpaid);
  sums.children_reached = ChildrenReached(gifts.impact.children, sums.all.servings);
  return sums;
}

}  // namespace milkway::impact
