// record-gift, gifts, allocate, fee, refund.

#include <memory>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/enum_words.h"
#include "clients/cli/gift_options.h"
#include "clients/cli/lots.h"
#include "clients/cli/message_json.h"
#include "clients/cli/pages.h"
#include "clients/cli/table.h"
#include "clients/cli/text.h"
#include "clients/cpp/status_macros.h"
#include "milkway/impact/v1/gifts.grpc.pb.h"

namespace milkway::cli {

namespace {

using impact::v1::Gift;
using impact::v1::GiftService;
using Align = TextTable::Align;

struct GiftOptions {
  std::string gift_id;
  std::string donor_id;
  std::string received_on;
  std::string kind = "money";
  std::string amount;
  std::string currency;
  std::string school_id;
  std::string lot;
  std::string quantity_g;
  std::string stated_value;
  std::string request_id;
};

absl::Status FillInKind(const GiftOptions& options, Session& session, Gift* gift) {
  impact::v1::GiftInKind& in_kind = *gift->mutable_in_kind();
  ASSIGN_OR_RETURN(const int64_t quantity_g, GramsOption("--quantity-g", options.quantity_g));
  in_kind.set_quantity_g(quantity_g);
  if (!options.stated_value.empty()) {
    ASSIGN_OR_RETURN(
        *in_kind.mutable_stated_value(),
        MoneyOption("--stated-value", options.stated_value, "--currency", options.currency));
  }
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, LotOption(session.connection, options.lot));
  in_kind.set_lot_id(lot.lot_id());
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RecordGift(const GiftOptions& options, Session& session) {
  impact::v1::RecordGiftRequest request;
  Gift& gift = *request.mutable_gift();
  gift.set_gift_id(options.gift_id);
  gift.set_donor_id(options.donor_id);
  ASSIGN_OR_RETURN(const Day received_on, DayOption("--received-on", options.received_on));
  gift.set_received_on(FormatDay(received_on));
  ASSIGN_OR_RETURN(const auto kind, WordOption<impact::v1::GiftKind>("--kind", options.kind));
  gift.set_kind(kind);
  gift.set_school_id(options.school_id);
  if (kind == impact::v1::GIFT_KIND_IN_KIND) {
    RETURN_IF_ERROR(FillInKind(options, session, &gift));
  } else {
    ASSIGN_OR_RETURN(*gift.mutable_amount(),
                     MoneyOption("--amount", options.amount, "--currency", options.currency));
  }
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &GiftService::Stub::RecordGift, options.request_id, request));
  const Gift& stored = response.gift();
  session.console.Print(absl::StrCat(
      "gift ", Printable(options.gift_id), ": ",
      stored.has_in_kind()
          ? absl::StrCat(WithThousands(stored.in_kind().quantity_g()), " g of milk")
          : absl::StrCat(MoneyText(stored.amount()), " (", MoneyText(stored.base_amount()), ")"),
      "\n"));
  return kDone;
}

struct GiftsOptions {
  std::string donor_id;
  bool json = false;
};

absl::StatusOr<ExitCode> PrintGifts(const GiftsOptions& options, Session& session) {
  impact::v1::ListGiftsRequest request;
  request.set_donor_id(options.donor_id);
  ASSIGN_OR_RETURN(const auto gifts,
                   ListAll<Gift>(session.connection, &GiftService::Stub::ListGifts, request,
                                 &impact::v1::ListGiftsResponse::gifts));
  if (options.json) {
    session.console.Print(ListJson(gifts));
    return kDone;
  }
  TextTable table({{"GIFT"},
                   {"DONOR"},
                   {"RECEIVED"},
                   {"KIND"},
                   {"SCHOOL"},
                   {"AMOUNT", Align::kRight},
                   {"ALLOCATED", Align::kRight},
                   {"FEES", Align::kRight},
                   {"REFUNDED", Align::kRight}});
  for (const Gift& gift : gifts) {
    table.AddRow({gift.gift_id(), gift.donor_id(), gift.received_on(), WordOfEnum(gift.kind()),
                  gift.school_id(),
                  gift.has_in_kind()
                      ? absl::StrCat(WithThousands(gift.in_kind().quantity_g()), " g")
                      : MoneyText(gift.amount()),
                  MoneyText(gift.allocated()), MoneyText(gift.fees()), MoneyText(gift.refunded())});
  }
  session.console.Print(table.empty() ? "no gifts\n" : table.ToString());
  return kDone;
}

struct AllocateOptions {
  std::string allocation_id;
  std::string gift_id;
  std::string lot;
  std::string allocated_on;
  std::string amount;
  std::string currency;
  std::string request_id;
};

absl::StatusOr<ExitCode> Allocate(const AllocateOptions& options, Session& session) {
  impact::v1::AllocateGiftRequest request;
  impact::v1::Allocation& allocation = *request.mutable_allocation();
  allocation.set_allocation_id(options.allocation_id);
  allocation.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(const Day allocated_on, DayOption("--on", options.allocated_on));
  allocation.set_allocated_on(FormatDay(allocated_on));
  ASSIGN_OR_RETURN(*allocation.mutable_amount(),
                   MoneyOption("--amount", options.amount, "--currency", options.currency));
  ASSIGN_OR_RETURN(const inventory::v1::Lot lot, LotOption(session.connection, options.lot));
  allocation.set_lot_id(lot.lot_id());
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &GiftService::Stub::AllocateGift, options.request_id, request));
  session.console.Print(absl::StrCat("allocation ", Printable(options.allocation_id), ": ",
                                     MoneyText(response.allocation().amount()), " of gift ",
                                     Printable(options.gift_id), " bought ",
                                     WithThousands(response.allocation().bought_g()), " g of ",
                                     DescribeLot(lot), "\n"));
  return kDone;
}

struct DeductionOptions {
  std::string id;
  std::string gift_id;
  std::string on;
  std::string amount;
  std::string currency;
  std::string reason;
  std::string request_id;
};

absl::StatusOr<ExitCode> RecordFee(const DeductionOptions& options, Session& session) {
  impact::v1::RecordFeeRequest request;
  impact::v1::Fee& fee = *request.mutable_fee();
  fee.set_fee_id(options.id);
  fee.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  fee.set_charged_on(FormatDay(on));
  fee.set_reason(options.reason);
  ASSIGN_OR_RETURN(*fee.mutable_amount(),
                   MoneyOption("--amount", options.amount, "--currency", options.currency));
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &GiftService::Stub::RecordFee, options.request_id, request));
  session.console.Print(absl::StrCat("fee ", Printable(options.id), ": ",
                                     MoneyText(response.fee().amount()), " of gift ",
                                     Printable(options.gift_id), "\n"));
  return kDone;
}

absl::StatusOr<ExitCode> RefundGift(const DeductionOptions& options, Session& session) {
  impact::v1::RefundGiftRequest request;
  impact::v1::Refund& refund = *request.mutable_refund();
  refund.set_refund_id(options.id);
  refund.set_gift_id(options.gift_id);
  ASSIGN_OR_RETURN(const Day on, DayOption("--on", options.on));
  refund.set_refunded_on(FormatDay(on));
  refund.set_reason(options.reason);
  ASSIGN_OR_RETURN(*refund.mutable_amount(),
                   MoneyOption("--amount", options.amount, "--currency", options.currency));
  ASSIGN_OR_RETURN(const auto response,
                   Write(session, &GiftService::Stub::RefundGift, options.request_id, request));
  session.console.Print(absl::StrCat("refund ", Printable(options.id), ": ",
                                     MoneyText(response.refund().amount()), " of gift ",
                                     Printable(options.gift_id), "\n"));
  return kDone;
}

void AddRecordGift(Commands* commands) {
  auto options = std::make_shared<GiftOptions>();
  CLI::App* command = commands->Add(
      "record-gift", "Records a gift of money, of money for one school, or of milk",
      "milkway record-gift G-2025-7 --donor D-12 --received-on 2025-02-03\n"
      "      --amount 500.00 --currency CNY\n"
      "  milkway record-gift G-2025-8 --donor D-12 --received-on 2025-02-03 --kind school\n"
      "      --school changyuan --amount 500.00 --currency CNY\n"
      "  milkway record-gift G-2025-9 --donor D-13 --received-on 2025-02-03 --kind in_kind\n"
      "      --lot product=devondale-1kg,lot=L2401 --quantity-g 25000");
  command->add_option("GIFT", options->gift_id, "its id")->required();
  command->add_option("--donor", options->donor_id, "who gave it; not a name")->required();
  command->add_option("--received-on", options->received_on, "the day: its rate applies")
      ->required();
  command->add_option("--kind", options->kind, "money (default), school or in_kind");
  command->add_option("--amount", options->amount, "of a gift of money");
  command->add_option("--currency", options->currency, "ISO 4217 code");
  command->add_option("--school", options->school_id, "the school it is for");
  command->add_option("--lot", options->lot, "the milk: product, lot, purchase or lot_id")
      ->type_name("KEY=VALUE,…");
  command->add_option("--quantity-g", options->quantity_g, "grams of the milk");
  command->add_option("--stated-value", options->stated_value,
                      "what the giver says that the milk is worth; for display");
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return RecordGift(*options, session); });
}

void AddGifts(Commands* commands) {
  auto options = std::make_shared<GiftsOptions>();
  CLI::App* command =
      commands->Add("gifts", "Gifts, and what is spent of them", "milkway gifts --donor D-12");
  command->add_option("--donor", options->donor_id, "only of this donor");
  command->add_flag("--json", options->json, "for programs; the keys are stable");
  commands->OnRun(command, [options](Session& session) { return PrintGifts(*options, session); });
}

void AddAllocate(Commands* commands) {
  auto options = std::make_shared<AllocateOptions>();
  CLI::App* command =
      commands->Add("allocate", "Spends a part of a gift on a lot, once and for ever",
                    "milkway allocate A-2025-3 --gift G-2025-7 --on 2025-02-04\n"
                    "      --lot product=devondale-1kg,lot=L2401 --amount 120.00 --currency CNY");
  command->add_option("ALLOCATION", options->allocation_id, "its id")->required();
  command->add_option("--gift", options->gift_id, "the gift")->required();
  command->add_option("--lot", options->lot, "product, lot, purchase or lot_id")
      ->type_name("KEY=VALUE,…")
      ->required();
  command->add_option("--on", options->allocated_on, "the day, for display")->required();
  command->add_option("--amount", options->amount, "how much")->required();
  command->add_option("--currency", options->currency, "that of the gift")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command, [options](Session& session) { return Allocate(*options, session); });
}

using Deduct = absl::StatusOr<ExitCode> (*)(const DeductionOptions&, Session&);

void AddDeduction(Commands* commands, const std::string& name, const std::string& description,
                  const std::string& example, Deduct deduct) {
  auto options = std::make_shared<DeductionOptions>();
  CLI::App* command = commands->Add(name, description, example);
  command->add_option("ID", options->id, "its id")->required();
  command->add_option("--gift", options->gift_id, "the gift")->required();
  command->add_option("--on", options->on, "the day, for display")->required();
  command->add_option("--amount", options->amount, "how much")->required();
  command->add_option("--currency", options->currency, "that of the gift")->required();
  command->add_option("--reason", options->reason, "why")->required();
  AddRequestId(command, &options->request_id);
  commands->OnRun(command,
                  [options, deduct](Session& session) { return deduct(*options, session); });
}

}  // namespace

void AddGiftCommands(Commands* commands) {
  AddRecordGift(commands);
  AddGifts(commands);
  AddAllocate(commands);
  AddDeduction(commands, "fee", "Takes the fee of a payment out of a gift",
               "milkway fee F-2025-7 --gift G-2025-7 --on 2025-02-03 --amount 3.00\n"
               "      --currency CNY --reason \"card fee\"",
               RecordFee);
  AddDeduction(commands, "refund", "Gives money of a gift back to who gave it",
               "milkway refund R-2025-7 --gift G-2025-7 --on 2025-02-03 --amount 100.00\n"
               "      --currency CNY --reason \"paid twice\"",
               RefundGift);
}

}  // namespace milkway::cli
