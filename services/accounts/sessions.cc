#include "services/accounts/sessions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/accounts_errors.h"
#include "services/accounts/people.h"
#include "services/accounts/person.h"
#include "services/accounts/revocations.h"

namespace milkway::accounts {

namespace {

using runtime::Call;
using runtime::RequestId;
using storage::Reader;
using storage::Transaction;

// The id of the session that a request of the person begins.
std::string SessionIdOf(RequestId request_id, absl::string_view person_id) {
  return runtime::FormatRequestId(
      runtime::DeriveRequestId(request_id, absl::StrCat("session of ", person_id)));
}

void SetRequest(RequestId request_id, rec::SessionRecord* session) {
  session->set_request_high(request_id.high);
  session->set_request_low(request_id.low);
}

bool IsOfRequest(const rec::SessionRecord& session, RequestId request_id) {
  return RequestId{session.request_high(), session.request_low()} == request_id;
}

// Every session of the person that has a row.
absl::StatusOr<std::vector<Session>> SessionsOf(const Reader& reader,
                                                const std::string& person_id) {
  std::vector<std::string> ids;
  RETURN_IF_ERROR(SessionOfPersonTable::Scan(
      reader, SessionOfPersonKey::Range(person_id),
      [&ids](const SessionOfPersonKey::Key& key, const rec::IndexRecord&) {
        ids.push_back(std::get<1>(key));
        return true;
      }));
  std::vector<Session> sessions;
  for (std::string& id : ids) {
    ASSIGN_OR_RETURN(auto record, SessionTable::Find(reader, id));
    if (record.has_value()) sessions.push_back({std::move(id), *std::move(record)});
  }
  return sessions;
}

absl::Status RemoveRows(Transaction& transaction, const Session& session) {
  RETURN_IF_ERROR(
      SessionOfPersonTable::Delete(transaction, session.record.person_id(), session.session_id));
  return SessionTable::Delete(transaction, session.session_id);
}

absl::Status End(Transaction& transaction, const Session& session, int64_t now_us) {
  RETURN_IF_ERROR(Revoke(transaction, TokenSessionId(session), now_us));
  return RemoveRows(transaction, session);
}

// So that one more may begin.
absl::Status EndTheOldestAbove(Transaction& transaction, const std::string& person_id,
                               size_t sessions_max, int64_t now_us) {
  ASSIGN_OR_RETURN(std::vector<Session> sessions, SessionsOf(transaction, person_id));
  if (sessions.size() <= sessions_max) return absl::OkStatus();
  std::sort(sessions.begin(), sessions.end(), [](const Session& a, const Session& b) {
    return a.record.refreshed_us() < b.record.refreshed_us();
  });
  sessions.resize(sessions.size() - sessions_max);
  for (const Session& session : sessions) RETURN_IF_ERROR(End(transaction, session, now_us));
  return absl::OkStatus();
}

Refreshed Outcome(RefreshOutcome outcome) { return {outcome, {}, {}}; }

}  // namespace

absl::StatusOr<std::optional<Session>> FindBegun(const Reader& reader, RequestId request_id,
                                                 const std::string& person_id, int64_t now_us,
                                                 int64_t within_us) {
  Session session;
  session.session_id = SessionIdOf(request_id, person_id);
  ASSIGN_OR_RETURN(auto record, SessionTable::Find(reader, session.session_id));
  const bool is_fresh =
      record.has_value() && record->counter() == 1 && now_us - record->created_us() <= within_us;
  if (!is_fresh) return std::nullopt;
  session.record = *std::move(record);
  return std::optional<Session>(std::move(session));
}

absl::StatusOr<Session> BeginSession(Transaction& transaction, const std::string& person_id,
                                     RequestId request_id, const std::string& device_name,
                                     const Call& call) {
  Session session;
  session.session_id = SessionIdOf(request_id, person_id);
  RETURN_IF_ERROR(EndTheOldestAbove(transaction, person_id, kSessionsOfPersonMax - 1, call.now_us));
  rec::SessionRecord& record = session.record;
  record.set_person_id(person_id);
  record.set_salt(NewSalt());
  record.set_counter(1);
  SetRequest(request_id, &record);
  record.set_created_us(call.now_us);
  record.set_refreshed_us(call.now_us);
  record.set_device_name(device_name);
  record.set_last_address(call.peer);
  RETURN_IF_ERROR(SessionTable::Put(transaction, record, session.session_id));
  RETURN_IF_ERROR(
      SessionOfPersonTable::Put(transaction, rec::IndexRecord(), person_id, session.session_id));
  return session;
}

absl::StatusOr<Refreshed> RefreshSession(Transaction& transaction, const Secrets& secrets,
                                         absl::string_view refresh_token, RequestId request_id,
                                         const Call& call) {
  const std::optional<RefreshClaim> claim = Secrets::ReadRefreshToken(refresh_token);
  if (!claim.has_value()) return Outcome(RefreshOutcome::kRefused);
  ASSIGN_OR_RETURN(auto found, SessionTable::Find(transaction, claim->session_id));
  if (!found.has_value()) return Outcome(RefreshOutcome::kEnded);
  Session session = {claim->session_id, *std::move(found)};
  rec::SessionRecord& record = session.record;
  if (!secrets.IsRefreshToken(refresh_token, record.salt())) {
    return Outcome(RefreshOutcome::kRefused);
  }
  ASSIGN_OR_RETURN(const auto person, PersonTable::Find(transaction, record.person_id()));
  const bool may_go_on =
      person.has_value() && !person->disabled() && call.now_us < ExpiresUs(record, *person);
  if (!may_go_on) {
    RETURN_IF_ERROR(End(transaction, session, call.now_us));
    return Outcome(RefreshOutcome::kEnded);
  }
  if (claim->counter < record.counter()) {
    // However late: a phone may be without a network for long. Nobody but who sent the
    // request knows its id, and once the next token is used this ends.
    const bool is_repeat =
        claim->counter == record.counter() - 1 && IsOfRequest(record, request_id);
    if (is_repeat) return Refreshed{RefreshOutcome::kRefreshed, session, *person};
    RETURN_IF_ERROR(End(transaction, session, call.now_us));
    return Refreshed{RefreshOutcome::kReused, session, *person};
  }
  record.set_counter(claim->counter + 1);
  SetRequest(request_id, &record);
  record.set_refreshed_us(call.now_us);
  record.set_last_address(call.peer);
  RETURN_IF_ERROR(SessionTable::Put(transaction, record, session.session_id));
  return Refreshed{RefreshOutcome::kRefreshed, session, *person};
}

absl::StatusOr<bool> EndSession(Transaction& transaction, const std::string& session_id,
                                int64_t now_us) {
  ASSIGN_OR_RETURN(auto record, SessionTable::Find(transaction, session_id));
  if (!record.has_value()) return false;
  RETURN_IF_ERROR(End(transaction, {session_id, *std::move(record)}, now_us));
  return true;
}

absl::Status EndSessionsOf(Transaction& transaction, const std::string& person_id,
                           const std::string& spared_session_id, int64_t now_us) {
  ASSIGN_OR_RETURN(const std::vector<Session> sessions, SessionsOf(transaction, person_id));
  for (const Session& session : sessions) {
    if (session.session_id == spared_session_id) continue;
    RETURN_IF_ERROR(End(transaction, session, now_us));
  }
  return absl::OkStatus();
}

absl::Status EndAccessTokensOf(Transaction& transaction, const std::string& person_id,
                               int64_t now_us) {
  ASSIGN_OR_RETURN(std::vector<Session> sessions, SessionsOf(transaction, person_id));
  for (Session& session : sessions) {
    RETURN_IF_ERROR(Revoke(transaction, TokenSessionId(session), now_us));
    session.record.set_generation(session.record.generation() + 1);
    RETURN_IF_ERROR(SessionTable::Put(transaction, session.record, session.session_id));
  }
  return absl::OkStatus();
}

absl::Status RemoveExpired(Transaction& transaction, int64_t now_us, size_t rows_max,
                           std::string* from) {
  storage::KeyRange range = SessionKey::Range();
  if (!from->empty()) range.from = SessionKey::Encode(*from);
  from->clear();
  std::vector<Session> seen;
  RETURN_IF_ERROR(SessionTable::Scan(
      transaction, range, [&](const SessionKey::Key& key, const rec::SessionRecord& record) {
        if (seen.size() == rows_max) {
          *from = std::get<0>(key);
          return false;
        }
        seen.push_back({std::get<0>(key), record});
        return true;
      }));
  for (const Session& session : seen) {
    ASSIGN_OR_RETURN(const auto person, PersonTable::Find(transaction, session.record.person_id()));
    const bool is_over = !person.has_value() || ExpiresUs(session.record, *person) <= now_us;
    if (is_over) RETURN_IF_ERROR(RemoveRows(transaction, session));
  }
  return absl::OkStatus();
}

int64_t ExpiresUs(const rec::SessionRecord& session, const rec::PersonRecord& person) {
  return SessionExpiresUs(RoleOf(person), session.created_us(), session.refreshed_us());
}

std::string TokenSessionId(const Session& session) {
  const int64_t generation = session.record.generation();
  return generation == 0 ? session.session_id : absl::StrCat(session.session_id, ".", generation);
}

std::string SessionIdOfToken(absl::string_view token_session_id) {
  return std::string(token_session_id.substr(0, token_session_id.find('.')));
}

absl::Status CheckSession(const Reader& reader, const Call& call) {
  const std::string& sid = call.caller.session_id;
  if (sid.empty()) return absl::OkStatus();
  Session session;
  session.session_id = SessionIdOfToken(sid);
  ASSIGN_OR_RETURN(const auto record, SessionTable::Find(reader, session.session_id));
  if (!record.has_value()) return SessionEnded();
  session.record = *record;
  return TokenSessionId(session) == sid ? absl::OkStatus() : SessionEnded();
}

}  // namespace milkway::accounts
