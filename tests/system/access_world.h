// All of Milkway in the test's process, with two programmes that have nothing to do with
// each other: the sample of Changyuan, and the same under other names.

#ifndef MILKWAY_TESTS_SYSTEM_ACCESS_WORLD_H_
#define MILKWAY_TESTS_SYSTEM_ACCESS_WORLD_H_

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "grpcpp/channel.h"
#include "services/milkwayd/instance.h"
#include "services/runtime/clock.h"
#include "services/runtime/tokens/access_token.h"
#include "services/runtime/tokens/trust.h"
#include "tests/system/generic_call.h"

namespace milkway::testing {

// The machine's clock, which a test can move.
class MovedClock final : public runtime::Clock {
 public:
  int64_t NowUs() const override { return system_.NowUs() + moved_us_.load(); }
  void Move(int64_t us) { moved_us_ += us; }

 private:
  runtime::SystemClock system_;
  std::atomic<int64_t> moved_us_{0};
};

class AccessWorld {
 public:
  // `demo_folder`: of the sample programme. Ends the program if it cannot start.
  explicit AccessWorld(const std::string& demo_folder);
  ~AccessWorld();

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  const std::string& address() const { return instance_->address(); }
  MovedClock& clock() { return clock_; }

  // Metadata with an access token of somebody who signed in as this just now.
  Metadata SignedIn(const std::string& person, common::v1::Role role,
                    std::vector<std::string> scopes, const std::string& session);
  // Whose tokens the server believes, once it has heard of it (Hear).
  const runtime::TokenKey& token_key() const { return token_key_; }
  // The accounts service says that its key is still that, and that these sessions ended.
  void Hear(const std::vector<std::string>& ended_sessions = {});

  // Every method of every service.
  const std::vector<const google::protobuf::MethodDescriptor*>& methods() const { return methods_; }

  // Runs `milkway <arguments>` against this server; ends the program unless it succeeds.
  std::string RunCli(std::vector<std::string> arguments);

  // What lists and questions answer to the admin of names in one of the programmes:
  // field name → values ("receipt_id" → {…}).
  using Ids = std::map<std::string, std::set<std::string>>;
  enum class Programme { kChangyuan, kLushan };
  const Ids& IdsOf(Programme programme) const { return ids_.at(programme); }

 private:
  void Import(const std::string& folder);
  Ids Crawl(Programme programme) const;

  std::string folder_;
  MovedClock clock_;
  const runtime::TokenKey token_key_ = *runtime::TokenKey::Generate();
  const std::shared_ptr<runtime::Trust> trust_ = std::make_shared<runtime::Trust>();
  std::unique_ptr<Instance> instance_;
  std::shared_ptr<grpc::Channel> channel_;
  std::vector<const google::protobuf::MethodDescriptor*> methods_;
  std::map<Programme, Ids> ids_;
};

// The dev caller, as metadata: "admin:dev".
Metadata As(const std::string& caller);

// Sets the string fields of `request` whose name ends in "_id", but the request_id, to
// what `choose` gives for their name; also in the messages that it holds, if not in lists.
template <typename Choose>
void SetIds(google::protobuf::Message* request, const Choose& choose, int depth = 2) {
  const google::protobuf::Descriptor& type = *request->GetDescriptor();
  const google::protobuf::Reflection& fields = *request->GetReflection();
  for (int i = 0; i < type.field_count(); ++i) {
    const google::protobuf::FieldDescriptor* field = type.field(i);
    if (field->is_repeated()) continue;
    if (field->type() == google::protobuf::FieldDescriptor::TYPE_MESSAGE) {
      if (depth > 0) SetIds(fields.MutableMessage(request, field), choose, depth - 1);
    } else if (field->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
      const std::string& name = field->name();
      const bool is_id = name.size() > 3 && name.compare(name.size() - 3, 3, "_id") == 0;
      if (is_id && name != "request_id") fields.SetString(request, field, choose(name));
    }
  }
}

}  // namespace milkway::testing

#endif  // MILKWAY_TESTS_SYSTEM_ACCESS_WORLD_H_
