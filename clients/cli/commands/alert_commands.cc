// alerts, alert-ack, alert-snooze, digest.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cli/words.h"
#include "clients/cpp/status_macros.h"

namespace milkway::cli {

namespace {

using planning::v1::AlertService;

struct AlertOptions {
  std::string kind;
  std::string severity;
  std::string location_id;
  std::string language = "en";
  std::string after;
  std::string request_id;
  bool all = false;
  bool watch = false;
  bool evaluate = false;
  bool verify_books = false;
  bool json = false;
};

std::string AlertText(const planning::v1::Alert& alert, bool in_chinese) {
  return absl::StrCat(
      "[", WordOf(kAlertSeverities, alert.severity()), "] ", Printable(alert.alert_id()),
      alert.closed_us() != 0 ? " (closed)" : "",
      alert.acknowledged_by().empty()
          ? ""
          : absl::StrCat(" (", Printable(alert.acknowledged_by()), " takes care of it)"),
      "\n  ", Printable(in_chinese ? alert.text_zh() : alert.text_en()), "\n  -> ",
      Printable(in_chinese ? alert.action_zh() : alert.action_en()), "\n");
}

absl::Status Evaluate(const AlertOptions& options, Session& session) {
  planning::v1::EvaluateAlertsRequest request;
  request.set_verify_books(options.verify_books);
  ASSIGN_OR_RETURN(const auto answer, Write(session, &AlertService::Stub::EvaluateAlerts,
                                            options.request_id, request));
  session.console.Say(absl::StrCat("looked at ", answer.schools(), " schools: ", answer.open(),
                                   " alerts are open, ", answer.opened(), " of them new; ",
                                   answer.closed(), " closed"));
  for (const std::string& problem : answer.problems()) {
    session.console.Say(absl::StrCat("could not look at ", Printable(problem)));
  }
  return absl::OkStatus();
}

absl::StatusOr<planning::v1::ListAlertsRequest> ToRequest(const AlertOptions& options) {
  planning::v1::ListAlertsRequest request;
  if (options.all) request.set_filter(planning::v1::ALERT_FILTER_ALL);
  request.set_location_id(options.location_id);
  if (!options.kind.empty()) {
    const auto kind = FindValue(kAlertKinds, options.kind);
    if (!kind.has_value()) {
      return UsageError(
          absl::StrCat("--kind must be ", ListOf(kAlertKinds), ", is ", Quoted(options.kind)));
    }
    request.set_kind(*kind);
  }
  if (!options.severity.empty()) {
    const auto severity = FindValue(kAlertSeverities, options.severity);
    if (!severity.has_value()) {
      return UsageError(absl::StrCat("--severity must be ", ListOf(kAlertSeverities), ", is ",
                                     Quoted(options.severity)));
    }
    request.set_severity_at_least(*severity);
  }
  return request;
}

absl::StatusOr<ExitCode> Watch(const AlertOptions& options, bool in_chinese, Session& session) {
  planning::v1::WatchAlertsRequest request;
  request.set_after_token(options.after);
  request.set_from_now(options.after.empty());
  // A stream that ends or breaks off goes on after the last change shown: the request
  // that is sent again holds its token.
  while (true) {
    RETURN_IF_ERROR(session.connection.ReadStream(
        &AlertService::Stub::WatchAlerts, request, [] {},
        [&](const planning::v1::WatchAlertsResponse& response) {
          request.set_after_token(response.token());
          if (!response.has_alert()) return;
          session.console.Print(options.json
                                    ? ToJson(response)
                                    : absl::StrCat(WordOf(kAlertChanges, response.change()),
                                                   " (token ", response.token(), ") ",
                                                   AlertText(response.alert(), in_chinese)));
        }));
  }
}

absl::StatusOr<ExitCode> ListAlerts(const AlertOptions& options, Session& session) {
  if (options.language != "en" && options.language != "zh") {
    return UsageError(absl::StrCat("--language must be en or zh, is ", Quoted(options.language)));
  }
  const bool in_chinese = options.language == "zh";
  ASSIGN_OR_RETURN(const planning::v1::ListAlertsRequest request, ToRequest(options));
  if (options.evaluate || options.verify_books) RETURN_IF_ERROR(Evaluate(options, session));
  if (options.watch) return Watch(options, in_chinese, session);
  ASSIGN_OR_RETURN(const auto alerts, ListAll<planning::v1::Alert>(
                                          session.connection, &AlertService::Stub::ListAlerts,
                                          request, &planning::v1::ListAlertsResponse::alerts));
  if (options.json) {
    planning::v1::ListAlertsResponse all;
    all.mutable_alerts()->Assign(alerts.begin(), alerts.end());
    session.console.Print(ToJson(all));
    return kDone;
  }
  if (alerts.empty()) session.console.Print("no alert\n");
  for (const planning::v1::Alert& alert : alerts) {
    session.console.Print(AlertText(alert, in_chinese));
  }
  return kDone;
}

struct CareOptions {
  std::string alert_id;
  std::string note;
  std::string until;
  std::string request_id;
};

absl::StatusOr<ExitCode> Acknowledge(const CareOptions& options, Session& session) {
  planning::v1::AcknowledgeAlertRequest request;
  request.set_alert_id(options.alert_id);
  request.set_note(options.note);
  ASSIGN_OR_RETURN(const auto answer, Write(session, &AlertService::Stub::AcknowledgeAlert,
                                            options.request_id, request));
  session.console.Print(AlertText(answer.alert(), false));
  return kDone;
}

absl::StatusOr<ExitCode> Snooze(const CareOptions& options, Session& session) {
  planning::v1::SnoozeAlertRequest request;
  request.set_alert_id(options.alert_id);
  request.set_note(options.note);
  ASSIGN_OR_RETURN(const Instant until, TimeOption("--until", options.until));
  request.set_until_us(until.us);
  ASSIGN_OR_RETURN(const auto answer,
                   Write(session, &AlertService::Stub::SnoozeAlert, options.request_id, request));
  session.console.Print(
      absl::StrCat(Printable(options.alert_id), " is hidden until ", FormatTime(until), "\n"));
  return kDone;
}

struct DigestOptions {
  std::string day;
  std::string language = "en";
};

absl::StatusOr<ExitCode> PrintDigest(const DigestOptions& options, Session& session) {
  planning::v1::GetDailyDigestRequest request;
  if (!options.day.empty()) {
    ASSIGN_OR_RETURN(const Day day, DayOption("--day", options.day));
    request.set_date(FormatDay(day));
  }
  if (options.language != "en" && options.language != "zh") {
    return UsageError(absl::StrCat("--language must be en or zh, is ", Quoted(options.language)));
  }
  request.set_language(options.language == "zh" ? planning::v1::DIGEST_LANGUAGE_ZH
                                                : planning::v1::DIGEST_LANGUAGE_EN);
  ASSIGN_OR_RETURN(const auto answer,
                   session.connection.Call(&AlertService::Stub::GetDailyDigest, request));
  session.console.Print(answer.text());
  return kDone;
}

void AddCareCommands(Commands* commands) {
  auto acknowledge = std::make_shared<CareOptions>();
  CLI::App* command = commands->Add("alert-ack", "Says that you take care of an alert",
                                    "milkway alert-ack low.changyuan.1 --note \"order placed\"");
  command->add_option("ALERT", acknowledge->alert_id, "the alert")->required();
  command->add_option("--note", acknowledge->note, "what is being done");
  AddRequestId(command, &acknowledge->request_id);
  commands->OnRun(command,
                  [acknowledge](Session& session) { return Acknowledge(*acknowledge, session); });

  auto snooze = std::make_shared<CareOptions>();
  command = commands->Add("alert-snooze", "Hides an alert for a while",
                          "milkway alert-snooze silent.changyuan.1 --until "
                          "2025-03-08T08:00:00+08:00 --note \"school trip\"");
  command->add_option("ALERT", snooze->alert_id, "the alert")->required();
  command->add_option("--until", snooze->until, "until when, with the UTC offset")->required();
  command->add_option("--note", snooze->note, "why")->required();
  AddRequestId(command, &snooze->request_id);
  commands->OnRun(command, [snooze](Session& session) { return Snooze(*snooze, session); });
}

}  // namespace

void AddAlertCommands(Commands* commands) {
  auto options = std::make_shared<AlertOptions>();
  CLI::App* command =
      commands->Add("alerts", "What needs attention, and what to do about it",
                    "milkway alerts --evaluate --language zh\n  milkway alerts --watch");
  command->add_option("--kind", options->kind, ListOf(kAlertKinds));
  command->add_option("--severity", options->severity,
                      absl::StrCat("at least: ", ListOf(kAlertSeverities)));
  command->add_option("--location", options->location_id, "only of this place");
  command->add_flag("--all", options->all, "closed ones too, in the order in which they opened");
  command->add_flag("--evaluate", options->evaluate, "look at everything first");
  command->add_flag("--verify-books", options->verify_books, "and recompute the books first");
  command->add_flag("--watch", options->watch, "show changes as they happen, until Ctrl-C");
  command->add_option("--after", options->after, "with --watch: go on after this token");
  command->add_option("--language", options->language, "en or zh");
  command->add_flag("--json", options->json, "for programs; the fields of the API");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return ListAlerts(*options, session); });
  AddCareCommands(commands);

  auto digest = std::make_shared<DigestOptions>();
  command = commands->Add("digest", "The day in plain text, to be sent to people",
                          "milkway digest --language zh");
  command->add_option("--day", digest->day, "the day in China (default: today)");
  command->add_option("--language", digest->language, "en or zh");
  commands->OnRun(command, [digest](Session& session) { return PrintDigest(*digest, session); });
}

}  // namespace milkway::cli
