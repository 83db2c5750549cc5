#include "services/consumption/paper_sheet_service.h"

#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/consumption/paper_page.h"
#include "services/consumption/paper_plan.h"

namespace milkway::consumption {

using runtime::Call;
using storage::Reader;

grpc::ServerUnaryReactor* PaperSheetService::GetPaperSheet(Context* context,
                                                           const v1::GetPaperSheetRequest* request,
                                                           v1::GetPaperSheetResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call&) -> absl::StatusOr<v1::GetPaperSheetResponse> {
        ASSIGN_OR_RETURN(const Sheet sheet, FindSheet(reader, *request));
        v1::GetPaperSheetResponse answer;
        const bool is_english = request->language() == v1::PAPER_LANGUAGE_EN;
        answer.set_html(
            RenderSheet(sheet, is_english ? PageLanguage::kEnglish : PageLanguage::kChinese));
        answer.set_sheet_number(sheet.sheet_number);
        answer.set_serving_g(sheet.serving_g);
        for (const SheetRow& row : sheet.rows) {
          v1::PaperRow& message = *answer.add_rows();
          message.set_student_number(row.student_number);
          message.set_check_digit(RowCheckDigit(sheet.month, row.student_number));
          message.set_is_excluded(row.is_excluded);
        }
        for (const LocalDate day : sheet.days) answer.add_days(FormatDate(day));
        return answer;
      });
}

grpc::ServerUnaryReactor* PaperSheetService::EnterPaperSheet(
    Context* context, const v1::EnterPaperSheetRequest* request,
    v1::EnterPaperSheetResponse* response) {
  return handlers_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      runtime::Handlers::Finish<v1::EnterPaperSheetResponse> finish) {
        entry_.Enter(*request, call, entry, std::move(finish));
      });
}

}  // namespace milkway::consumption
