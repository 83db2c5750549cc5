// Who calls, and what a use case may know of it.

#ifndef MILKWAY_SERVICES_RUNTIME_CALL_H_
#define MILKWAY_SERVICES_RUNTIME_CALL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "clients/cpp/origin.h"
#include "milkway/common/v1/access.pb.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace milkway::runtime {

class SettingChanges;

// An authenticated caller; without a role, somebody unknown at a method that is open.
struct Caller {
  std::string id;
  common::v1::Role role = common::v1::ROLE_UNSPECIFIED;
  std::vector<std::string> scopes;  // places, donors or gifts
  // The sign-in that the caller's token belongs to; empty where there is none.
  std::string session_id;
  // Of a service: for whom it works. Empty where it calls on its own account.
  std::string on_behalf_of;
};

// One call, after the access check.
struct Call {
  Caller caller;
  int64_t now_us = 0;  // the server's clock when the call came in
  // Where the call comes from: an address without its port, "unix", "inproc".
  std::string peer;
  // What calls to other services say of whom they are made for.
  clients::Origin origin;
  // Binds the tokens of pages; as in Handlers::Parts.
  std::string page_key;
  // Of a call that keeps its own refusal in the audit log, for it knows whom it does not
  // believe: set once it has, so that the wrapper keeps no other. Null: it keeps none.
  std::shared_ptr<std::atomic<bool>> refusal_is_kept;
  // Of a change: what it says it made of settings. Null: nobody listens.
  std::shared_ptr<SettingChanges> settings;

  // In the body of a change: tells the audit log what a setting was and is, as the contract
  // shows it (audit/setting_changes.h). Null: there was none, or there is none any more.
  void Changed(const google::protobuf::Message* before,
               const google::protobuf::Message* after) const;
};

// While it lives, this thread works on `call`, which must outlive the scope: calls to
// other services are made on its caller's behalf, tokens of pages are his. Null: on no
// call. What has a Call at hand takes it as an argument; this is for what lies beneath
// every handler, and would otherwise be handed through all of them.
class CallOfThread {
 public:
  explicit CallOfThread(const Call* call)
      : outer_(std::exchange(Slot(), call)), origin_(call == nullptr ? nullptr : &call->origin) {}
  ~CallOfThread() { Slot() = outer_; }
  CallOfThread(const CallOfThread&) = delete;
  CallOfThread& operator=(const CallOfThread&) = delete;

  // Null outside of any call.
  static const Call* Current() { return Slot(); }

 private:
  static const Call*& Slot() {
    static thread_local const Call* slot = nullptr;
    return slot;
  }

  const Call* const outer_;
  const clients::OriginScope origin_;
};

}  // namespace milkway::runtime

#endif  // MILKWAY_SERVICES_RUNTIME_CALL_H_
