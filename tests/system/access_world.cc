#include "tests/system/access_world.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/console.h"
#include "clients/cli/interrupt.h"
#include "clients/cli/program.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "services/milkwayd/targets.h"

namespace milkway::testing {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "the access world: %s\n", why.c_str());
  std::abort();
}

// The sample under other names, but for the product and the rates.
std::string Renamed(const std::string& file, const std::string& text) {
  if (file == "products.csv" || file == "exchange_rates.csv") return text;
  std::string renamed = absl::StrReplaceAll(text, {{"changyuan", "lushan"},
                                                   {"melbourne", "sydney"},
                                                   {"chengdu", "xian"},
                                                   {"supplier-", "supplier-b-"},
                                                   {"purchase-2", "purchase-b-2"},
                                                   {"shipment-", "shipment-b-"},
                                                   {"gift-2", "gift-b-2"},
                                                   {"donor-", "donor-b-"},
                                                   {"allocation-", "allocation-b-"},
                                                   {"cost-", "cost-b-"},
                                                   {"milestone-", "milestone-b-"},
                                                   {"receipt-", "receipt-b-"},
                                                   {"count-", "count-b-"},
                                                   {"SAMPLE-25", "OTHER-25"},
                                                   {"SAMPLE-26", "OTHER-26"}});
  if (file == "distributions.csv") return absl::StrReplaceAll(renamed, {{"\n20", "\nb-20"}});
  return renamed;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// The ids that `message` names, but of names that are known already.
void CollectIds(const Message& message, const AccessWorld::Ids& known, AccessWorld::Ids* ids) {
  const google::protobuf::Reflection& fields = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  fields.ListFields(message, &set);
  for (const FieldDescriptor* field : set) {
    const int count = field->is_repeated() ? fields.FieldSize(message, field) : 1;
    for (int i = 0; i < count && i < 50; ++i) {
      if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        CollectIds(field->is_repeated() ? fields.GetRepeatedMessage(message, field, i)
                                        : fields.GetMessage(message, field),
                   known, ids);
      } else if (field->type() == FieldDescriptor::TYPE_STRING &&
                 absl::EndsWith(field->name(), "_id") && !known.contains(field->name())) {
        (*ids)[field->name()].insert(field->is_repeated()
                                         ? fields.GetRepeatedString(message, field, i)
                                         : fields.GetString(message, field));
      }
    }
  }
}

AccessWorld::Ids KnownIds(AccessWorld::Programme programme) {
  const bool is_first = programme == AccessWorld::Programme::kChangyuan;
  const std::string school = is_first ? "changyuan" : "lushan";
  const std::string mark = is_first ? "" : "b-";
  return {{"school_id", {school}},
          {"location_id", {school}},
          {"place_id", {school}},
          {"destination_id", {school}},
          {"origin_id", {is_first ? "chengdu" : "xian"}},
          {"gift_id", {absl::StrCat("gift-", mark, "2025-001")}},
          {"donor_id", {absl::StrCat("donor-", mark, "01")}},
          {"purchase_id", {absl::StrCat("purchase-", mark, "2025")}},
          {"shipment_id", {absl::StrCat("shipment-", mark, "2")}},
          {"receipt_id", {absl::StrCat("receipt-", mark, "2")}},
          {"count_id", {absl::StrCat("count-", mark, "1")}},
          {"supplier_id", {absl::StrCat("supplier-", mark, "dandenong")}},
          {"product_id", {"devondale-instant-1kg"}}};
}

}  // namespace

Metadata As(const std::string& caller) { return {{"x-milkway-dev-caller", caller}}; }

AccessWorld::AccessWorld(const std::string& demo_folder) {
  std::string name = std::filesystem::temp_directory_path() / "milkway-access-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) Die("cannot make a folder");
  folder_ = name;
  InstanceOptions options;
  options.targets = AllTargets();
  options.data_folder = folder_ + "/data";
  options.server.listen = {"127.0.0.1:0"};
  options.development_header = true;
  options.trust = trust_;
  options.master_key = std::make_shared<const runtime::MasterKey>(runtime::MasterKey::Generate());
  auto instance = Instance::Start(options, &clock_, nullptr, nullptr);
  if (!instance.ok()) Die(std::string(instance.status().message()));
  instance_ = *std::move(instance);
  channel_ = grpc::CreateChannel(address(), grpc::InsecureChannelCredentials());
  for (const auto* service : DescriptorsOf(AllTargets())) {
    for (int i = 0; i < service->method_count(); ++i) methods_.push_back(service->method(i));
  }

  const std::string other = folder_ + "/lushan";
  std::filesystem::create_directory(other);
  for (const auto& entry : std::filesystem::directory_iterator(demo_folder)) {
    const std::string file = entry.path().filename();
    if (absl::EndsWith(file, ".csv")) {
      std::ofstream(other + "/" + file) << Renamed(file, ReadFile(entry.path()));
    }
  }
  Import(demo_folder);
  Import(other);
  ids_[Programme::kChangyuan] = Crawl(Programme::kChangyuan);
  ids_[Programme::kLushan] = Crawl(Programme::kLushan);
  // What lists of all places name is of both: what is left is Lushan's.
  for (auto& [field, values] : ids_[Programme::kLushan]) {
    std::set<std::string> only = values;
    const auto theirs = ids_[Programme::kChangyuan].find(field);
    if (theirs == ids_[Programme::kChangyuan].end()) continue;
    for (const std::string& value : theirs->second) only.erase(value);
    if (!only.empty()) values = std::move(only);
  }
}

AccessWorld::~AccessWorld() {
  instance_.reset();
  std::filesystem::remove_all(folder_);
}

Metadata AccessWorld::SignedIn(const std::string& person, common::v1::Role role,
                               std::vector<std::string> scopes, const std::string& session) {
  Hear();
  const int64_t now_s = clock_.NowUs() / 1'000'000;
  const auto token =
      token_key_.Sign({person, role, std::move(scopes), session, now_s, now_s + 600});
  if (!token.ok()) Die(std::string(token.status().message()));
  return {{"authorization", absl::StrCat("Bearer ", *token)}};
}

void AccessWorld::Hear(const std::vector<std::string>& ended_sessions) {
  const int64_t now_us = clock_.NowUs();
  std::vector<runtime::Trust::Revocation> ended;
  for (const std::string& session : ended_sessions) {
    ended.push_back({session, now_us + int64_t{3'600} * 1'000'000});
  }
  trust_->Update({{token_key_.kid(), token_key_.public_pem()}}, ended, now_us);
}

void AccessWorld::Import(const std::string& folder) { RunCli({"import", folder}); }

std::string AccessWorld::RunCli(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"--server", address()});
  std::ostringstream out, err;
  cli::Console console(&out, &err, false);
  cli::Interrupt interrupt;
  if (cli::RunProgram(arguments, cli::RetryPolicy(), &console, &interrupt) != 0) {
    Die(absl::StrCat(arguments[2], ": ", err.str()));
  }
  return out.str();
}

AccessWorld::Ids AccessWorld::Crawl(Programme programme) const {
  const Ids fixed = KnownIds(programme);
  Ids ids = fixed;
  // Twice: what the first round finds is asked about in the second.
  for (int round = 0; round < 2; ++round) {
    for (const auto* method : methods_) {
      const bool only_reads =
          method->options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
      if (!only_reads || method->server_streaming()) continue;
      const std::unique_ptr<Message> request = NewMessage(*method->input_type());
      SetIds(request.get(), [&ids](const std::string& name) -> std::string {
        const auto known = ids.find(name);
        return known == ids.end() ? "" : *known->second.begin();
      });
      const GenericAnswer answer = CallMethod(channel_, *method, *request, As("admin:crawl"));
      if (answer.status.ok() && answer.message != nullptr) CollectIds(*answer.message, fixed, &ids);
    }
  }
  return ids;
}

}  // namespace milkway::testing
