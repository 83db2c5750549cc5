// A command line and a server that answers as a test says, with three lots and a shipment.

#ifndef MILKWAY_TESTS_CLI_COMMANDS_FIXTURE_H_
#define MILKWAY_TESTS_CLI_COMMANDS_FIXTURE_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "milkway/inventory/v1/purchases.pb.h"
#include "milkway/inventory/v1/stock.pb.h"
#include "milkway/shipments/v1/shipments.pb.h"
#include "tests/cli/cli_runner.h"
#include "tests/cli/fake_server.h"

namespace milkway::cli {

class CommandsTest : public ::testing::Test {
 protected:
  CommandsTest() {
    AddLot(1, "P-1", "dev-1kg", "L1");
    AddLot(2, "P-1", "dev-1kg", "L2");
    AddLot(3, "P-2", "dev-1kg", "L2");
    auto& shipment = *server_.books().shipments["S-1"].mutable_shipment();
    shipment.set_shipment_id("S-1");
    shipment.set_origin_id("depot");
    shipment.set_destination_id("school");
    server_.books().locations["school"].set_location_id("school");
  }

  void AddLot(int64_t lot_id, const std::string& purchase_id, const std::string& product_id,
              const std::string& lot_number) {
    inventory::v1::Lot lot;
    lot.set_lot_id(lot_id);
    lot.set_purchase_id(purchase_id);
    lot.set_product_id(product_id);
    lot.set_lot_number(lot_number);
    lot.set_expires_on("2026-12-01");
    server_.books().lots.push_back(lot);
  }

  void AddBalance(inventory::v1::AccountKind kind, const std::string& place, int64_t lot_id,
                  int64_t quantity_g) {
    inventory::v1::Balance balance;
    balance.mutable_account()->set_kind(kind);
    balance.mutable_account()->set_place(place);
    balance.set_lot_id(lot_id);
    balance.set_quantity_g(quantity_g);
    server_.books().balances.push_back(balance);
  }

  testing::CliResult Run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--server", server_.address()});
    return testing::RunCli(arguments);
  }

  testing::FakeServer server_;
};

}  // namespace milkway::cli

#endif  // MILKWAY_TESTS_CLI_COMMANDS_FIXTURE_H_
