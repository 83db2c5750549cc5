// Ids of requests that the gateway makes itself.

#ifndef MILKWAY_SERVICES_GATEWAY_REQUEST_IDS_H_
#define MILKWAY_SERVICES_GATEWAY_REQUEST_IDS_H_

#include <string>

namespace milkway::gateway {

// A UUIDv8 of random bits.
std::string NewRequestId();

}  // namespace milkway::gateway

#endif  // MILKWAY_SERVICES_GATEWAY_REQUEST_IDS_H_
