// A server with a table of daily needs of its own, and one whose table is wrong.

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/consumption/v1/nutrition.grpc.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "services/consumption/consumption_module.h"
#include "services/inventory/inventory_module.h"
#include "services/runtime/once.h"
#include "tests/support/catalogue.h"
#include "tests/support/in_process_system.h"
#include "tests/support/status_matchers.h"
#include "tests/support/stores.h"

namespace milkway::consumption {
namespace {

using ::milkway::testing::CallAndWait;
using ::milkway::testing::IsOk;
using ::milkway::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kTable[] =
    "# Source: a table of the county\n"
    "from_years,to_years,sex,energy_kj,protein_g,fat_g,carbohydrate_g,calcium_mg,sodium_mg\n"
    "6,17,,8000,,,,,\n";

// Good for as long as the program runs.
const std::string& TableFile() {
  static const testing::TempFolder& folder = *new testing::TempFolder;
  static const std::string& path = *new std::string(folder / "needs.csv");
  return path;
}

absl::StatusOr<std::unique_ptr<runtime::Module>> MakeWithTable(runtime::ModuleParts parts) {
  std::ofstream(TableFile()) << kTable;
  parts.daily_needs_file = TableFile();
  return MakeConsumptionModule(parts);
}

TEST(NutritionNeeds, AFileTakesThePlaceOfTheBuiltInTable) {
  testing::InProcessSystem system({inventory::MakeInventoryModule, MakeWithTable});
  inventory::v1::CreateLocationRequest location =
      testing::MakePlace("hill", inventory::v1::LOCATION_KIND_SCHOOL);
  location.set_request_id(runtime::FormatRequestId({0x0197'0000'0000'7000, 1}));
  ASSERT_THAT(CallAndWait(system.ChannelTo("inventory"),
                          &inventory::v1::CatalogService::Stub::CreateLocation, location),
              IsOk());
  v1::RegisterSchoolRequest school;
  school.set_request_id(runtime::FormatRequestId({0x0197'0000'0000'7000, 2}));
  school.set_school_id("hill");
  ASSERT_THAT(CallAndWait(system.ChannelTo("consumption"), &v1::SchoolService::Stub::RegisterSchool,
                          school),
              IsOk());
  v1::GetNutritionRequest request;
  request.set_school_id("hill");
  request.set_from_day("2025-06-01");
  request.set_to_day("2025-06-30");

  const auto answer = CallAndWait(system.ChannelTo("consumption"),
                                  &v1::NutritionService::Stub::GetNutrition, request);

  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->nutrition().needs_source(), "a table of the county");
  EXPECT_EQ(answer->nutrition().served_days(), 0);
  EXPECT_EQ(answer->nutrition().groups_size(), 0);
}

TEST(NutritionNeeds, AWrongTableStopsTheStart) {
  testing::MemoryStore store;
  runtime::ModuleParts parts;
  parts.store = store.get();
  const testing::TempFolder folder;
  parts.daily_needs_file = folder / "needs.csv";

  EXPECT_THAT(MakeConsumptionModule(parts), StatusIs(absl::StatusCode::kNotFound));

  std::ofstream(parts.daily_needs_file) << kTable << "17,18,,8000,,,,,\n";
  const auto module = MakeConsumptionModule(parts);
  EXPECT_THAT(module, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(module.status().message()), HasSubstr("line 4"));
}

}  // namespace
}  // namespace milkway::consumption
