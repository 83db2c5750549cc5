#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "milkway/consumption/v1/calendar.grpc.pb.h"
#include "milkway/consumption/v1/distributions.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/nutrition.grpc.pb.h"
#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/consumption/v1/summaries.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace con = consumption::v1;

class Schools final : public con::SchoolService::Service, public FakeHandler {
  grpc::Status RegisterSchool(grpc::ServerContext* context,
                              const con::RegisterSchoolRequest* request,
                              con::RegisterSchoolResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      books.rosters.try_emplace(request->school_id());
      return grpc::Status::OK;
    });
  }
  grpc::Status EnrolStudents(grpc::ServerContext* context, const con::EnrolStudentsRequest* request,
                             con::EnrolStudentsResponse*) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const con::Student& student : request->students()) {
        books.rosters[request->school_id()][student.student_number()] = student;
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status UpdateStudent(grpc::ServerContext* context, const con::UpdateStudentRequest* request,
                             con::UpdateStudentResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      con::Student& student = books.rosters[request->school_id()][request->student_number()];
      if (!request->class_name().empty()) student.set_class_name(request->class_name());
      student.set_left_on(request->left_on());
      student.set_exclusion(request->exclusion());
      student.set_excluded_from(request->from_day());
      *response->mutable_student() = student;
      return grpc::Status::OK;
    });
  }
  grpc::Status TransferStudent(grpc::ServerContext* context,
                               const con::TransferStudentRequest* request,
                               con::TransferStudentResponse*) override {
    return Run(context, request, [](FakeBooks&, bool) { return grpc::Status::OK; });
  }
  grpc::Status RollOverClasses(grpc::ServerContext* context,
                               const con::RollOverClassesRequest* request,
                               con::RollOverClassesResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.rolled_over;
      return grpc::Status::OK;
    });
  }
  grpc::Status ListStudents(grpc::ServerContext* context, const con::ListStudentsRequest* request,
                            con::ListStudentsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      const auto found = books.rosters.find(request->school_id());
      if (found == books.rosters.end()) {
        return Refusal(grpc::StatusCode::NOT_FOUND, "SCHOOL_UNKNOWN", "no such school");
      }
      for (const auto& [number, student] : found->second) *response->add_students() = student;
      return grpc::Status::OK;
    });
  }
};

class Distributions final : public con::DistributionService::Service, public FakeHandler {
  grpc::Status RecordDistribution(grpc::ServerContext* context,
                                  const con::RecordDistributionRequest* request,
                                  con::RecordDistributionResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_distribution_id(1);
      return grpc::Status::OK;
    });
  }
  static void SetRefusal(const grpc::Status& status, con::Refusal* refusal) {
    refusal->set_code(status.error_code());
    refusal->set_message(status.error_message());
    google::rpc::Status details;
    details.ParseFromString(status.error_details());
    for (const auto& detail : details.details()) {
      google::rpc::ErrorInfo info;
      google::rpc::BadRequest bad_request;
      if (detail.UnpackTo(&info)) {
        refusal->set_reason(info.reason());
        *refusal->mutable_metadata() = info.metadata();
      }
      if (detail.UnpackTo(&bad_request)) {
        refusal->set_field(bad_request.field_violations(0).field());
      }
    }
  }
  grpc::Status BatchRecordDistributions(grpc::ServerContext* context,
                                        const con::BatchRecordDistributionsRequest* request,
                                        con::BatchRecordDistributionsResponse* response) override {
    const grpc::Status admitted =
        Run(context, request, [](FakeBooks&, bool) { return grpc::Status::OK; });
    if (!admitted.ok()) return admitted;
    for (const con::RecordDistributionRequest& record : request->records()) {
      con::DistributionResult& result = *response->add_results();
      const grpc::Status status = RecordDistribution(nullptr, &record, result.mutable_recorded());
      if (!status.ok()) SetRefusal(status, result.mutable_refusal());
    }
    return grpc::Status::OK;
  }
  grpc::Status CorrectDistribution(grpc::ServerContext* context,
                                   const con::CorrectDistributionRequest* request,
                                   con::CorrectDistributionResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_revision(2);
      return grpc::Status::OK;
    });
  }
  grpc::Status ListDistributions(grpc::ServerContext* context,
                                 const con::ListDistributionsRequest* request,
                                 con::ListDistributionsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const auto& record : books.distributions) *response->add_distributions() = record;
      return grpc::Status::OK;
    });
  }
  grpc::Status GetServings(grpc::ServerContext* context, const con::GetServingsRequest* request,
                           con::GetServingsResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      for (int i = 0; i < request->pairs_size(); ++i) response->add_servings()->set_servings(480);
      return grpc::Status::OK;
    });
  }
};

class Calendar final : public con::CalendarService::Service, public FakeHandler {
  grpc::Status PutTerm(grpc::ServerContext* context, const con::PutTermRequest* request,
                       con::PutTermResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      *response->mutable_term() = request->term();
      return grpc::Status::OK;
    });
  }
  grpc::Status ListTerms(grpc::ServerContext* context, const con::ListTermsRequest* request,
                         con::ListTermsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const con::Term& term : books.terms) *response->add_terms() = term;
      return grpc::Status::OK;
    });
  }
  grpc::Status SetServingPolicy(grpc::ServerContext* context,
                                const con::SetServingPolicyRequest* request,
                                con::SetServingPolicyResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      *response->mutable_policy() = request->policy();
      return grpc::Status::OK;
    });
  }
  grpc::Status ListServingPolicies(grpc::ServerContext* context,
                                   const con::ListServingPoliciesRequest* request,
                                   con::ListServingPoliciesResponse* response) override {
    return Give(context, request, response, &FakeBooks::policies);
  }
  grpc::Status ListSchoolDates(grpc::ServerContext* context,
                               const con::ListSchoolDatesRequest* request,
                               con::ListSchoolDatesResponse* response) override {
    return Give(context, request, response, &FakeBooks::school_dates);
  }
};

class Summaries final : public con::SummaryService::Service, public FakeHandler {
  grpc::Status ListLotSchools(grpc::ServerContext* context,
                              const con::ListLotSchoolsRequest* request,
                              con::ListLotSchoolsResponse* response) override {
    return Give(context, request, response, &FakeBooks::lot_schools);
  }
  grpc::Status SummarizeServings(grpc::ServerContext* context,
                                 const con::SummarizeServingsRequest* request,
                                 con::SummarizeServingsResponse* response) override {
    return Give(context, request, response, &FakeBooks::servings);
  }
  grpc::Status CheckServings(grpc::ServerContext* context, const con::CheckServingsRequest* request,
                             con::CheckServingsResponse* response) override {
    return Give(context, request, response, &FakeBooks::check);
  }
};

class Histories final : public con::HistoryService::Service, public FakeHandler {
  grpc::Status GetStudentHistory(grpc::ServerContext* context,
                                 const con::GetStudentHistoryRequest* request,
                                 con::GetStudentHistoryResponse* response) override {
    return Give(context, request, response, &FakeBooks::history);
  }
  grpc::Status ListServedTwice(grpc::ServerContext* context,
                               const con::ListServedTwiceRequest* request,
                               con::ListServedTwiceResponse* response) override {
    return Give(context, request, response, &FakeBooks::served_twice);
  }
  grpc::Status ListIncidents(grpc::ServerContext* context, const con::ListIncidentsRequest* request,
                             con::ListIncidentsResponse* response) override {
    return Give(context, request, response, &FakeBooks::incidents);
  }
  grpc::Status ListIncidentCounts(grpc::ServerContext* context,
                                  const con::ListIncidentCountsRequest* request,
                                  con::ListIncidentCountsResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      for (const con::IncidentEntry& incident : books.incidents.incidents()) {
        con::IncidentCount& count = *response->add_counts();
        count.set_school_id(incident.school_id());
        count.set_served_on(incident.served_on());
        count.set_students(incident.students());
      }
      return grpc::Status::OK;
    });
  }
};

class Nutritions final : public con::NutritionService::Service, public FakeHandler {
  grpc::Status GetNutrition(grpc::ServerContext* context, const con::GetNutritionRequest* request,
                            con::GetNutritionResponse* response) override {
    return Give(context, request, response, &FakeBooks::nutrition);
  }
  grpc::Status GetStudentNutrition(grpc::ServerContext* context,
                                   const con::GetStudentNutritionRequest* request,
                                   con::GetStudentNutritionResponse* response) override {
    return Give(context, request, response, &FakeBooks::student_nutrition);
  }
};

class Papers final : public con::PaperSheetService::Service, public FakeHandler {
  grpc::Status GetPaperSheet(grpc::ServerContext* context, const con::GetPaperSheetRequest* request,
                             con::GetPaperSheetResponse* response) override {
    return Give(context, request, response, &FakeBooks::sheet);
  }
  grpc::Status EnterPaperSheet(grpc::ServerContext* context,
                               const con::EnterPaperSheetRequest* request,
                               con::EnterPaperSheetResponse* response) override {
    return Give(context, request, response, &FakeBooks::entered);
  }
};

}  // namespace

void AddConsumptionServices(FakeServer* server, FakeServices* services) {
  AddService<Schools>(server, services);
  AddService<Distributions>(server, services);
  AddService<Calendar>(server, services);
  AddService<Summaries>(server, services);
  AddService<Histories>(server, services);
  AddService<Nutritions>(server, services);
  AddService<Papers>(server, services);
}

}  // namespace milkway::cli::testing
