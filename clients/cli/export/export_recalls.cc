#include <set>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "clients/cli/export/export_records.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"

namespace milkway::cli {

namespace {

using inventory::v1::RecallService;
using trace::v1::RecallListService;

using PositionsById = absl::flat_hash_map<std::string, int64_t>;

// One that does not say when it was recorded has its place from what it moved.
LogMoment PlaceOf(const std::string& recall_id, int64_t recorded_us,
                  const PositionsById& positions) {
  if (recorded_us > 0) return {0, recorded_us};
  const auto found = positions.find(recall_id);
  return {found == positions.end() ? 0 : found->second};
}

absl::Status WriteRecall(const ExportParts& parts, const inventory::v1::Recall& recall) {
  inventory::v1::PlaceRecallRequest request;
  inventory::v1::Recall& order = *request.mutable_recall();
  order.set_recall_id(recall.recall_id());
  *order.mutable_scope() = recall.scope();
  *order.mutable_ordered_at() = recall.ordered_at();
  order.set_reason(recall.reason());
  order.set_instructions(recall.instructions());
  // Its lots may all have been drunk, or not be bought yet.
  request.set_expected(true);
  return WriteRecord(parts, "recall", recall.recall_id(), request,
                     PlaceOf(recall.recall_id(), recall.recorded_us(), parts.survey.recalls), {});
}

absl::Status WriteLifting(const ExportParts& parts, const inventory::v1::Recall& recall) {
  if (!recall.has_lifted_at()) return absl::OkStatus();
  inventory::v1::LiftRecallRequest request;
  request.set_recall_id(recall.recall_id());
  *request.mutable_lifted_at() = recall.lifted_at();
  request.set_reason(recall.lift_reason());
  const LogMoment place =
      PlaceOf(recall.recall_id(), recall.lifted_recorded_us(), parts.survey.lifted_recalls);
  // An earlier program did not keep whether it was released; what it moved shows it.
  request.set_release(recall.released() || place.position > 0);
  return WriteRecord(parts, "recall_lifted", recall.recall_id(), request, place, {});
}

absl::Status WriteAcknowledgements(const ExportParts& parts, const std::string& recall_id) {
  trace::v1::ListRecallAcknowledgementsRequest list;
  list.set_recall_id(recall_id);
  const auto take = [&](const trace::v1::ListRecallAcknowledgementsResponse& page) -> absl::Status {
    for (const trace::v1::RecallAcknowledgement& entry : page.acknowledgements()) {
      trace::v1::AcknowledgeRecallRequest request;
      trace::v1::RecallAcknowledgement& stated = *request.mutable_acknowledgement();
      stated = entry;
      stated.clear_number();
      stated.clear_recorded_by();
      stated.clear_recorded_us();
      stated.clear_on_behalf();
      std::set<int64_t> lots;
      for (const auto& lot : entry.lots()) lots.insert(lot.lot_id());
      RETURN_IF_ERROR(
          WriteRecord(parts, "recall_acknowledgement",
                      absl::StrCat(recall_id, "/", entry.location_id(), "/", entry.number()),
                      request, {}, lots));
    }
    return absl::OkStatus();
  };
  return ForEachPage(parts.connection, &RecallListService::Stub::ListRecallAcknowledgements, list,
                     take);
}

}  // namespace

absl::Status WriteRecalls(const ExportParts& parts) {
  std::vector<std::string> recall_ids;
  const auto take = [&](const inventory::v1::ListRecallsResponse& page) -> absl::Status {
    for (const auto& recall : page.recalls()) {
      RETURN_IF_ERROR(WriteRecall(parts, recall));
      RETURN_IF_ERROR(WriteLifting(parts, recall));
      recall_ids.push_back(recall.recall_id());
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachPage(parts.connection, &RecallService::Stub::ListRecalls,
                              inventory::v1::ListRecallsRequest(), take));
  // Nothing depends on them, and each needs its recall.
  for (const std::string& recall_id : recall_ids) {
    RETURN_IF_ERROR(WriteAcknowledgements(parts, recall_id));
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
