#include "services/consumption/child_convert.h"

#include "absl/container/flat_hash_set.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/each_child.h"
#include "services/consumption/student_set.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int kChangesMax = 100;
constexpr int kEnrolmentConsentsMax = 20'000;
constexpr size_t kNameBytesMax = 200;
constexpr size_t kNoteBytesMax = 1'000;
constexpr int64_t kNameDaysMax = 3'650;
constexpr int64_t kMeasurementDaysMin = 30;
constexpr int64_t kMeasurementDaysMax = 7'300;

absl::StatusOr<PersonalChange> ParsePersonalChange(const v1::PersonalChange& message) {
  PersonalChange change;
  ASSIGN_OR_RETURN(change.student_number, ParseStudentNumber(message.student_number()));
  if (!message.has_name() && !message.has_note()) {
    return InvalidField("name",
                        "must be given, or note; leave out children of whom nothing is set");
  }
  if (message.has_name()) {
    ASSIGN_OR_RETURN(change.name, ParseText("name", message.name(), 0, kNameBytesMax));
  }
  if (message.has_note()) {
    ASSIGN_OR_RETURN(change.note, ParseText("note", message.note(), 0, kNoteBytesMax));
  }
  return change;
}

}  // namespace

absl::StatusOr<int32_t> ParseStudentNumber(int32_t number) {
  ASSIGN_OR_RETURN(const int64_t parsed,
                   ParseNumber("student_number", number, 1, kStudentNumberMax));
  return static_cast<int32_t>(parsed);
}

absl::StatusOr<std::vector<PersonalChange>> ParsePersonalChanges(
    const v1::SetStudentPersonalRequest& message) {
  return ParseEachChild<PersonalChange>("students", message.students(), kChangesMax,
                                        ParsePersonalChange);
}

absl::StatusOr<ConsentStatement> ParseStatement(const v1::ConsentStatement& message) {
  ConsentStatement statement;
  if (message.purpose() == 0 || !v1::ConsentPurpose_IsValid(message.purpose())) {
    return InvalidField("purpose", "must be milk, measurements, name or photo");
  }
  if (message.relation() == 0 || !v1::GuardianRelation_IsValid(message.relation())) {
    return InvalidField("relation", "must be mother, father, grandparent or other");
  }
  if (message.manner() == 0 || !v1::ConsentManner_IsValid(message.manner())) {
    return InvalidField("manner", "must be paper or oral with a witness");
  }
  statement.purpose = static_cast<uint32_t>(message.purpose());
  statement.relation = static_cast<uint32_t>(message.relation());
  statement.manner = static_cast<uint32_t>(message.manner());
  ASSIGN_OR_RETURN(statement.given_on, ParseDate("given_on", message.given_on()));
  return statement;
}

absl::StatusOr<std::vector<EnrolmentConsent>> ParseEnrolmentConsents(
    const v1::EnrolStudentsRequest& message) {
  RETURN_IF_ERROR(CheckCount("consents", message.consents_size(), 0, kEnrolmentConsentsMax));
  absl::flat_hash_set<int32_t> enrolled;
  for (const v1::Student& student : message.students()) enrolled.insert(student.student_number());
  std::vector<EnrolmentConsent> consents;
  for (int index = 0; index < message.consents_size(); ++index) {
    const v1::EnrolmentConsent& consent = message.consents(index);
    const std::string item = Item("consents", index);
    if (!enrolled.contains(consent.student_number())) {
      return InvalidField(item + ".student_number", "must be that of a student of this request");
    }
    const auto statement = ParseStatement(consent.statement());
    if (!statement.ok()) return InField(item + ".statement", statement.status());
    consents.push_back({consent.student_number(), *statement});
  }
  return consents;
}

absl::StatusOr<rec::ConsentText> ParseConsentNames(const v1::RecordConsentRequest& message,
                                                   bool is_contact) {
  rec::ConsentText names;
  ASSIGN_OR_RETURN(*names.mutable_guardian_name(),
                   ParseText("guardian_name", message.guardian_name(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(*names.mutable_witness_name(),
                   ParseText("witness_name", message.witness_name(), 0, kNameBytesMax));
  const bool has_names = !names.guardian_name().empty() || !names.witness_name().empty();
  if (has_names && !is_contact) {
    return InvalidField(names.guardian_name().empty() ? "witness_name" : "guardian_name",
                        "is for the school's contacts to record; leave it empty");
  }
  return names;
}

absl::StatusOr<Withdrawal> ParseWithdrawal(const v1::WithdrawConsentRequest& message) {
  Withdrawal withdrawal;
  ASSIGN_OR_RETURN(const int64_t number,
                   ParseNumber("consent_number", message.consent_number(), 1, kConsentsMax));
  withdrawal.consent_number = static_cast<uint32_t>(number);
  if (!message.withdrawn_on().empty()) {
    ASSIGN_OR_RETURN(withdrawal.on, ParseDate("withdrawn_on", message.withdrawn_on()));
  }
  withdrawal.erases_recorded = message.erase_recorded();
  return withdrawal;
}

absl::StatusOr<uint32_t> ParseErasure(const v1::EraseStudentRequest& message) {
  RETURN_IF_ERROR(ParseStudentNumber(message.student_number()).status());
  if (message.confirm_student_number() != message.student_number()) {
    return InvalidField("confirm_student_number",
                        "must repeat student_number; an erasure cannot be undone");
  }
  if (message.reason() == 0 || !v1::ErasureReason_IsValid(message.reason())) {
    return InvalidField("reason", "must be guardian asked, left, mistake or ordered");
  }
  return static_cast<uint32_t>(message.reason());
}

absl::StatusOr<rec::RetentionRuleRecord> ParseRule(const v1::RetentionRule& message) {
  rec::RetentionRuleRecord rule;
  ASSIGN_OR_RETURN(
      const int64_t name_days,
      ParseNumber("name_days_after_leaving", message.name_days_after_leaving(), 1, kNameDaysMax));
  ASSIGN_OR_RETURN(const int64_t measurement_days,
                   ParseNumber("measurement_days", message.measurement_days(), kMeasurementDaysMin,
                               kMeasurementDaysMax));
  rule.set_name_days_after_leaving(static_cast<uint32_t>(name_days));
  rule.set_measurement_days(static_cast<uint32_t>(measurement_days));
  return rule;
}

v1::StudentPersonal ToMessage(int32_t student_number, const Personal& personal) {
  v1::StudentPersonal message;
  message.set_student_number(student_number);
  message.set_name(personal.name);
  message.set_note(personal.note);
  message.set_set_us(personal.set_us);
  message.set_set_by(personal.set_by);
  message.set_key_gone(personal.is_key_gone);
  return message;
}

v1::Consent ToMessage(int32_t student_number, uint32_t consent_number,
                      const rec::ConsentRecord& record) {
  v1::Consent message;
  message.set_student_number(student_number);
  message.set_consent_number(static_cast<int32_t>(consent_number));
  v1::ConsentStatement& statement = *message.mutable_statement();
  statement.set_purpose(static_cast<v1::ConsentPurpose>(record.purpose()));
  statement.set_relation(static_cast<v1::GuardianRelation>(record.relation()));
  statement.set_manner(static_cast<v1::ConsentManner>(record.manner()));
  statement.set_given_on(FormatDate({record.given_day()}));
  message.set_recorded_us(record.recorded_us());
  message.set_recorded_by(record.recorded_by());
  if (record.has_withdrawn_day()) message.set_withdrawn_on(FormatDate({record.withdrawn_day()}));
  message.set_withdrawn_us(record.withdrawn_us());
  message.set_withdrawn_by(record.withdrawn_by());
  return message;
}

void SetNames(const std::optional<rec::ConsentText>& names, v1::Consent* message) {
  message->set_key_gone(!names.has_value());
  if (!names.has_value()) return;
  message->set_guardian_name(names->guardian_name());
  message->set_witness_name(names->witness_name());
}

v1::Erasure ToMessage(int32_t student_number, const rec::ErasureRecord& record) {
  v1::Erasure message;
  message.set_student_number(student_number);
  message.set_reason(static_cast<v1::ErasureReason>(record.reason()));
  message.set_erased_us(record.erased_us());
  message.set_erased_by(record.erased_by());
  return message;
}

v1::RetentionRule ToMessage(const std::string& school_id, const rec::RetentionRuleRecord& record) {
  v1::RetentionRule message;
  message.set_school_id(school_id);
  message.set_name_days_after_leaving(static_cast<int32_t>(record.name_days_after_leaving()));
  message.set_measurement_days(static_cast<int32_t>(record.measurement_days()));
  return message;
}

v1::SchoolPurge ToMessage(const SchoolPurge& purge) {
  v1::SchoolPurge message;
  message.set_school_id(purge.school_id);
  message.set_names(static_cast<int64_t>(purge.names.size()));
  message.set_guardians(static_cast<int64_t>(purge.guardians.size()));
  message.set_measurements(static_cast<int64_t>(purge.measurements.size()));
  message.set_incident_notes(static_cast<int64_t>(purge.notes.size()));
  return message;
}

}  // namespace milkway::consumption
