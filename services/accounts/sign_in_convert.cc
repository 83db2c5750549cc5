#include "services/accounts/sign_in_convert.h"

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/credentials.h"
#include "services/accounts/password_rules.h"
#include "services/accounts/person.h"
#include "services/accounts/sessions.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::accounts {

namespace {

using runtime::ParseText;

constexpr size_t kDeviceTokenBytesMax = 200;
constexpr size_t kInviteTokenBytesMax = 200;

// The refusal says how long the text is, never what it is.
absl::StatusOr<SecretText> ParseSecret(absl::string_view field, const std::string& text,
                                       size_t bytes_min, size_t bytes_max) {
  if (text.size() < bytes_min || text.size() > bytes_max) {
    return runtime::InvalidField(
        field, absl::StrCat("must be ", bytes_min, " to ", bytes_max, " bytes long"));
  }
  return SecretText(text);
}

}  // namespace

absl::StatusOr<SecretText> ParsePassword(absl::string_view field, const std::string& text) {
  return ParseSecret(field, text, 1, kPasswordBytesMax);
}

absl::StatusOr<SecretText> ParseCode(absl::string_view field, const std::string& text) {
  return ParseSecret(field, text, 0, kCodeBytesMax);
}

absl::StatusOr<SignInInput> ParseSignIn(const v1::SignInRequest& request) {
  SignInInput input;
  ASSIGN_OR_RETURN(const std::string name,
                   ParseText("sign_in_name", request.sign_in_name(), 1, kSignInNameBytesMax));
  input.sign_in_name = NormalSignInName(name);
  ASSIGN_OR_RETURN(input.password, ParsePassword("password", request.password()));
  ASSIGN_OR_RETURN(input.code, ParseCode("code", request.code()));
  ASSIGN_OR_RETURN(input.device_token,
                   ParseText("device_token", request.device_token(), 0, kDeviceTokenBytesMax));
  ASSIGN_OR_RETURN(input.device_name,
                   ParseText("device_name", request.device_name(), 0, kDeviceNameBytesMax));
  return input;
}

absl::StatusOr<AcceptInviteInput> ParseAcceptInvite(const v1::AcceptInviteRequest& request) {
  AcceptInviteInput input;
  ASSIGN_OR_RETURN(input.invite_token,
                   ParseText("invite_token", request.invite_token(), 1, kInviteTokenBytesMax));
  ASSIGN_OR_RETURN(input.password,
                   ParseSecret("password", request.password(), 0, kPasswordBytesMax));
  ASSIGN_OR_RETURN(input.code, ParseCode("code", request.code()));
  ASSIGN_OR_RETURN(input.display_name, ParseDisplayName("display_name", request.display_name()));
  ASSIGN_OR_RETURN(input.device_name,
                   ParseText("device_name", request.device_name(), 0, kDeviceNameBytesMax));
  return input;
}

absl::StatusOr<SetUpInput> ParseSetUp(const v1::SetUpRequest& request) {
  SetUpInput input;
  ASSIGN_OR_RETURN(input.person_id, runtime::ParseId("person_id", request.person_id()));
  ASSIGN_OR_RETURN(input.display_name, ParseDisplayName("display_name", request.display_name()));
  ASSIGN_OR_RETURN(input.language, ParseLanguage("language", request.language()));
  ASSIGN_OR_RETURN(input.password,
                   ParseSecret("password", request.password(), 0, kPasswordBytesMax));
  if (!input.password.empty()) {
    RETURN_IF_ERROR(CheckNewPassword("password", input.password.text(), input.person_id));
  }
  return input;
}

}  // namespace milkway::accounts
