// The services and their share of the table tags.

#ifndef MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_
#define MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_

#include <cstdint>

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

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_SERVICE_TAG_H_
