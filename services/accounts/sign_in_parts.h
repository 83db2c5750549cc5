// What everything that lets people in is made from.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_PARTS_H_
#define MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_PARTS_H_

#include "services/accounts/limits.h"
#include "services/accounts/password_hasher.h"
#include "services/accounts/secrets.h"
#include "services/accounts/set_up_code.h"
#include "services/accounts/signing_keys.h"

namespace milkway::accounts {

// All outlive whoever uses them, and are thread-safe.
struct SignInParts {
  const Secrets* secrets = nullptr;
  PasswordHasher* hasher = nullptr;
  Limits* limits = nullptr;
  SigningKeys* keys = nullptr;
  SetUpCode* set_up_code = nullptr;
  // An admin may be made though there is one who can sign in.
  bool recovers_admin = false;
};

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_PARTS_H_
