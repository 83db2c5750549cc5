#include "services/gateway/json_codec.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/type.pb.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/type_resolver_util.h"

namespace milkway::gateway {

namespace {

namespace pb = google::protobuf;

constexpr char kUrlPrefix[] = "type.googleapis.com";

// Keeps each description once it was made. There are as many as message types in the
// program: whoever calls cannot make more.
class CachingResolver final : public pb::util::TypeResolver {
 public:
  explicit CachingResolver(std::unique_ptr<pb::util::TypeResolver> source)
      : source_(std::move(source)) {}

  pb::util::Status ResolveMessageType(const std::string& url, pb::Type* type) override {
    return Resolve(url, type, &messages_, [this](const std::string& name, pb::Type* made) {
      return source_->ResolveMessageType(name, made);
    });
  }

  pb::util::Status ResolveEnumType(const std::string& url, pb::Enum* type) override {
    return Resolve(url, type, &enums_, [this](const std::string& name, pb::Enum* made) {
      return source_->ResolveEnumType(name, made);
    });
  }

 private:
  template <typename Type>
  using Known = absl::flat_hash_map<std::string, std::unique_ptr<const Type>>;

  template <typename Type, typename Make>
  pb::util::Status Resolve(const std::string& url, Type* type, Known<Type>* known, Make make) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      const auto found = known->find(url);
      if (found != known->end()) {
        *type = *found->second;
        return {};
      }
    }
    const pb::util::Status status = make(url, type);
    if (!status.ok()) return status;
    auto kept = std::make_unique<const Type>(*type);
    absl::MutexLock lock(&mutex_);
    known->try_emplace(url, std::move(kept));
    return {};
  }

  const std::unique_ptr<pb::util::TypeResolver> source_;
  absl::Mutex mutex_;
  Known<pb::Type> messages_;
  Known<pb::Enum> enums_;
};

absl::string_view NameIn(absl::string_view url) { return url.substr(url.rfind('/') + 1); }

}  // namespace

JsonCodec::JsonCodec()
    : resolver_(std::make_unique<CachingResolver>(
          std::unique_ptr<pb::util::TypeResolver>(pb::util::NewTypeResolverForDescriptorPool(
              kUrlPrefix, pb::DescriptorPool::generated_pool())))) {}

JsonCodec::~JsonCodec() = default;

absl::StatusOr<std::string> JsonCodec::ToBinary(const std::string& type_url,
                                                absl::string_view json) const {
  pb::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  std::string bytes;
  pb::io::ArrayInputStream in(json.data(), static_cast<int>(json.size()));
  pb::io::StringOutputStream out(&bytes);
  const auto status = pb::util::JsonToBinaryStream(resolver_.get(), type_url, &in, &out, options);
  if (status.ok()) return bytes;
  const auto why = status.message();
  return absl::InvalidArgumentError(
      absl::StrCat("the message is not the JSON of a ", NameIn(type_url),
                   "; correct it: ", absl::string_view(why.data(), why.size())));
}

absl::StatusOr<std::string> JsonCodec::ToJson(const std::string& type_url,
                                              pb::io::ZeroCopyInputStream* bytes) const {
  std::string json;
  pb::io::StringOutputStream out(&json);
  const auto status = pb::util::BinaryToJsonStream(resolver_.get(), type_url, bytes, &out,
                                                   pb::util::JsonPrintOptions());
  if (status.ok()) return json;
  const auto why = status.message();
  return absl::DataLossError(absl::StrCat("an answer is not a ", NameIn(type_url), ": ",
                                          absl::string_view(why.data(), why.size())));
}

absl::StatusOr<std::string> JsonCodec::ToJson(const std::string& type_url,
                                              absl::string_view bytes) const {
  pb::io::ArrayInputStream in(bytes.data(), static_cast<int>(bytes.size()));
  return ToJson(type_url, &in);
}

}  // namespace milkway::gateway
