// The audit logs of a whole server: what is in them, what is never, who may ask, and how
// it comes out that somebody changed them.

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "milkway/common/v1/access.pb.h"
#include "milkway/consumption/v1/schools.grpc.pb.h"
#include "milkway/inventory/v1/catalog.grpc.pb.h"
#include "milkway/inventory/v1/log.grpc.pb.h"
#include "services/runtime/audit/audit_log.h"
#include "services/runtime/audit/refusal_budget.h"
#include "services/runtime/service_tables.h"
#include "tests/support/in_process_system.h"
#include "tests/support/refusal_matchers.h"
#include "tests/system/access_world.h"
#include "tests/system/audit_world.h"
#include "tests/system/generic_call.h"

namespace milkway::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using operations::v1::AuditLogEntry;
using operations::v1::AuditService;
using operations::v1::ListAuditEntriesRequest;
using operations::v1::VerifyAuditLogRequest;
using runtime::AuditLog;
using runtime::ServiceTag;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kPlanted[] = "planted";
constexpr char kPlantedZh[] = "王小明";

std::string NameOf(const MethodDescriptor& method) {
  return absl::StrCat(method.service()->full_name(), "/", method.name());
}

bool OnlyReads(const MethodDescriptor& method) {
  return method.options().idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

bool IsId(const FieldDescriptor& field) {
  return absl::EndsWith(field.name(), "_id") || absl::EndsWith(field.name(), "_ids");
}

// Text in every field that can hold some, wherever it is.
void PlantText(Message* message, int depth) {
  const auto& type = *message->GetDescriptor();
  const auto& fields = *message->GetReflection();
  for (int index = 0; index < type.field_count(); ++index) {
    const FieldDescriptor* field = type.field(index);
    if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
      if (depth == 0 || field->is_map()) continue;
      PlantText(field->is_repeated() ? fields.AddMessage(message, field)
                                     : fields.MutableMessage(message, field),
                depth - 1);
      continue;
    }
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) continue;
    std::string text = absl::StrCat(kPlanted, " ", kPlantedZh);
    if (field->name() == "request_id") text = "01976b0e-7c1e-7000-8000-5e0a1b2c3d4e";
    if (field->name() != "request_id" && IsId(*field)) text = absl::StrCat("id-", field->name());
    if (field->is_repeated()) {
      fields.AddString(message, field, text);
    } else {
      fields.SetString(message, field, text);
    }
  }
}

// Every byte of the tables of the audit logs.
std::string AuditBytes(storage::Store& store) {
  std::string bytes;
  for (const ServiceTag service : runtime::kServiceTags) {
    for (const uint8_t table : {runtime::kAuditTable, runtime::kAuditHeadTable,
                                runtime::kAuditIdTable, runtime::kAuditAnchorTable}) {
      EXPECT_THAT(store.NewSnapshot()->Scan(storage::PrefixRange(runtime::TableKey(service, table)),
                                            storage::ScanOrder::kAscending,
                                            [&](absl::string_view key, absl::string_view value) {
                                              absl::StrAppend(&bytes, key, value, "\n");
                                              return true;
                                            }),
                  IsOk());
    }
  }
  return bytes;
}

// How often methods were answered OK, by their names.
std::map<std::string, int64_t> AnsweredOk(const runtime::Metrics& metrics) {
  std::map<std::string, int64_t> counts;
  for (const absl::string_view line : absl::StrSplit(metrics.Text(), '\n')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(line, '"');
    int64_t count = 0;
    if (parts.size() == 5 && absl::StartsWith(parts[0], "milkway_rpc_calls_total{method=") &&
        parts[3] == "OK" && absl::SimpleAtoi(parts[4].substr(2), &count)) {
      counts[std::string(parts[1])] = count;
    }
  }
  return counts;
}

std::map<std::string, int64_t> CountByMethod(const std::vector<AuditLogEntry>& entries,
                                             operations::v1::AuditEntryKind kind) {
  std::map<std::string, int64_t> counts;
  for (const AuditLogEntry& entry : entries) {
    if (entry.kind() == kind) ++counts[entry.method()];
  }
  return counts;
}

class AuditedServer : public ::testing::Test {
 protected:
  absl::StatusOr<inventory::v1::CreateProductResponse> CreateProduct(const std::string& id) {
    inventory::v1::CreateProductRequest request;
    request.set_request_id(absl::StrCat("01976b0e-7c1e-7000-8000-", 100'000'000'000 + ++requests_));
    inventory::v1::Product& product = *request.mutable_product();
    product.set_product_id(id);
    product.set_name_en("Milk powder");
    product.set_name_zh("奶粉");
    product.set_net_weight_g(1'000);
    product.set_serving_g(25);
    return CallAndWait(world_.channel(), &inventory::v1::CatalogService::Stub::CreateProduct,
                       request, "procurement:li");
  }
  // A shorter log of the inventory, as if the last rows had never been.
  void CutOff(uint64_t rows) {
    const AuditLog log(ServiceTag::kInventory);
    const auto snapshot = world_.store().NewSnapshot();
    const uint64_t last = log.ReadHead(*snapshot)->position - rows;
    runtime::AuditEntry entry;
    ASSERT_TRUE(entry.ParseFromString((*log.FindRow(*snapshot, last))->entry()));
    runtime::records::v1::AuditHeadRecord head;
    head.set_position(last);
    head.set_recorded_us(entry.recorded_us());
    head.set_hash((*log.FindRow(*snapshot, last))->hash());
    ASSERT_THAT(
        world_.store().TransactAndWait([&](storage::Transaction& transaction) -> absl::Status {
          for (uint64_t row = last + 1; row <= last + rows; ++row) {
            std::string key = runtime::TableKey(ServiceTag::kInventory, runtime::kAuditTable);
            storage::key_internal::Append(row, &key);
            absl::Status status = transaction.Delete(key);
            if (!status.ok()) return status;
          }
          return transaction.Put(
              runtime::TableKey(ServiceTag::kInventory, runtime::kAuditHeadTable),
              head.SerializeAsString());
        }),
        IsOk());
  }

  AuditWorld world_;
  int64_t requests_ = 0;
};

TEST_F(AuditedServer, KeepsNoTextOfAnyRequestButIds) {
  int calls = 0;
  for (const MethodDescriptor* method : world_.Methods()) {
    const std::unique_ptr<Message> request = NewMessage(*method->input_type());
    PlantText(request.get(), 4);
    // What would be kept, whether the method takes such a request or not.
    const runtime::AuditEntry entry = runtime::MakeAuditEntry(
        runtime::records::v1::AUDIT_KIND_CHANGE, runtime::Call(), NameOf(*method), request.get());
    EXPECT_THAT(entry.SerializeAsString(), Not(HasSubstr(kPlanted))) << NameOf(*method);
    EXPECT_THAT(entry.SerializeAsString(), Not(HasSubstr(kPlantedZh))) << NameOf(*method);
    for (const auto& id : entry.ids()) {
      EXPECT_TRUE(absl::StartsWith(id.value(), "id-")) << id.DebugString();
    }
    // Backups and copies aside, which take their time.
    if (absl::StrContains(NameOf(*method), "OperationsService")) continue;
    for (const char* caller : {"admin:li", "service:trace", "donor:d:id-gift_id", "nobody"}) {
      (void)CallMethod(world_.channel(), *method, *request, As(caller));
      ++calls;
    }
  }
  ASSERT_THAT(CreateProduct("milk"), IsOk());

  const std::string bytes = AuditBytes(world_.store());
  EXPECT_THAT(bytes, HasSubstr("id-"));
  EXPECT_THAT(bytes, Not(HasSubstr(kPlanted)));
  EXPECT_THAT(bytes, Not(HasSubstr(kPlantedZh)));
  std::printf("%d calls\n", calls);
}

TEST_F(AuditedServer, HasARowOfEverythingThatTheSampleProgrammeDoes) {
  ASSERT_EQ(world_.RunCli({"import", MILKWAY_DEMO}).exit_code, 0);
  consumption::v1::ListStudentsRequest roster;
  roster.set_school_id("changyuan");
  ASSERT_THAT(CallAndWait(world_.channel(), &consumption::v1::SchoolService::Stub::ListStudents,
                          roster, "school_contact:wang:changyuan"),
              IsOk());

  const auto answered = AnsweredOk(world_.metrics());
  const auto entries = world_.Entries();
  const auto changes = CountByMethod(entries, operations::v1::AUDIT_ENTRY_KIND_CHANGE);
  const auto reads = CountByMethod(entries, operations::v1::AUDIT_ENTRY_KIND_READ);
  int methods = 0;
  for (const MethodDescriptor* method : world_.Methods()) {
    const std::string name = NameOf(*method);
    const auto times = answered.find(name);
    const bool tells_of_children = method->options().GetExtension(common::v1::access).child_data();
    const auto& kept = OnlyReads(*method) ? reads : changes;
    const auto rows = kept.find(name);
    if (times == answered.end() || (OnlyReads(*method) && !tells_of_children)) {
      EXPECT_EQ(rows, kept.end()) << name;
      continue;
    }
    ASSERT_NE(rows, kept.end()) << name << " was answered " << times->second << " times";
    // A batch may be recorded in several groups, or hold nothing new.
    if (!absl::StrContains(name, "Batch")) {
      EXPECT_EQ(rows->second, times->second) << name;
    }
    ++methods;
  }
  EXPECT_GT(methods, 10);
  std::printf("%zu entries of %d methods\n", entries.size(), methods);
}

TEST_F(AuditedServer, TellsAdminsAndAuditorsOnly) {
  ASSERT_THAT(CreateProduct("milk"), IsOk());
  for (const char* caller :
       {"procurement:p", "warehouse:w:x", "school_contact:s:x", "donor:d:x", "service:trace"}) {
    EXPECT_THAT(CallAndWait(world_.channel(), &AuditService::Stub::ListAuditEntries,
                            ListAuditEntriesRequest(), caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
    EXPECT_THAT(CallAndWait(world_.channel(), &AuditService::Stub::VerifyAuditLog,
                            VerifyAuditLogRequest(), caller),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << caller;
  }
  for (const char* caller : {"admin:a", "auditor:x"}) {
    EXPECT_THAT(CallAndWait(world_.channel(), &AuditService::Stub::ListAuditEntries,
                            ListAuditEntriesRequest(), caller),
                IsOk());
  }
}

TEST_F(AuditedServer, SaysWhichFilterCannotBeRead) {
  const auto ask = [&](const ListAuditEntriesRequest& request) {
    return CallAndWait(world_.channel(), &AuditService::Stub::ListAuditEntries, request);
  };
  ListAuditEntriesRequest request;
  request.set_from_us(-1);
  EXPECT_THAT(ask(request), NamesField("from_us"));
  request.Clear();
  request.add_ids("=17");
  EXPECT_THAT(ask(request), NamesField("ids[0]"));
  request.Clear();
  request.set_service("cheese");
  EXPECT_THAT(ask(request), NamesField("service"));
  request.Clear();
  request.set_page_token("cheese");
  EXPECT_THAT(ask(request), NamesField("page_token"));
}

TEST_F(AuditedServer, ShowsTheNewestFirstPageByPage) {
  for (int number = 1; number <= 25; ++number) {
    ASSERT_THAT(CreateProduct(absl::StrCat("milk-", number)), IsOk());
  }
  ListAuditEntriesRequest request;
  request.set_page_size(10);
  request.set_method("CreateProduct");
  std::vector<std::string> products;
  do {
    const auto page =
        CallAndWait(world_.channel(), &AuditService::Stub::ListAuditEntries, request, "auditor:x");
    ASSERT_THAT(page, IsOk());
    for (const AuditLogEntry& entry : page->entries()) products.push_back(entry.ids(0).value());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());

  ASSERT_THAT(products, SizeIs(25));
  EXPECT_EQ(products.front(), "milk-25");
  EXPECT_EQ(products.back(), "milk-1");
}

TEST_F(AuditedServer, IsAnchoredInTheMerkleLog) {
  ASSERT_THAT(CreateProduct("milk"), IsOk());
  const auto anchored = world_.RunCli({"audit", "anchor"});
  ASSERT_EQ(anchored.exit_code, 0) << anchored.err;
  EXPECT_THAT(anchored.out, HasSubstr("inventory up to row 1: "));
  ListAuditEntriesRequest asked, written;
  asked.set_method("AnchorAuditLog");
  written.set_method("AppendLeaves");
  ASSERT_THAT(world_.Entries(asked), SizeIs(1));
  ASSERT_THAT(world_.Entries(written), SizeIs(1));
  EXPECT_EQ(world_.Entries(written)[0].on_behalf_of(), world_.Entries(asked)[0].caller_id());
  // The first anchor is a row of its own; then nothing is new but that.
  ASSERT_THAT(CreateProduct("more-milk"), IsOk());
  ASSERT_EQ(world_.RunCli({"audit", "anchor"}).exit_code, 0);

  const auto verified = world_.RunCli({"audit", "verify"});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_THAT(verified.err, HasSubstr("3 of 3 hashes of the Merkle log confirmed, 0 differences"));
  const auto audited = world_.RunCli({"log", "audit"});
  EXPECT_EQ(audited.exit_code, 0) << audited.out << audited.err;
  EXPECT_THAT(audited.out, HasSubstr("3 ends of audit logs"));
}

TEST_F(AuditedServer, ThatForgetsRowsIsFoundOut) {
  for (const char* product : {"milk", "more-milk", "cheese"}) {
    ASSERT_THAT(CreateProduct(product), IsOk());
  }
  ASSERT_EQ(world_.RunCli({"audit", "anchor"}).exit_code, 0);
  CutOff(2);  // the row of the anchor, and the one of cheese

  const auto verified = world_.RunCli({"audit", "verify"});
  EXPECT_NE(verified.exit_code, 0);
  EXPECT_THAT(verified.err, HasSubstr("row 3 of the audit log of inventory"));
  EXPECT_THAT(verified.err, HasSubstr("the Merkle log knows"));
  EXPECT_NE(world_.RunCli({"log", "audit"}).exit_code, 0);
}

TEST_F(AuditedServer, ThatForgetsAllRowsIsFoundOut) {
  ASSERT_THAT(CreateProduct("milk"), IsOk());
  ASSERT_EQ(world_.RunCli({"audit", "anchor"}).exit_code, 0);
  ASSERT_THAT(world_.store().TransactAndWait([&](storage::Transaction& transaction) {
    absl::Status status;
    std::vector<std::string> keys;
    for (int table = runtime::kAuditTable; table <= runtime::kAuditAnchorTable; ++table) {
      status.Update(transaction.Scan(storage::PrefixRange(runtime::TableKey(
                                         ServiceTag::kInventory, static_cast<uint8_t>(table))),
                                     storage::ScanOrder::kAscending,
                                     [&](absl::string_view key, absl::string_view) {
                                       keys.emplace_back(key);
                                       return true;
                                     }));
    }
    for (const std::string& key : keys) status.Update(transaction.Delete(key));
    return status;
  }),
              IsOk());

  const auto verified = world_.RunCli({"audit", "verify"});
  EXPECT_NE(verified.exit_code, 0);
  EXPECT_THAT(verified.err, HasSubstr("the Merkle log knows the audit log of inventory"));
}

TEST_F(AuditedServer, IsAskedOnTheCommandLine) {
  ASSERT_THAT(CreateProduct("milk"), IsOk());
  ASSERT_THAT(CreateProduct("cheese"), IsOk());
  (void)CallAndWait(world_.channel(), &AuditService::Stub::ListAuditEntries,
                    ListAuditEntriesRequest(), "donor:curious");

  EXPECT_THAT(
      world_.RunCli({"audit", "--id", "milk"}).out,
      ::testing::AllOf(HasSubstr("li (procurement) from 127.0.0.1"),
                       HasSubstr("change milkway.inventory.v1.CatalogService/CreateProduct "
                                 "product_id=milk"),
                       HasSubstr("after:  {\"product_id\":\"milk\""), Not(HasSubstr("cheese"))));
  EXPECT_THAT(world_.RunCli({"audit", "--kind", "refusal"}).out, HasSubstr("curious (donor)"));
  EXPECT_EQ(world_.RunCli({"audit", "--caller", "nobody"}).out, "no entry\n");
  EXPECT_EQ(world_.RunCli({"audit", "--to", "2020-01-01"}).out, "no entry\n");
  EXPECT_THAT(
      world_
          .RunCli({"audit", "--from", "2020-01-01", "--method", "CreateProduct", "--entries", "1"})
          .out,
      ::testing::AllOf(HasSubstr("cheese"), Not(HasSubstr("=milk"))));
  EXPECT_THAT(world_.RunCli({"audit", "--json", "--id", "product_id=milk"}).out,
              HasSubstr("\"caller_id\": \"li\""));
  const auto wrong = world_.RunCli({"audit", "--from", "yesterday"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--from must be a day YYYY-MM-DD"));
}

}  // namespace
}  // namespace milkway::testing
