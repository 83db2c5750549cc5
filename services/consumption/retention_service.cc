#include "services/consumption/retention_service.h"

#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/status_macros.h"
#include "services/consumption/child_convert.h"
#include "services/consumption/consumption_errors.h"
#include "services/consumption/key_destroyer.h"
#include "services/consumption/retention.h"
#include "services/consumption/schools.h"
#include "services/runtime/errors.h"

namespace milkway::consumption {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr uint32_t kAllSchools = 0;

absl::StatusOr<v1::PlanPurgeResponse> PlanFor(const Reader& reader,
                                              const v1::PlanPurgeRequest& request, int64_t now_us) {
  ASSIGN_OR_RETURN(const PurgePlan plan,
                   consumption::PlanPurge(reader, request.school_id(), now_us));
  v1::PlanPurgeResponse answer;
  answer.set_plan_id(PlanIdOf(plan));
  for (const SchoolPurge& purge : plan.schools) *answer.add_schools() = ToMessage(purge);
  answer.set_has_more(plan.has_more);
  return answer;
}

// The plan that is to be run.
absl::StatusOr<PurgePlan> FindPlan(const Reader& reader, const v1::RunPurgeRequest& request,
                                   int64_t now_us) {
  if (request.plan_id().empty()) {
    return runtime::InvalidField("plan_id", "must be that of a plan; plan the purge first");
  }
  ASSIGN_OR_RETURN(PurgePlan plan, consumption::PlanPurge(reader, request.school_id(), now_us));
  if (PlanIdOf(plan) != request.plan_id()) return PlanChanged();
  return plan;
}

}  // namespace

grpc::ServerUnaryReactor* RetentionService::SetRetentionRule(
    Context* context, const v1::SetRetentionRuleRequest* request,
    v1::SetRetentionRuleResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::SetRetentionRuleResponse> {
        auto rule = ParseRule(request->rule());
        if (!rule.ok()) return runtime::InField("rule", rule.status());
        uint32_t school_number = kAllSchools;
        const std::string& school_id = request->rule().school_id();
        if (!school_id.empty()) {
          ASSIGN_OR_RETURN(const rec::SchoolRecord school, ReadSchool(transaction, school_id));
          school_number = school.number();
        }
        rule->set_set_us(call.now_us);
        rule->set_set_by(call.caller.id);
        ASSIGN_OR_RETURN(const rec::RetentionRuleRecord before,
                         FindRule(transaction, school_number));
        RETURN_IF_ERROR(RetentionRuleTable::Put(transaction, *rule, school_number));
        v1::SetRetentionRuleResponse answer;
        *answer.mutable_rule() = ToMessage(school_id, *rule);
        const v1::RetentionRule rule_before = ToMessage(school_id, before);
        call.Changed(&rule_before, &answer.rule());
        return answer;
      });
}

grpc::ServerUnaryReactor* RetentionService::ListRetentionRules(
    Context* context, const v1::ListRetentionRulesRequest* request,
    v1::ListRetentionRulesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [](const Reader& reader, const Call&) -> absl::StatusOr<v1::ListRetentionRulesResponse> {
        v1::ListRetentionRulesResponse answer;
        ASSIGN_OR_RETURN(const rec::RetentionRuleRecord of_all, FindRule(reader, kAllSchools));
        *answer.add_rules() = ToMessage("", of_all);
        absl::Status status;
        RETURN_IF_ERROR(RetentionRuleTable::Scan(
            reader, RetentionRuleKey::Range(),
            [&](const RetentionRuleKey::Key& key, const rec::RetentionRuleRecord& rule) {
              if (std::get<0>(key) == kAllSchools) return true;
              const auto school_id = FindSchoolId(reader, std::get<0>(key));
              status.Update(school_id.status());
              if (school_id.ok()) *answer.add_rules() = ToMessage(*school_id, rule);
              return status.ok();
            }));
        RETURN_IF_ERROR(status);
        return answer;
      });
}

grpc::ServerUnaryReactor* RetentionService::PlanPurge(Context* context,
                                                      const v1::PlanPurgeRequest* request,
                                                      v1::PlanPurgeResponse* response) {
  using Response = v1::PlanPurgeResponse;
  // It reads all children, which is too long for a thread of gRPC.
  return handlers_.Async(context, request, response,
                         [this, request](const Call& call, Handlers::Finish<Response> finish) {
                           const int64_t now_us = call.now_us;
                           asking_.Reply<Response>(std::move(finish), [this, request, now_us] {
                             const auto snapshot = handlers_.parts().store->NewSnapshot();
                             return PlanFor(*snapshot, *request, now_us);
                           });
                         });
}

grpc::ServerUnaryReactor* RetentionService::RunPurge(Context* context,
                                                     const v1::RunPurgeRequest* request,
                                                     v1::RunPurgeResponse* response) {
  // As of a plan: not on the store's own thread.
  const auto ask = [this, request](const Call& call, Handlers::Finish<PurgePlan> finish) {
    const int64_t now_us = call.now_us;
    asking_.Reply<PurgePlan>(std::move(finish), [this, request, now_us] {
      const auto snapshot = handlers_.parts().store->NewSnapshot();
      return FindPlan(*snapshot, *request, now_us);
    });
  };
  return handlers_.MutateAcrossAfter<PurgePlan>(
      context, request, response, kKeyDestruction, ask,
      [](Transaction& transaction, const Call& call,
         const PurgePlan& plan) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const Purged purged,
                         consumption::RunPurge(transaction, plan, call.now_us));
        v1::RunPurgeResponse answer;
        std::vector<uint32_t> school_numbers;
        for (const SchoolPurge& purge : plan.schools) {
          *answer.add_schools() = ToMessage(purge);
          school_numbers.push_back(purge.school_number);
        }
        return DestructionPayload(purged.doomed, std::move(school_numbers), answer,
                                  purged.rewritten);
      });
}

}  // namespace milkway::consumption
