#include "services/accounts/invite_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/account_convert.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/audit_rows.h"
#include "services/accounts/invites.h"
#include "services/accounts/once_with_secrets.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::accounts {

using runtime::Call;
using runtime::Handlers;
using storage::Reader;
using storage::Transaction;

namespace {

bool HasState(const v1::Invite& invite, v1::InviteState state) {
  return state == v1::INVITE_STATE_UNSPECIFIED || invite.state() == state;
}

}  // namespace

// What is remembered of the request is the invite's number; the token is made again from it.
absl::StatusOr<v1::CreateInviteResponse> InviteService::Tell(const rec::InviteAnswerRecord& made,
                                                             const Call& call) const {
  const auto snapshot = handlers_.parts().store->NewSnapshot();
  ASSIGN_OR_RETURN(auto record, InviteTable::Find(*snapshot, made.invite_id()));
  if (!record.has_value()) return InviteUnknown();
  Invite invite = {made.invite_id(), *std::move(record), {}};
  ASSIGN_OR_RETURN(invite.person, PersonOf(*snapshot, invite.record));
  v1::CreateInviteResponse response;
  *response.mutable_invite() = ToMessage(invite, call.now_us);
  response.set_invite_token(
      parts_.secrets->InviteToken(invite.invite_id, invite.record.token_salt()));
  return response;
}

grpc::ServerUnaryReactor* InviteService::CreateInvite(Context* context,
                                                      const v1::CreateInviteRequest* request,
                                                      v1::CreateInviteResponse* response) {
  return handlers_.AsyncChange(
      context, request, response,
      [this, request](const Call& call, const runtime::AuditEntry& entry,
                      Handlers::Finish<v1::CreateInviteResponse> finish) {
        auto invitee = ParseInvitee(*request);
        const auto key = KeyOf(handlers_.parts(), *parts_.secrets, call.caller.id, *request);
        absl::Status status = key.status();
        status.Update(invitee.status());
        if (status.ok()) status = parts_.limits->TakeInviting(call.caller.id, call.now_us);
        if (!status.ok()) return std::move(finish)(status);
        TransactOnce<rec::InviteAnswerRecord>(
            handlers_.parts(), *key,
            [this, call, invitee = *std::move(invitee),
             row = AuditRow(handlers_.parts(), entry, request->request_id())](
                Transaction& transaction) -> absl::StatusOr<rec::InviteAnswerRecord> {
              RETURN_IF_ERROR(CheckSession(transaction, call));
              ASSIGN_OR_RETURN(const Invite invite,
                               accounts::CreateInvite(transaction, *parts_.secrets, invitee, call));
              rec::InviteAnswerRecord made;
              made.set_invite_id(invite.invite_id);
              made.set_person_id(invitee.person_id);
              RETURN_IF_ERROR(
                  row.Append(transaction, {{"person_id", invitee.person_id},
                                           {"invite_id", absl::StrCat(invite.invite_id)}}));
              return made;
            },
            [this, call, finish = std::move(finish)](
                const absl::StatusOr<rec::InviteAnswerRecord>& made) mutable {
              if (!made.ok()) return std::move(finish)(made.status());
              std::move(finish)(Tell(*made, call));
            });
      });
}

grpc::ServerUnaryReactor* InviteService::ListInvites(Context* context,
                                                     const v1::ListInvitesRequest* request,
                                                     v1::ListInvitesResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader, const Call& call) -> absl::StatusOr<v1::ListInvitesResponse> {
        v1::ListInvitesResponse answer;
        absl::Status damage;
        ASSIGN_OR_RETURN(*answer.mutable_next_page_token(),
                         runtime::ScanPage<InviteTable>(
                             reader, InviteKey::Range(), *request,
                             [&](const InviteKey::Key& key, const rec::InviteRecord& record) {
                               Invite invite = {std::get<0>(key), record, {}};
                               absl::StatusOr<rec::PersonRecord> person = PersonOf(reader, record);
                               damage.Update(person.status());
                               if (!person.ok() || !MayManage(call.caller, *person)) return false;
                               invite.person = *std::move(person);
                               v1::Invite message = ToMessage(invite, call.now_us);
                               if (!HasState(message, request->state())) return false;
                               *answer.add_invites() = std::move(message);
                               return true;
                             }));
        RETURN_IF_ERROR(damage);
        return answer;
      });
}

grpc::ServerUnaryReactor* InviteService::RevokeInvite(Context* context,
                                                      const v1::RevokeInviteRequest* request,
                                                      v1::RevokeInviteResponse* response) {
  return handlers_.Mutate(context, request, response,
                          [request](Transaction& transaction,
                                    const Call& call) -> absl::StatusOr<v1::RevokeInviteResponse> {
                            ASSIGN_OR_RETURN(
                                const Invite invite,
                                accounts::RevokeInvite(transaction, request->invite_id(), call));
                            v1::RevokeInviteResponse answer;
                            *answer.mutable_invite() = ToMessage(invite, call.now_us);
                            return answer;
                          });
}

}  // namespace milkway::accounts
