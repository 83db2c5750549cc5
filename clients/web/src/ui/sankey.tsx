// Quantities on their way, as bands whose width is the quantity: what came in on the left, what
// became of it on the right. A table with the same numbers stands beside it.
import type { Ref } from "preact";

export interface SankeyNode {
  id: string;
  label: string;
  /** From 0, left to right. */
  column: number;
  /** A colour as "#2f6f4f"; pictures are saved with it. */
  color: string;
}

export interface SankeyFlow {
  from: string;
  to: string;
  /** Above 0, in one unit for all. */
  value: number;
}

interface Placed extends SankeyNode {
  x: number;
  y: number;
  height: number;
}

interface Band {
  key: string;
  path: string;
  color: string;
}

/** As wide as a phone, unless a picture with many columns says more. */
const kWidth = 360;
const kNodeWidth = 10;
/** Room for a label below a node that is too thin for it. */
const kGap = 21;
const kBandsHeight = 180;
const kTextHeight = 13;

function amountOf(node: SankeyNode, flows: SankeyFlow[]): number {
  const sum = (side: "from" | "to") =>
    flows.filter((flow) => flow[side] === node.id).reduce((all, flow) => all + flow.value, 0);
  return Math.max(sum("from"), sum("to"));
}

/** Where nodes and bands lie, in units of the picture; each column from the top. */
export function layOut(nodes: SankeyNode[], flows: SankeyFlow[], width = kWidth) {
  const columns = Math.max(...nodes.map((node) => node.column)) + 1;
  const totals = Array.from({ length: columns }, (_, column) =>
    nodes
      .filter((node) => node.column === column)
      .reduce((sum, node) => sum + amountOf(node, flows), 0),
  );
  const scale = kBandsHeight / Math.max(1, ...totals);
  const step = columns === 1 ? 0 : (width - kNodeWidth) / (columns - 1);
  const ends = new Array<number>(columns).fill(kTextHeight);
  const placed = nodes.map((node): Placed => {
    const height = Math.max(1, amountOf(node, flows) * scale);
    const y = ends[node.column] ?? 0;
    ends[node.column] = y + height + kGap;
    return { ...node, x: node.column * step, y, height };
  });
  return { placed, bands: bandsOf(placed, flows, scale), height: Math.max(...ends) };
}

function bandsOf(placed: Placed[], flows: SankeyFlow[], scale: number): Band[] {
  const left = new Map<string, number>();
  const right = new Map<string, number>();
  const at = (id: string) => placed.find((node) => node.id === id);
  return flows.flatMap((flow) => {
    const [from, to] = [at(flow.from), at(flow.to)];
    if (from === undefined || to === undefined) return [];
    const width = flow.value * scale;
    const y1 = left.get(flow.from) ?? from.y;
    const y2 = right.get(flow.to) ?? to.y;
    left.set(flow.from, y1 + width);
    right.set(flow.to, y2 + width);
    const [x1, x2] = [from.x + kNodeWidth, to.x];
    const middle = (x1 + x2) / 2;
    const path =
      `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` +
      `V${y2 + width}C${middle} ${y2 + width} ${middle} ${y1 + width} ${x1} ${y1 + width}Z`;
    return [{ key: `${flow.from}>${flow.to}`, path, color: to.color }];
  });
}

/** `picture` gets the drawing, to save it. */
export function Sankey(props: {
  nodes: SankeyNode[];
  flows: SankeyFlow[];
  label: string;
  picture?: Ref<SVGSVGElement>;
  /** Units across; 360 if it is not said. */
  width?: number;
}) {
  const { placed, bands, height } = layOut(props.nodes, props.flows, props.width);
  const last = Math.max(...props.nodes.map((node) => node.column));
  return (
    <svg
      ref={props.picture}
      class="sankey"
      viewBox={`0 0 ${props.width ?? kWidth} ${height}`}
      role="img"
      aria-label={props.label}
    >
      {bands.map((band) => (
        <path key={band.key} d={band.path} fill={band.color} fill-opacity="0.35" />
      ))}
      {placed.map((node) => (
        <g key={node.id}>
          <rect x={node.x} y={node.y} width={kNodeWidth} height={node.height} fill={node.color} />
          <text
            x={node.column === last ? node.x + kNodeWidth : node.x}
            y={node.y + node.height + kTextHeight}
            text-anchor={node.column === last ? "end" : "start"}
            font-size="12"
            font-family="sans-serif"
            fill="#1d2b24"
            stroke="#fff"
            stroke-width="3"
            stroke-linejoin="round"
            paint-order="stroke"
          >
            {node.label}
          </text>
        </g>
      ))}
    </svg>
  );
}
