#include "services/consumption/publication.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/student_set.h"

namespace milkway::consumption {

namespace {

struct Pair {
  LotId lot;
  uint32_t school_number = 0;
  rec::ServingTotalsRecord totals;
};

struct Pairs {
  std::vector<Pair> pairs;
  bool has_more = false;
};

absl::StatusOr<Pairs> PairsAfter(const storage::Reader& reader, std::pair<LotId, uint32_t> after,
                                 size_t rows_max) {
  const std::string last = ServingTotalsTable::Schema::Encode(after.first.value, after.second);
  const storage::KeyRange range = {storage::PrefixRange(last).to,
                                   ServingTotalsTable::Schema::Range().to};
  Pairs found;
  RETURN_IF_ERROR(ServingTotalsTable::Scan(
      reader, range,
      [&](const ServingTotalsTable::Key& key, const rec::ServingTotalsRecord& totals) {
        found.has_more = found.pairs.size() == rows_max;
        if (found.has_more) return false;
        found.pairs.push_back({LotId{std::get<0>(key)}, std::get<1>(key), totals});
        return true;
      }));
  return found;
}

using CountPages = std::vector<std::pair<uint32_t, rec::ServingCountsRecord>>;

// The pages of counts that differ from what was told.
absl::StatusOr<CountPages> ChangedPages(const storage::Reader& reader, const Pair& pair) {
  CountPages pages;
  RETURN_IF_ERROR(ServingCountsTable::Scan(
      reader, ServingCountsKey::Range(pair.lot.value, pair.school_number),
      [&](const ServingCountsKey::Key& key, const rec::ServingCountsRecord& counts) {
        if (counts.unpublished_size() > 0) pages.emplace_back(std::get<2>(key), counts);
        return true;
      }));
  return pages;
}

bool SomebodyDrankLess(const CountPages& pages) {
  for (const auto& [page, counts] : pages) {
    for (const int32_t unpublished : counts.unpublished()) {
      if (unpublished < 0) return true;
    }
  }
  return false;
}

// From now on the counts are what was told.
absl::Status ForgetChanges(storage::Transaction& transaction, const Pair& pair, CountPages pages,
                           bool told_in_tens) {
  for (auto& [page, counts] : pages) {
    counts.clear_unpublished();
    RETURN_IF_ERROR(
        counts.counts().empty()
            ? ServingCountsTable::Delete(transaction, pair.lot.value, pair.school_number, page)
            : ServingCountsTable::Put(transaction, counts, pair.lot.value, pair.school_number,
                                      page));
  }
  rec::ServingTotalsRecord totals = pair.totals;
  totals.set_changed_children(0);
  totals.set_told_in_tens(told_in_tens);
  return ServingTotalsTable::Put(transaction, totals, pair.lot.value, pair.school_number);
}

// Tells a pair anew.
absl::StatusOr<rec::PublishedServingsRecord> Tell(storage::Transaction& transaction,
                                                  const Pair& pair, int64_t publication) {
  ASSIGN_OR_RETURN(CountPages pages, ChangedPages(transaction, pair));
  const bool in_tens = pair.totals.told_in_tens() || SomebodyDrankLess(pages);
  const auto told = [in_tens](int64_t number, int64_t step) {
    return in_tens ? number - number % step : number;
  };
  rec::PublishedServingsRecord figures;
  figures.set_publication(publication);
  figures.set_servings(told(pair.totals.servings(), kToldServings));
  figures.set_served_g(told(pair.totals.served_g(), kToldG));
  RETURN_IF_ERROR(
      PublishedServingsTable::Put(transaction, figures, pair.lot.value, pair.school_number));
  RETURN_IF_ERROR(ForgetChanges(transaction, pair, std::move(pages), in_tens));
  return figures;
}

}  // namespace

bool MayBeTold(int64_t children, int64_t changed_children) {
  const bool is_crowd = children == 0 || children >= kChildrenToldMin;
  return is_crowd && changed_children >= kChildrenToldMin;
}

absl::StatusOr<PublishedPage> PublishServings(storage::Transaction& transaction,
                                              int64_t publication, std::pair<LotId, uint32_t> after,
                                              size_t rows_max) {
  ASSIGN_OR_RETURN(const Pairs found, PairsAfter(transaction, after, rows_max));
  PublishedPage page;
  for (const Pair& pair : found.pairs) {
    const rec::ServingTotalsRecord& totals = pair.totals;
    ASSIGN_OR_RETURN(const StudentSet students, DecodeStudents(totals.students()));
    const auto children = static_cast<int64_t>(students.size());
    if (MayBeTold(children, totals.changed_children())) {
      ASSIGN_OR_RETURN(const rec::PublishedServingsRecord figures,
                       Tell(transaction, pair, publication));
      page.pairs.push_back({pair.lot, pair.school_number, figures});
      continue;
    }
    ASSIGN_OR_RETURN(const auto told,
                     PublishedServingsTable::Find(transaction, pair.lot.value, pair.school_number));
    if (told.has_value() && told->publication() == publication) {
      page.pairs.push_back({pair.lot, pair.school_number, *told});
    }
  }
  if (found.has_more) {
    page.go_on_after = {found.pairs.back().lot, found.pairs.back().school_number};
  }
  return page;
}

}  // namespace milkway::consumption
