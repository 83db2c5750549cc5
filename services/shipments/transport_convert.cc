#include "services/shipments/transport_convert.h"

#include <algorithm>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/runtime/documents.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"
#include "services/shipments/shipments_records.h"
#include "services/shipments/sscc.h"

namespace milkway::shipments {

namespace {

using runtime::CheckCount;
using runtime::InField;
using runtime::InvalidField;
using runtime::Item;
using runtime::ParseId;
using runtime::ParseNumber;
using runtime::ParseText;

constexpr size_t kNameBytesMax = 200;
constexpr size_t kContainerBytesMax = 20;
constexpr size_t kSealBytesMax = 50;
constexpr int kReadingsOfACallMax = 1000;
constexpr int32_t kMilliCMax = 100'000;
// 2000-01-01 and 2100-01-01.
constexpr int64_t kReadUsMin = int64_t{946'684'800'000'000};
constexpr int64_t kReadUsMax = int64_t{4'102'444'800'000'000};

absl::StatusOr<std::optional<OccurredAt>> ParseTime(absl::string_view field, bool is_set,
                                                    const common::v1::ZonedTime& time) {
  if (!is_set) return std::optional<OccurredAt>();
  ASSIGN_OR_RETURN(const OccurredAt at, ParseZonedTime(field, time));
  return std::optional(at);
}

absl::Status ParseTimes(const v1::Leg& message, Leg* leg) {
  ASSIGN_OR_RETURN(leg->planned_departure_at,
                   ParseTime("planned_departure_at", message.has_planned_departure_at(),
                             message.planned_departure_at()));
  ASSIGN_OR_RETURN(leg->planned_arrival_at,
                   ParseTime("planned_arrival_at", message.has_planned_arrival_at(),
                             message.planned_arrival_at()));
  ASSIGN_OR_RETURN(leg->departed_at,
                   ParseTime("departed_at", message.has_departed_at(), message.departed_at()));
  ASSIGN_OR_RETURN(leg->arrived_at,
                   ParseTime("arrived_at", message.has_arrived_at(), message.arrived_at()));
  if (leg->planned_departure_at.has_value() && leg->planned_arrival_at.has_value() &&
      leg->planned_arrival_at->us < leg->planned_departure_at->us) {
    return InvalidField("planned_arrival_at", "must not be before planned_departure_at");
  }
  if (!leg->arrived_at.has_value()) return absl::OkStatus();
  if (!leg->departed_at.has_value()) {
    return InvalidField("departed_at", "must be there once the leg has arrived");
  }
  if (leg->arrived_at->us < leg->departed_at->us) {
    return InvalidField("arrived_at", "must not be before departed_at");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int32_t>> ParseLimit(absl::string_view field, bool is_set,
                                                  int32_t milli_c) {
  if (!is_set) return std::optional<int32_t>();
  RETURN_IF_ERROR(ParseNumber(field, milli_c, -kMilliCMax, kMilliCMax).status());
  return std::optional(milli_c);
}

absl::StatusOr<Reading> ParseReading(const v1::TemperatureReading& message) {
  Reading reading;
  ASSIGN_OR_RETURN(reading.read_us,
                   ParseNumber("read_us", message.read_us(), kReadUsMin, kReadUsMax));
  RETURN_IF_ERROR(
      ParseNumber("temperature_milli_c", message.temperature_milli_c(), -kMilliCMax, kMilliCMax)
          .status());
  reading.milli_c = message.temperature_milli_c();
  return reading;
}

}  // namespace

absl::StatusOr<Leg> ParseLeg(const v1::Leg& message) {
  Leg leg;
  ASSIGN_OR_RETURN(const int64_t sequence,
                   ParseNumber("sequence", message.sequence(), 1, kLegsMax));
  leg.sequence = static_cast<int32_t>(sequence);
  if (message.mode() == v1::TRANSPORT_MODE_UNSPECIFIED ||
      !v1::TransportMode_IsValid(message.mode())) {
    return InvalidField("mode", "must be sea, air, road, rail or courier");
  }
  leg.mode = static_cast<uint32_t>(message.mode());
  ASSIGN_OR_RETURN(leg.carrier, ParseText("carrier", message.carrier(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(leg.tracking_number,
                   ParseText("tracking_number", message.tracking_number(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(leg.container_number, ParseText("container_number", message.container_number(),
                                                   0, kContainerBytesMax));
  ASSIGN_OR_RETURN(leg.seal_number,
                   ParseText("seal_number", message.seal_number(), 0, kSealBytesMax));
  if (!message.sscc().empty() && !IsSscc(message.sscc())) {
    return InvalidField("sscc", "must be 18 digits, the last of which is the check digit");
  }
  leg.sscc = message.sscc();
  ASSIGN_OR_RETURN(leg.from_place, ParseText("from_place", message.from_place(), 1, kNameBytesMax));
  ASSIGN_OR_RETURN(leg.to_place, ParseText("to_place", message.to_place(), 1, kNameBytesMax));
  RETURN_IF_ERROR(ParseTimes(message, &leg));
  return leg;
}

v1::Leg ToMessage(const Leg& leg) {
  v1::Leg message;
  message.set_sequence(leg.sequence);
  message.set_mode(static_cast<v1::TransportMode>(leg.mode));
  message.set_carrier(leg.carrier);
  message.set_tracking_number(leg.tracking_number);
  message.set_container_number(leg.container_number);
  message.set_seal_number(leg.seal_number);
  message.set_sscc(leg.sscc);
  message.set_from_place(leg.from_place);
  message.set_to_place(leg.to_place);
  if (leg.planned_departure_at.has_value()) {
    *message.mutable_planned_departure_at() = ToZonedTime(*leg.planned_departure_at);
  }
  if (leg.planned_arrival_at.has_value()) {
    *message.mutable_planned_arrival_at() = ToZonedTime(*leg.planned_arrival_at);
  }
  if (leg.departed_at.has_value()) *message.mutable_departed_at() = ToZonedTime(*leg.departed_at);
  if (leg.arrived_at.has_value()) *message.mutable_arrived_at() = ToZonedTime(*leg.arrived_at);
  return message;
}

absl::StatusOr<DocumentOnRecord> ParseDocument(const common::v1::Document& message) {
  ASSIGN_OR_RETURN(const runtime::Document stated, runtime::ParseDocument(message));
  DocumentOnRecord document;
  document.document_id = stated.document_id;
  runtime::WriteDocument(stated, &document.record);
  return document;
}

common::v1::Document ToMessage(const DocumentOnRecord& document) {
  return runtime::ReadDocument(document.document_id, document.record);
}

absl::StatusOr<Readings> ParseReadings(const v1::RecordTemperaturesRequest& request) {
  Readings readings;
  ASSIGN_OR_RETURN(readings.shipment_id, ParseId("shipment_id", request.shipment_id()));
  ASSIGN_OR_RETURN(readings.logger_id, ParseId("logger_id", request.logger_id()));
  ASSIGN_OR_RETURN(
      readings.lowest_milli_c,
      ParseLimit("lowest_milli_c", request.has_lowest_milli_c(), request.lowest_milli_c()));
  ASSIGN_OR_RETURN(
      readings.highest_milli_c,
      ParseLimit("highest_milli_c", request.has_highest_milli_c(), request.highest_milli_c()));
  if (readings.lowest_milli_c.has_value() && readings.highest_milli_c.has_value() &&
      *readings.highest_milli_c < *readings.lowest_milli_c) {
    return InvalidField("highest_milli_c", "must not be below lowest_milli_c");
  }
  RETURN_IF_ERROR(CheckCount("readings", request.readings_size(), 1, kReadingsOfACallMax));
  for (int index = 0; index < request.readings_size(); ++index) {
    const absl::StatusOr<Reading> reading = ParseReading(request.readings(index));
    if (!reading.ok()) return InField(Item("readings", index), reading.status());
    readings.readings.push_back(*reading);
  }
  auto& all = readings.readings;
  std::sort(all.begin(), all.end(),
            [](const Reading& a, const Reading& b) { return a.read_us < b.read_us; });
  const auto twice =
      std::adjacent_find(all.begin(), all.end(),
                         [](const Reading& a, const Reading& b) { return a.read_us == b.read_us; });
  if (twice != all.end()) return InvalidField("readings", "must hold each instant once");
  return readings;
}

v1::TemperatureSummary ToMessage(const LoggerOnRecord& logger) {
  const rec::LoggerRecord& record = logger.record;
  v1::TemperatureSummary message;
  message.set_logger_id(logger.logger_id);
  message.set_reading_count(record.reading_count());
  message.set_minimum_milli_c(record.minimum_milli_c());
  message.set_maximum_milli_c(record.maximum_milli_c());
  message.set_sum_milli_c(record.sum_milli_c());
  if (record.reading_count() > 0) message.set_mean_milli_c(MeanMilliC(record));
  if (record.has_lowest_milli_c()) message.set_lowest_milli_c(record.lowest_milli_c());
  if (record.has_highest_milli_c()) message.set_highest_milli_c(record.highest_milli_c());
  message.set_outside_count(record.outside_count());
  message.set_alarm(record.outside_count() > 0);
  message.set_longest_excursion_us(record.longest_excursion_us());
  message.set_longest_excursion_from_us(record.longest_excursion_from_us());
  message.set_first_read_us(record.first_read_us());
  message.set_last_read_us(record.last_read_us());
  return message;
}

}  // namespace milkway::shipments
