// What a person is to the programme: rules without I/O.

#ifndef MILKWAY_SERVICES_ACCOUNTS_PERSON_H_
#define MILKWAY_SERVICES_ACCOUNTS_PERSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "milkway/common/v1/access.pb.h"

namespace milkway::accounts {

using common::v1::Role;

inline constexpr size_t kScopesMax = 50;
inline constexpr size_t kSignInNameBytesMax = 100;
inline constexpr size_t kDisplayNameBytesMax = 200;

struct Person {
  std::string person_id;
  std::string sign_in_name;  // lower case
  std::string display_name;
  std::string language;  // "en", "zh" or empty
  std::string organisation_id;
  Role role = common::v1::ROLE_UNSPECIFIED;
  std::vector<std::string> scopes;  // in alphabetical order, each once
  std::string etag;                 // of what it replaces; empty: there is none
};

// True for what a person can be: every role but that of services.
bool IsPersonsRole(Role role);

// True for the roles that are good only in the person's scopes.
bool HasScopes(Role role);

// Staff sign in with a password; school contacts and donors may do without.
bool IsStaff(Role role);

// Admins invite everybody, procurement donors: whoever invites somebody may use the link for
// himself, and must not come to more by it than he has.
bool MayInvite(Role inviter, Role invitee);

// True if `before` has a scope that `after` lacks. Both in alphabetical order.
bool Shrinks(const std::vector<std::string>& before, const std::vector<std::string>& after);

// A sign-in name as it is kept and compared: with small letters.
std::string NormalSignInName(absl::string_view typed);

// 1 to 100 of letters, digits and "-_.@+".
bool IsSignInName(absl::string_view name);

// When a session ends unless it is refreshed: for staff 12 hours after the last refresh and
// 14 days after it began, for others 180 days after the last refresh. Microseconds.
int64_t SessionExpiresUs(Role role, int64_t created_us, int64_t refreshed_us);

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_PERSON_H_
