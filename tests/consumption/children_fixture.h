// Two schools with children, a master key and a store of keys, as their contacts see them.

#ifndef MILKWAY_TESTS_CONSUMPTION_CHILDREN_FIXTURE_H_
#define MILKWAY_TESTS_CONSUMPTION_CHILDREN_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/consents.grpc.pb.h"
#include "milkway/consumption/v1/erasure.grpc.pb.h"
#include "milkway/consumption/v1/history.grpc.pb.h"
#include "milkway/consumption/v1/measurements.grpc.pb.h"
#include "milkway/consumption/v1/personal.grpc.pb.h"
#include "milkway/consumption/v1/retention.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "services/consumption/child_keys.h"
#include "services/runtime/dates.h"
#include "tests/consumption/consumption_system.h"
#include "tests/support/in_process_system.h"
#include "tests/support/refusal_matchers.h"
#include "tests/support/stores.h"

namespace milkway::consumption {

inline constexpr char kContact[] = "school_contact:wang:school";
inline constexpr char kOtherContact[] = "school_contact:zhao:other-school";

// Calls are made as the school's contact, unless somebody else is named. Children 1 to 60
// are there; guardians agreed to the names of 1 to 20, and to measurements of 1 to 10.
class ChildrenTest : public ::testing::Test {
 protected:
  explicit ChildrenTest(ConsumptionSystem::Keys keys = ConsumptionSystem::Keys::kKept);

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request, const std::string& caller = kContact) {
    return testing::CallAndWait(milkway_.channel(), method, request, caller);
  }

  v1::SetStudentPersonalRequest NameRequest(int32_t student, const std::string& name,
                                            const std::string& note = "");
  // Sets a name, as it must succeed.
  void SetName(int32_t student, const std::string& name, const std::string& note = "");
  absl::StatusOr<v1::StudentPersonal> Get(int32_t student, const std::string& caller = kContact);
  std::string NameOf(int32_t student);

  void Measure(int32_t student, const std::string& on, int64_t height_mm);
  std::vector<v1::RecordedMeasurement> MeasurementsOf(int32_t student);

  v1::RecordConsentRequest ConsentRequest(int32_t student, v1::ConsentPurpose purpose,
                                          const std::string& guardian = "");
  std::vector<v1::Consent> ConsentsOf(int32_t student, const std::string& caller = kContact);
  absl::StatusOr<v1::WithdrawConsentResponse> Withdraw(int32_t student, int32_t consent_number,
                                                       bool erase_recorded = false);

  v1::EraseStudentRequest ErasureRequest(int32_t student);
  absl::StatusOr<v1::EraseStudentResponse> Erase(int32_t student,
                                                 const std::string& caller = kContact);

  // A child of whom everything is kept.
  void KeepAllOf(int32_t student);
  // For an allergy, from 2025-05-20 on.
  void Exclude(int32_t student);
  std::vector<v1::Erasure> Erasures();

  v1::Student OnRoster(int32_t student);

  // The row of a child's name in the store of the data, as a backup would hold it.
  rec::PersonalRecord SealedRow(int32_t student);
  // The child's key as it lies in the store of keys, sealed; empty if there is none. Stops
  // and starts the services.
  std::string SealedKey(int32_t student, KeySubject subject = KeySubject::kPersonal);

  testing::InProcessSystem& system() { return milkway_.system(); }

  ConsumptionSystem milkway_;
};

}  // namespace milkway::consumption

#endif  // MILKWAY_TESTS_CONSUMPTION_CHILDREN_FIXTURE_H_
