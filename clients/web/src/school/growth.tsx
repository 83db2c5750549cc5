// How the children of the school grew, as a group, against WHO's reference.
import { CallError } from "../connect/call";
import { day } from "../format/format";
import { saveCsv } from "../ui/files";
import { useLoaded } from "../ui/hooks";
import { Notice, Shown } from "../ui/parts";
import { w } from "../words/school_more";
import {
  type GrowthFacts,
  type Indicator,
  type Mean,
  type Round,
  readGrowth,
} from "./growth_figures";

/** The picture shows z-scores from -kZMax to kZMax. */
const kZMax = 3;
const kWidth = 300;
const kRow = 56;
const kLeft = 8;

const place = (z: number) => kLeft + ((z + kZMax) / (2 * kZMax)) * (kWidth - 2 * kLeft);
const score = (z: number) => `${z < 0 ? "−" : "+"}${Math.abs(z).toFixed(2)}`;

function Bar({ mean, y, kind }: { mean: Mean | undefined; y: number; kind: string }) {
  if (mean === undefined) return null;
  return (
    <g class={kind}>
      <line x1={place(mean.low)} x2={place(mean.high)} y1={y} y2={y} />
      <circle cx={place(mean.mean)} cy={y} r={5} />
    </g>
  );
}

/** Both rounds of each indicator, with their 95 % intervals; the reference is the line at 0. */
function Picture({ indicators }: { indicators: Indicator[] }) {
  const height = indicators.length * kRow + 20;
  return (
    <svg
      class="growth"
      viewBox={`0 0 ${kWidth} ${height}`}
      role="img"
      aria-label={w("growthPicture")}
    >
      {[-2, 0, 2].map((z) => (
        <g key={z} class={z === 0 ? "reference" : "grid"}>
          <line x1={place(z)} x2={place(z)} y1={0} y2={height - 16} />
          <text x={place(z)} y={height - 3} text-anchor="middle">
            {z}
          </text>
        </g>
      ))}
      {indicators.map((of, i) => (
        <g key={of.name}>
          <text x={kLeft} y={i * kRow + 14}>
            {w(`indicator_${of.name}`)}
          </text>
          <Bar mean={of.first} y={i * kRow + 26} kind="first" />
          <Bar mean={of.second} y={i * kRow + 42} kind="second" />
        </g>
      ))}
    </svg>
  );
}

function Cell({ mean }: { mean: Mean | undefined }) {
  if (mean === undefined) return <td>{w("tooFew")}</td>;
  return (
    <td>
      {score(mean.mean)}
      <small>
        {score(mean.low)} … {score(mean.high)}
      </small>
      <small>{w("childrenCount", { count: mean.children })}</small>
    </td>
  );
}

function Table({ indicators }: { indicators: Indicator[] }) {
  return (
    <div class="table-box">
      <table>
        <caption>{w("growthTable")}</caption>
        <thead>
          <tr>
            <td />
            <th scope="col">{w("firstRound")}</th>
            <th scope="col">{w("secondRound")}</th>
            <th scope="col">{w("changeColumn")}</th>
          </tr>
        </thead>
        <tbody>
          {indicators.map((of) => (
            <tr key={of.name}>
              <th scope="row">{w(`indicator_${of.name}`)}</th>
              <Cell mean={of.first} />
              <Cell mean={of.second} />
              <Cell mean={of.change} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const kParts = ["first", "second", "change"] as const;
const kHeads = { first: "firstRound", second: "secondRound", change: "changeColumn" } as const;

function save(schoolId: string, indicators: Indicator[]): void {
  saveCsv(`${schoolId}-growth`, [
    ["", "", "z", "95 % −", "95 % +", w("childrenColumn")],
    ...indicators.flatMap((of) =>
      kParts.flatMap((part) => {
        const mean = of[part];
        if (mean === undefined) return [];
        return [
          [
            w(`indicator_${of.name}`),
            w(kHeads[part]),
            mean.mean,
            mean.low,
            mean.high,
            mean.children,
          ],
        ];
      }),
    ),
  ]);
}

function roundText(round: Round): string {
  return round.fromDay === round.toDay
    ? day(round.fromDay)
    : `${day(round.fromDay)} – ${day(round.toDay)}`;
}

function Figures({ schoolId, facts }: { schoolId: string; facts: GrowthFacts }) {
  if (facts.rounds === undefined) return <Notice kind="info">{w("measuredOnce")}</Notice>;
  const [first, second] = facts.rounds;
  const told = facts.indicators.some((of) => of.first ?? of.second);
  return (
    <>
      <p>
        <span class="key first">●</span> {w("firstRound")}: {roundText(first)}
        <br />
        <span class="key second">●</span> {w("secondRound")}: {roundText(second)}
      </p>
      {told ? (
        <Picture indicators={facts.indicators} />
      ) : (
        <Notice kind="info">{w("noGroup")}</Notice>
      )}
      <p class="hint">{w("growthHelp")}</p>
      <button type="button" onClick={() => save(schoolId, facts.indicators)}>
        {w("saveCsv")}
      </button>
      <Table indicators={facts.indicators} />
    </>
  );
}

/** Growth of the school's children, of those whose guardians agreed to be measured. */
export function Growth({ schoolId }: { schoolId: string }) {
  const [loaded, retry] = useLoaded(schoolId, () => readGrowth(schoolId));
  const noReference =
    loaded.state === "failed" &&
    loaded.error instanceof CallError &&
    loaded.error.reason === "GROWTH_REFERENCE_MISSING";
  return (
    <section class="card">
      <h2>{w("growth")}</h2>
      <p class="hint">{w("growthConsent")}</p>
      {noReference ? (
        <Notice kind="warning">{w("noReference")}</Notice>
      ) : (
        <Shown of={loaded} retry={retry}>
          {(facts) => <Figures schoolId={schoolId} facts={facts} />}
        </Shown>
      )}
    </section>
  );
}
