#include "clients/cli/export/export_records.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/import/record_kinds.h"
#include "milkway/common/v1/document.pb.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using consumption::v1::CalendarService;
using inventory::v1::CatalogService;
using inventory::v1::PurchaseService;

absl::Status WriteContacts(const ExportParts& parts) {
  return ForEachPage(
      parts.connection, &CatalogService::Stub::ListLocations, inventory::v1::ListLocationsRequest(),
      [&](const auto& page) -> absl::Status {
        inventory::v1::GetContactsRequest request;
        for (const auto& location : page.locations()) {
          request.add_location_ids(location.location_id());
        }
        if (request.location_ids().empty()) return absl::OkStatus();
        ASSIGN_OR_RETURN(const auto contacts,
                         parts.connection.Call(&CatalogService::Stub::GetContacts, request));
        for (const inventory::v1::PlaceContacts& place : contacts.places()) {
          if (place.contacts().empty()) continue;
          inventory::v1::SetContactsRequest set;
          set.set_location_id(place.location_id());
          *set.mutable_contacts() = place.contacts();
          RETURN_IF_ERROR(WriteRecord(parts, "contacts", place.location_id(), set, {}, {}));
        }
        return absl::OkStatus();
      });
}

absl::Status WritePurchaseDocuments(const ExportParts& parts) {
  for (const std::string& purchase_id :
       std::set<std::string>(parts.survey.purchase_ids.begin(), parts.survey.purchase_ids.end())) {
    inventory::v1::ListPurchaseDocumentsRequest list;
    list.set_purchase_id(purchase_id);
    const auto take =
        [&](const inventory::v1::ListPurchaseDocumentsResponse& page) -> absl::Status {
      for (const common::v1::Document& document : page.documents()) {
        inventory::v1::AttachPurchaseDocumentRequest request;
        request.set_purchase_id(purchase_id);
        *request.mutable_document() = document;
        RETURN_IF_ERROR(WriteRecord(parts, "purchase_document",
                                    absl::StrCat(purchase_id, "/", document.document_id()), request,
                                    {}, {}));
      }
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(
        ForEachPage(parts.connection, &PurchaseService::Stub::ListPurchaseDocuments, list, take));
  }
  return absl::OkStatus();
}

absl::Status WriteSupplierReturns(const ExportParts& parts) {
  return ForEachPage(parts.connection, &PurchaseService::Stub::ListSupplierReturns,
                     inventory::v1::ListSupplierReturnsRequest(),
                     [&](const auto& page) -> absl::Status {
                       for (const inventory::v1::SupplierReturn& entry : page.supplier_returns()) {
                         inventory::v1::RecordSupplierReturnRequest request;
                         *request.mutable_supplier_return() = entry;
                         request.mutable_supplier_return()->clear_position();
                         std::set<int64_t> lots;
                         for (const auto& line : entry.lines()) lots.insert(line.lot_id());
                         RETURN_IF_ERROR(WriteRecord(parts, "supplier_return", entry.return_id(),
                                                     request, {entry.position()}, lots));
                       }
                       return absl::OkStatus();
                     });
}

// Terms and serving policies of a school.
absl::Status WriteCalendar(const ExportParts& parts, const std::string& school_id) {
  consumption::v1::ListTermsRequest terms;
  terms.set_school_id(school_id);
  const auto take_terms = [&](const consumption::v1::ListTermsResponse& page) -> absl::Status {
    for (const consumption::v1::Term& term : page.terms()) {
      consumption::v1::PutTermRequest request;
      request.set_school_id(school_id);
      *request.mutable_term() = term;
      request.mutable_term()->clear_etag();
      RETURN_IF_ERROR(WriteRecord(parts, "term", absl::StrCat(school_id, "/", term.term_id()),
                                  request, {}, {}));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(
      ForEachPage(parts.connection, &CalendarService::Stub::ListTerms, terms, take_terms));
  consumption::v1::ListServingPoliciesRequest policies;
  policies.set_school_id(school_id);
  return ForEachPage(parts.connection, &CalendarService::Stub::ListServingPolicies, policies,
                     [&](const auto& page) -> absl::Status {
                       for (const consumption::v1::ServingPolicy& policy : page.policies()) {
                         consumption::v1::SetServingPolicyRequest request;
                         request.set_school_id(school_id);
                         *request.mutable_policy() = policy;
                         RETURN_IF_ERROR(WriteRecord(
                             parts, "serving_policy",
                             absl::StrCat(school_id, "/", policy.from_day()), request, {}, {}));
                       }
                       return absl::OkStatus();
                     });
}

absl::Status WriteOfSchool(const ExportParts& parts, const std::string& school_id) {
  RETURN_IF_ERROR(WriteCalendar(parts, school_id));
  return WriteStudentChanges(parts, school_id);
}

absl::Status WriteOpenPacks(const ExportParts& parts) {
  return ForEachPage(
      parts.connection, &inventory::v1::OpenPackService::Stub::ListOpenPacks,
      inventory::v1::ListOpenPacksRequest(), [&](const auto& page) -> absl::Status {
        for (const inventory::v1::OpenedPacks& packs : page.opened()) {
          inventory::v1::OpenPacksRequest request;
          request.set_location_id(packs.location_id());
          request.set_lot_id(packs.lot_id());
          request.set_packs(packs.packs());
          request.set_finished_packs(packs.packs() - packs.open_packs());
          *request.mutable_opened_at() = packs.opened_at();
          RETURN_IF_ERROR(WriteRecord(parts, "open_packs", absl::StrCat(packs.opening_id()),
                                      request, {0, packs.recorded_us()}, {packs.lot_id()}));
        }
        return absl::OkStatus();
      });
}

// No page token has a colon.
constexpr absl::string_view kShipmentsWritten = "shipments:written:";

}  // namespace

absl::Status WriteRecord(const ExportParts& parts, absl::string_view kind,
                         absl::string_view subject, const google::protobuf::Message& request,
                         LogMoment place, const std::set<int64_t>& lot_ids) {
  if (place.position > parts.survey.position) return absl::OkStatus();
  if (place.position == 0 && place.recorded_us >= parts.survey.end_us) return absl::OkStatus();
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
  RETURN_IF_ERROR(SetRecorded(parts, place.position, place.recorded_us, &file));
  file.EndRow();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListSchoolIds(const ExportParts& parts) {
  std::vector<std::string> ids;
  const auto take = [&](const consumption::v1::ListSchoolsResponse& page) {
    for (const auto& school : page.schools()) ids.push_back(school.school_id());
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachPage(parts.connection, &consumption::v1::SchoolService::Stub::ListSchools,
                              consumption::v1::ListSchoolsRequest(), take));
  return ids;
}

bool AreShipmentsWritten(const ExportParts& parts) {
  return absl::StartsWith(parts.folder.cursor(), kShipmentsWritten);
}

absl::Status WriteOtherRecords(const ExportParts& parts) {
  std::string last_school(absl::StripPrefix(parts.folder.cursor(), kShipmentsWritten));
  if (!AreShipmentsWritten(parts)) {
    last_school.clear();
    RETURN_IF_ERROR(WriteContacts(parts));
    RETURN_IF_ERROR(WritePurchaseDocuments(parts));
    RETURN_IF_ERROR(WriteSupplierReturns(parts));
    RETURN_IF_ERROR(WriteRecalls(parts));
    RETURN_IF_ERROR(WriteOpenPacks(parts));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> schools, ListSchoolIds(parts));
  for (const std::string& school_id : schools) {
    // They are in order.
    if (school_id <= last_school) continue;
    RETURN_IF_ERROR(WriteOfSchool(parts, school_id));
    RETURN_IF_ERROR(parts.folder.CheckpointIfFull(absl::StrCat(kShipmentsWritten, school_id)));
  }
  return absl::OkStatus();
}

}  // namespace milkway::cli
