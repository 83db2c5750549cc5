// Rows that must leave no bytes in any file, for what they said of a child.

#ifndef MILKWAY_SERVICES_CONSUMPTION_REWRITTEN_H_
#define MILKWAY_SERVICES_CONSUMPTION_REWRITTEN_H_

#include <vector>

#include "storage/store.h"

namespace milkway::consumption {

// Rows of the data that were overwritten or deleted, and are yet to be purged.
using Rewritten = std::vector<storage::KeyRange>;

}  // namespace milkway::consumption

#endif  // MILKWAY_SERVICES_CONSUMPTION_REWRITTEN_H_
