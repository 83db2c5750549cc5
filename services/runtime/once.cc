#include "services/runtime/once.h"

#include <openssl/sha.h>
#include <sodium.h>

#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cpp/status_macros.h"
#include "milkway/runtime/records/v1/records.pb.h"
#include "services/runtime/errors.h"
#include "services/runtime/record_table.h"
#include "services/runtime/serialize.h"
#include "services/runtime/service_tables.h"

namespace milkway::runtime {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using records::v1::RememberedRequest;

constexpr size_t kUuidCharacters = 36;
constexpr char kUuidForm[] =
    "must be a UUID such as 01976b0e-7c1e-7000-8000-5e0a1b2c3d4e, and not the nil one";

std::string OnceKey(ServiceTag service, RequestId id) {
  std::string key = TableKey(service, kOnceTable);
  storage::key_internal::Append(id.high, &key);
  storage::key_internal::Append(id.low, &key);
  return key;
}

absl::Status RequestIdReused(RequestId id) {
  const std::string text = FormatRequestId(id);
  return Refuse(absl::StatusCode::kAlreadyExists, "REQUEST_ID_REUSED",
                absl::StrCat("request_id ", text,
                             " was used before with other content; send a changed request under "
                             "a new request_id"),
                {{"request_id", text}});
}

bool HasUnknownFields(const Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  if (!reflection.GetUnknownFields(message).empty()) return true;
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int index = 0; index < type.field_count(); ++index) {
    const FieldDescriptor* field = type.field(index);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (field->is_repeated()) {
      for (int item = 0; item < reflection.FieldSize(message, field); ++item) {
        if (HasUnknownFields(reflection.GetRepeatedMessage(message, field, item))) return true;
      }
    } else if (reflection.HasField(message, field) &&
               HasUnknownFields(reflection.GetMessage(message, field))) {
      return true;
    }
  }
  return false;
}

// The same bytes for the same values, however they came over the wire.
std::string CanonicalBytes(const Message& message) {
  if (HasUnknownFields(message)) {
    const std::unique_ptr<Message> known(message.New());
    known->CopyFrom(message);
    known->DiscardUnknownFields();
    return CanonicalBytes(*known);
  }
  return absl::StrCat(message.GetDescriptor()->full_name(), absl::string_view("\0", 1),
                      SerializeInOrder(message));
}

absl::StatusOr<std::array<unsigned char, 32>> LoadOrMakeKey(ServiceTag service,
                                                            storage::Store* store) {
  std::array<unsigned char, 32> hash_key;
  const absl::Status status =
      store->TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
        const std::string row = TableKey(service, kHashKeyTable);
        ASSIGN_OR_RETURN(const std::optional<std::string> stored, transaction.Get(row));
        if (stored.has_value()) {
          if (stored->size() != hash_key.size()) {
            return absl::DataLossError(
                "the key of request hashes is damaged; restore the store from a backup");
          }
          std::memcpy(hash_key.data(), stored->data(), hash_key.size());
          return absl::OkStatus();
        }
        randombytes_buf(hash_key.data(), hash_key.size());
        return transaction.Put(
            row, absl::string_view(reinterpret_cast<char*>(hash_key.data()), hash_key.size()));
      });
  RETURN_IF_ERROR(status);
  return hash_key;
}

}  // namespace

absl::StatusOr<RequestId> ParseRequestId(absl::string_view field, absl::string_view text) {
  if (text.size() != kUuidCharacters) return InvalidField(field, kUuidForm);
  RequestId id;
  int digits = 0;
  for (size_t index = 0; index < text.size(); ++index) {
    const char character = text[index];
    const bool is_dash_place = index == 8 || index == 13 || index == 18 || index == 23;
    if (is_dash_place) {
      if (character != '-') return InvalidField(field, kUuidForm);
      continue;
    }
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(character))) {
      return InvalidField(field, kUuidForm);
    }
    const char lower = absl::ascii_tolower(static_cast<unsigned char>(character));
    const uint64_t digit = lower <= '9' ? lower - '0' : lower - 'a' + 10;
    uint64_t& half = digits < 16 ? id.high : id.low;
    half = half << 4 | digit;
    ++digits;
  }
  if (id == RequestId{}) return InvalidField(field, kUuidForm);
  return id;
}

std::string FormatRequestId(RequestId id) {
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", id.high >> 32, id.high >> 16 & 0xffff,
                         id.high & 0xffff, id.low >> 48, id.low & 0xffff'ffff'ffff);
}

RequestId DeriveRequestId(RequestId id, absl::string_view step) {
  std::string input;
  storage::key_internal::Append(id.high, &input);
  storage::key_internal::Append(id.low, &input);
  absl::StrAppend(&input, step);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest.data());
  absl::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  RequestId derived;
  storage::key_internal::Consume(&bytes, &derived.high);
  storage::key_internal::Consume(&bytes, &derived.low);
  // Version 8 and the variant of RFC 9562.
  derived.high = (derived.high & ~uint64_t{0xf000}) | 0x8000;
  derived.low = (derived.low & ~(uint64_t{3} << 62)) | uint64_t{2} << 62;
  return derived;
}

absl::StatusOr<OnceTable> OnceTable::Open(ServiceTag service, storage::Store* store) {
  if (sodium_init() < 0) return absl::InternalError("libsodium cannot be used on this machine");
  ASSIGN_OR_RETURN(auto hash_key, LoadOrMakeKey(service, store));
  return OnceTable(service, hash_key);
}

BodyHash OnceTable::HashOf(const Message& request) const {
  const std::string bytes = CanonicalBytes(request);
  BodyHash hash;
  static_assert(sizeof(hash) >= crypto_generichash_BYTES_MIN);
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                     hash_key_.data(), hash_key_.size());
  return hash;
}

absl::StatusOr<std::optional<OnceTable::Memory>> OnceTable::Find(const storage::Reader& reader,
                                                                 RequestId id,
                                                                 const BodyHash& hash) const {
  const std::string key = OnceKey(service_, id);
  ASSIGN_OR_RETURN(const std::optional<std::string> bytes, reader.Get(key));
  if (!bytes.has_value()) return std::nullopt;
  ASSIGN_OR_RETURN(RememberedRequest record, ParseRecord<RememberedRequest>(key, *bytes));
  if (record.body_hash() != absl::string_view(hash.data(), hash.size())) {
    return RequestIdReused(id);
  }
  return Memory{std::move(*record.mutable_answer()), record.intent_id()};
}

absl::Status OnceTable::Remember(storage::Transaction& transaction, RequestId id,
                                 const BodyHash& hash, absl::string_view answer) const {
  RememberedRequest record;
  record.set_body_hash(hash.data(), hash.size());
  record.set_answer(answer.data(), answer.size());
  return transaction.Put(OnceKey(service_, id), record.SerializeAsString());
}

absl::Status OnceTable::Reserve(storage::Transaction& transaction, RequestId id,
                                const BodyHash& hash, uint64_t intent_id) const {
  RememberedRequest record;
  record.set_body_hash(hash.data(), hash.size());
  record.set_intent_id(intent_id);
  return transaction.Put(OnceKey(service_, id), record.SerializeAsString());
}

absl::Status OnceTable::Forget(storage::Transaction& transaction, RequestId id) const {
  return transaction.Delete(OnceKey(service_, id));
}

}  // namespace milkway::runtime
