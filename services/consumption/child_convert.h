// Messages about children as persons ↔ domain types.

#ifndef MILKWAY_SERVICES_CONSUMPTION_CHILD_CONVERT_H_
#define MILKWAY_SERVICES_CONSUMPTION_CHILD_CONVERT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "milkway/consumption/v1/consents.pb.h"
#include "milkway/consumption/v1/erasure.pb.h"
#include "milkway/consumption/v1/personal.pb.h"
#include "milkway/consumption/v1/retention.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "services/consumption/consents.h"
#include "services/consumption/personal.h"
#include "services/consumption/retention.h"

namespace milkway::consumption {

// 1 to kStudentNumberMax.
absl::StatusOr<int32_t> ParseStudentNumber(int32_t number);

absl::StatusOr<std::vector<PersonalChange>> ParsePersonalChanges(
    const v1::SetStudentPersonalRequest& message);
absl::StatusOr<ConsentStatement> ParseStatement(const v1::ConsentStatement& message);
// Consents that come with an enrolment, each of a student of it.
struct EnrolmentConsent {
  int32_t student_number = 0;
  ConsentStatement statement;
};
absl::StatusOr<std::vector<EnrolmentConsent>> ParseEnrolmentConsents(
    const v1::EnrolStudentsRequest& message);
// Names may be given by contacts of the school only.
absl::StatusOr<rec::ConsentText> ParseConsentNames(const v1::RecordConsentRequest& message,
                                                   bool is_contact);
absl::StatusOr<Withdrawal> ParseWithdrawal(const v1::WithdrawConsentRequest& message);
// Why, if the number was repeated.
absl::StatusOr<uint32_t> ParseErasure(const v1::EraseStudentRequest& message);
// Without when and who.
absl::StatusOr<rec::RetentionRuleRecord> ParseRule(const v1::RetentionRule& message);

v1::StudentPersonal ToMessage(int32_t student_number, const Personal& personal);
// Without names.
v1::Consent ToMessage(int32_t student_number, uint32_t consent_number,
                      const rec::ConsentRecord& record);
// Names as OpenNames finds them.
void SetNames(const std::optional<rec::ConsentText>& names, v1::Consent* message);
v1::Erasure ToMessage(int32_t student_number, const rec::ErasureRecord& record);
v1::RetentionRule ToMessage(const std::string& school_id, const rec::RetentionRuleRecord& record);
v1::SchoolPurge ToMessage(const SchoolPurge& purge);

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_CHILD_CONVERT_H_
