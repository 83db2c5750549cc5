#include "tests/accounts/accounts_system.h"

#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "clients/cpp/identity_metadata.h"
#include "clients/cpp/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "services/accounts/accounts_module.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/once.h"
#include "storage/rocksdb_store.h"

namespace milkway::testing {

namespace {

using accounts::v1::SessionTokens;

constexpr char kAdmin[] = "admin:root";
constexpr char kProcessKey[] = "a key of this process";
constexpr uint64_t kNeverCut = ~uint64_t{0};
constexpr absl::Duration kDrainPatience = absl::Seconds(5);
constexpr accounts::PasswordCost kCheapPasswords = {crypto_pwhash_OPSLIMIT_MIN,
                                                    crypto_pwhash_MEMLIMIT_MIN};
constexpr char kHashMetric[] = "milkway_accounts_password_hashes ";

void DieUnlessOk(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

template <typename T>
T OrDie(absl::StatusOr<T> result) {
  DieUnlessOk(result.status());
  return *std::move(result);
}

runtime::Access BuildAccess(const runtime::Trust* trust) {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const char* name :
       {"AccountService", "InviteService", "SessionService", "SignInService", "TrustService"}) {
    services.push_back(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
        absl::StrCat("milkway.accounts.v1.", name)));
  }
  return OrDie(runtime::Access::Build({trust, kProcessKey, /*development_header=*/true}, services));
}

std::string OrNew(const std::string& request_id) {
  return request_id.empty() ? NewRequestId() : request_id;
}

}  // namespace

std::string NewRequestId() {
  runtime::RequestId id;
  randombytes_buf(&id.high, sizeof(id.high));
  randombytes_buf(&id.low, sizeof(id.low));
  return runtime::FormatRequestId(id);
}

std::string FromBase32(const std::string& text) {
  std::string bytes;
  uint32_t bits = 0;
  int count = 0;
  for (const char letter : text) {
    const int value = letter >= 'A' ? letter - 'A' : letter - '2' + 26;
    bits = bits << 5 | static_cast<uint32_t>(value);
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFF));
  }
  return bytes;
}

AccountsSystem::AccountsSystem() : access_(BuildAccess(&trust_)) {
  Start();
  UpdateTrust();
}

AccountsSystem::~AccountsSystem() { Stop(); }

bool AccountsSystem::Start(uint64_t power_cut_at, bool recover_admin) {
  const absl::Status status = StartAll(power_cut_at == 0 ? kNeverCut : power_cut_at, recover_admin);
  if (!PowerIsGone()) DieUnlessOk(status);
  return status.ok();
}

absl::Status AccountsSystem::StartAll(uint64_t power_cut_at, bool recover_admin) {
  env_ = std::make_unique<CrashEnv>(power_cut_at, [](uint64_t) { return 0; });
  storage::RocksDbStoreOptions options;
  options.folder = folder_ / "store";
  options.env = env_.get();
  options.free_bytes_floor = 0;
  ASSIGN_OR_RETURN(store_, storage::OpenRocksDbStore(options));
  metrics_ = std::make_unique<runtime::Metrics>();
  stopping_ = false;
  runtime::ModuleParts parts;
  parts.store = store_.get();
  parts.access = &access_;
  parts.clock = &clock_;
  parts.metrics = metrics_.get();
  parts.stopping = &stopping_;
  parts.master_key = &master_key_;
  parts.set_up_code_file = folder_ / "setup.code";
  parts.recover_admin = recover_admin;
  parts.refusals = &refusals_;
  ASSIGN_OR_RETURN(module_, accounts::MakeAccountsModuleAtCost(parts, kCheapPasswords));
  ASSIGN_OR_RETURN(server_,
                   runtime::Server::Start("127.0.0.1:0", module_->GrpcServices(), store_.get()));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  channel_ =
      grpc::CreateCustomChannel(server_->address(), grpc::InsecureChannelCredentials(), arguments);
  return module_->Start({});
}

void AccountsSystem::Stop() {
  stopping_ = true;
  if (module_ != nullptr) module_->Stop();
  if (server_ != nullptr) server_->Drain(kDrainPatience);
  channel_.reset();
  server_.reset();
  module_.reset();
  metrics_.reset();
  store_.reset();
  env_.reset();
}

void AccountsSystem::UpdateTrust() {
  accounts::v1::TrustService::Stub stub(channel_);
  grpc::ClientContext context;
  context.AddMetadata(clients::kServiceMetadata, "trust");
  context.AddMetadata(clients::kProcessKeyMetadata, kProcessKey);
  accounts::v1::ListRevocationsResponse answer;
  const grpc::Status status = stub.ListRevocations(&context, {}, &answer);
  DieUnlessOk(clients::FromGrpcStatus(status));
  std::vector<runtime::Trust::PublicKey> keys;
  for (const auto& key : answer.keys()) keys.push_back({key.kid(), key.pem()});
  std::vector<runtime::Trust::Revocation> revocations;
  for (const auto& row : answer.revocations()) {
    revocations.push_back({row.session_id(), row.until_us()});
  }
  trust_.Update(keys, revocations, clock_.NowUs());
}

std::vector<runtime::AuditEntry> AccountsSystem::AuditEntries() {
  const runtime::AuditLog log(runtime::ServiceTag::kAccounts);
  // Behind a transaction of its own: refusals are written without waiting.
  DieUnlessOk(store_->TransactAndWait([](storage::Transaction&) { return absl::OkStatus(); }));
  const auto snapshot = store_->NewSnapshot();
  std::vector<runtime::AuditEntry> entries;
  for (uint64_t position = 1;; ++position) {
    const auto row = OrDie(log.FindRow(*snapshot, position));
    if (!row.has_value()) return entries;
    entries.emplace_back().ParseFromString(row->entry());
  }
}

int64_t AccountsSystem::HashCount() {
  const std::string text = metrics_->Text();
  const size_t at = text.find(absl::StrCat("\n", kHashMetric));
  int64_t count = -1;
  if (at != std::string::npos) {
    const std::string value = text.substr(at + 1 + sizeof(kHashMetric) - 1);
    if (!absl::SimpleAtoi(value.substr(0, value.find('\n')), &count)) return -1;
  }
  return count;
}

std::string AccountsSystem::SetUpCode() const {
  std::ifstream file(folder_ / "setup.code");
  std::string code;
  std::getline(file, code);
  return code;
}

absl::StatusOr<accounts::v1::Person> AccountsSystem::AddPerson(
    const std::string& person_id, common::v1::Role role, const std::vector<std::string>& scopes) {
  accounts::v1::CreatePersonRequest request;
  request.set_request_id(NewRequestId());
  request.mutable_person()->set_person_id(person_id);
  request.mutable_person()->set_role(role);
  for (const std::string& scope : scopes) request.mutable_person()->add_scopes(scope);
  ASSIGN_OR_RETURN(const auto response,
                   Call(&accounts::v1::AccountService::Stub::CreatePerson, request, kAdmin));
  return response.person();
}

absl::StatusOr<accounts::v1::CreateInviteResponse> AccountsSystem::Invite(
    const std::string& person_id, const std::string& caller) {
  accounts::v1::CreateInviteRequest request;
  request.set_request_id(NewRequestId());
  request.set_person_id(person_id);
  return Call(&accounts::v1::InviteService::Stub::CreateInvite, request, caller);
}

absl::StatusOr<SessionTokens> AccountsSystem::Accept(const std::string& invite_token,
                                                     const std::string& password,
                                                     const std::string& request_id) {
  accounts::v1::AcceptInviteRequest request;
  request.set_request_id(OrNew(request_id));
  request.set_invite_token(invite_token);
  request.set_password(password);
  ASSIGN_OR_RETURN(const auto response,
                   Call(&accounts::v1::SignInService::Stub::AcceptInvite, request, ""));
  return response.tokens();
}

absl::StatusOr<accounts::v1::Person> AccountsSystem::Update(const accounts::v1::Person& person) {
  accounts::v1::UpdatePersonRequest request;
  request.set_request_id(NewRequestId());
  *request.mutable_person() = person;
  const auto response =
      Call(&accounts::v1::AccountService::Stub::UpdatePerson, request, "admin:root");
  if (!response.ok()) return response.status();
  return response->person();
}

SessionTokens AccountsSystem::Admit(const std::string& person_id, common::v1::Role role,
                                    const std::vector<std::string>& scopes,
                                    const std::string& password) {
  OrDie(AddPerson(person_id, role, scopes));
  return OrDie(Accept(OrDie(Invite(person_id)).invite_token(), password));
}

absl::StatusOr<SessionTokens> AccountsSystem::SignIn(const std::string& sign_in_name,
                                                     const std::string& password,
                                                     const std::string& code,
                                                     const std::string& device_token,
                                                     const std::string& request_id) {
  accounts::v1::SignInRequest request;
  request.set_request_id(OrNew(request_id));
  request.set_sign_in_name(sign_in_name);
  request.set_password(password);
  request.set_code(code);
  request.set_device_token(device_token);
  ASSIGN_OR_RETURN(const auto response,
                   Call(&accounts::v1::SignInService::Stub::SignIn, request, ""));
  return response.tokens();
}

absl::StatusOr<SessionTokens> AccountsSystem::Refresh(const std::string& refresh_token,
                                                      const std::string& request_id) {
  accounts::v1::RefreshRequest request;
  request.set_request_id(OrNew(request_id));
  request.set_refresh_token(refresh_token);
  ASSIGN_OR_RETURN(const auto response,
                   Call(&accounts::v1::SignInService::Stub::Refresh, request, ""));
  return response.tokens();
}

absl::StatusOr<accounts::v1::WhoAmIResponse> AccountsSystem::WhoAmI(
    const std::string& access_token) {
  return Call(&accounts::v1::AccountService::Stub::WhoAmI, accounts::v1::WhoAmIRequest(),
              access_token);
}

}  // namespace milkway::testing
