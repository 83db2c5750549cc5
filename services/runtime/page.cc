#include "services/runtime/page.h"

#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "services/runtime/call.h"
#include "services/runtime/check.h"
#include "services/runtime/errors.h"
#include "services/runtime/serialize.h"
#include "sodium.h"

namespace milkway::runtime {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// token = base64url(version (1 byte), binding (16 bytes), last key)
//
// The binding is a hash of caller and query under the key of the call's page_key: a
// token is good for nobody else, and for no other query, and cannot be made up.
constexpr char kTokenVersion = 1;
constexpr size_t kBindingBytes = 16;
constexpr size_t kHeadBytes = 1 + kBindingBytes;
constexpr size_t kTokenBytesMax = (kHeadBytes + storage::kKeyBytesMax + 2) / 3 * 4;

const std::string& kNoText = *new std::string;

constexpr char kPageSizeRule[] = "must be from 1 to 1000, or 0 for 100";
constexpr char kPageTokenRule[] =
    "must be the next_page_token of the same query of yours; start again without it";

using Binding = std::array<char, kBindingBytes>;

const FieldDescriptor* PageField(const Message& request, const char* name,
                                 FieldDescriptor::CppType type) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
  MILKWAY_CHECK(field != nullptr && field->cpp_type() == type && !field->is_repeated());
  return field;
}

const FieldDescriptor* SizeField(const Message& request) {
  return PageField(request, "page_size", FieldDescriptor::CPPTYPE_INT32);
}

const FieldDescriptor* TokenField(const Message& request) {
  return PageField(request, "page_token", FieldDescriptor::CPPTYPE_STRING);
}

// What a query is, whichever page of it: its type and its filters.
std::string QueryBytes(const Message& request) {
  const std::unique_ptr<Message> query(request.New());
  query->CopyFrom(request);
  query->DiscardUnknownFields();
  query->GetReflection()->ClearField(query.get(), SizeField(request));
  query->GetReflection()->ClearField(query.get(), TokenField(request));

  return absl::StrCat(request.GetDescriptor()->full_name(), "\n", SerializeInOrder(*query));
}

void Hash(absl::string_view bytes, crypto_generichash_state* state) {
  crypto_generichash_update(state, reinterpret_cast<const unsigned char*>(bytes.data()),
                            bytes.size());
}

void HashWithSize(const std::string& bytes, crypto_generichash_state* state) {
  const uint64_t size = bytes.size();
  Hash(absl::string_view(reinterpret_cast<const char*>(&size), sizeof(size)), state);
  Hash(bytes, state);
}

// Binds `last_key` to caller and query, so that none can be changed.
Binding Bind(const Message& request, absl::string_view last_key) {
  static const bool sodium_is_ready = sodium_init() >= 0;
  MILKWAY_CHECK(sodium_is_ready);
  const Call* const call = CallOfThread::Current();
  const std::string& key = call == nullptr ? kNoText : call->page_key;

  crypto_generichash_state state;
  crypto_generichash_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                          kBindingBytes);
  HashWithSize(call == nullptr ? kNoText : call->origin.caller_id, &state);
  HashWithSize(QueryBytes(request), &state);
  Hash(last_key, &state);
  Binding binding;
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(binding.data()),
                           binding.size());
  return binding;
}

std::string Token(const Message& request, absl::string_view last_key) {
  const Binding binding = Bind(request, last_key);
  return absl::WebSafeBase64Escape(absl::StrCat(absl::string_view(&kTokenVersion, 1),
                                                absl::string_view(binding.data(), binding.size()),
                                                last_key));
}

// The key in `token`; nullopt if NextPageToken would not have written it so for
// this query. (Base64 alone would let blanks, padding and loose bits pass.)
std::optional<std::string> LastKeyOf(const Message& request, absl::string_view token) {
  std::string bytes;
  if (token.size() > kTokenBytesMax || !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() <= kHeadBytes) {
    return std::nullopt;
  }
  std::string last_key = bytes.substr(kHeadBytes);
  if (Token(request, last_key) != token) return std::nullopt;
  return last_key;
}

}  // namespace

storage::KeyRange PageRequest::Rest(storage::KeyRange range) const {
  if (after_key.empty()) return range;
  std::string next_key = after_key + '\0';  // no key lies between
  if (next_key > range.from) range.from = std::move(next_key);
  if (!range.to.empty() && range.from > range.to) range.from = range.to;
  return range;
}

absl::StatusOr<PageRequest> ParsePage(const Message& request) {
  const google::protobuf::Reflection& fields = *request.GetReflection();
  const int32_t size = fields.GetInt32(request, SizeField(request));
  if (size < 0 || size > kPageSizeMax) return InvalidField("page_size", kPageSizeRule);

  PageRequest page;
  if (size > 0) page.size = static_cast<size_t>(size);
  std::string scratch;
  const std::string& token = fields.GetStringReference(request, TokenField(request), &scratch);
  if (token.empty()) return page;
  std::optional<std::string> last_key = LastKeyOf(request, token);
  if (!last_key.has_value()) return InvalidField("page_token", kPageTokenRule);
  page.after_key = *std::move(last_key);
  return page;
}

std::string NextPageToken(const Message& request, absl::string_view last_key) {
  MILKWAY_CHECK(!last_key.empty() && last_key.size() <= storage::kKeyBytesMax);
  return Token(request, last_key);
}

}  // namespace milkway::runtime
