#include "services/accounts/person.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace milkway::accounts {

namespace {

constexpr int64_t kHourUs = int64_t{3'600} * 1'000'000;
constexpr int64_t kDayUs = 24 * kHourUs;
constexpr int64_t kStaffIdleUs = 12 * kHourUs;
constexpr int64_t kStaffLifeUs = 14 * kDayUs;
constexpr int64_t kOthersIdleUs = 180 * kDayUs;

}  // namespace

bool IsPersonsRole(Role role) {
  return common::v1::Role_IsValid(role) && role != common::v1::ROLE_UNSPECIFIED &&
         role != common::v1::ROLE_SERVICE;
}

bool HasScopes(Role role) {
  return role == common::v1::ROLE_WAREHOUSE || role == common::v1::ROLE_SCHOOL_CONTACT ||
         role == common::v1::ROLE_DONOR;
}

bool IsStaff(Role role) {
  return role != common::v1::ROLE_SCHOOL_CONTACT && role != common::v1::ROLE_DONOR;
}

bool MayInvite(Role inviter, Role invitee) {
  if (inviter == common::v1::ROLE_ADMIN) return true;
  return inviter == common::v1::ROLE_PROCUREMENT && invitee == common::v1::ROLE_DONOR;
}

bool Shrinks(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  return !std::includes(after.begin(), after.end(), before.begin(), before.end());
}

std::string NormalSignInName(absl::string_view typed) { return absl::AsciiStrToLower(typed); }

bool IsSignInName(absl::string_view name) {
  constexpr absl::string_view kMarks = "-_.@+";
  return !name.empty() && name.size() <= kSignInNameBytesMax &&
         std::all_of(name.begin(), name.end(), [kMarks](char character) {
           return absl::ascii_isalnum(static_cast<unsigned char>(character)) ||
                  kMarks.find(character) != absl::string_view::npos;
         });
}

int64_t SessionExpiresUs(Role role, int64_t created_us, int64_t refreshed_us) {
  if (!IsStaff(role)) return refreshed_us + kOthersIdleUs;
  return std::min(refreshed_us + kStaffIdleUs, created_us + kStaffLifeUs);
}

}  // namespace milkway::accounts
