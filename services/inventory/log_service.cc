#include "services/inventory/log_service.h"

#include <set>
#include <string>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/as_of.h"
#include "services/inventory/checkpoints.h"
#include "services/inventory/inventory_errors.h"
#include "services/inventory/log.h"
#include "services/inventory/log_convert.h"
#include "services/inventory/prove_lots.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::inventory {

namespace {

constexpr int kLeavesAppendedMax = 1000;
constexpr int kLotsProvenMax = 100;

// Unspecified: of any.
bool IsOfKind(const rec::LogEntryRecord& record, v1::LeafKind kind) {
  return kind == v1::LEAF_KIND_UNSPECIFIED ||
         (!record.canonical().empty() && record.canonical()[0] == static_cast<char>(kind));
}

}  // namespace

using runtime::Call;
using storage::Reader;

grpc::ServerUnaryReactor* LogService::GetCheckpoint(Context* context,
                                                    const v1::GetCheckpointRequest* request,
                                                    v1::GetCheckpointResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call&) -> absl::StatusOr<v1::GetCheckpointResponse> {
        ASSIGN_OR_RETURN(const int64_t size, ParseLogSize("size", request->size()));
        ASSIGN_OR_RETURN(const rec::CheckpointRecord record, SignCheckpoint(reader, signer_, size));
        v1::GetCheckpointResponse answer;
        *answer.mutable_checkpoint() = ToMessage(record);
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::ListCheckpoints(Context* context,
                                                      const v1::ListCheckpointsRequest* request,
                                                      v1::ListCheckpointsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListCheckpointsResponse> {
        v1::ListCheckpointsResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<CheckpointTable>(
                reader, CheckpointKey::Range(), *request,
                [&](const CheckpointKey::Key& key, const rec::CheckpointRecord& record) {
                  *answer.add_checkpoints() = ToMessage(std::get<0>(key), record);
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::GetInclusionProof(Context* context,
                                                        const v1::GetInclusionProofRequest* request,
                                                        v1::GetInclusionProofResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::GetInclusionProofResponse> {
        ASSIGN_OR_RETURN(const int64_t position, ParseLogPosition(request->position()));
        ASSIGN_OR_RETURN(const int64_t asked, ParseLogSize("size", request->size()));
        ASSIGN_OR_RETURN(const int64_t size, ResolveSize(reader, asked));
        if (position > size) return LogShorter(position, size);
        ASSIGN_OR_RETURN(const auto record, LogTable::Find(reader, position));
        if (!record.has_value()) return PostingUnknown(position);
        ASSIGN_OR_RETURN(const auto hashes,
                         kLogTree.InclusionProof(reader, static_cast<uint64_t>(position - 1),
                                                 static_cast<uint64_t>(size)));
        v1::GetInclusionProofResponse answer;
        *answer.mutable_leaf() = ToLeafMessage(position, *record);
        answer.set_size(size);
        ToMessage(hashes, answer.mutable_hashes());
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::GetConsistencyProof(
    Context* context, const v1::GetConsistencyProofRequest* request,
    v1::GetConsistencyProofResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::GetConsistencyProofResponse> {
        ASSIGN_OR_RETURN(const int64_t from, ParseLogSize("from_size", request->from_size()));
        ASSIGN_OR_RETURN(const int64_t asked, ParseLogSize("to_size", request->to_size()));
        ASSIGN_OR_RETURN(const int64_t to, ResolveSize(reader, asked));
        if (from > to) return LogShorter(from, to);
        ASSIGN_OR_RETURN(const auto hashes,
                         kLogTree.ConsistencyProof(reader, static_cast<uint64_t>(from),
                                                   static_cast<uint64_t>(to)));
        v1::GetConsistencyProofResponse answer;
        answer.set_to_size(to);
        ToMessage(hashes, answer.mutable_hashes());
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::GetLogKey(Context* context,
                                                const v1::GetLogKeyRequest* request,
                                                v1::GetLogKeyResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this](const Reader&, const Call&) -> absl::StatusOr<v1::GetLogKeyResponse> {
        v1::GetLogKeyResponse answer;
        answer.set_verifier_key(signer_.verifier_key());
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::ProveLots(Context* context,
                                                const v1::ProveLotsRequest* request,
                                                v1::ProveLotsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ProveLotsResponse> {
        RETURN_IF_ERROR(runtime::CheckCount("lot_ids", request->lot_ids_size(), 0, kLotsProvenMax));
        RETURN_IF_ERROR(runtime::CheckCount("positions", request->positions_size(), 0,
                                            static_cast<int>(kLeavesProvenMax)));
        std::set<int64_t> positions;
        for (const int64_t position : request->positions()) {
          ASSIGN_OR_RETURN(const int64_t parsed, ParseLogPosition(position));
          positions.insert(parsed);
        }
        for (const int64_t lot : request->lot_ids()) {
          ASSIGN_OR_RETURN(const std::set<int64_t> of_lot, LeavesOfLot(reader, LotId{lot}));
          positions.insert(of_lot.begin(), of_lot.end());
        }
        return ProveLeaves(reader, signer_, positions);
      });
}

grpc::ServerUnaryReactor* LogService::AppendLeaves(Context* context,
                                                   const v1::AppendLeavesRequest* request,
                                                   v1::AppendLeavesResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](storage::Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AppendLeavesResponse> {
        if (request->leaves().empty() || request->leaves_size() > kLeavesAppendedMax) {
          return runtime::InvalidField("leaves", absl::StrCat("must be 1 to ", kLeavesAppendedMax));
        }
        ASSIGN_OR_RETURN(LogWriter log, LogWriter::Begin(transaction, call.now_us));
        v1::AppendLeavesResponse answer;
        answer.set_first_position(log.next_position());
        for (int index = 0; index < request->leaves_size(); ++index) {
          const v1::NewLeaf& leaf = request->leaves(index);
          const auto kind = ParseLeafKind(leaf);
          absl::Status checked = kind.status();
          checked.Update(CheckLeafBody(leaf));
          if (!checked.ok()) return runtime::InField(runtime::Item("leaves", index), checked);
          RETURN_IF_ERROR(log.AppendLeaf(*kind, leaf.body()).status());
        }
        RETURN_IF_ERROR(log.End());
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::FindPosition(Context* context,
                                                   const v1::FindPositionRequest* request,
                                                   v1::FindPositionResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::FindPositionResponse> {
        ASSIGN_OR_RETURN(const LogPlace place,
                         inventory::FindPosition(reader, request->recorded_us()));
        v1::FindPositionResponse answer;
        answer.set_position(place.position);
        answer.set_recorded_us(place.recorded_us);
        return answer;
      });
}

grpc::ServerUnaryReactor* LogService::ListLeaves(Context* context,
                                                 const v1::ListLeavesRequest* request,
                                                 v1::ListLeavesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListLeavesResponse> {
        ASSIGN_OR_RETURN(const int64_t after,
                         ParseLogSize("after_position", request->after_position()));
        const storage::KeyRange range = {storage::PrefixRange(LogKey::Encode(after)).to,
                                         LogKey::Range().to};
        v1::ListLeavesResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<LogTable>(
                             reader, range, *request,
                             [&](const LogKey::Key& key, const rec::LogEntryRecord& record) {
                               if (!IsOfKind(record, request->kind())) return false;
                               *answer.add_leaves() = ToLeafMessage(std::get<0>(key), record);
                               return true;
                             }));
        return answer;
      });
}

}  // namespace milkway::inventory
