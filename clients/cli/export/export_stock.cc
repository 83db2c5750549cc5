// Counts and adjustments.

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/days.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/export/export_parts.h"
#include "clients/cli/words.h"

namespace milkway::cli {

namespace {

using inventory::v1::CatalogService;
using inventory::v1::StockService;

void WriteCount(const ExportParts& parts, const inventory::v1::RecordedCount& recorded) {
  if (recorded.recorded_us() > parts.survey.recorded_us) return;
  TableFile& file = parts.folder.file(Table::kCounts);
  const inventory::v1::StockCount& count = recorded.count();
  const Instant counted_at = FromZonedTime(count.counted_at());
  file.Set("count_id", absl::StrCat(count.location_id(), "/", count.lot_id(), "/", counted_at.us));
  file.Set("location_id", count.location_id());
  file.Set("counted_at", FormatRfc3339(counted_at));
  SetLot(parts, count.lot_id(), &file);
  file.Set("counted_g", count.counted_g());
  file.SetFlag("after_serving", count.after_serving());
  file.Set("note", count.note());
  if (count.reason() != inventory::v1::COUNT_REASON_UNSPECIFIED) {
    file.Set("reason", WordOfEnum(count.reason()));
  }
  const int64_t position = parts.survey.PositionAt(recorded.recorded_us());
  if (position > 0) file.Set("recorded", position);
  file.EndRow();
  file.Total("counted_g", count.counted_g());
}

void WriteAdjustment(const ExportParts& parts, const inventory::v1::Posting& posting) {
  TableFile& file = parts.folder.file(Table::kAdjustments);
  for (int i = 0; i < posting.movements_size(); ++i) {
    const inventory::v1::Movement& movement = posting.movements(i);
    file.Set("adjustment_id", posting.movements_size() == 1
                                  ? absl::StrCat(posting.position())
                                  : absl::StrCat(posting.position(), "/", i + 1));
    file.Set("location_id", movement.from().place());
    file.Set("occurred_at", FormatRfc3339(FromZonedTime(posting.occurred_at())));
    SetLot(parts, movement.lot_id(), &file);
    file.Set("condition", WordOf(kConditions, movement.from().kind()));
    file.Set("quantity_g", movement.quantity_g());
    file.Set("reason", WordOfEnum(posting.adjustment_reason()));
    file.Set("note", posting.note());
    file.Set("witness", posting.witness());
    file.Set("recorded", posting.position());
    file.EndRow();
    file.Total("quantity_g", movement.quantity_g());
  }
}

}  // namespace

absl::Status ExportCounts(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("counts", {Table::kCounts}));
  if (!wanted) return absl::OkStatus();
  const auto take_counts = [&parts](const inventory::v1::ListCountsResponse& page) {
    for (const auto& count : page.counts()) WriteCount(parts, count);
    return absl::OkStatus();
  };
  const auto take_locations =
      [&](const inventory::v1::ListLocationsResponse& page) -> absl::Status {
    for (const inventory::v1::Location& location : page.locations()) {
      inventory::v1::ListCountsRequest request;
      request.set_location_id(location.location_id());
      RETURN_IF_ERROR(
          ForEachPage(parts.connection, &StockService::Stub::ListCounts, request, take_counts));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachPage(parts.connection, &CatalogService::Stub::ListLocations,
                              inventory::v1::ListLocationsRequest(), parts.folder.cursor(),
                              take_locations,
                              [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

absl::Status ExportAdjustments(const ExportParts& parts) {
  ASSIGN_OR_RETURN(const bool wanted, parts.folder.Begin("adjustments", {Table::kAdjustments}));
  if (!wanted) return absl::OkStatus();
  inventory::v1::ListPostingsRequest request;
  request.set_kind(inventory::v1::POSTING_KIND_ADJUSTMENT);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &StockService::Stub::ListPostings, request, parts.folder.cursor(),
      [&](const auto& page) {
        for (const inventory::v1::Posting& posting : page.postings()) {
          // Recalls and returns to suppliers stand in records.csv.
          const bool is_plain = absl::StartsWith(posting.reference(), "adjustment/") ||
                                absl::StartsWith(posting.reference(), "opening/");
          if (!is_plain || posting.position() > parts.survey.position) continue;
          WriteAdjustment(parts, posting);
        }
        return absl::OkStatus();
      },
      [&](const std::string& next) { return KeepPlace(parts, next); }));
  return parts.folder.End();
}

}  // namespace milkway::cli
