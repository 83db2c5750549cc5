// gRPC: schools and rosters.

#ifndef MILKWAY_SERVICES_CONSUMPTION_SCHOOL_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_SCHOOL_SERVICE_H_

#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "services/runtime/handler.h"
#include "services/runtime/peer.h"

namespace milkway::consumption {

class SchoolService final : public v1::SchoolService::CallbackService {
 public:
  using Catalog = runtime::Peer<inventory::v1::CatalogService>;
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // `catalog` must outlive the service.
  SchoolService(runtime::Handlers::Parts parts, const Catalog* catalog)
      : handlers_(parts), catalog_(*catalog) {}

  Reactor* RegisterSchool(Context* context, const v1::RegisterSchoolRequest* request,
                          v1::RegisterSchoolResponse* response) override;
  Reactor* GetSchool(Context* context, const v1::GetSchoolRequest* request,
                     v1::GetSchoolResponse* response) override;
  Reactor* ListSchools(Context* context, const v1::ListSchoolsRequest* request,
                       v1::ListSchoolsResponse* response) override;
  Reactor* EnrolStudents(Context* context, const v1::EnrolStudentsRequest* request,
                         v1::EnrolStudentsResponse* response) override;
  Reactor* UpdateStudent(Context* context, const v1::UpdateStudentRequest* request,
                         v1::UpdateStudentResponse* response) override;
  Reactor* TransferStudent(Context* context, const v1::TransferStudentRequest* request,
                           v1::TransferStudentResponse* response) override;
  Reactor* RollOverClasses(Context* context, const v1::RollOverClassesRequest* request,
                           v1::RollOverClassesResponse* response) override;
  Reactor* ListStudentChanges(Context* context, const v1::ListStudentChangesRequest* request,
                              v1::ListStudentChangesResponse* response) override;
  Reactor* ListStudents(Context* context, const v1::ListStudentsRequest* request,
                        v1::ListStudentsResponse* response) override;

 private:
  runtime::Handlers handlers_;
  const Catalog& catalog_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_SCHOOL_SERVICE_H_
