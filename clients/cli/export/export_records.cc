#include "clients/cli/export/export_records.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "clients/cli/import/record_kinds.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using consumption::v1::CalendarService;
using inventory::v1::CatalogService;
using inventory::v1::PurchaseService;
using shipments::v1::GetShipmentResponse;
using shipments::v1::ShipmentService;

// Their JSON fits into a cell.
constexpr int kReadingsPerRow = 500;

// `position` 0: it has no place in the log, and anything else may come before it.
void WriteRecord(const ExportParts& parts, absl::string_view kind, absl::string_view subject,
                 const google::protobuf::Message& request, int64_t position,
                 const std::set<int64_t>& lot_ids) {
  if (position > parts.survey.position) return;
  TableFile& file = parts.folder.file(Table::kRecords);
  file.Set("record_id", absl::StrCat(kind, "/", subject));
  file.Set("kind", kind);
  file.Set("request", RequestToJson(request));
  nlohmann::json names = nlohmann::json::object();
  for (const int64_t lot_id : lot_ids) {
    const auto lot = parts.lots.find(lot_id);
    if (lot == parts.lots.end()) continue;
    names[absl::StrCat(lot_id)] = {lot->second.purchase_id(), lot->second.product_id(),
                                   lot->second.lot_number()};
  }
  if (!names.empty()) file.Set("lots", names.dump());
  if (position > 0) file.Set("recorded", position);
  file.EndRow();
}

class RecordWriter {
 public:
  RecordWriter(const ExportParts& parts, const GetShipmentResponse& shipment)
      : parts_(parts),
        shipment_(shipment),
        shipment_id_(shipment.shipment().shipment_id()),
        dispatched_(shipment.shipment().dispatch_position()) {}

  absl::Status Write() {
    WriteDocuments();
    WriteLegs();
    if (dispatched_ == 0 || dispatched_ > parts_.survey.position) return absl::OkStatus();
    for (const auto& logger : shipment_.temperatures()) RETURN_IF_ERROR(WriteReadings(logger));
    WriteRelease();
    for (const auto& shortage : shipment_.shortages()) WriteShortage(shortage);
    return absl::OkStatus();
  }

 private:
  void WriteRow(absl::string_view kind, absl::string_view subject,
                const google::protobuf::Message& request, int64_t position, int64_t lot_id = 0) {
    const std::set<int64_t> lots = lot_id > 0 ? std::set<int64_t>{lot_id} : std::set<int64_t>();
    WriteRecord(parts_, kind, absl::StrCat(shipment_id_, "/", subject), request, position, lots);
  }

  void WriteDocuments() {
    for (const common::v1::Document& document : shipment_.documents()) {
      shipments::v1::AttachShipmentDocumentRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_document() = document;
      WriteRow("document", document.document_id(), request, dispatched_);
    }
  }

  void WriteLegs() {
    for (const shipments::v1::Leg& leg : shipment_.legs()) {
      shipments::v1::RecordLegRequest request;
      request.set_shipment_id(shipment_id_);
      *request.mutable_leg() = leg;
      WriteRow("leg", absl::StrCat(leg.sequence()), request, dispatched_);
    }
  }

  absl::Status WriteReadings(const shipments::v1::TemperatureSummary& logger) {
    shipments::v1::RecordTemperaturesRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_logger_id(logger.logger_id());
    if (logger.has_lowest_milli_c()) request.set_lowest_milli_c(logger.lowest_milli_c());
    if (logger.has_highest_milli_c()) request.set_highest_milli_c(logger.highest_milli_c());
    int number = 0;
    const auto end_row = [&] {
      if (request.readings_size() == 0) return;
      WriteRow("temperatures", absl::StrCat(logger.logger_id(), "/", ++number), request,
               dispatched_);
      request.clear_readings();
    };
    shipments::v1::ListTemperaturesRequest list;
    list.set_shipment_id(shipment_id_);
    list.set_logger_id(logger.logger_id());
    RETURN_IF_ERROR(ForEachPage(parts_.connection, &ShipmentService::Stub::ListTemperatures, list,
                                [&](const auto& page) {
                                  for (const auto& recorded : page.readings()) {
                                    *request.add_readings() = recorded.reading();
                                    if (request.readings_size() == kReadingsPerRow) end_row();
                                  }
                                  return absl::OkStatus();
                                }));
    end_row();
    return absl::OkStatus();
  }

  void WriteRelease() {
    if (!shipment_.shipment().has_release()) return;
    const shipments::v1::Release& release = shipment_.shipment().release();
    shipments::v1::RecordReleaseRequest request;
    request.set_shipment_id(shipment_id_);
    request.set_document_id(release.document_id());
    *request.mutable_released_at() = release.released_at();
    WriteRow("release", release.document_id(), request,
             release.position() > 0 ? release.position() : dispatched_);
  }

  // Where the log says that the packs were missing.
  int64_t PositionOf(const shipments::v1::Shortage& shortage) const {
    int64_t position = dispatched_;
    if (shortage.receipt_id().empty()) {
      for (const auto& exit : shipment_.exits()) position = std::max(position, exit.position());
    }
    for (const auto& receipt : shipment_.receipts()) {
      if (receipt.receipt().receipt_id() == shortage.receipt_id()) {
        position = std::max(position, receipt.position());
      }
    }
    return position;
  }

  void WriteShortage(const shipments::v1::Shortage& shortage) {
    int64_t position = PositionOf(shortage);
    for (int i = 0; i < shortage.resolutions_size(); ++i) {
      const shipments::v1::ShortageResolution& resolution = shortage.resolutions(i);
      // That is a correction of the receipt, and stands there.
      if (resolution.outcome() == shipments::v1::SHORTAGE_OUTCOME_COUNTED_WRONGLY) continue;
      shipments::v1::ResolveShortageRequest request;
      request.set_shipment_id(shipment_id_);
      request.set_receipt_id(shortage.receipt_id());
      request.set_lot_id(shortage.lot_id());
      *request.mutable_resolution() = resolution;
      request.mutable_resolution()->clear_recorded_by();
      request.mutable_resolution()->clear_recorded_us();
      request.mutable_resolution()->clear_position();
      if (resolution.position() > 0) position = resolution.position();
      WriteRow("shortage", absl::StrCat(shortage.receipt_id(), "/", shortage.lot_id(), "/", i + 1),
               request, position, shortage.lot_id());
    }
  }

  const ExportParts& parts_;
  const GetShipmentResponse& shipment_;
  const std::string& shipment_id_;
  const int64_t dispatched_;
};

absl::Status WriteContacts(const ExportParts& parts) {
  return ForEachPage(parts.connection, &CatalogService::Stub::ListLocations,
                     inventory::v1::ListLocationsRequest(), [&](const auto& page) -> absl::Status {
                       inventory::v1::GetContactsRequest request;
                       for (const auto& location : page.locations()) {
                         request.add_location_ids(location.location_id());
                       }
                       if (request.location_ids().empty()) return absl::OkStatus();
                       ASSIGN_OR_RETURN(
                           const auto contacts,
                           parts.connection.Call(&CatalogService::Stub::GetContacts, request));
                       for (const inventory::v1::PlaceContacts& place : contacts.places()) {
                         if (place.contacts().empty()) continue;
                         inventory::v1::SetContactsRequest set;
                         set.set_location_id(place.location_id());
                         *set.mutable_contacts() = place.contacts();
                         WriteRecord(parts, "contacts", place.location_id(), set, 0, {});
                       }
                       return absl::OkStatus();
                     });
}

absl::Status WritePurchaseDocuments(const ExportParts& parts) {
  for (const std::string& purchase_id :
       std::set<std::string>(parts.survey.purchase_ids.begin(), parts.survey.purchase_ids.end())) {
    inventory::v1::ListPurchaseDocumentsRequest list;
    list.set_purchase_id(purchase_id);
    RETURN_IF_ERROR(ForEachPage(
        parts.connection, &PurchaseService::Stub::ListPurchaseDocuments, list,
        [&](const auto& page) {
          for (const common::v1::Document& document : page.documents()) {
            inventory::v1::AttachPurchaseDocumentRequest request;
            request.set_purchase_id(purchase_id);
            *request.mutable_document() = document;
            WriteRecord(parts, "purchase_document",
                        absl::StrCat(purchase_id, "/", document.document_id()), request, 0, {});
          }
          return absl::OkStatus();
        }));
  }
  return absl::OkStatus();
}

absl::Status WriteSupplierReturns(const ExportParts& parts) {
  return ForEachPage(parts.connection, &PurchaseService::Stub::ListSupplierReturns,
                     inventory::v1::ListSupplierReturnsRequest(), [&](const auto& page) {
                       for (const inventory::v1::SupplierReturn& entry : page.supplier_returns()) {
                         inventory::v1::RecordSupplierReturnRequest request;
                         *request.mutable_supplier_return() = entry;
                         request.mutable_supplier_return()->clear_position();
                         std::set<int64_t> lots;
                         for (const auto& line : entry.lines()) lots.insert(line.lot_id());
                         WriteRecord(parts, "supplier_return", entry.return_id(), request,
                                     entry.position(), lots);
                       }
                       return absl::OkStatus();
                     });
}

void WriteRecall(const ExportParts& parts, const inventory::v1::Recall& recall) {
  const auto position_in = [&](const auto& positions) {
    const auto found = positions.find(recall.recall_id());
    return found == positions.end() ? 0 : found->second;
  };
  inventory::v1::PlaceRecallRequest place;
  *place.mutable_recall() = recall;
  place.mutable_recall()->clear_lifted_at();
  place.mutable_recall()->clear_lift_reason();
  // Its lots may all have been drunk, or not be bought yet.
  place.set_expected(true);
  WriteRecord(parts, "recall", recall.recall_id(), place, position_in(parts.survey.recalls), {});
  if (!recall.has_lifted_at()) return;
  inventory::v1::LiftRecallRequest lift;
  lift.set_recall_id(recall.recall_id());
  *lift.mutable_lifted_at() = recall.lifted_at();
  lift.set_reason(recall.lift_reason());
  const int64_t lifted = position_in(parts.survey.lifted_recalls);
  lift.set_release(lifted > 0);
  WriteRecord(parts, "recall_lifted", recall.recall_id(), lift, lifted, {});
}

absl::Status WriteRecalls(const ExportParts& parts) {
  return ForEachPage(parts.connection, &inventory::v1::RecallService::Stub::ListRecalls,
                     inventory::v1::ListRecallsRequest(), [&](const auto& page) {
                       for (const auto& recall : page.recalls()) WriteRecall(parts, recall);
                       return absl::OkStatus();
                     });
}

// Terms and serving policies of a school.
absl::Status WriteCalendar(const ExportParts& parts, const std::string& school_id) {
  consumption::v1::ListTermsRequest terms;
  terms.set_school_id(school_id);
  RETURN_IF_ERROR(ForEachPage(
      parts.connection, &CalendarService::Stub::ListTerms, terms, [&](const auto& page) {
        for (const consumption::v1::Term& term : page.terms()) {
          consumption::v1::PutTermRequest request;
          request.set_school_id(school_id);
          *request.mutable_term() = term;
          request.mutable_term()->clear_etag();
          WriteRecord(parts, "term", absl::StrCat(school_id, "/", term.term_id()), request, 0, {});
        }
        return absl::OkStatus();
      }));
  consumption::v1::ListServingPoliciesRequest policies;
  policies.set_school_id(school_id);
  return ForEachPage(parts.connection, &CalendarService::Stub::ListServingPolicies, policies,
                     [&](const auto& page) {
                       for (const consumption::v1::ServingPolicy& policy : page.policies()) {
                         consumption::v1::SetServingPolicyRequest request;
                         request.set_school_id(school_id);
                         *request.mutable_policy() = policy;
                         WriteRecord(parts, "serving_policy",
                                     absl::StrCat(school_id, "/", policy.from_day()), request, 0,
                                     {});
                       }
                       return absl::OkStatus();
                     });
}

absl::Status WriteCalendars(const ExportParts& parts) {
  const auto take = [&](const consumption::v1::ListSchoolsResponse& page) -> absl::Status {
    for (const auto& school : page.schools()) {
      RETURN_IF_ERROR(WriteCalendar(parts, school.school_id()));
    }
    return absl::OkStatus();
  };
  return ForEachPage(parts.connection, &consumption::v1::SchoolService::Stub::ListSchools,
                     consumption::v1::ListSchoolsRequest(), take);
}

absl::Status WriteOpenPacks(const ExportParts& parts) {
  return ForEachPage(parts.connection, &inventory::v1::OpenPackService::Stub::ListOpenPacks,
                     inventory::v1::ListOpenPacksRequest(), [&](const auto& page) {
                       for (const inventory::v1::OpenedPacks& packs : page.opened()) {
                         inventory::v1::OpenPacksRequest request;
                         request.set_location_id(packs.location_id());
                         request.set_lot_id(packs.lot_id());
                         request.set_packs(packs.open_packs());
                         *request.mutable_opened_at() = packs.opened_at();
                         WriteRecord(parts, "open_packs", absl::StrCat(packs.opening_id()), request,
                                     0, {packs.lot_id()});
                       }
                       return absl::OkStatus();
                     });
}

}  // namespace

absl::Status WriteInventoryRecords(const ExportParts& parts) {
  RETURN_IF_ERROR(WriteContacts(parts));
  RETURN_IF_ERROR(WritePurchaseDocuments(parts));
  RETURN_IF_ERROR(WriteSupplierReturns(parts));
  RETURN_IF_ERROR(WriteRecalls(parts));
  RETURN_IF_ERROR(WriteCalendars(parts));
  return WriteOpenPacks(parts);
}

absl::Status WriteShipmentRecords(const ExportParts& parts, const GetShipmentResponse& shipment) {
  return RecordWriter(parts, shipment).Write();
}

}  // namespace milkway::cli
