// From the messages of sign-in to their domain types: all input checks. An INVALID_ARGUMENT
// names the field.

#ifndef MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_CONVERT_H_
#define MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_CONVERT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "milkway/accounts/v1/sign_in.pb.h"
#include "services/accounts/secret_text.h"

namespace milkway::accounts {

struct SignInInput {
  std::string sign_in_name;  // in lower case
  SecretText password;
  SecretText code;
  std::string device_token;
  std::string device_name;
};
absl::StatusOr<SignInInput> ParseSignIn(const v1::SignInRequest& request);

struct AcceptInviteInput {
  std::string invite_token;
  SecretText password;  // empty: none
  SecretText code;
  std::string display_name;  // empty: as the invite says
  std::string device_name;
};
absl::StatusOr<AcceptInviteInput> ParseAcceptInvite(const v1::AcceptInviteRequest& request);

struct SetUpInput {
  std::string person_id;
  std::string display_name;
  std::string language;
  SecretText password;  // empty: none
};
absl::StatusOr<SetUpInput> ParseSetUp(const v1::SetUpRequest& request);

// A password to be compared: 1 to 1,024 bytes.
absl::StatusOr<SecretText> ParsePassword(absl::string_view field, const std::string& text);
// Up to 64 bytes.
absl::StatusOr<SecretText> ParseCode(absl::string_view field, const std::string& text);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_SIGN_IN_CONVERT_H_
