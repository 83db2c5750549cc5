#include "services/inventory/contacts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/status_macros.h"
#include "services/inventory/catalog.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

using runtime::InField;
using runtime::InvalidField;
using runtime::ParseText;

constexpr int kContactsMax = 10;
constexpr size_t kNameBytesMax = 100;
constexpr size_t kOtherBytesMax = 200;
constexpr size_t kPhoneDigitsMin = 6;
constexpr size_t kPhoneDigitsMax = 15;  // ITU-T E.164

absl::StatusOr<std::string> ParsePhone(const std::string& phone) {
  if (phone.empty()) return phone;
  const absl::string_view digits = absl::string_view(phone).substr(1);
  const bool is_number = phone[0] == '+' && kPhoneDigitsMin <= digits.size() &&
                         digits.size() <= kPhoneDigitsMax &&
                         std::all_of(digits.begin(), digits.end(), [](char character) {
                           return absl::ascii_isdigit(static_cast<unsigned char>(character));
                         });
  if (is_number) return phone;
  return InvalidField("phone",
                      "must be + and 6 to 15 digits, country first, such as +8613800000000");
}

absl::StatusOr<rec::ContactsRecord::Contact> ParseContact(const v1::Contact& message) {
  rec::ContactsRecord::Contact contact;
  ASSIGN_OR_RETURN(*contact.mutable_name(), ParseText("name", message.name(), 1, kNameBytesMax));
  ASSIGN_OR_RETURN(*contact.mutable_duty(), ParseText("duty", message.duty(), 0, kNameBytesMax));
  ASSIGN_OR_RETURN(*contact.mutable_phone(), ParsePhone(message.phone()));
  ASSIGN_OR_RETURN(*contact.mutable_other(),
                   ParseText("other", message.other(), 0, kOtherBytesMax));
  if (contact.phone().empty() && contact.other().empty()) {
    return InvalidField("phone", "must be given, or another way to reach the person");
  }
  return contact;
}

}  // namespace

absl::StatusOr<rec::ContactsRecord> ParseContacts(const ContactMessages& messages) {
  RETURN_IF_ERROR(runtime::CheckCount("contacts", messages.size(), 0, kContactsMax));
  rec::ContactsRecord record;
  for (int index = 0; index < messages.size(); ++index) {
    auto contact = ParseContact(messages[index]);
    if (!contact.ok()) return InField(runtime::Item("contacts", index), contact.status());
    *record.add_contacts() = *std::move(contact);
  }
  return record;
}

ContactMessages ToMessages(const rec::ContactsRecord& record) {
  ContactMessages messages;
  for (const rec::ContactsRecord::Contact& contact : record.contacts()) {
    v1::Contact& message = *messages.Add();
    message.set_name(contact.name());
    message.set_duty(contact.duty());
    message.set_phone(contact.phone());
    message.set_other(contact.other());
  }
  return messages;
}

absl::Status SetContacts(storage::Transaction& transaction, const std::string& location_id,
                         const rec::ContactsRecord& contacts) {
  RETURN_IF_ERROR(ReadLocation(transaction, location_id).status());
  return ContactsTable::Put(transaction, contacts, location_id);
}

absl::StatusOr<rec::ContactsRecord> ReadContacts(const storage::Reader& reader,
                                                 const std::string& location_id) {
  RETURN_IF_ERROR(ReadLocation(reader, location_id).status());
  ASSIGN_OR_RETURN(auto contacts, ContactsTable::Find(reader, location_id));
  return contacts.value_or(rec::ContactsRecord());
}

}  // namespace milkway::inventory
