#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
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

}  // namespace

void AddConsumptionServices(FakeServer* server, FakeServices* services) {
  AddService<Schools>(server, services);
  AddService<Distributions>(server, services);
}

}  // namespace milkway::cli::testing
