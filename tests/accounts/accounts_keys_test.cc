// The bytes of keys that are on disk.

#include "services/accounts/accounts_keys.h"

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace milkway::accounts {
namespace {

template <typename Table, typename... Fields>
std::string HexOf(const Fields&... fields) {
  return absl::BytesToHexString(Table::Schema::Encode(fields...));
}

TEST(AccountsKeys, OfPeopleAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<PersonTable>("li"), "07016c690001");
  EXPECT_EQ(HexOf<SignInNameTable>("li"), "07026c690001");
  EXPECT_EQ(HexOf<CredentialsTable>("li"), "07036c690001");
  EXPECT_EQ(HexOf<ReadyAdminTable>("li"), "07046c690001");
  EXPECT_EQ(HexOf<OrganisationTable>("o"), "07056f0001");
}

TEST(AccountsKeys, OfInvitesAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<LastInviteTable>(), "0706");
  EXPECT_EQ(HexOf<InviteTable>(int64_t{258}), "07078000000000000102");
  EXPECT_EQ(HexOf<InviteTokenTable>(std::string("\x01\x00\x02", 3)), "07080100ff020001");
}

TEST(AccountsKeys, OfSessionsAreTheBytesThatAreOnDisk) {
  EXPECT_EQ(HexOf<SessionTable>("s"), "0709730001");
  EXPECT_EQ(HexOf<SessionOfPersonTable>("li", "s"), "070a6c690001730001");
  EXPECT_EQ(HexOf<LastRevocationTable>(), "070b");
  EXPECT_EQ(HexOf<RevocationTable>(int64_t{1}), "070c8000000000000001");
  EXPECT_EQ(HexOf<SigningKeyTable>(int64_t{1}), "070d8000000000000001");
}

}  // namespace
}  // namespace milkway::accounts
