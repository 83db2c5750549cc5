#include "services/trace/recall_service.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page.h"
#include "services/runtime/page_scan.h"
#include "services/trace/recall_convert.h"
#include "services/trace/recall_notice.h"
#include "services/trace/trace_convert.h"
#include "services/trace/trace_errors.h"

namespace milkway::trace {

using runtime::Call;
using runtime::Handlers;
using runtime::InField;
using storage::Reader;
using storage::Transaction;

namespace {

namespace inv = inventory::v1;
namespace shp = shipments::v1;
namespace con = consumption::v1;

constexpr int kArrivingMax = 100;

std::vector<int64_t> IdsOf(const std::vector<inv::Lot>& lots) {
  std::vector<int64_t> ids;
  for (const inv::Lot& lot : lots) ids.push_back(lot.lot_id());
  return ids;
}

absl::StatusOr<v1::ListRecallAcknowledgementsResponse> ListPage(
    const Reader& reader, const v1::ListRecallAcknowledgementsRequest& request) {
  ASSIGN_OR_RETURN(const std::string recall_id, runtime::ParseId("recall_id", request.recall_id()));
  storage::KeyRange range = AcknowledgementKey::Range(recall_id);
  if (!request.location_id().empty()) {
    ASSIGN_OR_RETURN(const std::string location_id,
                     runtime::ParseId("location_id", request.location_id()));
    range = AcknowledgementKey::Range(recall_id, location_id);
  }
  v1::ListRecallAcknowledgementsResponse answer;
  ASSIGN_OR_RETURN(
      *answer.mutable_next_page_token(),
      runtime::ScanPage<AcknowledgementTable>(
          reader, range, request,
          [&answer](const AcknowledgementKey::Key& key, const rec::AcknowledgementRecord& record) {
            const auto& [recall, location, number] = key;
            *answer.add_acknowledgements() = ToMessage(recall, location, Numbered(number, record));
            return true;
          }));
  return answer;
}

}  // namespace

grpc::ServerUnaryReactor* RecallService::GetRecallList(Context* context,
                                                       const v1::GetRecallListRequest* request,
                                                       v1::GetRecallListResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetRecallListResponse> finish) {
        asking_.Reply<v1::GetRecallListResponse>(std::move(finish),
                                                 [this, request] { return MakeList(*request); });
      });
}

grpc::ServerUnaryReactor* RecallService::GetRecallPlace(Context* context,
                                                        const v1::GetRecallPlaceRequest* request,
                                                        v1::GetRecallPlaceResponse* response) {
  return handlers_.Async(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<v1::GetRecallPlaceResponse> finish) {
        asking_.Reply<v1::GetRecallPlaceResponse>(std::move(finish), [this, request] {
          return MakePlace(request->recall_id(), request->location_id());
        });
      });
}

grpc::ServerUnaryReactor* RecallService::GetRecallNotice(Context* context,
                                                         const v1::GetRecallNoticeRequest* request,
                                                         v1::GetRecallNoticeResponse* response) {
  using Response = v1::GetRecallNoticeResponse;
  return handlers_.Async(
      context, request, response, [this, request](const Call&, Handlers::Finish<Response> finish) {
        asking_.Reply<Response>(std::move(finish), [this, request]() -> absl::StatusOr<Response> {
          ASSIGN_OR_RETURN(const v1::GetRecallPlaceResponse place,
                           MakePlace(request->recall_id(), request->location_id()));
          Response answer;
          answer.set_html(RecallNotice(place));
          return answer;
        });
      });
}

grpc::ServerUnaryReactor* RecallService::ListRecallClassDays(
    Context* context, const v1::ListRecallClassDaysRequest* request,
    v1::ListRecallClassDaysResponse* response) {
  using Response = v1::ListRecallClassDaysResponse;
  return handlers_.Async(
      context, request, response, [this, request](const Call&, Handlers::Finish<Response> finish) {
        asking_.Reply<Response>(std::move(finish), [this, request]() -> absl::StatusOr<Response> {
          ASSIGN_OR_RETURN(const std::string recall_id,
                           runtime::ParseId("recall_id", request->recall_id()));
          ASSIGN_OR_RETURN(const auto recall, questions_.Recall(recall_id));
          Response answer;
          if (recall.lots.empty()) return answer;
          ASSIGN_OR_RETURN(const con::ListLotClassDaysResponse page,
                           questions_.ClassDays(IdsOf(recall.lots), request->location_id(),
                                                request->page_size(), request->page_token()));
          for (const con::LotClassDay& day : page.class_days()) {
            *answer.add_class_days() = ToMessage(day);
          }
          answer.set_next_page_token(page.next_page_token());
          return answer;
        });
      });
}

grpc::ServerUnaryReactor* RecallService::AcknowledgeRecall(
    Context* context, const v1::AcknowledgeRecallRequest* request,
    v1::AcknowledgeRecallResponse* response) {
  using Facts = Acknowledgement;  // checked
  return handlers_.MutateAfter<Facts>(
      context, request, response,
      [this, request](const Call& call, Handlers::Finish<Facts> finish) {
        asking_.Reply<Facts>(
            std::move(finish), [this, request, now_us = call.now_us]() -> absl::StatusOr<Facts> {
              absl::StatusOr<Acknowledgement> acknowledgement =
                  ParseAcknowledgement(request->acknowledgement());
              if (!acknowledgement.ok()) {
                return InField("acknowledgement", acknowledgement.status());
              }
              ASSIGN_OR_RETURN(const auto recall, questions_.Recall(acknowledgement->recall_id));
              RETURN_IF_ERROR(questions_.Location(acknowledgement->location_id).status());
              ASSIGN_OR_RETURN(const OccurredAt ordered,
                               ParseZonedTime("ordered_at", recall.recall.ordered_at()));
              const absl::Status status =
                  CheckAcknowledgement(*acknowledgement, {ordered.us, IdsOf(recall.lots)}, now_us);
              if (!status.ok()) return InField("acknowledgement", status);
              return *std::move(acknowledgement);
            });
      },
      [](Transaction& transaction, const Call& call,
         const Facts& acknowledgement) -> absl::StatusOr<v1::AcknowledgeRecallResponse> {
        ASSIGN_OR_RETURN(const Numbered added,
                         AddAcknowledgement(transaction, acknowledgement, call));
        v1::AcknowledgeRecallResponse answer;
        *answer.mutable_acknowledgement() =
            ToMessage(acknowledgement.recall_id, acknowledgement.location_id, added);
        return answer;
      });
}

grpc::ServerUnaryReactor* RecallService::ListRecallAcknowledgements(
    Context* context, const v1::ListRecallAcknowledgementsRequest* request,
    v1::ListRecallAcknowledgementsResponse* response) {
  return handlers_.Query(context, request, response, [request](const Reader& reader, const Call&) {
    return ListPage(reader, *request);
  });
}

absl::StatusOr<RecallService::Whole> RecallService::AskWhole(const std::string& recall_id) const {
  RETURN_IF_ERROR(runtime::ParseId("recall_id", recall_id).status());
  Whole whole;
  ASSIGN_OR_RETURN(whole.recall, questions_.Recall(recall_id));
  const std::vector<int64_t> lot_ids = IdsOf(whole.recall.lots);
  whole.lot_ids.insert(lot_ids.begin(), lot_ids.end());
  std::map<std::string, shp::Shipment> shipments;
  std::vector<StockAt> stock;
  for (const int64_t lot_id : lot_ids) {
    ASSIGN_OR_RETURN(const auto of_lot, questions_.ShipmentsOfLot(lot_id));
    for (const shp::Shipment& shipment : of_lot) {
      shipments.emplace(shipment.shipment_id(), shipment);
    }
    ASSIGN_OR_RETURN(const auto balances, questions_.BalancesOfLot(lot_id, false));
    for (const inv::Balance& balance : balances) AddStock(balance, &stock);
  }
  std::vector<ShipmentWithLots> ways;
  for (auto& [id, shipment] : shipments) {
    ways.push_back(ToShipmentWithLots(shipment, whole.lot_ids));
    whole.shipments.push_back(std::move(shipment));
  }
  std::vector<ServedAt> served;
  ASSIGN_OR_RETURN(const auto schools, questions_.Schools(lot_ids));
  for (const con::LotSchool& school : schools) served.push_back(ToServedAt(school));
  whole.places = PutTogether(stock, ways, served);
  ASSIGN_OR_RETURN(whole.acknowledgements,
                   LastAcknowledgements(*handlers_.parts().store->NewSnapshot(), recall_id));
  return whole;
}

absl::StatusOr<std::vector<v1::RecallPlace>> RecallService::Describe(
    const Whole& whole, const std::vector<std::string>& location_ids) const {
  ASSIGN_OR_RETURN(const auto locations,
                   questions_.Locations({location_ids.begin(), location_ids.end()}));
  ASSIGN_OR_RETURN(const auto contacts, questions_.Contacts(location_ids));
  std::vector<v1::RecallPlace> places;
  for (const std::string& location_id : location_ids) {
    const ConcernedPlace& place = whole.places.at(location_id);
    v1::RecallPlace& message = places.emplace_back(ToMessage(place));
    *message.mutable_location() = locations.at(location_id);
    for (const size_t index : place.arriving) {
      if (message.arriving_size() == kArrivingMax) break;
      *message.add_arriving() = ToMessage(whole.shipments[index], whole.lot_ids);
    }
    const auto known = contacts.find(location_id);
    if (known != contacts.end()) {
      message.mutable_contacts()->Assign(known->second.begin(), known->second.end());
    }
    const auto acknowledged = whole.acknowledgements.find(location_id);
    if (acknowledged != whole.acknowledgements.end()) {
      *message.mutable_acknowledgement() =
          ToMessage(whole.recall.recall.recall_id(), location_id, acknowledged->second);
    }
  }
  return places;
}

absl::StatusOr<v1::GetRecallListResponse> RecallService::MakeList(
    const v1::GetRecallListRequest& request) const {
  ASSIGN_OR_RETURN(const runtime::PageRequest page, runtime::ParsePage(request));
  ASSIGN_OR_RETURN(const Whole whole, AskWhole(request.recall_id()));
  v1::GetRecallListResponse answer;
  *answer.mutable_recall() = whole.recall.recall;
  answer.mutable_lots()->Assign(whole.recall.lots.begin(), whole.recall.lots.end());
  v1::RecallTotals& totals = *answer.mutable_totals();
  std::vector<std::string> on_page;
  bool has_more = false;
  for (const auto& [location_id, place] : whole.places) {
    AddUp(ToMessage(place), &totals);
    totals.set_shipments_on_the_way(totals.shipments_on_the_way() +
                                    static_cast<int64_t>(place.arriving.size()));
    const bool acknowledged = whole.acknowledgements.count(location_id) > 0;
    totals.set_acknowledged_places(totals.acknowledged_places() + (acknowledged ? 1 : 0));
    const bool wanted =
        location_id > page.after_key && !(acknowledged && request.unacknowledged_only());
    if (wanted && on_page.size() == page.size) has_more = true;
    if (wanted && on_page.size() < page.size) on_page.push_back(location_id);
  }
  ASSIGN_OR_RETURN(const std::vector<v1::RecallPlace> places, Describe(whole, on_page));
  answer.mutable_places()->Assign(places.begin(), places.end());
  if (has_more) answer.set_next_page_token(runtime::NextPageToken(request, on_page.back()));
  return answer;
}

absl::StatusOr<v1::GetRecallPlaceResponse> RecallService::MakePlace(
    const std::string& recall_id, const std::string& location_id) const {
  RETURN_IF_ERROR(runtime::ParseId("location_id", location_id).status());
  ASSIGN_OR_RETURN(const Whole whole, AskWhole(recall_id));
  if (whole.places.count(location_id) == 0) return PlaceNotConcerned(recall_id, location_id);
  ASSIGN_OR_RETURN(const std::vector<v1::RecallPlace> places, Describe(whole, {location_id}));
  v1::GetRecallPlaceResponse answer;
  *answer.mutable_recall() = whole.recall.recall;
  answer.mutable_lots()->Assign(whole.recall.lots.begin(), whole.recall.lots.end());
  *answer.mutable_place() = places.front();
  return answer;
}

}  // namespace milkway::trace
