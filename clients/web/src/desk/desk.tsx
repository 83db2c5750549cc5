// The desk: its sections, the address of what is shown, and what finds anything (Ctrl-K).
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { onSessionEnded } from "../connect/call";
import type { SignedIn } from "../session/session";
import { useLanguage, useLoaded } from "../ui/hooks";
import { LanguageButton, Shown } from "../ui/parts";
import { w as common } from "../words/common";
import { w } from "../words/desk";
import { Counts } from "./counts";
import { Find } from "./find";
import { Invites } from "./invites";
import { ShipLots } from "./new_shipment";
import { Now } from "./now";
import { Purchases } from "./purchases";
import { Shipments } from "./shipments";
import { Shortages } from "./shortages";
import { StockView } from "./stock_view";
import "./desk.css";

/** What a view is given: who looks, and what stands behind its name in the address. */
export interface ViewProps {
  person: SignedIn;
  /** Staff who may record: others only look. */
  writes: boolean;
  /** An id: the place, the shipment; may be empty. */
  subject: string;
  /** What stands behind the subject. */
  more: string[];
}

const kSections = [
  "now",
  "planning",
  "stock",
  "shipments",
  "purchases",
  "recalls",
  "counts",
  "people",
] as const;
type Section = (typeof kSections)[number];

/** A view that is loaded when it is first looked at. */
function later(load: () => Promise<ComponentType<ViewProps>>): ComponentType<ViewProps> {
  return function Later(props: ViewProps) {
    const [loaded, retry] = useLoaded("", async () => ({ View: await load() }));
    return (
      <Shown of={loaded} retry={retry}>
        {({ View }) => <View {...props} />}
      </Shown>
    );
  };
}

/** A view: what shows it, and under which section it belongs. */
const kViews: Record<string, { section: Section; View: ComponentType<ViewProps> }> = {
  now: { section: "now", View: Now },
  planning: {
    section: "planning",
    View: later(() => import("./planning").then((m) => m.Planning)),
  },
  stock: { section: "stock", View: StockView },
  shipments: { section: "shipments", View: Shipments },
  "new-shipment": { section: "shipments", View: ShipLots },
  shortages: { section: "shipments", View: Shortages },
  purchases: { section: "purchases", View: Purchases },
  import: {
    section: "purchases",
    View: later(() => import("./import_view").then((m) => m.Import)),
  },
  trace: { section: "purchases", View: later(() => import("./trace").then((m) => m.Trace)) },
  labels: { section: "purchases", View: later(() => import("./labels").then((m) => m.Labels)) },
  recalls: { section: "recalls", View: later(() => import("./recalls").then((m) => m.Recalls)) },
  "recall-lot": {
    section: "recalls",
    View: later(() => import("./recall_form").then((m) => m.RecallLot)),
  },
  counts: { section: "counts", View: Counts },
  people: { section: "people", View: Invites },
  gifts: { section: "people", View: later(() => import("./gift_view").then((m) => m.GiftView)) },
};

/** The sections that a role may see at all. */
function sectionsOf(role: SignedIn["role"]): Section[] {
  if (role === "ROLE_WAREHOUSE") return ["stock", "shipments", "counts"];
  return kSections.filter((each) => role !== "ROLE_AUDITOR" || each !== "people");
}

/** "#/shipments/S-1" is the shipment S-1. */
function readAddress(): string[] {
  return location.hash
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part));
}

function useAddress(): string[] {
  const [address, setAddress] = useState(readAddress);
  useEffect(() => {
    const changed = () => setAddress(readAddress());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return address;
}

function Nav({ sections, section }: { sections: Section[]; section: Section | undefined }) {
  return (
    <nav aria-label={w("sections")}>
      {sections.map((each) => (
        <a key={each} href={`#/${each}`} aria-current={each === section ? "page" : undefined}>
          {w(each)}
        </a>
      ))}
    </nav>
  );
}

/** The desk of a signed-in member of staff; `onSignOut` leaves it. */
export function Desk(props: { person: SignedIn; onSignOut: () => void; onEnded: () => void }) {
  const { person } = props;
  useLanguage();
  useEffect(() => onSessionEnded(props.onEnded), []);
  const [asked = "", subject = "", ...more] = useAddress();
  const sections = sectionsOf(person.role);
  const may = (name: string) => sections.some((each) => each === kViews[name]?.section);
  const name = may(asked) ? asked : (sections[0] ?? "stock");
  const { View, section } = kViews[name] ?? {};
  const writes = person.role === "ROLE_ADMIN" || person.role === "ROLE_PROCUREMENT";
  return (
    <div class="desk">
      <header class="bar">
        <h1>{common("appName")}</h1>
        <span class="who">{person.name || person.personId}</span>
        <Find person={person} />
        <LanguageButton />
        <button type="button" class="quiet" onClick={props.onSignOut}>
          {common("signOut")}
        </button>
      </header>
      <Nav sections={sections} section={section} />
      <main>
        {View && <View key={name} person={person} writes={writes} subject={subject} more={more} />}
      </main>
    </div>
  );
}
