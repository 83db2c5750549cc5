// Between the messages of legs, papers and temperatures and their domain types.
// INVALID_ARGUMENT names the field from the message given on.

#ifndef MILKWAY_SERVICES_SHIPMENTS_TRANSPORT_CONVERT_H_
#define MILKWAY_SERVICES_SHIPMENTS_TRANSPORT_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "milkway/shipments/v1/transport.pb.h"
#include "services/shipments/documents.h"
#include "services/shipments/legs.h"
#include "services/shipments/temperatures.h"

namespace milkway::shipments {

absl::StatusOr<Leg> ParseLeg(const v1::Leg& message);
v1::Leg ToMessage(const Leg& leg);

absl::StatusOr<DocumentOnRecord> ParseDocument(const common::v1::Document& message);
common::v1::Document ToMessage(const DocumentOnRecord& document);

absl::StatusOr<Readings> ParseReadings(const v1::RecordTemperaturesRequest& request);
v1::TemperatureSummary ToMessage(const LoggerOnRecord& logger);

}  // namespace milkway::shipments

#endif  // MILKWAY_SERVICES_SHIPMENTS_TRANSPORT_CONVERT_H_
