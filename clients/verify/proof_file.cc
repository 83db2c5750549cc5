#include "clients/verify/proof_file.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "clients/verify/checkpoint.h"
#include "nlohmann/json.hpp"

namespace milkway::proof {

namespace {

using Json = nlohmann::ordered_json;

constexpr char kFormat[] = "milkway-proof/1";
constexpr int kIndent = 2;
constexpr size_t kDepthMax = 8;

Json ToJson(const std::vector<Hash>& hashes) {
  Json json = Json::array();
  for (const Hash& hash : hashes) json.push_back(absl::Base64Escape(BytesOf(hash)));
  return json;
}

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("the proof is malformed: ", what));
}

// The string member `name` of an object.
absl::StatusOr<std::string> StringOf(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) {
    return Malformed(absl::StrCat("\"", name, "\" must be a text"));
  }
  return found->get<std::string>();
}

absl::StatusOr<std::string> BytesMember(const Json& object, const char* name) {
  ASSIGN_OR_RETURN(const std::string text, StringOf(object, name));
  return DecodeBase64(text);
}

// The array member `name` of an object; nullptr if there is none.
const Json* ArrayOf(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || !found->is_array() ? nullptr : &*found;
}

absl::StatusOr<std::vector<Hash>> HashesOf(const Json& object, const char* name) {
  const Json* array = ArrayOf(object, name);
  if (array == nullptr || array->size() > kProofHashesMax) {
    return Malformed(absl::StrCat("\"", name, "\" must be up to ", kProofHashesMax, " hashes"));
  }
  std::vector<Hash> hashes;
  for (const Json& item : *array) {
    if (!item.is_string()) return Malformed("a hash must be a text");
    ASSIGN_OR_RETURN(const std::string bytes, DecodeBase64(item.get<std::string>()));
    const std::optional<Hash> hash = ParseHash(bytes);
    if (!hash.has_value()) return Malformed("a hash must have 32 bytes");
    hashes.push_back(*hash);
  }
  return hashes;
}

absl::StatusOr<ProvenLeaf> ParseLeaf(const Json& json) {
  ProvenLeaf leaf;
  const auto position = json.is_object() ? json.find("position") : json.end();
  if (!json.is_object() || position == json.end() || !position->is_number_integer() ||
      position->get<int64_t>() < 1) {
    return Malformed("\"position\" must be a whole number from 1");
  }
  leaf.position = position->get<int64_t>();
  ASSIGN_OR_RETURN(leaf.opening.canonical, BytesMember(json, "canonical"));
  ASSIGN_OR_RETURN(leaf.opening.salt, BytesMember(json, "salt"));
  RETURN_IF_ERROR(LeafHashOf(leaf.opening).status());
  ASSIGN_OR_RETURN(leaf.inclusion, HashesOf(json, "inclusion"));
  return leaf;
}

absl::StatusOr<ProofFile> FromJson(const Json& json) {
  ASSIGN_OR_RETURN(const std::string format, StringOf(json, "format"));
  if (format != kFormat) {
    return Malformed(absl::StrCat("its format is not ", kFormat, "; is there a newer verifier?"));
  }
  ProofFile proof;
  ASSIGN_OR_RETURN(proof.log_key, StringOf(json, "log_key"));
  ASSIGN_OR_RETURN(proof.checkpoint, StringOf(json, "checkpoint"));
  const Json* leaves = ArrayOf(json, "leaves");
  if (leaves == nullptr || leaves->size() > kProofLeavesMax) {
    return Malformed(absl::StrCat("\"leaves\" must be up to ", kProofLeavesMax, " leaves"));
  }
  for (const Json& item : *leaves) {
    ASSIGN_OR_RETURN(ProvenLeaf leaf, ParseLeaf(item));
    proof.leaves.push_back(std::move(leaf));
  }
  const auto earlier = json.find("earlier");
  if (earlier == json.end()) return proof;
  proof.earlier.emplace();
  ASSIGN_OR_RETURN(proof.earlier->checkpoint, StringOf(*earlier, "checkpoint"));
  ASSIGN_OR_RETURN(proof.earlier->consistency, HashesOf(*earlier, "consistency"));
  return proof;
}

// Ends a parse that goes too deep, before it uses up the stack.
bool IsShallow(absl::string_view text) {
  size_t depth = 0;
  for (const char c : text) {
    if ((c == '[' || c == '{') && ++depth > kDepthMax) return false;
    if ((c == ']' || c == '}') && depth > 0) --depth;
  }
  return true;
}

}  // namespace

std::string FormatProof(const ProofFile& proof) {
  Json json;
  json["format"] = kFormat;
  json["log_key"] = proof.log_key;
  json["checkpoint"] = proof.checkpoint;
  json["leaves"] = Json::array();
  for (const ProvenLeaf& leaf : proof.leaves) {
    json["leaves"].push_back({{"kind", std::string(WordOf(KindOf(leaf.opening)))},
                              {"position", leaf.position},
                              {"canonical", absl::Base64Escape(leaf.opening.canonical)},
                              {"salt", absl::Base64Escape(leaf.opening.salt)},
                              {"inclusion", ToJson(leaf.inclusion)}});
  }
  if (proof.earlier.has_value()) {
    json["earlier"] = {{"checkpoint", proof.earlier->checkpoint},
                       {"consistency", ToJson(proof.earlier->consistency)}};
  }
  // Texts that are not UTF-8 cannot come out of a parse; they become unlike themselves.
  return json.dump(kIndent, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<ProofFile> ParseProof(absl::string_view text) {
  if (text.size() > kProofBytesMax) return Malformed("it is too long");
  if (!IsShallow(text)) return Malformed("it is nested too deeply");
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return Malformed("it is not JSON");
  ASSIGN_OR_RETURN(ProofFile proof, FromJson(json));
  if (FormatProof(proof) != text) {
    return Malformed(
        "it has something that this version does not know, or is not written in the one way in "
        "which a proof is written");
  }
  return proof;
}

}  // namespace milkway::proof
