// On whose behalf one service calls another.

#ifndef MILKWAY_CLIENTS_CPP_ORIGIN_H_
#define MILKWAY_CLIENTS_CPP_ORIGIN_H_

#include <string>
#include <utility>

namespace milkway::clients {

// The person whose call a service works on, or the service whose own account it is.
struct Origin {
  std::string caller_id;
  // The access token that the person called with; empty where there was none, or where
  // work goes on after the call: a stored step outlives its token.
  std::string token;
};

// While it lives, calls to other services that start on this thread say that they are
// made on behalf of `origin`, which must outlive the scope; null: on nobody's.
class OriginScope {
 public:
  explicit OriginScope(const Origin* origin) : outer_(std::exchange(Slot(), origin)) {}
  ~OriginScope() { Slot() = outer_; }
  OriginScope(const OriginScope&) = delete;
  OriginScope& operator=(const OriginScope&) = delete;

  // Null outside of any scope.
  static const Origin* Current() { return Slot(); }

 private:
  static const Origin*& Slot() {
    static thread_local const Origin* slot = nullptr;
    return slot;
  }

  const Origin* const outer_;
};

}  // namespace milkway::clients

#endif  // MILKWAY_CLIENTS_CPP_ORIGIN_H_
