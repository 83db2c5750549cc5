#include "services/accounts/session_service.h"

#include <string>

#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/people.h"
#include "services/accounts/sessions.h"
#include "services/runtime/fields.h"
#include "services/runtime/page_scan.h"

namespace milkway::accounts {

using runtime::Call;
using storage::Reader;
using storage::Transaction;

namespace {

bool MayManageSessions(const runtime::Caller& caller, const std::string& person_id) {
  if (caller.role == common::v1::ROLE_ADMIN) return true;
  // Who did not sign in here may have the id of somebody who did.
  return !caller.session_id.empty() && caller.id == person_id;
}

v1::Session ToMessage(const Session& session, const rec::PersonRecord& person, const Call& call) {
  v1::Session message;
  message.set_session_id(session.session_id);
  message.set_person_id(session.record.person_id());
  message.set_device_name(session.record.device_name());
  message.set_created_us(session.record.created_us());
  message.set_refreshed_us(session.record.refreshed_us());
  message.set_last_address(session.record.last_address());
  message.set_expires_us(ExpiresUs(session.record, person));
  message.set_is_own(SessionIdOfToken(call.caller.session_id) == session.session_id);
  return message;
}

}  // namespace

grpc::ServerUnaryReactor* SessionService::ListSessions(grpc::CallbackServerContext* context,
                                                       const v1::ListSessionsRequest* request,
                                                       v1::ListSessionsResponse* response) {
  return handlers_.Query(
      context, request, response,
      [request](const Reader& reader,
                const Call& call) -> absl::StatusOr<v1::ListSessionsResponse> {
        const std::string& asked = request->person_id();
        if (!asked.empty()) RETURN_IF_ERROR(runtime::ParseId("person_id", asked).status());
        const std::string person_id = asked.empty() ? call.caller.id : asked;
        if (!MayManageSessions(call.caller, person_id)) return OnlyForOneself();
        v1::ListSessionsResponse answer;
        ASSIGN_OR_RETURN(const auto person, PersonTable::Find(reader, person_id));
        if (!person.has_value()) return answer;
        absl::Status damage;
        ASSIGN_OR_RETURN(
            *answer.mutable_next_page_token(),
            runtime::ScanPage<SessionOfPersonTable>(
                reader, SessionOfPersonKey::Range(person_id), *request,
                [&](const SessionOfPersonKey::Key& key, const rec::IndexRecord&) {
                  const auto record = SessionTable::Find(reader, std::get<1>(key));
                  damage.Update(record.status());
                  if (!record.ok() || !record->has_value()) return false;
                  v1::Session message = ToMessage({std::get<1>(key), **record}, *person, call);
                  if (message.expires_us() <= call.now_us) return false;
                  *answer.add_sessions() = std::move(message);
                  return true;
                }));
        RETURN_IF_ERROR(damage);
        return answer;
      });
}

grpc::ServerUnaryReactor* SessionService::RevokeSession(grpc::CallbackServerContext* context,
                                                        const v1::RevokeSessionRequest* request,
                                                        v1::RevokeSessionResponse* response) {
  return handlers_.Mutate(
      context, request, response,
      [request](Transaction& transaction,
                const Call& call) -> absl::StatusOr<v1::RevokeSessionResponse> {
        ASSIGN_OR_RETURN(const std::string session_id,
                         runtime::ParseId("session_id", request->session_id()));
        ASSIGN_OR_RETURN(const auto session, SessionTable::Find(transaction, session_id));
        const bool may_end =
            session.has_value() && MayManageSessions(call.caller, session->person_id());
        if (!may_end) return SessionUnknown(session_id);
        RETURN_IF_ERROR(EndSession(transaction, session_id, call.now_us).status());
        return v1::RevokeSessionResponse();
      });
}

}  // namespace milkway::accounts
