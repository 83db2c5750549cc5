// A flow diagram (Sankey) in SVG: every gram from where it began to where it is. All of its
// looks are in attributes, so that it can be saved as a picture too.
import {
  type Flow,
  type FlowNode,
  kNodeWidth,
  type PlacedFlow,
  type PlacedNode,
  sankeyLayout,
} from "./sankey_layout";

const kColours = { place: "#1f5f8b", served: "#1d6b3a", left: "#7a4d00", lost: "#a4262c" };
const kFont = 'system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

function Band({ flow, colour, title }: { flow: PlacedFlow; colour: string; title: string }) {
  const middle = (flow.x0 + flow.x1) / 2;
  return (
    <path
      d={`M${flow.x0},${flow.y0}C${middle},${flow.y0} ${middle},${flow.y1} ${flow.x1},${flow.y1}`}
      fill="none"
      stroke={colour}
      stroke-opacity="0.35"
      stroke-width={Math.max(1, flow.width)}
    >
      <title>{title}</title>
    </path>
  );
}

function Node({ node, text }: { node: PlacedNode; text: string }) {
  return (
    <>
      <rect
        x={node.x}
        y={node.y}
        width={kNodeWidth}
        height={node.height}
        fill={kColours[node.kind]}
      />
      {/* Above its node, where no other label and no other node stands. */}
      <text x={node.x} y={node.y - 8} font-size="13" font-family={kFont} fill="#1b2a36">
        <tspan font-weight="600">{node.name}</tspan> {text}
      </text>
    </>
  );
}

/** The diagram; `label` says in one sentence what it shows, `show` how a value is written. */
export function Sankey(props: {
  label: string;
  nodes: FlowNode[];
  flows: Flow[];
  show: (value: number) => string;
}) {
  const layout = sankeyLayout(props.nodes, props.flows);
  const nodeOf = (id: string) => layout.nodes.find((node) => node.id === id);
  return (
    // Wider than a phone: it scrolls by itself, also from the keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region takes the focus
    <section class="picture" tabIndex={0} aria-label={props.label}>
      <svg
        xmlns="http://www.w3.org/2000/svg"
        role="img"
        aria-label={props.label}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        width={layout.width}
        height={layout.height}
      >
        {layout.flows.map((flow) => {
          const to = nodeOf(flow.to);
          const title = `${nodeOf(flow.from)?.name} → ${to?.name}: ${props.show(flow.value)}`;
          const colour = kColours[to?.kind ?? "place"];
          return <Band key={`${flow.from}/${flow.to}`} flow={flow} colour={colour} title={title} />;
        })}
        {layout.nodes.map((node) => (
          <Node key={node.id} node={node} text={props.show(node.value)} />
        ))}
      </svg>
    </section>
  );
}
