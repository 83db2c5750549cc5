#include "services/consumption/calendar_convert.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/consumption/terms.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::consumption {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr int32_t kTermDaysMax = 400;
constexpr int kHolidaysMax = 50;
constexpr int kExtraDaysMax = 100;
constexpr size_t kNameBytesMax = 100;
constexpr uint32_t kMondayToFriday = 0b0011111;
constexpr LocalDate kFirstDay{-25'567};  // 1900-01-01
constexpr LocalDate kLastDay{84'005};    // 2199-12-31

absl::StatusOr<uint32_t> ParseWeekdays(const google::protobuf::RepeatedField<int32_t>& weekdays) {
  constexpr char kRule[] = "must be weekdays from 1 (Monday) to 7 (Sunday), each once";
  if (weekdays.empty()) return kMondayToFriday;
  uint32_t bits = 0;
  for (const int32_t weekday : weekdays) {
    if (weekday < 1 || weekday > 7 || (bits >> (weekday - 1) & 1) != 0) {
      return InvalidField("weekdays", kRule);
    }
    bits |= uint32_t{1} << (weekday - 1);
  }
  return bits;
}

absl::Status CheckInTerm(const std::string& field, LocalDate day, const Term& term) {
  if (term.Covers(day)) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must lie in the term, from ", FormatDate(term.first_day),
                                          " to ", FormatDate(term.last_day())));
}

absl::Status ParseHoliday(const v1::DayRange& message, Term* term) {
  ASSIGN_OR_RETURN(const LocalDate first, ParseDate("first_day", message.first_day()));
  ASSIGN_OR_RETURN(const LocalDate last, ParseDate("last_day", message.last_day()));
  if (last < first) return InvalidField("last_day", "must not be before first_day");
  RETURN_IF_ERROR(CheckInTerm("first_day", first, *term));
  RETURN_IF_ERROR(CheckInTerm("last_day", last, *term));
  const auto& earlier = term->record.holidays();
  if (!earlier.empty() && earlier[earlier.size() - 1].last_day() >= first.days) {
    return InvalidField("first_day", "must be after the holiday before it");
  }
  ASSIGN_OR_RETURN(const std::string name, ParseText("name", message.name(), 0, kNameBytesMax));
  rec::DayRangeRecord& holiday = *term->record.add_holidays();
  holiday.set_first_day(first.days);
  holiday.set_last_day(last.days);
  holiday.set_name(name);
  return absl::OkStatus();
}

absl::Status ParseExtraDays(const v1::Term& message, Term* term) {
  RETURN_IF_ERROR(CheckCount("extra_days", message.extra_days_size(), 0, kExtraDaysMax));
  for (int index = 0; index < message.extra_days_size(); ++index) {
    const std::string field = Item("extra_days", index);
    ASSIGN_OR_RETURN(const LocalDate day, ParseDate(field, message.extra_days(index)));
    RETURN_IF_ERROR(CheckInTerm(field, day, *term));
    const auto& earlier = term->record.extra_days();
    if (!earlier.empty() && earlier[earlier.size() - 1] >= day.days) {
      return InvalidField(field, "must be after the day before it");
    }
    term->record.add_extra_days(day.days);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DaysAsked> ParseDaysAsked(const std::string& from_day, const std::string& to_day,
                                         int32_t days_max) {
  DaysAsked asked;
  ASSIGN_OR_RETURN(asked.from, ParseDate("from_day", from_day));
  ASSIGN_OR_RETURN(asked.to, ParseDate("to_day", to_day));
  if (asked.to < asked.from) return InvalidField("to_day", "must not be before from_day");
  if (asked.to.days - asked.from.days > days_max) {
    return InvalidField(
        "to_day", absl::StrCat("must be at most ", days_max, " days after from_day; ask in parts"));
  }
  return asked;
}

absl::StatusOr<DaysAsked> ParseAnyDays(const std::string& from_day, const std::string& to_day) {
  DaysAsked asked{kFirstDay, kLastDay};
  if (!from_day.empty()) {
    ASSIGN_OR_RETURN(asked.from, ParseDate("from_day", from_day));
  }
  if (!to_day.empty()) {
    ASSIGN_OR_RETURN(asked.to, ParseDate("to_day", to_day));
  }
  return asked;
}

absl::StatusOr<Term> ParseTerm(const v1::Term& message) {
  Term term;
  ASSIGN_OR_RETURN(*term.record.mutable_term_id(), ParseId("term_id", message.term_id()));
  ASSIGN_OR_RETURN(term.first_day, ParseDate("first_day", message.first_day()));
  ASSIGN_OR_RETURN(const LocalDate last, ParseDate("last_day", message.last_day()));
  if (last < term.first_day) return InvalidField("last_day", "must not be before first_day");
  if (last.days - term.first_day.days > kTermDaysMax) {
    return InvalidField("last_day", "must be at most 400 days after first_day");
  }
  term.record.set_last_day(last.days);
  ASSIGN_OR_RETURN(const uint32_t weekdays, ParseWeekdays(message.weekdays()));
  term.record.set_weekdays(weekdays);
  RETURN_IF_ERROR(CheckCount("holidays", message.holidays_size(), 0, kHolidaysMax));
  for (int index = 0; index < message.holidays_size(); ++index) {
    const absl::Status holiday = ParseHoliday(message.holidays(index), &term);
    if (!holiday.ok()) return InField(Item("holidays", index), holiday);
  }
  RETURN_IF_ERROR(ParseExtraDays(message, &term));
  return term;
}

v1::Term ToMessage(const Term& term) {
  v1::Term message;
  message.set_term_id(term.record.term_id());
  message.set_first_day(FormatDate(term.first_day));
  message.set_last_day(FormatDate(term.last_day()));
  for (int weekday = 1; weekday <= 7; ++weekday) {
    if ((term.record.weekdays() >> (weekday - 1) & 1) != 0) message.add_weekdays(weekday);
  }
  for (const rec::DayRangeRecord& record : term.record.holidays()) {
    v1::DayRange& holiday = *message.add_holidays();
    holiday.set_first_day(FormatDate({record.first_day()}));
    holiday.set_last_day(FormatDate({record.last_day()}));
    holiday.set_name(record.name());
  }
  for (const int32_t day : term.record.extra_days()) message.add_extra_days(FormatDate({day}));
  message.set_etag(EtagOf(term.record));
  return message;
}

absl::StatusOr<std::pair<LocalDate, rec::ServingPolicyRecord>> ParsePolicy(
    const v1::ServingPolicy& message) {
  rec::ServingPolicyRecord policy;
  ASSIGN_OR_RETURN(const LocalDate from, ParseDate("from_day", message.from_day()));
  ASSIGN_OR_RETURN(const int64_t serving_g,
                   ParseNumber("serving_g", message.serving_g(), 1, 1'000));
  ASSIGN_OR_RETURN(const int64_t sessions, ParseNumber("sessions", message.sessions(), 1, 4));
  ASSIGN_OR_RETURN(const int64_t take_home_g,
                   ParseNumber("take_home_g", message.take_home_g(), 0, 10'000));
  policy.set_serving_g(serving_g);
  policy.set_sessions(static_cast<uint32_t>(sessions));
  policy.set_take_home_g(take_home_g);
  return std::pair(from, std::move(policy));
}

v1::ServingPolicy ToMessage(LocalDate from, const rec::ServingPolicyRecord& policy) {
  v1::ServingPolicy message;
  message.set_from_day(FormatDate(from));
  message.set_serving_g(policy.serving_g());
  message.set_sessions(static_cast<int32_t>(policy.sessions()));
  message.set_take_home_g(policy.take_home_g());
  return message;
}

}  // namespace milkway::consumption
