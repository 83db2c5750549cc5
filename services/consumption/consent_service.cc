#include "services/consumption/consent_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/consents.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/schools.h"
#include "services/consumption/sealed_change.h"
#include "services/runtime/errors.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

bool IsContact(const Call& call) { return call.caller.role == common::v1::ROLE_SCHOOL_CONTACT; }

// Parsed, of a child that is there.
struct Asked {
  Child child;
  ConsentStatement statement;
  rec::ConsentText names;
};

absl::StatusOr<Asked> Parse(const Reader& reader, const v1::RecordConsentRequest& request,
                            const Call& call) {
  Asked asked;
  ASSIGN_OR_RETURN(const int32_t number, ParseStudentNumber(request.student_number()));
  const auto statement = ParseStatement(request.statement());
  if (!statement.ok()) return runtime::InField("statement", statement.status());
  asked.statement = *statement;
  ASSIGN_OR_RETURN(asked.names, ParseConsentNames(request, IsContact(call)));
  ASSIGN_OR_RETURN(asked.child, FindChild(reader, request.school_id(), number));
  return asked;
}

absl::StatusOr<LocalDate> TodayAt(const Reader& reader, const std::string& school_id,
                                  const Call& call) {
  ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, school_id));
  return LocalDateIn(call.now_us, school.time_zone());
}

// The key for the names; none if there are none to seal.
absl::StatusOr<std::vector<ChildKeyName>> KeysFor(const Reader& reader, const Asked& asked) {
  const bool has_names =
      !asked.names.guardian_name().empty() || !asked.names.witness_name().empty();
  ASSIGN_OR_RETURN(const bool is_erased, IsErased(reader, asked.child));
  if (!has_names || is_erased) return std::vector<ChildKeyName>();
  ASSIGN_OR_RETURN(ChildKeyName name, KeyInUse(reader, asked.child, KeySubject::kGuardians));
  return std::vector<ChildKeyName>{std::move(name)};
}

// Visits a consent; true if it belongs on the page.
bool IsAsked(const rec::ConsentRecord& consent, const v1::ListConsentsRequest& request) {
  const bool is_of_purpose =
      request.purpose() == 0 || consent.purpose() == static_cast<uint32_t>(request.purpose());
  return is_of_purpose && !(request.only_standing() && consent.has_withdrawn_day());
}

absl::StatusOr<v1::Consent> MessageOf(const Reader& reader, const ChildKeys::View* keys,
                                      const std::string& school_id, const ConsentKey::Key& key,
                                      const rec::ConsentRecord& consent) {
  const auto& [school_number, student, consent_number] = key;
  v1::Consent message = ToMessage(static_cast<int32_t>(student), consent_number, consent);
  if (keys == nullptr) return message;
  ASSIGN_OR_RETURN(const auto names, OpenNames(reader, *keys, {school_id, school_number, student},
                                               consent_number, consent));
  SetNames(names, &message);
  return message;
}

}  // namespace

grpc::ServerUnaryReactor* ConsentService::RecordConsent(Context* context,
                                                        const v1::RecordConsentRequest* request,
                                                        v1::RecordConsentResponse* response) {
  const auto needs = [request](const Reader& reader,
                               const Call& call) -> absl::StatusOr<std::vector<ChildKeyName>> {
    ASSIGN_OR_RETURN(const Asked asked, Parse(reader, *request, call));
    return KeysFor(reader, asked);
  };
  const auto change = [request](Transaction& transaction, const Call& call,
                                const KeyRing& ring) -> absl::StatusOr<v1::RecordConsentResponse> {
    ASSIGN_OR_RETURN(const Asked asked, Parse(transaction, *request, call));
    ASSIGN_OR_RETURN(const LocalDate today, TodayAt(transaction, request->school_id(), call));
    ASSIGN_OR_RETURN(
        const uint32_t number,
        consumption::RecordConsent(transaction, asked.child, asked.statement, asked.names, ring,
                                   today, {call.caller.id, call.now_us}));
    v1::RecordConsentResponse answer;
    answer.set_consent_number(static_cast<int32_t>(number));
    return answer;
  };
  return MutateSealed(handlers_, keys_, context, request, response, needs, change);
}

grpc::ServerUnaryReactor* ConsentService::WithdrawConsent(Context* context,
                                                          const v1::WithdrawConsentRequest* request,
                                                          v1::WithdrawConsentResponse* response) {
  return handlers_.MutateAcross(
      context, request, response, kKeyDestruction,
      [request](Transaction& transaction, const Call& call) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const int32_t number, ParseStudentNumber(request->student_number()));
        ASSIGN_OR_RETURN(const Withdrawal withdrawal, ParseWithdrawal(*request));
        ASSIGN_OR_RETURN(const Child child, FindChild(transaction, request->school_id(), number));
        ASSIGN_OR_RETURN(const LocalDate today, TodayAt(transaction, request->school_id(), call));
        ASSIGN_OR_RETURN(const Withdrawn withdrawn,
                         consumption::WithdrawConsent(transaction, child, withdrawal, today,
                                                      {call.caller.id, call.now_us}));
        v1::WithdrawConsentResponse answer;
        answer.set_measurements_erased(withdrawn.measurements_erased);
        answer.set_name_erased(withdrawn.is_name_erased);
        answer.set_excluded(withdrawn.is_excluded);
        std::vector<uint32_t> touched;
        if (withdrawn.measurements_erased > 0) touched.push_back(child.school_number);
        return DestructionPayload(withdrawn.doomed, std::move(touched), answer);
      });
}

grpc::ServerUnaryReactor* ConsentService::ListConsents(Context* context,
                                                       const v1::ListConsentsRequest* request,
                                                       v1::ListConsentsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [this, request](const Reader& reader,
                      const Call& call) -> absl::StatusOr<v1::ListConsentsResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        const uint32_t student = static_cast<uint32_t>(request->student_number());
        const storage::KeyRange range = student == 0 ? ConsentKey::Range(school.number())
                                                     : ConsentKey::Range(school.number(), student);
        const ChildKeys::View keys = keys_.NewView();
        const ChildKeys::View* const shown = IsContact(call) ? &keys : nullptr;
        v1::ListConsentsResponse answer;
        absl::Status status;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<ConsentTable>(
                             reader, range, *request,
                             [&](const ConsentKey::Key& key, const rec::ConsentRecord& consent) {
                               if (!IsAsked(consent, *request)) return false;
                               auto message =
                                   MessageOf(reader, shown, request->school_id(), key, consent);
                               status.Update(message.status());
                               if (message.ok()) *answer.add_consents() = *std::move(message);
                               return true;
                             }));
        RETURN_IF_ERROR(status);
        const auto is_gone = [](const v1::Consent& consent) { return consent.key_gone(); };
        if (std::any_of(answer.consents().begin(), answer.consents().end(), is_gone)) {
          unreadable_.Tell(request->school_id());
        }
        return answer;
      });
}

}  // namespace milkway::consumption
