// The accounts in the test's process: a real server on a real store, a clock that the test
// sets, and passwords that cost little.

#ifndef MILKWAY_TESTS_ACCOUNTS_ACCOUNTS_SYSTEM_H_
#define MILKWAY_TESTS_ACCOUNTS_ACCOUNTS_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cpp/status.h"
#include "clients/cpp/unary_call.h"
#include "grpcpp/channel.h"
#include "milkway/accounts/v1/invites.grpc.pb.h"
#include "milkway/accounts/v1/people.grpc.pb.h"
#include "milkway/accounts/v1/sessions.grpc.pb.h"
#include "milkway/accounts/v1/sign_in.grpc.pb.h"
#include "milkway/accounts/v1/trust.grpc.pb.h"
#include "services/runtime/access.h"
#include "services/runtime/audit/audit_entry.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/clock.h"
#include "services/runtime/master_key.h"
#include "services/runtime/metrics.h"
#include "services/runtime/server.h"
#include "services/runtime/service.h"
#include "services/runtime/tokens/trust.h"
#include "storage/store.h"
#include "tests/support/crash_env.h"
#include "tests/support/stores.h"

namespace milkway::testing {

// A password that the rules take.
inline constexpr char kPassword[] = "seven blue lorries at dawn";
inline constexpr char kOtherPassword[] = "nine green buckets at noon";

std::string NewRequestId();

// The bytes of a secret as people type it into an authenticator.
std::string FromBase32(const std::string& text);

// Not thread-safe, but for calls.
class AccountsSystem {
 public:
  // 2025-06-01T00:00:00Z, which the clock shows until it is set.
  static constexpr int64_t kStartUs = int64_t{1'748'736'000'000'000};
  static constexpr int64_t kSecondUs = 1'000'000;
  static constexpr int64_t kDayUs = 86'400 * kSecondUs;

  AccountsSystem();
  ~AccountsSystem();

  // Calls with the development header: "admin:root"; or, where that starts with "eyJ", with
  // an access token; or as nobody, where it is empty.
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller) {
    Stub stub(channel_);
    grpc::ClientContext context;
    clients::CallOptions options;
    options.deadline = std::chrono::seconds(30);
    (caller.rfind("eyJ", 0) == 0 ? options.token : options.caller) = caller;
    clients::Prepare(options, &context);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return clients::FromGrpcStatus(status);
    return response;
  }

  // What follows makes one call each, under a new request id, and as the admin where it
  // needs one.
  absl::StatusOr<accounts::v1::Person> AddPerson(const std::string& person_id,
                                                 common::v1::Role role,
                                                 const std::vector<std::string>& scopes = {});
  absl::StatusOr<accounts::v1::CreateInviteResponse> Invite(
      const std::string& person_id, const std::string& caller = "admin:root");
  absl::StatusOr<accounts::v1::SessionTokens> Accept(const std::string& invite_token,
                                                     const std::string& password = "",
                                                     const std::string& request_id = "");
  // As the admin root.
  absl::StatusOr<accounts::v1::Person> Update(const accounts::v1::Person& person);
  // A person with a password, who is signed in. Ends the program if that fails.
  accounts::v1::SessionTokens Admit(const std::string& person_id, common::v1::Role role,
                                    const std::vector<std::string>& scopes = {},
                                    const std::string& password = kPassword);
  absl::StatusOr<accounts::v1::SessionTokens> SignIn(const std::string& sign_in_name,
                                                     const std::string& password,
                                                     const std::string& code = "",
                                                     const std::string& device_token = "",
                                                     const std::string& request_id = "");
  absl::StatusOr<accounts::v1::SessionTokens> Refresh(const std::string& refresh_token,
                                                      const std::string& request_id = "");
  absl::StatusOr<accounts::v1::WhoAmIResponse> WhoAmI(const std::string& access_token);

  // What every process does every few seconds: hears of keys and ended sessions.
  void UpdateTrust();
  // As one that never asks heard it last.
  runtime::Trust& trust() { return trust_; }

  // What the audit log has, oldest first.
  std::vector<runtime::AuditEntry> AuditEntries();

  // How many password hashes were computed.
  int64_t HashCount();

  runtime::FakeClock& clock() { return clock_; }
  void Advance(int64_t us) { clock_.Set(clock_.NowUs() + us); }
  storage::Store& store() { return *store_; }
  const runtime::MasterKey& master_key() const { return master_key_; }
  const std::string& address() const { return server_->address(); }
  // Calls through it come from this process.
  std::shared_ptr<grpc::Channel> InProcessChannel() { return server_->InProcessChannel(); }
  // Of the data: store/, setup.code.
  const TempFolder& folder() const { return folder_; }
  std::string SetUpCode() const;

  void Stop();
  // After Stop. False if the power went before change `power_cut_at` of the disk and before
  // all was up; 0 is never.
  bool Start(uint64_t power_cut_at = 0, bool recover_admin = false);
  void Restart(bool recover_admin = false) {
    Stop();
    Start(0, recover_admin);
  }
  bool PowerIsGone() { return env_->PowerIsGone(); }

 private:
  absl::Status StartAll(uint64_t power_cut_at, bool recover_admin);

  const TempFolder folder_;
  runtime::FakeClock clock_{kStartUs};
  const runtime::MasterKey master_key_ = runtime::MasterKey::Generate();
  runtime::Trust trust_;
  const runtime::Access access_;
  std::unique_ptr<CrashEnv> env_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<runtime::Metrics> metrics_;
  runtime::RefusalBudget refusals_;
  std::atomic<bool> stopping_{false};
  std::unique_ptr<runtime::Module> module_;
  std::unique_ptr<runtime::Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_ACCOUNTS_ACCOUNTS_SYSTEM_H_
