#include "tests/cli/cli_runner.h"

#include <chrono>
#include <fstream>
#include <sstream>

#include "clients/cli/console.h"
#include "clients/cli/program.h"

namespace milkway::cli::testing {

CliResult RunCli(const std::vector<std::string>& arguments, Interrupt* interrupt) {
  RetryPolicy policy;
  policy.first_answer = std::chrono::milliseconds(300);
  policy.total = std::chrono::milliseconds(2'000);
  policy.first_pause = std::chrono::milliseconds(5);
  policy.longest_pause = std::chrono::milliseconds(50);
  std::ostringstream out, err;
  Console console(&out, &err, /*err_is_terminal=*/false);
  CliResult result;
  result.exit_code = RunProgram(arguments, policy, &console, interrupt);
  result.out = out.str();
  result.err = err.str();
  return result;
}

CliResult RunCli(const std::vector<std::string>& arguments) {
  Interrupt interrupt;
  return RunCli(arguments, &interrupt);
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "milkway-cli-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryFolder::Write(const std::string& name, const std::string& text) {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

const std::map<std::string, std::string>& GoodProgramme() {
  static const auto* const kFiles = new std::map<std::string, std::string>{
      {"products.csv",
       "product_id,gtin,name_en,name_zh,net_weight_g,serving_g,energy_kj_100g,protein_g_100g,"
       "fat_g_100g,carbohydrate_g_100g,calcium_mg_100g,sodium_mg_100g\n"
       "dev-1kg,9300639601014,Full cream milk powder,全脂奶粉,1000,25,2080,25.5,27.1,38.4,950,"
       "350.5\n"},
      {"locations.csv",
       "location_id,kind,name_en,name_zh,country,time_zone,latitude,longitude\n"
       "burra,supplier,Burra Foods,布拉,AU,Australia/Melbourne,,\n"
       "depot,warehouse,Depot,仓库,AU,Australia/Melbourne,-37.8136,144.9631\n"
       "school,school,Changyuan School,长源小学,CN,Asia/Shanghai,,\n"},
      {"exchange_rates.csv",
       "on,from,to,rate,source\n"
       "2025-01-02,CNY,AUD,0.2115,RBA\n"},
      {"purchases.csv",
       "purchase_id,purchased_on,supplier_id,destination_id\n"
       "P-1,2025-01-10,burra,depot\n"},
      {"purchase_lines.csv",
       "purchase_id,product_id,lot_number,manufactured_on,expires_on,packs,unit_price,currency\n"
       "P-1,dev-1kg,L1,2024-12-01,2026-12-01,40,11.50,AUD\n"
       "P-1,dev-1kg,L2,,2026-12-15,20,11.75,AUD\n"},
      {"purchase_costs.csv",
       "cost_id,purchase_id,kind,incurred_on,amount,currency\n"
       "C-1,P-1,freight,2025-01-20,300.00,CNY\n"},
      {"gifts.csv",
       "gift_id,donor_id,received_on,amount,currency\n"
       "G-1,D-1,2025-01-05,500.00,AUD\n"},
      {"allocations.csv",
       "allocation_id,gift_id,purchase_id,product_id,lot_number,allocated_on,amount\n"
       "A-1,G-1,P-1,dev-1kg,L1,2025-01-11,300.00\n"
       "A-2,G-1,P-1,dev-1kg,L2,2025-01-11,200.00\n"},
      {"shipments.csv",
       "shipment_id,origin_id,destination_id,mode,carrier,tracking_number,dispatched_at,"
       "expected_on\n"
       "S-1,depot,school,air,Post,T1,2025-02-01T09:00:00+11:00,2025-02-10\n"},
      {"shipment_lines.csv",
       "shipment_id,product_id,lot_number,packs\n"
       "S-1,dev-1kg,L1,10\n"
       "S-1,dev-1kg,L2,5\n"},
      {"milestones.csv",
       "milestone_id,shipment_id,occurred_at,kind,place,note\n"
       "M-1,S-1,2025-02-03T10:00:00+08:00,customs_cleared,Shanghai,\n"},
      {"receipts.csv",
       "receipt_id,shipment_id,received_at,product_id,lot_number,received_packs,damaged_packs,"
       "missing_packs,note\n"
       "R-1,S-1,2025-02-10T15:00:00+08:00,dev-1kg,L1,9,1,0,one torn\n"
       "R-1,S-1,2025-02-10T15:00:00+08:00,dev-1kg,L2,5,0,0,\n"},
      {"students.csv",
       "school_id,student_number,class,birth_month,sex,enrolled_on,left_on,exclusion\n"
       "school,1,3A,2016-04,f,2024-09-01,,\n"
       "school,2,3A,2016-05,m,2024-09-01,2025-03-01,\n"
       "school,3,3A,2016-06,f,2024-09-01,,milk_allergy\n"},
      {"distributions.csv",
       "distribution_id,school_id,served_on,class,product_id,lot_number,serving_g,students,"
       "wasted_g,session,served_at\n"
       "D-1,school,2025-02-11,3A,dev-1kg,L1,25,1-2,5,,\n"
       "D-2,school,2025-02-12,3A,dev-1kg,L1,25,1,0,,2025-02-12T10:00:00+08:00\n"},
      {"counts.csv",
       "count_id,location_id,counted_at,product_id,lot_number,counted_g,after_serving,note\n"
       "K-1,school,2025-02-12T16:00:00+08:00,dev-1kg,L1,8900,yes,\n"},
  };
  return *kFiles;
}

void WriteProgramme(TemporaryFolder* folder, const std::map<std::string, std::string>& changed) {
  std::map<std::string, std::string> files = changed;
  files.insert(GoodProgramme().begin(), GoodProgramme().end());
  for (const auto& [name, text] : files) folder->Write(name, text);
}

}  // namespace milkway::cli::testing
