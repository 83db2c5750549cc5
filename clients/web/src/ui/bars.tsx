// A chart of horizontal bars, each made of parts, in SVG. All of its looks are in attributes,
// so that it can be saved as a picture too.

/** A part of each bar. */
export interface BarPart {
  name: string;
  colour: string;
}

/** A bar: a value for each part, in their order. */
export interface Bar {
  id: string;
  name: string;
  values: number[];
}

const kWidth = 960;
const kLabelWidth = 260;
const kValueWidth = 230;
const kRow = 30;
const kFont = 'system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';

/** As much of a name as `room` letters have; Chinese ones are twice as wide. */
export function shortened(name: string, room: number): string {
  let left = room;
  for (const [i, letter] of [...name].entries()) {
    left -= letter.charCodeAt(0) > 0x2e7f ? 2 : 1;
    if (left < 0) return `${[...name].slice(0, i).join("")}…`;
  }
  return name;
}

function Row(props: { bar: Bar; parts: BarPart[]; y: number; most: number; text: string }) {
  const { bar, y, most } = props;
  const scale = (kWidth - kLabelWidth - kValueWidth) / most;
  let x = kLabelWidth;
  return (
    <>
      <text x="0" y={y + 18} font-size="13" font-family={kFont} fill="#1b2a36">
        {shortened(bar.name, 34)}
      </text>
      {bar.values.map((value, i) => {
        const at = x;
        x += value * scale;
        const { name, colour } = props.parts[i] ?? { name: "", colour: "#51626f" };
        return (
          <rect
            key={name}
            x={at}
            y={y + 5}
            width={Math.max(0, value * scale)}
            height={kRow - 12}
            fill={colour}
          />
        );
      })}
      <text x={x + 6} y={y + 18} font-size="13" font-family={kFont} fill="#1b2a36">
        {props.text}
      </text>
    </>
  );
}

function Legend({ parts }: { parts: BarPart[] }) {
  const step = (kWidth - 20) / Math.max(1, parts.length);
  return (
    <>
      {parts.map((part, i) => (
        <g key={part.name}>
          <rect x={i * step} y="4" width="14" height="14" fill={part.colour} />
          <text x={i * step + 20} y="16" font-size="13" font-family={kFont} fill="#1b2a36">
            {part.name}
          </text>
        </g>
      ))}
    </>
  );
}

/** The chart; `label` says in one sentence what it shows, `show` what stands at a bar's end. */
export function Bars(props: {
  label: string;
  parts: BarPart[];
  bars: Bar[];
  show: (bar: Bar) => string;
}) {
  const sums = props.bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0));
  const most = Math.max(1, ...sums);
  const height = (props.bars.length + 1) * kRow;
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${kWidth} ${height}`}
      width={kWidth}
      height={height}
    >
      <Legend parts={props.parts} />
      {props.bars.map((bar, i) => (
        <Row
          key={bar.id}
          bar={bar}
          parts={props.parts}
          y={(i + 1) * kRow}
          most={most}
          text={props.show(bar)}
        />
      ))}
    </svg>
  );
}
