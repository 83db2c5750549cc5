// Requests that an export wrote down as they are.

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/csv.h"
#include "clients/cli/import/apply_folder.h"
#include "clients/cli/import/parse_rows.h"
#include "clients/cli/import/record_kinds.h"
#include "clients/cli/import/request_ids.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/util/json_util.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/open_packs.grpc.pb.h"
#include "milkway/inventory/v1/purchases.grpc.pb.h"
#include "milkway/inventory/v1/recalls.grpc.pb.h"
#include "milkway/shipments/v1/shipments.grpc.pb.h"
#include "milkway/trace/v1/recalls.grpc.pb.h"
#include "nlohmann/json.hpp"

namespace milkway::cli {

namespace {

using consumption::v1::CalendarService;
using consumption::v1::SchoolService;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using inventory::v1::PurchaseService;
using shipments::v1::ShipmentService;

constexpr size_t kRequestBytesMax = kCsvCellBytesMax;
constexpr size_t kRecordIdBytesMax = 200;

using LotNumbers = absl::flat_hash_map<int64_t, int64_t>;

// Puts this server's numbers of lots in the place of the exported ones.
void RenumberLots(const LotNumbers& numbers, Message* message) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        RenumberLots(numbers, reflection.MutableRepeatedMessage(message, field, i));
      }
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      RenumberLots(numbers, reflection.MutableMessage(message, field));
    } else if (field->name() == "lot_id") {
      const auto number = numbers.find(reflection.GetInt64(*message, field));
      if (number != numbers.end()) reflection.SetInt64(message, field, number->second);
    }
  }
}

template <typename Stub, typename Request, typename Response>
absl::Status Send(const ApplyParts& parts, const RecordRow& row, const RequestRows& rows,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  Request request;
  const auto parsed = google::protobuf::util::JsonStringToMessage(row.request.str(), &request);
  if (!parsed.ok()) {
    parts.report.AddError(
        rows.main, "request",
        absl::StrCat("must be the request as an export wrote it: ", std::string(parsed.message())));
    return absl::OkStatus();
  }
  LotNumbers numbers;
  for (const auto& [exported, lot] : row.lots) numbers[exported] = parts.lots.LotIdOf(lot);
  RenumberLots(numbers, &request);
  request.set_request_id(RowRequestId(Table::kRecords, {row.record_id.view()}));
  return parts.sender.SendAndRecord(method, request, rows);
}

template <auto kMethod>
absl::Status SendAs(const ApplyParts& parts, const RecordRow& row, const RequestRows& rows) {
  return Send(parts, row, rows, kMethod);
}

constexpr absl::string_view kPurchaseDocument = "purchase_document";

struct Kind {
  absl::string_view name;
  absl::Status (*send)(const ApplyParts&, const RecordRow&, const RequestRows&);
};

constexpr Kind kKinds[] = {
    {"contacts", SendAs<&inventory::v1::CatalogService::Stub::SetContacts>},
    {kPurchaseDocument, SendAs<&PurchaseService::Stub::AttachPurchaseDocument>},
    {"supplier_return", SendAs<&PurchaseService::Stub::RecordSupplierReturn>},
    {"recall", SendAs<&inventory::v1::RecallService::Stub::PlaceRecall>},
    {"recall_lifted", SendAs<&inventory::v1::RecallService::Stub::LiftRecall>},
    {"recall_acknowledgement", SendAs<&trace::v1::RecallListService::Stub::AcknowledgeRecall>},
    {"student_update", SendAs<&SchoolService::Stub::UpdateStudent>},
    {"student_transfer", SendAs<&SchoolService::Stub::TransferStudent>},
    {"roll_over", SendAs<&SchoolService::Stub::RollOverClasses>},
    {"open_packs", SendAs<&inventory::v1::OpenPackService::Stub::OpenPacks>},
    {"term", SendAs<&CalendarService::Stub::PutTerm>},
    {"serving_policy", SendAs<&CalendarService::Stub::SetServingPolicy>},
    {"document", SendAs<&ShipmentService::Stub::AttachShipmentDocument>},
    {"leg", SendAs<&ShipmentService::Stub::RecordLeg>},
    {"temperatures", SendAs<&ShipmentService::Stub::RecordTemperatures>},
    {"release", SendAs<&ShipmentService::Stub::RecordRelease>},
    {"shortage", SendAs<&ShipmentService::Stub::ResolveShortage>},
};

const Kind* FindKind(absl::string_view name) {
  for (const Kind& kind : kKinds) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

// {"7": ["P-1", "milk", "L-1"]}: the exported number of each lot and its name.
bool ReadLots(absl::string_view text, Folder* folder, RecordRow* row) {
  if (text.empty()) return true;
  const auto json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return false;
  for (const auto& [number, name] : json.items()) {
    int64_t exported = 0;
    if (!absl::SimpleAtoi(number, &exported) || !name.is_array() || name.size() != 3) return false;
    std::vector<Name> names;
    for (const auto& part : name) {
      if (!part.is_string()) return false;
      names.push_back(folder->names.Intern(part.get_ref<const std::string&>()));
    }
    row->lots.emplace_back(exported, folder->lots.Intern({names[0], names[1], names[2]}));
  }
  return true;
}

}  // namespace

bool IsRecordKind(absl::string_view kind) { return FindKind(kind) != nullptr; }

std::string RecordKinds() {
  return absl::StrJoin(
      kKinds, ", ", [](std::string* text, const Kind& kind) { absl::StrAppend(text, kind.name); });
}

std::string RequestToJson(const Message& request) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(request, &json, options);
  return written.ok() ? json : "";
}

void ParseRecord(Cells& cells, Folder* folder) {
  RecordRow row;
  row.record_id = cells.Required("record_id", kRecordIdBytesMax);
  row.kind = cells.Required("kind", kRecordIdBytesMax);
  if (!row.kind.empty() && !IsRecordKind(row.kind.view())) {
    cells.Wrong("kind", absl::StrCat("must be one of ", RecordKinds()));
  }
  row.request = cells.Required("request", kRequestBytesMax);
  if (!ReadLots(cells.Text("lots"), folder, &row)) {
    cells.Wrong("lots", "must hold what an export wrote there");
  }
  row.recorded = cells.Recorded();
  folder->records.push_back(std::move(row));
}

bool IsPurchaseDocument(absl::string_view kind) { return kind == kPurchaseDocument; }

absl::Status ApplyPurchaseDocuments(const ApplyParts& parts) {
  for (uint32_t i = 0; i < parts.folder.records.size(); ++i) {
    if (!IsPurchaseDocument(parts.folder.records[i].kind.view())) continue;
    RETURN_IF_ERROR(ApplyRecord(parts, i));
  }
  return absl::OkStatus();
}

absl::Status ApplyRecord(const ApplyParts& parts, uint32_t index) {
  const RecordRow& row = parts.folder.records[index];
  const RequestRows rows{{Table::kRecords, index}, {}, {}};
  parts.sender.Advance(1);
  std::optional<RowRef> blocker;
  for (const auto& [number, lot] : row.lots) {
    if (!blocker.has_value()) blocker = parts.lots.Blocker(lot);
  }
  if (parts.sender.Hold(rows, blocker)) return absl::OkStatus();
  return FindKind(row.kind.view())->send(parts, row, rows);
}

}  // namespace milkway::cli
