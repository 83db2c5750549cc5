// The desk: what needs somebody, stock, shipments, purchases, counts, invites.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { SignedIn } from "../session/session";
import { useLanguage } from "../ui/hooks";
import { LanguageButton } from "../ui/parts";
import { w as common } from "../words/common";
import { w } from "../words/desk";
import { Counts } from "./counts";
import { Invites } from "./invites";
import { Now } from "./now";
import { Purchases } from "./purchases";
import { Shipments } from "./shipments";
import { StockView } from "./stock_view";
import "./desk.css";

/** What a view is given: who looks, and what stands behind its name in the address. */
export interface ViewProps {
  person: SignedIn;
  /** Staff who may record: others only look. */
  writes: boolean;
  /** An id: the place, the shipment; may be empty. */
  subject: string;
}

type Section = "now" | "stock" | "shipments" | "purchases" | "counts" | "people";

const kViews: [Section, (props: ViewProps) => ComponentChildren][] = [
  ["now", Now],
  ["stock", StockView],
  ["shipments", Shipments],
  ["purchases", Purchases],
  ["counts", Counts],
  ["people", Invites],
];

/** The sections that a role may see at all. */
function sectionsOf(role: SignedIn["role"]): Section[] {
  if (role === "ROLE_WAREHOUSE") return ["stock", "shipments", "counts"];
  if (role === "ROLE_AUDITOR") return ["now", "stock", "shipments", "purchases", "counts"];
  return ["now", "stock", "shipments", "purchases", "counts", "people"];
}

/** "#/shipments/S-1" is the shipment S-1. */
function useAddress(): [string, string] {
  const read = (): [string, string] => {
    const [, section = "", subject = ""] = location.hash.split("/");
    return [section, decodeURIComponent(subject)];
  };
  const [address, setAddress] = useState(read);
  useEffect(() => {
    const changed = () => setAddress(read());
    window.addEventListener("hashchange", changed);
    return () => window.removeEventListener("hashchange", changed);
  }, []);
  return address;
}

/** The desk of a signed-in member of staff; `onSignOut` leaves it. */
export function Desk({ person, onSignOut }: { person: SignedIn; onSignOut: () => void }) {
  useLanguage();
  const [asked, subject] = useAddress();
  const sections = sectionsOf(person.role);
  const section = sections.find((each) => each === asked) ?? sections[0];
  const View = kViews.find(([name]) => name === section)?.[1];
  const writes = person.role === "ROLE_ADMIN" || person.role === "ROLE_PROCUREMENT";
  return (
    <div class="desk">
      <header class="bar">
        <h1>{common("appName")}</h1>
        <span class="who">{person.name || person.personId}</span>
        <LanguageButton />
        <button type="button" class="quiet" onClick={onSignOut}>
          {common("signOut")}
        </button>
      </header>
      <nav aria-label={w("sections")}>
        {sections.map((each) => (
          <a key={each} href={`#/${each}`} aria-current={each === section ? "page" : undefined}>
            {w(each)}
          </a>
        ))}
      </nav>
      <main>
        {View && <View key={section} person={person} writes={writes} subject={subject} />}
      </main>
    </div>
  );
}
