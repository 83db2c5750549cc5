#include "services/planning/alerts.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cpp/status_macros.h"
#include "services/planning/alert_text.h"
#include "services/planning/planning_errors.h"

namespace milkway::planning {

namespace {

std::string AlertIdOf(uint32_t kind, const std::string& subject, int64_t occurrence) {
  return absl::StrCat(WordOfKind(kind), ".", subject, ".", occurrence);
}

uint8_t SeverityByte(const rec::AlertRecord& alert) {
  return static_cast<uint8_t>(alert.severity());
}

absl::Status PutEvent(storage::Transaction& transaction, const std::string& alert_id,
                      v1::AlertChange change, const rec::AlertRecord& alert, int64_t now_us) {
  ASSIGN_OR_RETURN(const int64_t last, LastEvent(transaction));
  rec::AlertEventRecord event;
  event.set_alert_id(alert_id);
  event.set_change(change);
  *event.mutable_alert() = alert;
  return AlertEventTable::Put(transaction, event, std::max(now_us, last + 1));
}

absl::Status Open(storage::Transaction& transaction, const std::string& alert_id,
                  const Finding& finding, int64_t now_us) {
  rec::AlertRecord alert;
  alert.set_kind(finding.kind);
  alert.set_subject(finding.subject);
  alert.set_severity(finding.severity);
  *alert.mutable_facts() = finding.facts;
  alert.set_opened_us(now_us);
  RETURN_IF_ERROR(AlertTable::Put(transaction, alert, alert_id));
  RETURN_IF_ERROR(AlertByTimeTable::Put(transaction, rec::IndexRecord(), now_us, alert_id));
  RETURN_IF_ERROR(
      OpenAlertTable::Put(transaction, rec::IndexRecord(), SeverityByte(alert), now_us, alert_id));
  return PutEvent(transaction, alert_id, v1::ALERT_CHANGE_OPENED, alert, now_us);
}

absl::Status KeepOpen(storage::Transaction& transaction, const std::string& alert_id,
                      const Finding& finding, int64_t now_us) {
  ASSIGN_OR_RETURN(rec::AlertRecord alert, ReadAlert(transaction, alert_id));
  const bool is_as_severe = alert.severity() == static_cast<uint32_t>(finding.severity);
  if (!is_as_severe) {
    RETURN_IF_ERROR(
        OpenAlertTable::Delete(transaction, SeverityByte(alert), alert.opened_us(), alert_id));
    alert.set_severity(finding.severity);
    RETURN_IF_ERROR(OpenAlertTable::Put(transaction, rec::IndexRecord(), SeverityByte(alert),
                                        alert.opened_us(), alert_id));
  }
  *alert.mutable_facts() = finding.facts;
  RETURN_IF_ERROR(AlertTable::Put(transaction, alert, alert_id));
  if (is_as_severe) return absl::OkStatus();
  return PutEvent(transaction, alert_id, v1::ALERT_CHANGE_CHANGED, alert, now_us);
}

absl::Status Close(storage::Transaction& transaction, const std::string& alert_id, int64_t now_us) {
  ASSIGN_OR_RETURN(rec::AlertRecord alert, ReadAlert(transaction, alert_id));
  RETURN_IF_ERROR(
      OpenAlertTable::Delete(transaction, SeverityByte(alert), alert.opened_us(), alert_id));
  alert.set_closed_us(now_us);
  RETURN_IF_ERROR(AlertTable::Put(transaction, alert, alert_id));
  return PutEvent(transaction, alert_id, v1::ALERT_CHANGE_CLOSED, alert, now_us);
}

absl::StatusOr<rec::AlertRecord> ReadOpen(const storage::Reader& reader,
                                          const std::string& alert_id) {
  ASSIGN_OR_RETURN(rec::AlertRecord alert, ReadAlert(reader, alert_id));
  if (alert.closed_us() != 0) return AlertClosed(alert_id);
  return alert;
}

}  // namespace

absl::Status ApplyFinding(storage::Transaction& transaction, const Finding& finding, int64_t pass,
                          int64_t now_us, AlertCounts* counts) {
  const uint8_t kind = static_cast<uint8_t>(finding.kind);
  ASSIGN_OR_RETURN(const std::optional<rec::SubjectRecord> known,
                   SubjectTable::Find(transaction, kind, finding.subject));
  rec::SubjectRecord subject = known.value_or(rec::SubjectRecord());
  const bool was_open = subject.is_open();
  if (!was_open) subject.set_occurrences(subject.occurrences() + 1);
  subject.set_is_open(true);
  subject.set_seen_pass(pass);
  RETURN_IF_ERROR(SubjectTable::Put(transaction, subject, kind, finding.subject));
  const std::string alert_id = AlertIdOf(kind, finding.subject, subject.occurrences());
  if (was_open) return KeepOpen(transaction, alert_id, finding, now_us);
  ++counts->opened;
  return Open(transaction, alert_id, finding, now_us);
}

absl::StatusOr<bool> CloseUnseen(storage::Transaction& transaction, v1::AlertKind kind,
                                 int64_t pass, int64_t now_us, std::string* after_subject,
                                 AlertCounts* counts) {
  const uint8_t kind_byte = static_cast<uint8_t>(kind);
  storage::KeyRange range = SubjectKey::Range(kind_byte);
  if (!after_subject->empty()) range.from = SubjectKey::Encode(kind_byte, *after_subject) + '\0';
  std::vector<std::pair<std::string, rec::SubjectRecord>> unseen;
  size_t rows = 0;
  RETURN_IF_ERROR(SubjectTable::Scan(
      transaction, range, [&](const SubjectKey::Key& key, const rec::SubjectRecord& subject) {
        if (rows == kCloseRowsMax) return false;
        ++rows;
        *after_subject = std::get<1>(key);
        if (subject.is_open() && subject.seen_pass() < pass) {
          unseen.emplace_back(std::get<1>(key), subject);
        }
        return true;
      }));
  for (auto& [name, subject] : unseen) {
    subject.set_is_open(false);
    RETURN_IF_ERROR(SubjectTable::Put(transaction, subject, kind_byte, name));
    RETURN_IF_ERROR(Close(transaction, AlertIdOf(kind_byte, name, subject.occurrences()), now_us));
    ++counts->closed;
  }
  return rows < kCloseRowsMax;
}

absl::StatusOr<rec::AlertRecord> ReadAlert(const storage::Reader& reader,
                                           const std::string& alert_id) {
  ASSIGN_OR_RETURN(auto alert, AlertTable::Find(reader, alert_id));
  if (!alert.has_value()) return AlertUnknown(alert_id);
  return *std::move(alert);
}

absl::StatusOr<rec::AlertRecord> AcknowledgeAlert(storage::Transaction& transaction,
                                                  const std::string& alert_id,
                                                  const std::string& note,
                                                  const runtime::Call& call) {
  ASSIGN_OR_RETURN(rec::AlertRecord alert, ReadOpen(transaction, alert_id));
  alert.set_acknowledged_by(call.caller.id);
  alert.set_acknowledged_us(call.now_us);
  if (!note.empty()) alert.set_note(note);
  RETURN_IF_ERROR(AlertTable::Put(transaction, alert, alert_id));
  RETURN_IF_ERROR(
      PutEvent(transaction, alert_id, v1::ALERT_CHANGE_ACKNOWLEDGED, alert, call.now_us));
  return alert;
}

absl::StatusOr<rec::AlertRecord> SnoozeAlert(storage::Transaction& transaction,
                                             const std::string& alert_id, int64_t until_us,
                                             const std::string& note, const runtime::Call& call) {
  ASSIGN_OR_RETURN(rec::AlertRecord alert, ReadOpen(transaction, alert_id));
  alert.set_snoozed_until_us(until_us > call.now_us ? until_us : 0);
  alert.set_note(note);
  RETURN_IF_ERROR(AlertTable::Put(transaction, alert, alert_id));
  RETURN_IF_ERROR(PutEvent(transaction, alert_id, v1::ALERT_CHANGE_SNOOZED, alert, call.now_us));
  return alert;
}

absl::StatusOr<int64_t> LastEvent(const storage::Reader& reader) {
  int64_t last = 0;
  RETURN_IF_ERROR(AlertEventTable::Scan(
      reader, AlertEventKey::Range(),
      [&last](const AlertEventKey::Key& key, const rec::AlertEventRecord&) {
        last = std::get<0>(key);
        return false;
      },
      storage::ScanOrder::kDescending));
  return last;
}

absl::StatusOr<int64_t> CountOpen(const storage::Reader& reader) {
  int64_t open = 0;
  RETURN_IF_ERROR(
      OpenAlertTable::Scan(reader, OpenAlertKey::Range(), [&open](const auto&, const auto&) {
        ++open;
        return true;
      }));
  return open;
}

}  // namespace milkway::planning
