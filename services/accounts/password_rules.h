// Which passwords are taken: long enough, and not among the first that anybody tries.

#ifndef MILKWAY_SERVICES_ACCOUNTS_PASSWORD_RULES_H_
#define MILKWAY_SERVICES_ACCOUNTS_PASSWORD_RULES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace milkway::accounts {

inline constexpr size_t kPasswordCharactersMin = 10;
inline constexpr size_t kPasswordBytesMax = 1024;

// INVALID_ARGUMENT naming `field` if `password` is a bad one for whoever signs in as
// `sign_in_name`. The refusal never repeats it.
absl::Status CheckNewPassword(absl::string_view field, absl::string_view password,
                              absl::string_view sign_in_name);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_PASSWORD_RULES_H_
