#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace pln = planning::v1;

class Plans final : public pln::PlanService::Service, public FakeHandler {
  grpc::Status GetSchoolPlan(grpc::ServerContext* context, const pln::GetSchoolPlanRequest* request,
                             pln::GetSchoolPlanResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      if (request->school_id() != books.plan.school_id()) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "SCHOOL_UNKNOWN", "no such school");
      }
      *response->mutable_plan() = books.plan;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListSchoolPlans(grpc::ServerContext* context,
                               const pln::ListSchoolPlansRequest* request,
                               pln::ListSchoolPlansResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      if (!books.plan.school_id().empty()) *response->add_plans() = books.plan;
      return grpc::Status::OK;
    });
  }
  grpc::Status SuggestOrders(grpc::ServerContext* context, const pln::SuggestOrdersRequest* request,
                             pln::SuggestOrdersResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.orders;
      return grpc::Status::OK;
    });
  }
  grpc::Status GetLaneLeadTimes(grpc::ServerContext* context,
                                const pln::GetLaneLeadTimesRequest* request,
                                pln::GetLaneLeadTimesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_lead_times() = books.plan.lead_times();
      return grpc::Status::OK;
    });
  }
};

class Alerts final : public pln::AlertService::Service, public FakeHandler {
  grpc::Status EvaluateAlerts(grpc::ServerContext* context,
                              const pln::EvaluateAlertsRequest* request,
                              pln::EvaluateAlertsResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_schools(3);
      response->add_problems("trace: away");
      return grpc::Status::OK;
    });
  }
  grpc::Status ListAlerts(grpc::ServerContext* context, const pln::ListAlertsRequest* request,
                          pln::ListAlertsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.alerts;
      return grpc::Status::OK;
    });
  }
  grpc::Status AcknowledgeAlert(grpc::ServerContext* context,
                                const pln::AcknowledgeAlertRequest* request,
                                pln::AcknowledgeAlertResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response->mutable_alert() = books.alerts.alerts(0);
      response->mutable_alert()->set_acknowledged_by("dev");
      return grpc::Status::OK;
    });
  }
  grpc::Status SnoozeAlert(grpc::ServerContext* context, const pln::SnoozeAlertRequest* request,
                           pln::SnoozeAlertResponse*) override {
    return Run(context, request, [&](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  // One change; then nothing more is to be had.
  grpc::Status WatchAlerts(grpc::ServerContext* context, const pln::WatchAlertsRequest* request,
                           grpc::ServerWriter<pln::WatchAlertsResponse>* writer) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      if (request->after_token() == "8") {
        return Refusal(grpc::StatusCode::FAILED_PRECONDITION, "ENOUGH", "that is all");
      }
      pln::WatchAlertsResponse change;
      change.set_change(pln::ALERT_CHANGE_OPENED);
      *change.mutable_alert() = books.alerts.alerts(0);
      change.set_token("8");
      writer->Write(change);
      return grpc::Status::OK;
    });
  }
  grpc::Status GetDailyDigest(grpc::ServerContext* context,
                              const pln::GetDailyDigestRequest* request,
                              pln::GetDailyDigestResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_text(absl::StrCat(
          "digest ", request->date(),
          request->language() == pln::DIGEST_LANGUAGE_ZH ? " 中文" : " English", "\n"));
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddPlanningServices(FakeServer* server, FakeServices* services) {
  AddService<Plans>(server, services);
  AddService<Alerts>(server, services);
}

}  // namespace milkway::cli::testing
