#include "services/planning/alert_service.h"

#include <string>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/planning/alert_convert.h"
#include "services/planning/alerts.h"
#include "services/planning/digest.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::planning {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

constexpr size_t kNoteBytesMax = 500;

// A page through one of the indexes of alerts; the alert's id is the last field.
template <typename Table>
absl::StatusOr<v1::ListAlertsResponse> ListBy(const Reader& reader,
                                              const v1::ListAlertsRequest& request,
                                              int64_t now_us) {
  v1::ListAlertsResponse answer;
  absl::Status status;
  ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                   runtime::ScanPage<Table>(
                       reader, Table::Schema::Range(), request,
                       [&](const typename Table::Key& key, const rec::IndexRecord&) {
                         const std::string& alert_id =
                             std::get<std::tuple_size_v<typename Table::Key> - 1>(key);
                         const absl::StatusOr<rec::AlertRecord> alert = ReadAlert(reader, alert_id);
                         status.Update(alert.status());
                         if (!alert.ok() || !IsWanted(request, *alert, now_us)) return false;
                         *answer.add_alerts() = ToMessage(alert_id, *alert);
                         return true;
                       }));
  RETURN_IF_ERROR(status);
  return answer;
}

}  // namespace

grpc::ServerUnaryReactor* AlertService::EvaluateAlerts(Context* context,
                                                       const v1::EvaluateAlertsRequest* request,
                                                       v1::EvaluateAlertsResponse* response) {
  return handlers_.MutateAfter<Evaluated>(
      context, request, response,
      [this, request](const Call&, Handlers::Finish<Evaluated> finish) {
        evaluating_.Reply<Evaluated>(
            std::move(finish), [this, request] { return evaluator_.Run(request->verify_books()); });
      },
      [](Transaction&, const Call&, const Evaluated& evaluated)
          -> absl::StatusOr<v1::EvaluateAlertsResponse> { return ToMessage(evaluated); });
}

grpc::ServerUnaryReactor* AlertService::ListAlerts(Context* context,
                                                   const v1::ListAlertsRequest* request,
                                                   v1::ListAlertsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::ListAlertsResponse> {
        RETURN_IF_ERROR(CheckFilters(*request));
        if (request->filter() == v1::ALERT_FILTER_ALL) {
          return ListBy<AlertByTimeTable>(reader, *request, call.now_us);
        }
        return ListBy<OpenAlertTable>(reader, *request, call.now_us);
      });
}

grpc::ServerUnaryReactor* AlertService::AcknowledgeAlert(Context* context,
                                                         const v1::AcknowledgeAlertRequest* request,
                                                         v1::AcknowledgeAlertResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::AcknowledgeAlertResponse> {
        ASSIGN_OR_RETURN(const std::string alert_id, ParseAlertId(request->alert_id()));
        ASSIGN_OR_RETURN(const std::string note,
                         runtime::ParseText("note", request->note(), 0, kNoteBytesMax));
        ASSIGN_OR_RETURN(const rec::AlertRecord alert,
                         planning::AcknowledgeAlert(transaction, alert_id, note, call));
        v1::AcknowledgeAlertResponse answer;
        *answer.mutable_alert() = ToMessage(alert_id, alert);
        return answer;
      });
}

grpc::ServerUnaryReactor* AlertService::SnoozeAlert(Context* context,
                                                    const v1::SnoozeAlertRequest* request,
                                                    v1::SnoozeAlertResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::SnoozeAlertResponse> {
        ASSIGN_OR_RETURN(const std::string alert_id, ParseAlertId(request->alert_id()));
        ASSIGN_OR_RETURN(const int64_t until_us, ParseUntil(request->until_us(), call.now_us));
        ASSIGN_OR_RETURN(const std::string note,
                         runtime::ParseText("note", request->note(), 1, kNoteBytesMax));
        ASSIGN_OR_RETURN(const rec::AlertRecord alert,
                         planning::SnoozeAlert(transaction, alert_id, until_us, note, call));
        v1::SnoozeAlertResponse answer;
        *answer.mutable_alert() = ToMessage(alert_id, alert);
        return answer;
      });
}

grpc::ServerWriteReactor<v1::WatchAlertsResponse>* AlertService::WatchAlerts(
    Context* context, const v1::WatchAlertsRequest* request) {
  return new AlertStream(runtime::CallScope(handlers_.parts(), *context,
                                            v1::WatchAlertsRequest::descriptor(), request),
                         *request, &watchers_);
}

grpc::ServerUnaryReactor* AlertService::GetDailyDigest(Context* context,
                                                       const v1::GetDailyDigestRequest* request,
                                                       v1::GetDailyDigestResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call& call) -> absl::StatusOr<v1::GetDailyDigestResponse> {
        LocalDate day = LocalDateIn(call.now_us, kDigestTimeZone);
        if (!request->date().empty()) {
          ASSIGN_OR_RETURN(day, ParseDate("date", request->date()));
        }
        if (!v1::DigestLanguage_IsValid(request->language())) {
          return runtime::InvalidField("language", "must be one of those that are known");
        }
        v1::GetDailyDigestResponse answer;
        ASSIGN_OR_RETURN(
            *answer.mutable_text(),
            MakeDigest(reader, day, call.now_us, request->language() == v1::DIGEST_LANGUAGE_ZH));
        return answer;
      });
}

}  // namespace milkway::planning
