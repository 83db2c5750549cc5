// The picture of every gram: bands lie beside each other, and none is lost.
import { describe, expect, it } from "vitest";
import { layOut } from "../src/ui/sankey";

const node = (id: string, column: number) => ({ id, label: id, column, color: "#000000" });

describe("a picture of bands", () => {
  const nodes = [node("lot 1", 0), node("lot 2", 0), node("served", 1), node("lost", 1)];
  const flows = [
    { from: "lot 1", to: "served", value: 700 },
    { from: "lot 1", to: "lost", value: 100 },
    { from: "lot 2", to: "served", value: 200 },
  ];
  const { placed, bands, height } = layOut(nodes, flows);

  it("has a band for each flow", () => {
    expect(bands.map((band) => band.key)).toEqual(["lot 1>served", "lot 1>lost", "lot 2>served"]);
  });

  it("gives each node the height of its grams, and room for its label", () => {
    const heights = Object.fromEntries(placed.map((each) => [each.id, each.height]));
    expect((heights.served ?? 0) / (heights.lost ?? 1)).toBeCloseTo(9);
    expect((heights["lot 1"] ?? 0) / (heights["lot 2"] ?? 1)).toBeCloseTo(4);
    for (const column of [0, 1]) {
      const own = placed.filter((each) => each.column === column);
      own.slice(1).forEach((each, i) => {
        expect(each.y).toBeGreaterThanOrEqual((own[i]?.y ?? 0) + (own[i]?.height ?? 0) + 12);
      });
      const last = own[own.length - 1];
      expect((last?.y ?? 0) + (last?.height ?? 0) + 12).toBeLessThanOrEqual(height);
    }
  });
});
