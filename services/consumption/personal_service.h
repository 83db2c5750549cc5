// gRPC: names of children and notes about them.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PERSONAL_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_PERSONAL_SERVICE_H_

#include "milkway/consumption/v1/personal.grpc.pb.h"
#include "services/consumption/child_keys.h"
#include "services/consumption/unreadable_text.h"
#include "services/runtime/asking.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class PersonalService final : public v1::StudentPersonalService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // Both must outlive the service.
  PersonalService(runtime::Handlers::Parts parts, const ChildKeys* keys, runtime::Asking* asking)
      : handlers_(parts),
        keys_(*keys),
        asking_(*asking),
        unreadable_(parts.log, parts.clock, "names or notes of children") {}

  Reactor* SetStudentPersonal(Context* context, const v1::SetStudentPersonalRequest* request,
                              v1::SetStudentPersonalResponse* response) override;
  Reactor* GetStudentPersonal(Context* context, const v1::GetStudentPersonalRequest* request,
                              v1::GetStudentPersonalResponse* response) override;
  Reactor* ListStudentPersonal(Context* context, const v1::ListStudentPersonalRequest* request,
                               v1::ListStudentPersonalResponse* response) override;
  Reactor* ClearStudentPersonal(Context* context, const v1::ClearStudentPersonalRequest* request,
                                v1::ClearStudentPersonalResponse* response) override;
  Reactor* ExportStudentData(Context* context, const v1::ExportStudentDataRequest* request,
                             v1::ExportStudentDataResponse* response) override;

 private:
  runtime::Handlers handlers_;
  const ChildKeys& keys_;
  runtime::Asking& asking_;
  UnreadableText unreadable_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PERSONAL_SERVICE_H_
