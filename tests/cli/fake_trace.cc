#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace trc = trace::v1;

class Traces final : public trc::TraceService::Service, public FakeHandler {
  grpc::Status TraceLot(grpc::ServerContext* context, const trc::TraceLotRequest* request,
                        trc::TraceLotResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.trace;
      return grpc::Status::OK;
    });
  }
  grpc::Status TraceServing(grpc::ServerContext* context, const trc::TraceServingRequest* request,
                            trc::TraceServingResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.origins;
      return grpc::Status::OK;
    });
  }
};

// Places come two on a page.
class RecallLists final : public trc::RecallListService::Service, public FakeHandler {
  grpc::Status GetRecallList(grpc::ServerContext* context, const trc::GetRecallListRequest* request,
                             trc::GetRecallListResponse* response) override {
    return Run(context, request, [&](FakeBooks& books, bool) {
      *response = books.recall_list;
      response->clear_places();
      const int first = request->page_token().empty() ? 0 : std::stoi(request->page_token());
      for (int i = first; i < books.recall_list.places_size() && i < first + 2; ++i) {
        *response->add_places() = books.recall_list.places(i);
      }
      if (first + 2 < books.recall_list.places_size()) {
        response->set_next_page_token(std::to_string(first + 2));
      }
      return grpc::Status::OK;
    });
  }
  grpc::Status AcknowledgeRecall(grpc::ServerContext* context,
                                 const trc::AcknowledgeRecallRequest* request,
                                 trc::AcknowledgeRecallResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      *response->mutable_acknowledgement() = request->acknowledgement();
      response->mutable_acknowledgement()->set_number(1);
      return grpc::Status::OK;
    });
  }
  grpc::Status GetRecallNotice(grpc::ServerContext* context,
                               const trc::GetRecallNoticeRequest* request,
                               trc::GetRecallNoticeResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_html(absl::StrCat("<html>", request->location_id(), "</html>\n"));
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddTraceServices(FakeServer* server, FakeServices* services) {
  AddService<Traces>(server, services);
  AddService<RecallLists>(server, services);
}

}  // namespace milkway::cli::testing
