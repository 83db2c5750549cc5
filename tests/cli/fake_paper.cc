#include "milkway/consumption/v1/paper.grpc.pb.h"
#include "tests/cli/fake_handler.h"

namespace milkway::cli::testing {

namespace {

namespace con = consumption::v1;

// A sheet of two children and two days.
class PaperSheets final : public con::PaperSheetService::Service, public FakeHandler {
  grpc::Status GetPaperSheet(grpc::ServerContext* context, const con::GetPaperSheetRequest* request,
                             con::GetPaperSheetResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      response->set_html("<!DOCTYPE html>喝奶登记表\n");
      response->set_sheet_number("0001-202503-4821-17");
      response->set_serving_g(25);
      response->add_days("2025-03-03");
      response->add_days("2025-03-04");
      for (const int32_t number : {7, 12}) {
        con::PaperRow& row = *response->add_rows();
        row.set_student_number(number);
        row.set_check_digit(number % 10);
      }
      return grpc::Status::OK;
    });
  }

  // Every day is recorded; one without a child was refused.
  grpc::Status EnterPaperSheet(grpc::ServerContext* context,
                               const con::EnterPaperSheetRequest* request,
                               con::EnterPaperSheetResponse* response) override {
    return Run(context, request, [&](FakeBooks&, bool) {
      for (int index = 0; index < request->days_size(); ++index) {
        con::PaperDayResult& day = *response->add_days();
        day.set_day(request->days(index).day());
        for (const con::PaperMarks& row : request->rows()) {
          if (row.marks()[static_cast<size_t>(index)] == '1') day.set_servings(day.servings() + 1);
        }
        day.set_outcome(con::PAPER_OUTCOME_RECORDED);
        if (day.servings() > 0) continue;
        day.set_outcome(con::PAPER_OUTCOME_DIFFERS);
        day.set_servings_before(2);
      }
      return grpc::Status::OK;
    });
  }
};

}  // namespace

void AddPaperServices(FakeServer* server, FakeServices* services) {
  AddService<PaperSheets>(server, services);
}

}  // namespace milkway::cli::testing
