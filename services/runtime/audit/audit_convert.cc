#include "services/runtime/audit/audit_convert.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cpp/status_macros.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "storage/key_codec.h"

namespace milkway::runtime {

namespace {

namespace v1 = operations::v1;

constexpr int kIdsMax = 5;
constexpr int kAnchorsMax = 100'000;
constexpr size_t kMethodBytesMax = 200;

std::optional<ServiceTag> FindService(absl::string_view name) {
  const auto* known = std::find_if(std::begin(kServiceTags), std::end(kServiceTags),
                                   [&](ServiceTag tag) { return NameOf(tag) == name; });
  if (known == std::end(kServiceTags)) return std::nullopt;
  return *known;
}

absl::StatusOr<int64_t> ParseTime(absl::string_view field, int64_t us) {
  return ParseNumber(field, us, 0, std::numeric_limits<int64_t>::max());
}

absl::StatusOr<AuditFilter::Id> ParseNamedId(absl::string_view field, const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits('=', 1));
  AuditFilter::Id id;
  id.value = parts.back();
  if (parts.size() == 2) id.name = parts.front();
  const bool is_whole = !id.value.empty() && id.value.size() <= kAuditedIdBytesMax &&
                        (parts.size() == 1 || !id.name.empty());
  if (is_whole) return id;
  return InvalidField(field, "must be an id, or the name of a field, \"=\" and an id");
}

}  // namespace

absl::StatusOr<AuditFilter> ParseAuditFilter(const v1::ListAuditEntriesRequest& request) {
  AuditFilter filter;
  ASSIGN_OR_RETURN(filter.from_us, ParseTime("from_us", request.from_us()));
  ASSIGN_OR_RETURN(const int64_t to_us, ParseTime("to_us", request.to_us()));
  if (to_us != 0) filter.to_us = to_us;
  ASSIGN_OR_RETURN(filter.method, ParseText("method", request.method(), 0, kMethodBytesMax));
  filter.caller_id = request.caller_id();
  RETURN_IF_ERROR(CheckCount("ids", request.ids_size(), 0, kIdsMax));
  for (int index = 0; index < request.ids_size(); ++index) {
    ASSIGN_OR_RETURN(AuditFilter::Id id, ParseNamedId(Item("ids", index), request.ids(index)));
    filter.ids.push_back(std::move(id));
  }
  if (!v1::AuditEntryKind_IsValid(request.kind())) {
    return InvalidField("kind", "must be a change, a read or a refusal");
  }
  filter.kind = static_cast<AuditKind>(request.kind());
  return filter;
}

absl::StatusOr<std::vector<AuditLog>> ParseAuditLogs(const std::string& service) {
  std::vector<AuditLog> logs;
  if (service.empty()) {
    for (const ServiceTag tag : kServiceTags) logs.emplace_back(tag);
    return logs;
  }
  const std::optional<ServiceTag> tag = FindService(service);
  if (!tag.has_value()) {
    return InvalidField("service", "must be the name of a service, such as \"inventory\"");
  }
  logs.emplace_back(*tag);
  return logs;
}

std::string KeyOf(const AuditPlace& place) {
  std::string key;
  storage::key_internal::Append(place.recorded_us, &key);
  storage::key_internal::Append(static_cast<uint8_t>(place.service), &key);
  return key;
}

absl::StatusOr<AuditPlace> ParseAuditPlace(const std::string& key) {
  AuditPlace place;
  if (key.empty()) return place;
  absl::string_view bytes = key;
  uint8_t service = 0;
  const bool is_whole = storage::key_internal::Consume(&bytes, &place.recorded_us) &&
                        storage::key_internal::Consume(&bytes, &service) && bytes.empty();
  if (!is_whole) {
    return InvalidField("page_token", "must be the next_page_token of the same query of yours");
  }
  place.service = static_cast<ServiceTag>(service);
  return place;
}

absl::StatusOr<AuditAnchors> ParseAuditAnchors(const v1::VerifyAuditLogRequest& request) {
  RETURN_IF_ERROR(CheckCount("anchors", request.anchors_size(), 0, kAnchorsMax));
  AuditAnchors anchors;
  for (int index = 0; index < request.anchors_size(); ++index) {
    const v1::AuditAnchor& anchor = request.anchors(index);
    const std::string field = Item("anchors", index);
    ASSIGN_OR_RETURN(const std::string service,
                     ParseId(absl::StrCat(field, ".service"), anchor.service()));
    if (anchor.position() <= 0) {
      return InvalidField(absl::StrCat(field, ".position"), "must be above 0");
    }
    ASSIGN_OR_RETURN(std::string hash, ParseSha256(absl::StrCat(field, ".hash"), anchor.hash()));
    std::string& known = anchors[service][static_cast<uint64_t>(anchor.position())];
    if (!known.empty() && known != hash) {
      return InvalidField(field, "must not say another hash than one before it for one position");
    }
    known = std::move(hash);
  }
  return anchors;
}

v1::AuditLogEntry ToMessage(const FoundEntry& found) {
  const AuditEntry& entry = found.entry;
  v1::AuditLogEntry message;
  message.set_service(std::string(NameOf(found.service)));
  message.set_position(static_cast<int64_t>(entry.position()));
  message.set_recorded_us(entry.recorded_us());
  message.set_kind(static_cast<v1::AuditEntryKind>(entry.kind()));
  message.set_method(entry.method());
  message.set_caller_id(entry.caller_id());
  message.set_role(entry.role());
  message.set_session_id(entry.session_id());
  message.set_on_behalf_of(entry.on_behalf_of());
  message.set_address(entry.address());
  message.set_request_id(entry.request_id());
  for (const records::v1::AuditedId& id : entry.ids()) {
    v1::NamedId& named = *message.add_ids();
    named.set_name(id.name());
    named.set_value(id.value());
  }
  message.set_ids_left_out(entry.ids_left_out());
  message.set_code(entry.code());
  message.set_records(entry.records());
  for (const records::v1::AuditedSetting& setting : entry.settings()) {
    v1::SettingChange& change = *message.add_settings();
    change.set_type(setting.type());
    change.set_before_json(setting.before_json());
    change.set_after_json(setting.after_json());
    change.set_personal_changed(setting.personal_changed());
  }
  message.set_refusals_left_out(entry.refusals_left_out());
  message.set_hash(found.hash);
  return message;
}

v1::AuditAnchor ToMessage(const std::string& name, const AuditHead& head) {
  v1::AuditAnchor message;
  message.set_service(name);
  message.set_position(static_cast<int64_t>(head.position));
  message.set_recorded_us(head.recorded_us);
  message.set_hash(std::string(storage::BytesOf(head.hash)));
  return message;
}

v1::AuditVerdict ToMessage(const AuditFinding& finding) {
  v1::AuditVerdict message;
  *message.mutable_head() = ToMessage(finding.name, finding.head);
  message.set_anchored_position(static_cast<int64_t>(finding.anchored_position));
  message.set_first_bad_position(static_cast<int64_t>(finding.first_bad_position));
  message.set_problem(finding.problem);
  message.set_anchors_confirmed(finding.anchors_confirmed);
  return message;
}

}  // namespace milkway::runtime
