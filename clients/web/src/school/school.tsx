// The school's door: today's milk, deliveries, stock. For an old phone with a weak network.
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clockDifference, serverNow } from "../connect/call";
import { dayIn, moment } from "../format/format";
import type { SignedIn } from "../session/session";
import { useChanges, useLanguage, useLoaded } from "../ui/hooks";
import { LanguageButton, Shown as Loading, Notice } from "../ui/parts";
import { w as common } from "../words/common";
import { w } from "../words/school";
import { language } from "../words/words";
import { Deliveries } from "./deliveries";
import { countKey, receiptKey } from "./delivery";
import { EntryLine } from "./entry_state";
import { SchoolModel } from "./model";
import type { Entry } from "./outbox";
import { PinGate } from "./pin";
import type { Snapshot } from "./snapshot";
import { Stock } from "./stock";
import { Today } from "./today";

type Section = "today" | "deliveries" | "stock" | "others";
const kSections: Section[] = ["today", "deliveries", "stock", "others"];

/** What is said of the network, the session and the clock; nothing while all is well. */
function Status({ model, onSignIn }: { model: SchoolModel; onSignIn: () => void }) {
  const off = Math.round(Math.abs(clockDifference()) / 60_000);
  return (
    <>
      {model.reached === "no" && model.snapshot && (
        <Notice kind="info">{w("offline", { when: moment(model.snapshot.readAt) })}</Notice>
      )}
      {model.needsSignIn && (
        <Notice kind="warning">
          <p>{w("signInAgain")}</p>
          <button type="button" onClick={onSignIn}>
            {common("signIn")}
          </button>
        </Notice>
      )}
      {model.trouble !== "" && (
        <Notice kind="error">{common("failed", { message: model.trouble })}</Notice>
      )}
      {off > 0 && <Notice kind="warning">{w("wrongClock", { minutes: off })}</Notice>}
    </>
  );
}

/** Whether a section shows how it stands with an entry by itself. */
function isShownIn(section: Section, entry: Entry, snapshot: Snapshot | undefined): boolean {
  if (snapshot === undefined) return false;
  const key = entry.naturalKey;
  if (section === "others") return false;
  if (section === "stock") return key === countKey(snapshot);
  if (section === "deliveries") return snapshot.deliveries.some((each) => receiptKey(each) === key);
  const today = dayIn(snapshot.timeZone, serverNow());
  return key.startsWith(`distribution/${entry.schoolId}/${today}/`);
}

/** What is not delivered and is not shown in the section. */
function Pending({ model, section }: { model: SchoolModel; section: Section }) {
  const open = model.entries.filter((entry) => entry.state !== "delivered");
  const mine = open.filter((entry) => entry.personId === model.person.personId);
  const listed = mine.filter((entry) => !isShownIn(section, entry, model.snapshot));
  const others = open.length - mine.length;
  return (
    <>
      {others > 0 && <Notice kind="warning">{w("othersRecords", { count: others })}</Notice>}
      {listed.length > 0 && (
        <ul class="pending" aria-label={w("pendingList")}>
          {listed.map((entry) => (
            <li key={entry.requestId}>
              <strong>{w(`kind_${entry.kind}`, { name: entry.title })}</strong>
              <EntryLine model={model} entry={entry} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Nothing({ model }: { model: SchoolModel }) {
  if (model.reached === "unknown") return <p role="status">{common("loading")}</p>;
  return (
    <Notice kind="info">
      <p>{w("neverRead")}</p>
      <button type="button" onClick={() => void model.refresh()}>
        {common("retry")}
      </button>
    </Notice>
  );
}

function Shown({ model, section }: { model: SchoolModel; section: Section }) {
  const snapshot = model.snapshot;
  if (snapshot === undefined) return <Nothing model={model} />;
  if (section === "today") return <Today model={model} snapshot={snapshot} />;
  if (section === "deliveries") return <Deliveries model={model} snapshot={snapshot} />;
  if (section === "stock") return <Stock model={model} snapshot={snapshot} />;
  return <LaterMore model={model} snapshot={snapshot} />;
}

type MoreView = ComponentType<{ model: SchoolModel; snapshot: Snapshot }>;

/** The pages that are loaded when they are opened. */
function LaterMore(props: { model: SchoolModel; snapshot: Snapshot }) {
  const [loaded, retry] = useLoaded("more", async (): Promise<MoreView> => {
    return (await import("./more")).More;
  });
  return (
    <Loading of={loaded} retry={retry}>
      {(More) => <More {...props} />}
    </Loading>
  );
}

/** Shows the names of children in what it holds, as long as the page is not locked. */
function WithNames({ model, children }: { model: SchoolModel; children: ComponentChildren }) {
  useEffect(() => {
    void model.showNames(true);
    return () => void model.showNames(false);
  }, [model]);
  return <main>{children}</main>;
}

interface DoorProps {
  model: SchoolModel;
  onSignOut: () => void;
  onEnded: () => void;
}

function Door({ model, onSignOut, onEnded }: DoorProps) {
  useChanges(model.subscribe);
  useEffect(() => {
    if (model.ended) onEnded();
  }, [model.ended]);
  const [section, setSection] = useState<Section>("today");
  const name = language() === "zh" ? model.snapshot?.nameZh : model.snapshot?.nameEn;
  const unsent = model.unsent().length;
  return (
    <div class="school">
      <header class="bar">
        <h1>{name ?? model.schoolId}</h1>
        <LanguageButton />
        <button type="button" class="quiet" onClick={onSignOut}>
          {common("signOut")}
        </button>
      </header>
      <p class={unsent > 0 ? "unsent" : "sent"} role="status">
        {unsent > 0 ? w("unsent", { count: unsent }) : w("allSent")}
      </p>
      <PinGate onForgotten={onSignOut}>
        <WithNames model={model}>
          <Status model={model} onSignIn={onSignOut} />
          <Pending model={model} section={section} />
          <Shown model={model} section={section} />
        </WithNames>
      </PinGate>
      <nav class="tabs" aria-label={w("sections")}>
        {kSections.map((each) => (
          <button
            type="button"
            key={each}
            aria-current={each === section ? "page" : undefined}
            onClick={() => setSection(each)}
          >
            {w(each)}
          </button>
        ))}
      </nav>
    </div>
  );
}

interface SchoolProps {
  person: SignedIn;
  onSignOut: () => void;
  /** The session is over: forgets what was read. */
  onEnded: () => void;
}

/** The school's door of a signed-in person; `onSignOut` leaves it. */
export function School({ person, onSignOut, onEnded }: SchoolProps) {
  useLanguage();
  const [schoolId, setSchoolId] = useState(person.scopes[0] ?? "");
  const [model, setModel] = useState<SchoolModel>();
  useEffect(() => {
    let opened: SchoolModel | undefined;
    void SchoolModel.open(person, schoolId).then((next) => {
      opened = next;
      setModel(next);
    });
    return () => opened?.close();
  }, [schoolId]);
  return (
    <>
      {person.scopes.length > 1 && (
        <label class="field choose">
          <span>{w("chooseSchool")}</span>
          <select value={schoolId} onChange={(event) => setSchoolId(event.currentTarget.value)}>
            {person.scopes.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      )}
      {model && <Door model={model} onSignOut={onSignOut} onEnded={onEnded} />}
    </>
  );
}
