// What temperature loggers measured on the way.
//
// A logger's readings are summed up as they come. The longest time outside the range
// runs from the first reading outside to the next one inside, or to the last reading
// outside if none follows.

#ifndef MILKWAY_SERVICES_SHIPMENTS_TEMPERATURES_H_
#define MILKWAY_SERVICES_SHIPMENTS_TEMPERATURES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/shipments/changes.h"
#include "services/shipments/shipments_keys.h"
#include "storage/store.h"

namespace milkway::shipments {

inline constexpr int64_t kLoggersMax = 20;       // of one shipment
inline constexpr int64_t kReadingsMax = 20'000;  // of one logger

struct Reading {
  int64_t read_us = 0;
  int32_t milli_c = 0;  // thousandths of a degree Celsius
};

struct Readings {
  std::string shipment_id;
  std::string logger_id;
  std::vector<Reading> readings;  // by time, each instant once
  std::optional<int32_t> lowest_milli_c;
  std::optional<int32_t> highest_milli_c;
};

// True if the temperature is outside the logger's range.
bool IsOutside(const rec::LoggerRecord& logger, int32_t milli_c);
// One more reading, later than all before it. Pure.
void AddReading(const Reading& reading, rec::LoggerRecord* logger);
// The mean, rounded to the nearest thousandth, halves away from zero. Pure; there must
// be a reading.
int32_t MeanMilliC(const rec::LoggerRecord& logger);

// Stores readings; those that are there already do not count again. Gives the logger
// with all its readings.
//   NOT_FOUND            SHIPMENT_UNKNOWN
//   ABORTED              SHIPMENT_BUSY, while it is dispatched
//   ALREADY_EXISTS       TEMPERATURE_EXISTS
//   FAILED_PRECONDITION  SHIPMENT_NOT_DISPATCHED, TEMPERATURE_RANGE_DIFFERS,
//                        SHIPMENT_FULL
absl::StatusOr<rec::LoggerRecord> RecordTemperatures(storage::Transaction& transaction,
                                                     const Readings& readings, const Actor& actor);

struct LoggerOnRecord {
  std::string logger_id;
  rec::LoggerRecord record;
};
// In order of their ids.
absl::StatusOr<std::vector<LoggerOnRecord>> LoggersOf(const storage::Reader& reader,
                                                      const std::string& shipment_id);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_TEMPERATURES_H_
