// What the school's walk needs beside the sample programme: two deliveries on their way, a
// term, children who may be measured and named.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const kSchool = "changyuan";
const kMeasured = 12;

/** Growth tables that are made up: the same for every age. WHO's own are not ours to ship. */
function growthTables(folder) {
  const tables = join(folder, "growth");
  mkdirSync(tables);
  const write = (name, lms, lastMonth) => {
    const rows = ["sex\tage\tl\tm\ts"];
    for (const sex of [1, 2]) {
      for (let month = 60; month <= lastMonth + 1; month++) {
        rows.push(`${sex}\t${month}\t${lms.join("\t")}`);
      }
    }
    writeFileSync(join(tables, name), `${rows.join("\n")}\n`);
  };
  write("hfawho2007.txt", [1, 120, 0.05], 228);
  write("wfawho2007.txt", [0.5, 25, 0.1], 120);
  write("bfawho2007.txt", [-1, 16, 0.1], 228);
  return tables;
}

function measure(system, day, height, weight) {
  const lines = Array.from({ length: kMeasured }, (_, i) => [
    "--line",
    `student=${i + 1},height_cm=${height + i},weight_kg=${weight + i * 0.5}`,
  ]);
  system.command("record-measurements", kSchool, "--on", day, ...lines.flat());
}

/** Starts the server with all of it. */
export async function makeSchool(system) {
  system.options.push("--growth-reference", growthTables(system.folder));
  await system.start();
  system.importDemo();
  system.importTables("another-shipment", {
    shipments: [
      "shipment_id,origin_id,destination_id,mode,carrier,tracking_number,dispatched_at,expected_on",
      `shipment-8,chengdu,${kSchool},road,Sample Road Freight,,2026-09-20T08:00:00+08:00,2026-09-22`,
    ],
    shipment_lines: [
      "shipment_id,product_id,lot_number,packs",
      "shipment-8,devondale-instant-1kg,SAMPLE-25B,12",
    ],
  });
  const term = ["--from", "2026-09-01", "--to", "2027-01-20"];
  system.command("put-term", kSchool, "2026-autumn", ...term);
  for (const purpose of ["measurements", "name"]) {
    const given = ["--to", purpose, "--by", "mother", "--on", "2025-09-01"];
    system.command("consent", "record", kSchool, `1-${kMeasured}`, ...given);
  }
  measure(system, "2025-09-10", 112, 19);
  measure(system, "2026-09-10", 118, 21);
  const names = join(system.folder, "names.csv");
  writeFileSync(names, "2,王小明\n");
  const caller = ["--as", `school_contact:wang:${kSchool}`];
  system.command("student-name", "set", kSchool, "--file", names, ...caller);
}
