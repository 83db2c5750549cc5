#include "services/accounts/accounts_module.h"

#include <limits>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "clients/cpp/status_macros.h"
#include "services/accounts/account_service.h"
#include "services/accounts/invite_service.h"
#include "services/accounts/invites.h"
#include "services/accounts/limits.h"
#include "services/accounts/people.h"
#include "services/accounts/secrets.h"
#include "services/accounts/session_service.h"
#include "services/accounts/sessions.h"
#include "services/accounts/set_up_code.h"
#include "services/accounts/sign_in_service.h"
#include "services/accounts/signing_keys.h"
#include "services/accounts/trust_service.h"
#include "services/runtime/call_log.h"
#include "services/runtime/clock.h"
#include "services/runtime/metrics.h"
#include "services/runtime/once.h"

namespace milkway::accounts {

namespace {

using storage::Transaction;

constexpr absl::Duration kUpkeepPause = absl::Minutes(10);
constexpr int64_t kNeverUs = std::numeric_limits<int64_t>::max();
constexpr int64_t kRecoveryUs = int64_t{86'400} * 1'000'000;
constexpr size_t kSessionsPerUpkeep = 500;
constexpr size_t kInvitesPerUpkeep = 500;

class AccountsModule final : public runtime::Module {
 public:
  AccountsModule(runtime::OnceTable once, SetUpCode set_up_code, const runtime::ModuleParts& parts,
                 PasswordCost cost)
      : once_(std::move(once)),
        store_(*parts.store),
        clock_(*parts.clock),
        log_(parts.log),
        set_up_code_(std::move(set_up_code)),
        secrets_(*parts.master_key),
        keys_(parts.master_key),
        hasher_(cost),
        sign_in_parts_{&secrets_, &hasher_, &limits_, &keys_, &set_up_code_, parts.recover_admin},
        accounts_(runtime::HandlerParts(parts, &once_)),
        invites_(runtime::HandlerParts(parts, &once_), sign_in_parts_),
        sessions_(runtime::HandlerParts(parts, &once_)),
        sign_ins_(runtime::HandlerParts(parts, &once_), sign_in_parts_),
        trust_(runtime::HandlerParts(parts, &once_), &keys_) {
    parts.metrics->AddGauge("accounts_password_hashes", "Password hashes computed since the start.",
                            [this] { return hasher_.hash_count(); });
  }

  ~AccountsModule() override { Stop(); }

  absl::string_view Name() const override { return "accounts"; }
  std::vector<grpc::Service*> GrpcServices() override {
    return {&accounts_, &invites_, &sessions_, &sign_ins_, &trust_};
  }

  absl::Status Start(const runtime::Peers&) override {
    upkeep_ = std::thread([this] { KeepUp(); });
    return absl::OkStatus();
  }

  void Stop() override {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (upkeep_.joinable()) upkeep_.join();
    hasher_.Stop();
  }

 private:
  // Makes signing keys in time, removes sessions that expired, and forgets whom invites were
  // for that are over.
  void KeepUp() {
    std::string next_session;
    int64_t next_invite = 0;
    do {
      set_up_code_.SpendIfExpired(clock_.NowUs());
      const absl::Status status =
          store_.TransactAndWait([&](Transaction& transaction) -> absl::Status {
            const int64_t now_us = clock_.NowUs();
            RETURN_IF_ERROR(keys_.KeepUp(transaction, now_us));
            std::string from = next_session;
            RETURN_IF_ERROR(RemoveExpired(transaction, now_us, kSessionsPerUpkeep, &from));
            int64_t from_invite = next_invite;
            RETURN_IF_ERROR(ForgetInvitees(transaction, now_us, kInvitesPerUpkeep, &from_invite));
            next_session = std::move(from);
            next_invite = from_invite;
            return absl::OkStatus();
          });
      if (log_ != nullptr && !status.ok() && !absl::IsUnavailable(status)) {
        log_->Event(clock_.NowUs(), "upkeep of keys, sessions and invites failed",
                    status.message());
      }
    } while (!IsStoppingAfter(next_session.empty() && next_invite == 0 ? kUpkeepPause
                                                                       : absl::Seconds(1)));
  }

  bool IsStoppingAfter(absl::Duration pause) {
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
  }

  const runtime::OnceTable once_;
  storage::Store& store_;
  const runtime::Clock& clock_;
  runtime::CallLog* const log_;
  SetUpCode set_up_code_;
  const Secrets secrets_;
  SigningKeys keys_;
  Limits limits_;
  PasswordHasher hasher_;
  const SignInParts sign_in_parts_;
  AccountService accounts_;
  InviteService invites_;
  SessionService sessions_;
  SignInService sign_ins_;
  TrustService trust_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread upkeep_;
};

// Keys that cannot be opened, with a master key that is lost, give way to new ones only if
// whoever runs the server says so.
absl::Status KeepUpKeys(const runtime::ModuleParts& parts) {
  const SigningKeys keys(parts.master_key);
  const int64_t now_us = parts.clock->NowUs();
  absl::Status status = parts.store->TransactAndWait(
      [&](Transaction& transaction) { return keys.KeepUp(transaction, now_us); });
  if (!absl::IsDataLoss(status) || !parts.recover_admin) return status;
  return parts.store->TransactAndWait([&](Transaction& transaction) {
    return keys.Rotate(transaction, /*drop_old_keys=*/true, now_us);
  });
}

absl::StatusOr<SetUpCode> WriteCodeIfNeeded(const runtime::ModuleParts& parts) {
  if (parts.set_up_code_file.empty()) return SetUpCode();
  ASSIGN_OR_RETURN(const bool has_admin, HasReadyAdmin(*parts.store->NewSnapshot()));
  // Where nobody can sign in the code waits for whoever sets the server up.
  if (!has_admin) return SetUpCode::Write(parts.set_up_code_file, kNeverUs);
  if (parts.recover_admin) {
    return SetUpCode::Write(parts.set_up_code_file, parts.clock->NowUs() + kRecoveryUs);
  }
  RemoveSetUpCode(parts.set_up_code_file);
  return SetUpCode();
}

}  // namespace

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeAccountsModule(runtime::ModuleParts parts) {
  return MakeAccountsModuleAtCost(parts, PasswordCost());
}

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeAccountsModuleAtCost(
    const runtime::ModuleParts& parts, PasswordCost cost) {
  if (parts.master_key == nullptr) {
    return absl::FailedPreconditionError("accounts need a master key; name one with --master-key");
  }
  ASSIGN_OR_RETURN(runtime::OnceTable once,
                   runtime::OnceTable::Open(runtime::ServiceTag::kAccounts, parts.store));
  RETURN_IF_ERROR(KeepUpKeys(parts));
  ASSIGN_OR_RETURN(SetUpCode set_up_code, WriteCodeIfNeeded(parts));
  return std::make_unique<AccountsModule>(std::move(once), std::move(set_up_code), parts, cost);
}

}  // namespace milkway::accounts
