// The tables of accounts. docs/formats.md describes their bytes.

#ifndef MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_KEYS_H_
#define MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_KEYS_H_

#include <string>

#include "milkway/accounts/records/v1/records.pb.h"
#include "services/runtime/record_table.h"
#include "storage/key_codec.h"

namespace milkway::accounts {

namespace rec = records::v1;
using runtime::RecordTable;
using storage::KeySchema;

// People.
// person id -> person
using PersonKey = KeySchema<0x0701, std::string>;
using PersonTable = RecordTable<PersonKey, rec::PersonRecord>;
// sign-in name in lower case -> its owner
using SignInNameTable = RecordTable<KeySchema<0x0702, std::string>, rec::SignInNameRecord>;
// person id -> what the person proves an identity with; no row: nothing
using CredentialsTable = RecordTable<KeySchema<0x0703, std::string>, rec::CredentialsRecord>;
// person id -> nothing, for admins who can sign in: enabled, and with a password
using ReadyAdminKey = KeySchema<0x0704, std::string>;
using ReadyAdminTable = RecordTable<ReadyAdminKey, rec::IndexRecord>;
// organisation id -> organisation
using OrganisationKey = KeySchema<0x0705, std::string>;
using OrganisationTable = RecordTable<OrganisationKey, rec::OrganisationRecord>;

// Invites.
// () -> the last number
using LastInviteTable = RecordTable<KeySchema<0x0706>, rec::CounterRecord>;
// invite id -> invite
using InviteKey = KeySchema<0x0707, int64_t>;
using InviteTable = RecordTable<InviteKey, rec::InviteRecord>;
// SHA-256 of a token -> what it opens
using InviteTokenTable = RecordTable<KeySchema<0x0708, std::string>, rec::InviteTokenRecord>;

// Sessions that go on.
// session id -> session
using SessionKey = KeySchema<0x0709, std::string>;
using SessionTable = RecordTable<SessionKey, rec::SessionRecord>;
// person id, session id -> nothing
using SessionOfPersonKey = KeySchema<0x070A, std::string, std::string>;
using SessionOfPersonTable = RecordTable<SessionOfPersonKey, rec::IndexRecord>;

// What must be known to believe access tokens.
// () -> the last version
using LastRevocationTable = RecordTable<KeySchema<0x070B>, rec::CounterRecord>;
// version -> access tokens that ended before their time
using RevocationKey = KeySchema<0x070C, int64_t>;
using RevocationTable = RecordTable<RevocationKey, rec::RevocationRecord>;
// number, in the order in which they sign -> signing key
using SigningKeyKey = KeySchema<0x070D, int64_t>;
using SigningKeyTable = RecordTable<SigningKeyKey, rec::SigningKeyRecord>;

}  // namespace milkway::accounts

#endif  // MILKWAY_SERVICES_ACCOUNTS_ACCOUNTS_KEYS_H_
