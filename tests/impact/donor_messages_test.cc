// What a donor may call, and that nothing they are answered tells of a child.

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/descriptor.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/access.pb.h"
#include "milkway/consumption/v1/distributions.pb.h"
#include "milkway/consumption/v1/history.pb.h"
#include "milkway/consumption/v1/measurements.pb.h"
#include "milkway/consumption/v1/schools.pb.h"
#include "milkway/consumption/v1/summaries.pb.h"
#include "milkway/impact/v1/donors.pb.h"
#include "milkway/impact/v1/gifts.pb.h"
#include "milkway/impact/v1/pools.pb.h"
#include "milkway/impact/v1/statements.pb.h"
#include "milkway/inventory/v1/log.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/planning/v1/alerts.pb.h"
#include "milkway/planning/v1/plans.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "milkway/trace/v1/recalls.pb.h"
#include "milkway/trace/v1/trace.pb.h"

namespace milkway {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;
using ::testing::IsEmpty;

// Every file with methods.
std::vector<const FileDescriptor*> Files() {
  return {consumption::v1::Distribution::descriptor()->file(),
          consumption::v1::GetStudentHistoryRequest::descriptor()->file(),
          consumption::v1::RecordMeasurementsRequest::descriptor()->file(),
          consumption::v1::Student::descriptor()->file(),
          consumption::v1::ListLotSchoolsRequest::descriptor()->file(),
          impact::v1::Donor::descriptor()->file(),
          impact::v1::Gift::descriptor()->file(),
          impact::v1::SetAsideRequest::descriptor()->file(),
          impact::v1::GiftStatement::descriptor()->file(),
          inventory::v1::Leaf::descriptor()->file(),
          inventory::v1::Posting::descriptor()->file(),
          planning::v1::ListAlertsRequest::descriptor()->file(),
          planning::v1::GetSchoolPlanRequest::descriptor()->file(),
          shipments::v1::Shipment::descriptor()->file(),
          trace::v1::GetRecallListRequest::descriptor()->file(),
          trace::v1::TraceLotRequest::descriptor()->file()};
}

bool IsForDonors(const MethodDescriptor& method) {
  const common::v1::Access& access = method.options().GetExtension(common::v1::access);
  if (access.open()) return true;
  for (const int role : access.roles()) {
    if (role == common::v1::ROLE_DONOR) return true;
  }
  return false;
}

// True of what can be said of one child, or of one class on one day.
bool IsAboutAChild(const FieldDescriptor& field) {
  const std::string& name = field.name();
  if (name == "children_reached") return false;  // a number of 10 or more
  for (const char* word : {"student", "child", "roster", "class", "birth", "sex", "height",
                           "weight_kg", "guardian", "absent", "refused", "incident"}) {
    if (absl::StrContains(name, word)) return true;
  }
  return field.message_type() != nullptr &&
         absl::StartsWith(field.message_type()->full_name(), "milkway.consumption.");
}

void FindChildren(const Descriptor& message, std::set<const Descriptor*>* seen,
                  std::vector<std::string>* found) {
  if (!seen->insert(&message).second) return;
  for (int place = 0; place < message.field_count(); ++place) {
    const FieldDescriptor& field = *message.field(place);
    if (IsAboutAChild(field)) found->push_back(field.full_name());
    if (field.message_type() != nullptr) FindChildren(*field.message_type(), seen, found);
  }
}

TEST(DonorMessagesTest, NothingThatADonorIsAnsweredTellsOfAChild) {
  int methods = 0;
  for (const FileDescriptor* file : Files()) {
    for (int service = 0; service < file->service_count(); ++service) {
      for (int place = 0; place < file->service(service)->method_count(); ++place) {
        const MethodDescriptor& method = *file->service(service)->method(place);
        if (!IsForDonors(method)) continue;
        ++methods;
        EXPECT_NE(file->package(), "milkway.consumption.v1") << method.full_name();
        std::set<const Descriptor*> seen;
        std::vector<std::string> found;
        FindChildren(*method.output_type(), &seen, &found);
        EXPECT_THAT(found, IsEmpty()) << method.full_name();
      }
    }
  }
  EXPECT_GE(methods, 9);
}

// What looks for such fields finds those that there are.
TEST(DonorMessagesTest, WhatTellsOfAChildIsFound) {
  std::set<const Descriptor*> seen;
  std::vector<std::string> found;

  FindChildren(*consumption::v1::GetStudentHistoryResponse::descriptor(), &seen, &found);

  EXPECT_FALSE(found.empty());
}

}  // namespace
}  // namespace milkway
