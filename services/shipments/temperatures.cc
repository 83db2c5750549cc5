#include "services/shipments/temperatures.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/shipments/shipments.h"
#include "services/shipments/shipments_errors.h"
#include "services/shipments/shipments_records.h"

namespace milkway::shipments {

namespace {

// The range is stated once.
bool RangeFits(const Readings& readings, const rec::LoggerRecord& logger) {
  const auto fits = [](const std::optional<int32_t>& stated, bool is_known, int32_t known) {
    return !stated.has_value() || (is_known && *stated == known);
  };
  return fits(readings.lowest_milli_c, logger.has_lowest_milli_c(), logger.lowest_milli_c()) &&
         fits(readings.highest_milli_c, logger.has_highest_milli_c(), logger.highest_milli_c());
}

rec::LoggerRecord NewLogger(const Readings& readings) {
  rec::LoggerRecord logger;
  if (readings.lowest_milli_c.has_value()) logger.set_lowest_milli_c(*readings.lowest_milli_c);
  if (readings.highest_milli_c.has_value()) logger.set_highest_milli_c(*readings.highest_milli_c);
  return logger;
}

// The logger with nothing but its range.
rec::LoggerRecord WithoutReadings(const rec::LoggerRecord& logger) {
  rec::LoggerRecord empty;
  if (logger.has_lowest_milli_c()) empty.set_lowest_milli_c(logger.lowest_milli_c());
  if (logger.has_highest_milli_c()) empty.set_highest_milli_c(logger.highest_milli_c());
  return empty;
}

// Stores the readings that are new, and gives them.
absl::StatusOr<std::vector<Reading>> PutNew(storage::Transaction& transaction,
                                            const Readings& readings) {
  std::vector<Reading> added;
  for (const Reading& reading : readings.readings) {
    ASSIGN_OR_RETURN(const auto earlier,
                     TemperatureTable::Find(transaction, readings.shipment_id, readings.logger_id,
                                            reading.read_us));
    if (earlier.has_value()) {
      if (earlier->milli_c() == reading.milli_c) continue;
      return TemperatureExists(readings.logger_id, reading.read_us, earlier->milli_c());
    }
    rec::TemperatureRecord record;
    record.set_milli_c(reading.milli_c);
    RETURN_IF_ERROR(TemperatureTable::Put(transaction, record, readings.shipment_id,
                                          readings.logger_id, reading.read_us));
    added.push_back(reading);
  }
  return added;
}

// Sums up all readings anew: some came late.
absl::StatusOr<rec::LoggerRecord> SumUp(const storage::Reader& reader, const Readings& readings,
                                        const rec::LoggerRecord& logger) {
  rec::LoggerRecord sum = WithoutReadings(logger);
  RETURN_IF_ERROR(TemperatureTable::Scan(
      reader, TemperatureKey::Range(readings.shipment_id, readings.logger_id),
      [&](const TemperatureKey::Key& key, const rec::TemperatureRecord& record) {
        AddReading({std::get<2>(key), record.milli_c()}, &sum);
        return true;
      }));
  return sum;
}

}  // namespace

bool IsOutside(const rec::LoggerRecord& logger, int32_t milli_c) {
  return (logger.has_lowest_milli_c() && milli_c < logger.lowest_milli_c()) ||
         (logger.has_highest_milli_c() && milli_c > logger.highest_milli_c());
}

void AddReading(const Reading& reading, rec::LoggerRecord* logger) {
  const bool is_first = logger->reading_count() == 0;
  logger->set_minimum_milli_c(is_first ? reading.milli_c
                                       : std::min(logger->minimum_milli_c(), reading.milli_c));
  logger->set_maximum_milli_c(is_first ? reading.milli_c
                                       : std::max(logger->maximum_milli_c(), reading.milli_c));
  if (is_first) logger->set_first_read_us(reading.read_us);
  logger->set_last_read_us(reading.read_us);
  logger->set_reading_count(logger->reading_count() + 1);
  logger->set_sum_milli_c(logger->sum_milli_c() + reading.milli_c);

  const bool is_outside = IsOutside(*logger, reading.milli_c);
  if (is_outside) logger->set_outside_count(logger->outside_count() + 1);
  const bool was_outside = logger->outside_since_us() != 0;
  if (is_outside && !was_outside) logger->set_outside_since_us(reading.read_us);
  const int64_t since_us = logger->outside_since_us();
  if (since_us == 0) return;
  const bool is_longest = logger->longest_excursion_from_us() == 0 ||
                          reading.read_us - since_us > logger->longest_excursion_us();
  if (is_longest) {
    logger->set_longest_excursion_us(reading.read_us - since_us);
    logger->set_longest_excursion_from_us(since_us);
  }
  if (!is_outside) logger->set_outside_since_us(0);
}

int32_t MeanMilliC(const rec::LoggerRecord& logger) {
  const int64_t count = logger.reading_count();
  const int64_t sum = logger.sum_milli_c();
  const int64_t rounded = sum >= 0 ? (2 * sum + count) / (2 * count)  //
                                   : -((2 * -sum + count) / (2 * count));
  return static_cast<int32_t>(rounded);
}

absl::StatusOr<rec::LoggerRecord> RecordTemperatures(storage::Transaction& transaction,
                                                     const Readings& readings, const Actor& actor) {
  const std::string& shipment_id = readings.shipment_id;
  ASSIGN_OR_RETURN(rec::ShipmentRecord shipment, ReadShipment(transaction, shipment_id));
  if (!HasLeft(StateOf(shipment))) {
    return shipment.is_reserved() ? ShipmentBusy(shipment_id)
                                  : ShipmentNotDispatched(shipment_id, StateOf(shipment));
  }
  ASSIGN_OR_RETURN(const auto known,
                   LoggerTable::Find(transaction, shipment_id, readings.logger_id));
  if (!known.has_value()) {
    if (shipment.logger_count() >= kLoggersMax) {
      return ShipmentFull(shipment_id, "temperature loggers", kLoggersMax);
    }
    shipment.set_logger_count(shipment.logger_count() + 1);
    RETURN_IF_ERROR(ShipmentTable::Put(transaction, shipment, shipment_id));
  } else if (!RangeFits(readings, *known)) {
    return TemperatureRangeDiffers(readings.logger_id);
  }
  rec::LoggerRecord logger = known.has_value() ? *known : NewLogger(readings);
  ASSIGN_OR_RETURN(const std::vector<Reading> added, PutNew(transaction, readings));
  if (added.empty()) return logger;
  if (logger.reading_count() + static_cast<int64_t>(added.size()) > kReadingsMax) {
    return ShipmentFull(shipment_id, "readings of one logger", kReadingsMax);
  }
  const bool is_late = logger.reading_count() > 0 && added.front().read_us < logger.last_read_us();
  if (is_late) {
    ASSIGN_OR_RETURN(logger, SumUp(transaction, readings, logger));
  } else {
    for (const Reading& reading : added) AddReading(reading, &logger);
  }
  RETURN_IF_ERROR(LoggerTable::Put(transaction, logger, shipment_id, readings.logger_id));
  RETURN_IF_ERROR(NoteChange(transaction, EventKind::kTemperatures, shipment_id, shipment,
                             readings.logger_id, actor));
  return logger;
}

absl::StatusOr<std::vector<LoggerOnRecord>> LoggersOf(const storage::Reader& reader,
                                                      const std::string& shipment_id) {
  std::vector<LoggerOnRecord> loggers;
  RETURN_IF_ERROR(
      LoggerTable::Scan(reader, LoggerKey::Range(shipment_id),
                        [&](const LoggerKey::Key& key, const rec::LoggerRecord& record) {
                          loggers.push_back({std::get<1>(key), record});
                          return true;
                        }));
  return loggers;
}

}  // namespace milkway::shipments
