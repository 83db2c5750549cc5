#include "services/consumption/calendar_service.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/calendar_convert.h"
#include "services/consumption/schools.h"
#include "services/consumption/terms.h"
#include "services/runtime/errors.h"
#include "services/runtime/page_scan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr int32_t kDatesMax = 1'000;

}  // namespace

grpc::ServerUnaryReactor* CalendarService::PutTerm(Context* context,
                                                   const v1::PutTermRequest* request,
                                                   v1::PutTermResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction, const Call& call) -> absl::StatusOr<v1::PutTermResponse> {
        absl::StatusOr<Term> term = ParseTerm(request->term());
        if (!term.ok()) return runtime::InField("term", term.status());
        term->record.set_recorded_us(call.now_us);
        term->record.set_recorded_by(call.caller.id);
        ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                         ReadSchool(transaction, request->school_id()));
        const absl::StatusOr<Term> replaced =
            FindTerm(transaction, request->school_id(), school.number(), term->record.term_id());
        ASSIGN_OR_RETURN(const Term stored,
                         consumption::PutTerm(transaction, request->school_id(), school.number(),
                                              *std::move(term), request->term().etag()));
        v1::PutTermResponse answer;
        *answer.mutable_term() = ToMessage(stored);
        const v1::Term before = replaced.ok() ? ToMessage(*replaced) : v1::Term();
        call.Changed(replaced.ok() ? &before : nullptr, &answer.term());
        return answer;
      });
}

grpc::ServerUnaryReactor* CalendarService::ListTerms(Context* context,
                                                     const v1::ListTermsRequest* request,
                                                     v1::ListTermsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListTermsResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListTermsResponse answer;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<TermTable>(
                             reader, TermKey::Range(school.number()), *request,
                             [&](const TermKey::Key& key, const rec::TermRecord& record) {
                               const auto first = static_cast<int32_t>(std::get<1>(key));
                               *answer.add_terms() = ToMessage(Term{LocalDate{first}, record});
                               return true;
                             }));
        return answer;
      });
}

grpc::ServerUnaryReactor* CalendarService::SetServingPolicy(
    Context* context, const v1::SetServingPolicyRequest* request,
    v1::SetServingPolicyResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::SetServingPolicyResponse> {
        auto policy = ParsePolicy(request->policy());
        if (!policy.ok()) return runtime::InField("policy", policy.status());
        policy->second.set_recorded_us(call.now_us);
        policy->second.set_recorded_by(call.caller.id);
        ASSIGN_OR_RETURN(const rec::SchoolRecord school,
                         ReadSchool(transaction, request->school_id()));
        ASSIGN_OR_RETURN(
            const auto replaced,
            ServingPolicyTable::Find(transaction, school.number(), int64_t{policy->first.days}));
        RETURN_IF_ERROR(consumption::SetServingPolicy(
            transaction, request->school_id(), school.number(), policy->first, policy->second));
        v1::SetServingPolicyResponse answer;
        *answer.mutable_policy() = ToMessage(policy->first, policy->second);
        const v1::ServingPolicy before =
            replaced.has_value() ? ToMessage(policy->first, *replaced) : v1::ServingPolicy();
        call.Changed(replaced.has_value() ? &before : nullptr, &answer.policy());
        return answer;
      });
}

grpc::ServerUnaryReactor* CalendarService::ListServingPolicies(
    Context* context, const v1::ListServingPoliciesRequest* request,
    v1::ListServingPoliciesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call&) -> absl::StatusOr<v1::ListServingPoliciesResponse> {
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        v1::ListServingPoliciesResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<ServingPolicyTable>(
                reader, ServingPolicyKey::Range(school.number()), *request,
                [&](const ServingPolicyKey::Key& key, const rec::ServingPolicyRecord& policy) {
                  const auto from = static_cast<int32_t>(std::get<1>(key));
                  *answer.add_policies() = ToMessage(LocalDate{from}, policy);
                  return true;
                }));
        return answer;
      });
}

grpc::ServerUnaryReactor* CalendarService::ListSchoolDates(
    Context* context, const v1::ListSchoolDatesRequest* request,
    v1::ListSchoolDatesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListSchoolDatesResponse> {
        ASSIGN_OR_RETURN(const DaysAsked asked,
                         ParseDaysAsked(request->from_day(), request->to_day(), kDatesMax));
        ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(reader, request->school_id()));
        ASSIGN_OR_RETURN(const std::vector<Term> terms, ReadTerms(reader, school.number()));
        v1::ListSchoolDatesResponse answer;
        int32_t outside = 0;
        for (LocalDate day = asked.from; day <= asked.to; ++day.days) {
          const Term* term = TermOn(terms, day);
          if (term == nullptr) ++outside;
          if (term != nullptr && IsSchoolDay(*term, day)) answer.add_school_days(FormatDate(day));
        }
        answer.set_days_outside_terms(outside);
        return answer;
      });
}

}  // namespace milkway::consumption
