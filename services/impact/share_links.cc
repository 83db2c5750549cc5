#include "services/impact/share_links.h"

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "clients/cpp/status_macros.h"
#include "services/impact/gifts.h"
#include "services/impact/impact_errors.h"
#include "storage/merkle_hash.h"

namespace milkway::impact {

namespace {

constexpr size_t kTokenBytes = 32;
constexpr size_t kLinkIdBytes = 8;

}  // namespace

absl::StatusOr<ShareLink> CreateShareLink(storage::Transaction& transaction,
                                          const std::string& gift_id, const std::string& token_hash,
                                          const runtime::Call& call) {
  RETURN_IF_ERROR(ReadGift(transaction, gift_id).status());
  const std::string link_id =
      absl::BytesToHexString(absl::string_view(token_hash).substr(0, kLinkIdBytes));
  ASSIGN_OR_RETURN(const auto taken, ShareTokenTable::Find(transaction, token_hash));
  if (taken.has_value()) {
    if (taken->gift_id() != gift_id) {
      return IdTaken("SHARE_LINK_EXISTS", "the link", link_id);
    }
    ASSIGN_OR_RETURN(const auto record, ShareLinkTable::Find(transaction, gift_id, link_id));
    return ShareLink{link_id, gift_id, record.value_or(rec::ShareLinkRecord())};
  }
  ShareLink link = {link_id, gift_id, {}};
  link.record.set_token_hash(token_hash);
  link.record.set_created_us(call.now_us);
  link.record.set_created_by(call.caller.id);
  rec::ShareTokenRecord token;
  token.set_gift_id(gift_id);
  token.set_link_id(link_id);
  RETURN_IF_ERROR(ShareTokenTable::Put(transaction, token, token_hash));
  RETURN_IF_ERROR(ShareLinkTable::Put(transaction, link.record, gift_id, link_id));
  return link;
}

absl::StatusOr<ShareLink> RevokeShareLink(storage::Transaction& transaction,
                                          const std::string& gift_id, const std::string& link_id,
                                          const runtime::Call& call) {
  ASSIGN_OR_RETURN(auto record, ShareLinkTable::Find(transaction, gift_id, link_id));
  if (!record.has_value()) return ShareLinkUnknown();
  if (record->revoked_us() == 0) {
    record->set_revoked_us(call.now_us);
    RETURN_IF_ERROR(ShareLinkTable::Put(transaction, *record, gift_id, link_id));
  }
  return ShareLink{link_id, gift_id, *record};
}

absl::StatusOr<std::string> OpenShareLink(const storage::Reader& reader, const std::string& token) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() != kTokenBytes) {
    return ShareLinkUnknown();
  }
  const std::string hash(storage::BytesOf(storage::Sha256(bytes, "")));
  ASSIGN_OR_RETURN(const auto opens, ShareTokenTable::Find(reader, hash));
  if (!opens.has_value()) return ShareLinkUnknown();
  ASSIGN_OR_RETURN(const auto link,
                   ShareLinkTable::Find(reader, opens->gift_id(), opens->link_id()));
  if (!link.has_value() || link->revoked_us() != 0) return ShareLinkUnknown();
  return opens->gift_id();
}

}  // namespace milkway::impact
