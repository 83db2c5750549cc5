// The services and their share of the table tags.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_
#define MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace milkway::runtime {

// The high byte of every table tag of a service, so that services can share a
// store. 0x00 belongs to storage and runtime. On disk: never renumbered.
enum class ServiceTag : uint8_t {
  kRuntime = 0x00,
  kInventory = 0x01,
  kShipments = 0x02,
  kConsumption = 0x03,
  kImpact = 0x04,
  kTrace = 0x05,
  kPlanning = 0x06,
  kAccounts = 0x07,
};

// All of them, in the order of their numbers.
inline constexpr ServiceTag kServiceTags[] = {
    ServiceTag::kRuntime, ServiceTag::kInventory, ServiceTag::kShipments, ServiceTag::kConsumption,
    ServiceTag::kImpact,  ServiceTag::kTrace,     ServiceTag::kPlanning,  ServiceTag::kAccounts};

// "inventory"; "runtime" for what every process has.
constexpr absl::string_view NameOf(ServiceTag service) {
  switch (service) {
    case ServiceTag::kRuntime:
      return "runtime";
    case ServiceTag::kInventory:
      return "inventory";
    case ServiceTag::kShipments:
      return "shipments";
    case ServiceTag::kConsumption:
      return "consumption";
    case ServiceTag::kImpact:
      return "impact";
    case ServiceTag::kTrace:
      return "trace";
    case ServiceTag::kPlanning:
      return "planning";
    case ServiceTag::kAccounts:
      return "accounts";
  }
  return "unknown";
}

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_
