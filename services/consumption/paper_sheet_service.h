// gRPC: sheets of paper and their way back.

#ifndef MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_SERVICE_H_
#define MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_SERVICE_H_

#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "services/consumption/paper_entry.h"
#include "services/runtime/handler.h"

namespace milkway::consumption {

class PaperSheetService final : public v1::PaperSheetService::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Reactor = grpc::ServerUnaryReactor;

  // All must outlive the service.
  PaperSheetService(runtime::Handlers::Parts parts, PaperEntry* entry)
      : handlers_(parts), entry_(*entry) {}

  Reactor* GetPaperSheet(Context* context, const v1::GetPaperSheetRequest* request,
                         v1::GetPaperSheetResponse* response) override;
  Reactor* EnterPaperSheet(Context* context, const v1::EnterPaperSheetRequest* request,
                           v1::EnterPaperSheetResponse* response) override;

 private:
  runtime::Handlers handlers_;
  PaperEntry& entry_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_PAPER_SHEET_SERVICE_H_
