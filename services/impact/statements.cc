#include "services/impact/statements.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gift_then.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"

namespace milkway::impact {

absl::StatusOr<std::optional<Publication>> LastPublication(const storage::Reader& reader) {
  std::optional<Publication> last;
  RETURN_IF_ERROR(PublicationTable::Scan(
      reader, PublicationKey::Range(),
      [&](const PublicationKey::Key& key, const rec::PublicationRecord& record) {
        last = Publication{std::get<0>(key), record};
        return false;
      },
      storage::ScanOrder::kDescending));
  return last;
}

absl::StatusOr<std::optional<Publication>> ResolvePublication(const storage::Reader& reader,
                                                              int64_t number) {
  if (number == 0) {
    ASSIGN_OR_RETURN(std::optional<Publication> last, LastPublication(reader));
    if (!last.has_value() || last->is_done()) return last;
    if (last->number == 1) return std::optional<Publication>();
    number = last->number - 1;
  }
  ASSIGN_OR_RETURN(const auto record, PublicationTable::Find(reader, number));
  const Publication publication = {number, record.value_or(rec::PublicationRecord())};
  if (!record.has_value() || !publication.is_done()) return PublicationUnknown(number);
  return std::optional(publication);
}

absl::StatusOr<ToldLot> LotAsTold(const storage::Reader& reader, LotId lot, int64_t publication) {
  const storage::KeyRange range = {
      LotStatementKey::Range(lot.value).from,
      storage::PrefixRange(LotStatementKey::Encode(lot.value, publication)).to};
  ToldLot told;
  RETURN_IF_ERROR(LotStatementTable::Scan(
      reader, range,
      [&](const LotStatementKey::Key& key, const rec::LotStatementRecord& figures) {
        told = {std::get<1>(key), figures};
        return false;
      },
      storage::ScanOrder::kDescending));
  return told;
}

absl::StatusOr<std::vector<ToldServings>> ServingsAsTold(const storage::Reader& reader, LotId lot,
                                                         int64_t publication) {
  std::vector<ToldServings> told;
  RETURN_IF_ERROR(ServedStatementTable::Scan(
      reader, ServedStatementKey::Range(lot.value),
      [&](const ServedStatementKey::Key& key, const rec::ServedStatementRecord& figures) {
        const auto& [lot_value, school_id, number] = key;
        if (number > publication) return true;
        if (told.empty() || told.back().school_id != school_id) told.push_back({school_id, 0, {}});
        told.back().publication = number;
        told.back().figures = figures;
        return true;
      }));
  return told;
}

namespace {

// Who gives after a publication may look at the gift, of which nothing is told yet.
absl::StatusOr<GiftThen> GiftAsTold(const storage::Reader& reader, const std::string& gift_id,
                                    int64_t last_event) {
  GiftThen then;
  ASSIGN_OR_RETURN(then.gift, ReadGift(reader, gift_id));
  if (then.gift.sequence() <= last_event) return ReadGiftThen(reader, gift_id, last_event);
  then.gift.clear_base_allocated_minor();
  then.gift.clear_base_fees_minor();
  then.gift.clear_base_refunded_minor();
  return then;
}

absl::Status ShareAsTold(const storage::Reader& reader, int64_t publication, size_t index,
                         GiftImpact* impact) {
  LotShare& lot = impact->lots[index];
  ASSIGN_OR_RETURN(const ToldLot told, LotAsTold(reader, lot.lot, publication));
  if (told.publication == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<ToldServings> servings,
                   ServingsAsTold(reader, lot.lot, publication));
  lot.pools = PoolsAsTold(told.figures);
  RETURN_IF_ERROR(AddGrams(BooksAsTold(lot.lot, told.figures, servings), &lot));
  for (size_t school = 0; school < lot.schools.size(); ++school) {
    if (lot.schools[school].served_g == 0) continue;
    const auto of_school =
        std::find_if(servings.begin(), servings.end(), [&](const ToldServings& candidate) {
          return candidate.school_id == lot.schools[school].school_id;
        });
    AddServings({index, school}, of_school->figures.servings(), impact);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GiftImpact> ReadStatement(const storage::Reader& reader, const std::string& gift_id,
                                         const Publication& publication) {
  ASSIGN_OR_RETURN(const GiftThen then,
                   GiftAsTold(reader, gift_id, publication.record.last_event()));
  GiftImpact impact = StartImpact(gift_id, then.gift, then.lots);
  impact.as_of_position = publication.record.as_of_position();
  impact.as_of_recorded_us = publication.record.as_of_recorded_us();
  for (size_t index = 0; index < impact.lots.size(); ++index) {
    RETURN_IF_ERROR(ShareAsTold(reader, publication.number, index, &impact));
  }
  const storage::KeyRange children = {
      ToldChildrenKey::Range(gift_id).from,
      storage::PrefixRange(ToldChildrenKey::Encode(gift_id, publication.number)).to};
  RETURN_IF_ERROR(ToldChildrenTable::Scan(
      reader, children,
      [&](const ToldChildrenKey::Key&, const rec::ToldChildrenRecord& told) {
        impact.children = told.children();
        return false;
      },
      storage::ScanOrder::kDescending));
  return impact;
}

absl::StatusOr<PublishedSums> ReadProgramme(const storage::Reader& reader, int64_t publication) {
  std::vector<LotId> lots;
  RETURN_IF_ERROR(LotTable::Scan(reader, LotTable::Schema::Range(),
                                 [&](const LotTable::Key& key, const rec::LotRecord&) {
                                   lots.push_back(LotId{std::get<0>(key)});
                                   return true;
                                 }));
  PublishedSums sums;
  std::set<std::string> schools;
  for (const LotId lot : lots) {
    ASSIGN_OR_RETURN(const ToldLot told, LotAsTold(reader, lot, publication));
    if (told.publication == 0) continue;
    ASSIGN_OR_RETURN(const std::vector<ToldServings> servings,
                     ServingsAsTold(reader, lot, publication));
    const BooksOfLot books = BooksAsTold(lot, told.figures, servings);
    sums.purchased_g += books.books.purchased_g;
    sums.served_g += books.books.served_g;
    sums.lost_g += std::max<int64_t>(0, books.books.lost_g - books.books.found_g);
    for (const ToldServings& school : servings) {
      sums.servings += school.figures.servings();
      if (school.figures.servings() > 0) schools.insert(school.school_id);
    }
  }
  sums.schools = static_cast<int64_t>(schools.size());
  return sums;
}

}  // namespace milkway::impact
