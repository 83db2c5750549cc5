// A server that has published, and pages made of what it tells.

#ifndef MILKWAY_TESTS_CLI_PRINT_FIXTURE_H_
#define MILKWAY_TESTS_CLI_PRINT_FIXTURE_H_

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "milkway/impact/v1/statements.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {

class PrintTest : public ::testing::Test {
 protected:
  static constexpr int64_t kDayUs = 86'400'000'000;
  static constexpr int64_t kYear2025Us = 1'735'689'600'000'000;

  static void SetMoney(int64_t minor_units, common::v1::Money* money) {
    money->set_currency_code("AUD");
    money->set_minor_units(minor_units);
  }

  static impact::v1::Publication Published(int64_t number, int64_t day) {
    impact::v1::Publication publication;
    publication.set_publication(number);
    publication.set_started_us(kYear2025Us + day * kDayUs);
    publication.set_finished_us(kYear2025Us + day * kDayUs + 5'000'000);
    publication.set_as_of_position(number * 1'001);
    publication.set_as_of_recorded_us(kYear2025Us + day * kDayUs - 1);
    return publication;
  }

  static void AddLot(int64_t lot_id, int64_t funded_g, int64_t served_g, int64_t lost_g,
                     int64_t returned_g, impact::v1::GiftStatement* statement) {
    impact::v1::LotShare& lot = *statement->add_lots();
    lot.set_lot_id(lot_id);
    lot.set_product_id("dev-1kg");
    lot.set_lot_number("L" + std::to_string(lot_id));
    lot.set_funded_g(funded_g);
    lot.set_served_g(served_g);
    lot.set_lost_g(lost_g);
    lot.set_returned_g(returned_g);
    lot.set_remaining_g(funded_g - served_g - lost_g - returned_g);
    lot.set_servings(served_g / 25);
    for (const char* school_id : {"changyuan", "xinhe"}) {
      lot.add_schools()->set_school_id(school_id);
      lot.mutable_schools()->rbegin()->set_served_g(served_g / 2);
    }
    statement->set_served_g(statement->served_g() + served_g);
    statement->set_servings(statement->servings() + lot.servings());
  }

  // What publication `number` tells of gift G-1: different numbers everywhere.
  static impact::v1::GiftStatement Statement(const impact::v1::Publication& publication) {
    impact::v1::GiftStatement statement;
    statement.set_gift_id("G-1");
    *statement.mutable_publication() = publication;
    statement.set_kind(impact::v1::GIFT_KIND_MONEY);
    SetMoney(150'000, statement.mutable_amount());
    SetMoney(120'000, statement.mutable_allocated());
    SetMoney(3'000, statement.mutable_fees());
    SetMoney(2'050, statement.mutable_refunded());
    SetMoney(24'950, statement.mutable_unspent());
    SetMoney(125, statement.mutable_refund_due());
    AddLot(7, 50'000, 36'025, 210, 1'000, &statement);
    AddLot(8, 33'333, 29'050, 17, 0, &statement);
    statement.set_children_reached(61);
    statement.set_protein_mg(16'594'125);
    statement.set_calcium_mg(618'212);
    statement.set_energy_kj(135'356);
    return statement;
  }

  static impact::v1::ProgrammeStatement Programme(const impact::v1::Publication& publication,
                                                  int64_t servings) {
    impact::v1::ProgrammeStatement statement;
    *statement.mutable_publication() = publication;
    statement.set_servings(servings);
    statement.set_served_g(servings * 25 + 7);
    statement.set_purchased_g(servings * 40 + 900'001);
    statement.set_lost_g(servings / 10 + 3);
    statement.set_schools(servings / 1'000 + 1);
    return statement;
  }

  void Publish(const impact::v1::Publication& publication, int64_t servings) {
    server_.books().publications.push_back(publication);
    server_.books().programme_statements[publication.publication()] =
        Programme(publication, servings);
  }

  void TellGift(const impact::v1::GiftStatement& statement) {
    server_.books().gift_statements[statement.gift_id()][statement.publication().publication()] =
        statement;
  }

  testing::CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return testing::RunCli(arguments);
  }

  static std::string ReadFile(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  testing::FakeServer server_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_TESTS_CLI_PRINT_FIXTURE_H_
