// Who may call what: every method of every service, as every role, in and out of scope,
// and as nobody, against access_matrix.txt; and what those learn who may not.
//
// MILKWAY_WRITE_MATRIX=FILE writes the matrix as it is: read the difference before it
// becomes the new one.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/uuid.h"
#include "clients/cpp/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/access.pb.h"
#include "services/runtime/errors.h"
#include "tests/system/access_world.h"
#include "tests/system/generic_call.h"

namespace milkway::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Programme = AccessWorld::Programme;

constexpr char kMissing[] = "there-is-no-such";

struct RoleAtWork {
  const char* name;
  // The caller with what belongs to Changyuan in his scope.
  const char* caller;
};
constexpr RoleAtWork kRoles[] = {
    {"admin", "admin:a"},
    {"procurement", "procurement:p"},
    {"warehouse", "warehouse:w:chengdu,changyuan"},
    {"school_contact", "school_contact:s:changyuan,chengdu"},
    {"donor", "donor:d:donor-01"},
    {"auditor", "auditor:x"},
    {"service", "service:trace"},
};

AccessWorld& World() {
  static AccessWorld& world = *new AccessWorld(MILKWAY_DEMO);
  return world;
}

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

const std::string& ScopeFieldOf(const MethodDescriptor& method) {
  return method.options().GetExtension(common::v1::access).scope_field();
}

// An id of that programme; what lies behind a name that it does not know is missing.
std::string IdOf(Programme programme, const std::string& name) {
  const auto& ids = World().IdsOf(programme);
  const auto known = ids.find(name);
  return known == ids.end() ? kMissing : *known->second.begin();
}

void SetScope(Message* request, const std::string& path, const std::string& value) {
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(std::string(name));
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      request->GetReflection()->SetString(request, field, value);
    } else {
      request = request->GetReflection()->MutableMessage(request, field);
    }
  }
}

std::string LastOf(const std::string& path) {
  return path.substr(path.rfind('.') == std::string::npos ? 0 : path.rfind('.') + 1);
}

// A request of that method which names what is in that programme, or nothing that exists.
std::unique_ptr<Message> RequestFor(const MethodDescriptor& method,
                                    std::optional<Programme> programme) {
  std::unique_ptr<Message> request = NewMessage(*method.input_type());
  SetIds(request.get(), [&](const std::string& name) {
    const bool is_public = name == "product_id";  // one catalogue for all
    if (is_public) return IdOf(Programme::kChangyuan, name);
    return programme.has_value() ? IdOf(*programme, name) : std::string(kMissing);
  });
  const FieldDescriptor* request_id = method.input_type()->FindFieldByName("request_id");
  if (request_id != nullptr) {
    request->GetReflection()->SetString(request.get(), request_id,
                                        cli::FormatUuid(cli::RandomUuid()));
  }
  return request;
}

bool IsDenied(const GenericAnswer& answer) {
  return answer.status.error_code() == grpc::StatusCode::PERMISSION_DENIED ||
         answer.status.error_code() == grpc::StatusCode::UNAUTHENTICATED;
}

// "all": wherever; "own": within the scope only; "self": of himself; "-": never.
std::string Reach(const MethodDescriptor& method, const RoleAtWork& role) {
  const std::string& scope = ScopeFieldOf(method);
  const auto own = RequestFor(method, Programme::kChangyuan);
  const auto foreign = RequestFor(method, Programme::kLushan);
  const auto nowhere = NewMessage(*method.input_type());
  const auto denied = [&](const Message& request) {
    return IsDenied(CallMethod(World().channel(), method, request, As(role.caller)));
  };
  const bool own_denied = denied(*own);
  const bool foreign_denied = denied(*foreign);
  const bool nowhere_denied = denied(*nowhere);
  if (own_denied && foreign_denied && nowhere_denied) return "-";
  if (!own_denied && !foreign_denied && !nowhere_denied) return "all";
  if (!own_denied && foreign_denied && nowhere_denied && !scope.empty()) return "own";
  // Names are of others; whoever names nobody means himself.
  if (own_denied && foreign_denied && scope.empty()) return "self";
  return absl::StrCat("?", own_denied, foreign_denied, nowhere_denied);
}

std::string Matrix() {
  std::string matrix =
      "# Who may call what. all: wherever; own: within the scope; self: of\n"
      "# himself; -: never; open: anybody, signed in or not.\n"
      "# Made by tests/system/access_matrix_test.cc from what the server does.\n";
  for (const MethodDescriptor* method : World().methods()) {
    absl::StrAppend(&matrix, NameOf(*method));
    if (method->options().GetExtension(common::v1::access).open()) {
      absl::StrAppend(&matrix, " open\n");
      continue;
    }
    for (const RoleAtWork& role : kRoles) {
      absl::StrAppend(&matrix, " ", role.name, "=", Reach(*method, role));
    }
    absl::StrAppend(&matrix, "\n");
  }
  return matrix;
}

TEST(AccessMatrix, IsAsItWasReviewed) {
  const std::string matrix = Matrix();
  if (const char* file = std::getenv("MILKWAY_WRITE_MATRIX"); file != nullptr) {
    std::ofstream(file) << matrix;
  }
  std::ifstream stream(MILKWAY_ACCESS_MATRIX);
  std::ostringstream golden;
  golden << stream.rdbuf();
  const std::vector<std::string> now = absl::StrSplit(matrix, '\n');
  const std::vector<std::string> then = absl::StrSplit(golden.str(), '\n');
  const std::set<std::string> now_set(now.begin(), now.end());
  const std::set<std::string> then_set(then.begin(), then.end());
  for (const std::string& line : now) EXPECT_TRUE(then_set.contains(line)) << "new: " << line;
  for (const std::string& line : then) EXPECT_TRUE(now_set.contains(line)) << "gone: " << line;
  EXPECT_THAT(matrix, ::testing::Not(::testing::HasSubstr("?")));
}

TEST(AccessMatrix, LetsNobodyInUnknown) {
  for (const MethodDescriptor* method : World().methods()) {
    World().Hear();
    const bool is_open = method->options().GetExtension(common::v1::access).open();
    const auto request = NewMessage(*method->input_type());
    const GenericAnswer absent = CallMethod(World().channel(), *method, *request, {});
    const absl::Status status = clients::FromGrpcStatus(absent.status);
    EXPECT_EQ(runtime::PartsOf(status).reason == "CALLER_UNKNOWN", !is_open)
        << NameOf(*method) << " " << status;
    for (const Metadata& forged :
         {Metadata{{"authorization", "Bearer eyJhbGciOiJub25lIn0.e30."}},
          Metadata{{"x-milkway-service", "inventory"}},
          Metadata{{"x-milkway-service", "inventory"}, {"x-milkway-process-key", "guessed"}}}) {
      const GenericAnswer answer = CallMethod(World().channel(), *method, *request, forged);
      EXPECT_EQ(answer.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << NameOf(*method);
    }
  }
}

// Whoever may not ask is told the same of what exists and of what does not.
TEST(AccessMatrix, TellsThoseWithoutPermissionNothing) {
  for (const MethodDescriptor* method : World().methods()) {
    const auto existing = RequestFor(*method, Programme::kLushan);
    const auto missing = RequestFor(*method, std::nullopt);
    for (const RoleAtWork& role : kRoles) {
      const auto there = CallMethod(World().channel(), *method, *existing, As(role.caller));
      if (!IsDenied(there)) continue;
      const auto not_there = CallMethod(World().channel(), *method, *missing, As(role.caller));
      EXPECT_EQ(there.status.error_code(), not_there.status.error_code())
          << NameOf(*method) << " as " << role.name;
      EXPECT_EQ(there.status.error_message(), not_there.status.error_message());
      EXPECT_EQ(there.status.error_details(), not_there.status.error_details());
    }
  }
}

// Nor does a scope of one's own open what lies in another's: its things are as unknown
// there as things that do not exist.
TEST(AccessMatrix, TellsNothingOfOtherScopesThroughOnesOwn) {
  const auto reason_of = [](const GenericAnswer& answer) {
    const absl::Status status = clients::FromGrpcStatus(answer.status);
    return absl::StrCat(absl::StatusCodeToString(status.code()), " ",
                        runtime::PartsOf(status).reason);
  };
  int compared = 0;
  for (const MethodDescriptor* method : World().methods()) {
    const std::string& scope = ScopeFieldOf(*method);
    if (scope.empty()) continue;
    for (const RoleAtWork& role : kRoles) {
      const std::string name = role.name;
      if (name != "warehouse" && name != "school_contact" && name != "donor") continue;
      const auto existing = RequestFor(*method, Programme::kLushan);
      const auto missing = RequestFor(*method, std::nullopt);
      for (Message* request : {existing.get(), missing.get()}) {
        SetScope(request, scope, IdOf(Programme::kChangyuan, LastOf(scope)));
      }
      const auto there = CallMethod(World().channel(), *method, *existing, As(role.caller));
      if (IsDenied(there)) continue;
      const auto not_there = CallMethod(World().channel(), *method, *missing, As(role.caller));
      ++compared;
      EXPECT_EQ(reason_of(there), reason_of(not_there)) << NameOf(*method) << " as " << role.name;
    }
  }
  EXPECT_GT(compared, 50);
}

}  // namespace
}  // namespace milkway::testing
