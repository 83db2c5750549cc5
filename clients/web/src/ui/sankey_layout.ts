// Where the parts of a flow diagram stand: columns of nodes, and bands between them whose
// widths are the quantities. Pure figures; sankey.tsx draws them.

/** A quantity that goes from one node to another; more than 0. */
export interface Flow {
  from: string;
  to: string;
  value: number;
}

/** A node as it is named; its size follows from the flows. */
export interface FlowNode {
  id: string;
  name: string;
  /** What kind of end it is: decides the colour. */
  kind: "place" | "served" | "left" | "lost";
}

/** A node where it stands. */
export interface PlacedNode extends FlowNode {
  x: number;
  y: number;
  height: number;
  value: number;
  column: number;
}

/** A band where it lies: the middles of its two ends, and its width. */
export interface PlacedFlow extends Flow {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  width: number;
}

/** The whole picture. */
export interface SankeyLayout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  flows: PlacedFlow[];
}

export const kNodeWidth = 14;
const kPictureWidth = 960;
const kLabelWidth = 190;
const kFlowHeight = 260;
const kGap = 30;

/** Column of each node: the longest way to it from where something begins. */
function columnsOf(nodes: FlowNode[], flows: Flow[]): Map<string, number> {
  const columns = new Map(nodes.map((node): [string, number] => [node.id, 0]));
  // A way visits no node twice, so that it ends even where milk went round in a circle.
  for (let round = 1; round < nodes.length; round++) {
    let moved = false;
    for (const { from, to } of flows) {
      const next = Math.min((columns.get(from) ?? 0) + 1, nodes.length - 1);
      if (next > (columns.get(to) ?? 0)) {
        columns.set(to, next);
        moved = true;
      }
    }
    if (!moved) break;
  }
  return columns;
}

function sumOf(flows: Flow[], end: "from" | "to", id: string): number {
  return flows.reduce((sum, flow) => (flow[end] === id ? sum + flow.value : sum), 0);
}

/** Places nodes and flows. Flows of 0 or less, and nodes without flows, are left out. */
export function sankeyLayout(allNodes: FlowNode[], allFlows: Flow[]): SankeyLayout {
  const flows = allFlows.filter((flow) => flow.value > 0);
  const named = allNodes.filter((n) => flows.some((f) => f.from === n.id || f.to === n.id));
  const columns = columnsOf(named, flows);
  const last = Math.max(1, ...columns.values());
  const sizeOf = (id: string) => Math.max(sumOf(flows, "from", id), sumOf(flows, "to", id));
  const inColumn = (column: number) => named.filter((node) => columns.get(node.id) === column);
  const all = Array.from({ length: last + 1 }, (_, column) => inColumn(column));
  const most = Math.max(1, ...all.map((c) => c.reduce((sum, node) => sum + sizeOf(node.id), 0)));
  const scale = kFlowHeight / most;
  const step = (kPictureWidth - kNodeWidth - kLabelWidth) / last;
  const nodes: PlacedNode[] = [];
  let height = 0;
  all.forEach((column, at) => {
    let y = kGap;
    for (const node of column) {
      const value = sizeOf(node.id);
      const tall = Math.max(2, value * scale);
      nodes.push({ ...node, x: at * step, y, height: tall, value, column: at });
      y += tall + kGap;
    }
    height = Math.max(height, y);
  });
  return { width: kPictureWidth, height, nodes, flows: bands(nodes, flows, scale) };
}

/** Bands leave and reach each node one below the other, in the order of the nodes. */
function bands(nodes: PlacedNode[], flows: Flow[], scale: number): PlacedFlow[] {
  const order = new Map(nodes.map((node, i): [string, number] => [node.id, i]));
  const at = (id: string) => order.get(id) ?? 0;
  const sorted = [...flows].sort((a, b) => at(a.from) - at(b.from) || at(a.to) - at(b.to));
  const out = new Map<string, number>();
  const into = new Map<string, number>();
  const placed: PlacedFlow[] = [];
  for (const flow of sorted) {
    const from = nodes[at(flow.from)];
    const to = nodes[at(flow.to)];
    if (from === undefined || to === undefined) continue;
    const width = flow.value * scale;
    const y0 = out.get(flow.from) ?? from.y;
    const y1 = into.get(flow.to) ?? to.y;
    out.set(flow.from, y0 + width);
    into.set(flow.to, y1 + width);
    placed.push({
      ...flow,
      x0: from.x + kNodeWidth,
      y0: y0 + width / 2,
      x1: to.x,
      y1: y1 + width / 2,
      width,
    });
  }
  return placed;
}
