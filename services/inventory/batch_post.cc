#include "services/inventory/batch_post.h"

#include <optional>
#include <utility>

#include "clients/cpp/status_macros.h"
#include "services/inventory/stock_convert.h"
#include "services/runtime/errors.h"
#include "services/runtime/fields.h"

namespace milkway::inventory {

namespace {

constexpr int kDraftsMax = 2000;

// Posts one draft once. A refusal goes into the result.
absl::StatusOr<v1::PostingResult> PostOnce(storage::Transaction& transaction,
                                           const runtime::OnceTable& once,
                                           const PostingDraft& draft, const runtime::BodyHash& hash,
                                           Ledger* ledger, DraftBatch::NewPostings* posted_now) {
  const auto memory = once.Find(transaction, draft.request_id, hash);
  if (absl::IsAlreadyExists(memory.status())) return ToRefusal(memory.status());
  RETURN_IF_ERROR(memory.status());
  v1::PostingResult result;
  if (memory->has_value()) {
    if (result.ParseFromString((*memory)->answer)) return result;
    return absl::DataLossError("the remembered answer of a posting is damaged");
  }
  const absl::StatusOr<Posted> posted = ledger->Post(draft);
  if (!posted.ok()) return ToRefusal(posted.status());
  result = ToMessage(*posted);
  if (posted_now->count++ == 0) posted_now->first_position = result.position();
  posted_now->last_position = result.position();
  RETURN_IF_ERROR(once.Remember(transaction, draft.request_id, hash, result.SerializeAsString()));
  return result;
}

}  // namespace

absl::StatusOr<DraftBatch> DraftBatch::Parse(const v1::BatchPostRequest& request,
                                             const runtime::OnceTable& once) {
  RETURN_IF_ERROR(runtime::CheckCount("drafts", request.drafts_size(), 1, kDraftsMax));
  DraftBatch batch;
  batch.drafts_.resize(static_cast<size_t>(request.drafts_size()));
  for (int index = 0; index < request.drafts_size(); ++index) {
    Parsed& parsed = batch.drafts_[static_cast<size_t>(index)];
    parsed.draft = ParseDraft(request.drafts(index));
    if (!parsed.draft.ok()) {
      parsed.draft = runtime::InField(runtime::Item("drafts", index), parsed.draft.status());
    } else {
      parsed.hash = once.HashOf(request.drafts(index));
    }
  }
  return batch;
}

absl::StatusOr<DraftBatch::NewPostings> DraftBatch::Post(storage::Transaction& transaction,
                                                         const runtime::OnceTable& once,
                                                         int64_t now_us,
                                                         v1::BatchPostResponse* response) const {
  response->Clear();
  NewPostings posted_now;
  ASSIGN_OR_RETURN(Ledger ledger, Ledger::Begin(transaction, now_us));
  for (const Parsed& parsed : drafts_) {
    if (!parsed.draft.ok()) {
      *response->add_results() = ToRefusal(parsed.draft.status());
      continue;
    }
    ASSIGN_OR_RETURN(*response->add_results(),
                     PostOnce(transaction, once, *parsed.draft, parsed.hash, &ledger, &posted_now));
  }
  RETURN_IF_ERROR(ledger.End());
  return posted_now;
}

}  // namespace milkway::inventory
