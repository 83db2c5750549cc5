// Accounts, as the program runs them.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_MODULE_H_
#define MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_MODULE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "services/accounts/password_hasher.h"
#include "services/runtime/service.h"

namespace milkway::accounts {

// FAILED_PRECONDITION without a master key; DATA_LOSS if the store was used with another.
absl::StatusOr<std::unique_ptr<runtime::Module>> MakeAccountsModule(runtime::ModuleParts parts);

// The same with other passwords than those of a real server, for tests.
absl::StatusOr<std::unique_ptr<runtime::Module>> MakeAccountsModuleAtCost(
    const runtime::ModuleParts& parts, PasswordCost cost);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_MODULE_H_
