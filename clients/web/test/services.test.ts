import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { expect, it } from "vitest";
import * as services from "../src/connect/services";

/** All services of the protos. */
async function described(): Promise<Map<string, DescService>> {
  const gen = join(__dirname, "..", "src", "gen");
  const files = readdirSync(gen, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("_pb.ts"),
  );
  const found = new Map<string, DescService>();
  for (const file of files) {
    const module = (await import(join(gen, file))) as Record<string, unknown>;
    for (const value of Object.values(module)) {
      const service = value as Partial<DescService>;
      if (service.kind === "service") found.set(service.typeName ?? "", value as DescService);
    }
  }
  return found;
}

it("names each service as the protos do", async () => {
  const known = await described();
  for (const [name, service] of Object.entries(services)) {
    expect([...known.keys()], name).toContain(service.name);
  }
});
