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
constexpr char kGiftFormat[] = "milkway-proof/2";
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

// The whole number `name` of an object, 0 or more.
absl::Status TakeNumber(const Json& object, const char* name, int64_t* number) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_number_integer() ||
      found->get<int64_t>() < 0) {
    return Malformed(absl::StrCat("\"", name, "\" must be a whole number from 0"));
  }
  *number = found->get<int64_t>();
  return absl::OkStatus();
}

Json ToJson(const GiftFigures& gift) {
  Json lots = Json::array();
  for (const GiftLot& lot : gift.lots) {
    Json schools = Json::array();
    for (const GiftSchool& school : lot.schools) {
      schools.push_back({{"school_id", school.school_id},
                         {"served_g", school.served_g},
                         {"servings", school.servings}});
    }
    lots.push_back({{"lot_id", lot.lot_id},
                    {"funded_g", lot.funded_g},
                    {"served_g", lot.served_g},
                    {"servings", lot.servings},
                    {"lost_g", lot.lost_g},
                    {"returned_g", lot.returned_g},
                    {"remaining_g", lot.remaining_g},
                    {"schools", std::move(schools)}});
  }
  return {{"gift_id", gift.gift_id},
          {"publication", gift.publication},
          {"allocated_minor", gift.allocated_minor},
          {"refund_due_minor", gift.refund_due_minor},
          {"served_g", gift.served_g},
          {"servings", gift.servings},
          {"protein_mg", gift.protein_mg},
          {"calcium_mg", gift.calcium_mg},
          {"energy_kj", gift.energy_kj},
          {"lots", std::move(lots)}};
}

absl::StatusOr<GiftLot> ParseGiftLot(const Json& json) {
  GiftLot lot;
  RETURN_IF_ERROR(TakeNumber(json, "lot_id", &lot.lot_id));
  RETURN_IF_ERROR(TakeNumber(json, "funded_g", &lot.funded_g));
  RETURN_IF_ERROR(TakeNumber(json, "served_g", &lot.served_g));
  RETURN_IF_ERROR(TakeNumber(json, "servings", &lot.servings));
  RETURN_IF_ERROR(TakeNumber(json, "lost_g", &lot.lost_g));
  RETURN_IF_ERROR(TakeNumber(json, "returned_g", &lot.returned_g));
  RETURN_IF_ERROR(TakeNumber(json, "remaining_g", &lot.remaining_g));
  const Json* schools = ArrayOf(json, "schools");
  if (schools == nullptr) return Malformed("\"schools\" must be a list");
  for (const Json& item : *schools) {
    GiftSchool school;
    ASSIGN_OR_RETURN(school.school_id, StringOf(item, "school_id"));
    RETURN_IF_ERROR(TakeNumber(item, "served_g", &school.served_g));
    RETURN_IF_ERROR(TakeNumber(item, "servings", &school.servings));
    lot.schools.push_back(std::move(school));
  }
  return lot;
}

absl::StatusOr<GiftFigures> ParseGift(const Json& json) {
  GiftFigures gift;
  ASSIGN_OR_RETURN(gift.gift_id, StringOf(json, "gift_id"));
  RETURN_IF_ERROR(TakeNumber(json, "publication", &gift.publication));
  RETURN_IF_ERROR(TakeNumber(json, "allocated_minor", &gift.allocated_minor));
  RETURN_IF_ERROR(TakeNumber(json, "refund_due_minor", &gift.refund_due_minor));
  RETURN_IF_ERROR(TakeNumber(json, "served_g", &gift.served_g));
  RETURN_IF_ERROR(TakeNumber(json, "servings", &gift.servings));
  RETURN_IF_ERROR(TakeNumber(json, "protein_mg", &gift.protein_mg));
  RETURN_IF_ERROR(TakeNumber(json, "calcium_mg", &gift.calcium_mg));
  RETURN_IF_ERROR(TakeNumber(json, "energy_kj", &gift.energy_kj));
  const Json* lots = ArrayOf(json, "lots");
  if (lots == nullptr) return Malformed("\"lots\" must be a list");
  for (const Json& item : *lots) {
    ASSIGN_OR_RETURN(GiftLot lot, ParseGiftLot(item));
    gift.lots.push_back(std::move(lot));
  }
  return gift;
}

absl::StatusOr<ProofFile> FromJson(const Json& json) {
  ASSIGN_OR_RETURN(const std::string format, StringOf(json, "format"));
  if (format != kFormat && format != kGiftFormat) {
    return Malformed(absl::StrCat("its format is neither ", kFormat, " nor ", kGiftFormat,
                                  "; is there a newer verifier?"));
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
  if (const auto earlier = json.find("earlier"); earlier != json.end()) {
    proof.earlier.emplace();
    ASSIGN_OR_RETURN(proof.earlier->checkpoint, StringOf(*earlier, "checkpoint"));
    ASSIGN_OR_RETURN(proof.earlier->consistency, HashesOf(*earlier, "consistency"));
  }
  if (const auto gift = json.find("gift"); gift != json.end()) {
    ASSIGN_OR_RETURN(proof.gift, ParseGift(*gift));
  }
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
  json["format"] = proof.gift.has_value() ? kGiftFormat : kFormat;
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
  if (proof.gift.has_value()) json["gift"] = ToJson(*proof.gift);
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
