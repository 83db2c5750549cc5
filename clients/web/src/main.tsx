// Which of the three doors a person sees: by the address, else by who is signed in.
import { type ComponentType, render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { CallError } from "./connect/call";
import {
  finishLeaving,
  forgetAndLeave,
  forgetSession,
  keepSession,
  keptSession,
} from "./session/kept_session";
import { type SignedIn, whoIsSignedIn } from "./session/session";
import { Invite, SignIn } from "./session/sign_in";
import { useLanguage } from "./ui/hooks";
import { errorText, LanguageButton, Notice } from "./ui/parts";
import { w } from "./words/common";
import { language, localeOf } from "./words/words";
import "./styles.css";

interface DoorProps {
  person: SignedIn;
  onSignOut: () => void;
  /** The server says that the session is over. */
  onEnded: () => void;
}

/** Loads the door of a role; undefined if it has none. */
function doorOf(role: SignedIn["role"]): (() => Promise<ComponentType<DoorProps>>) | undefined {
  if (role === "ROLE_SCHOOL_CONTACT") return () => import("./school/school").then((m) => m.School);
  if (role === "ROLE_DONOR") return () => import("./gift/gift").then((m) => m.DonorGifts);
  if (role === "ROLE_SERVICE" || role === "ROLE_UNSPECIFIED") return undefined;
  return () => import("./desk/desk").then((m) => m.Desk);
}

type State =
  | { at: "start" }
  | { at: "sign-in"; ended: boolean }
  | { at: "no-answer"; error: unknown }
  | { at: "door"; person: SignedIn; Door: ComponentType<DoorProps> | undefined };

async function enter(person: SignedIn): Promise<State> {
  return { at: "door", person, Door: await doorOf(person.role)?.() };
}

/** Who was signed in last works on without a network; the server decides once it answers. */
async function arrive(): Promise<State> {
  const before = await keptSession();
  if (before?.role === "ROLE_SCHOOL_CONTACT") return enter(before);
  try {
    await finishLeaving();
    const person = await whoIsSignedIn();
    if (person === undefined) return { at: "sign-in", ended: false };
    await keepSession(person);
    return enter(person);
  } catch (error) {
    if (before !== undefined) return enter(before);
    return { at: "no-answer", error };
  }
}

function Welcome({ ended, onSignedIn }: { ended: boolean; onSignedIn: () => void }) {
  return (
    <div class="welcome">
      <header class="bar">
        <h1>{w("appName")}</h1>
        <LanguageButton />
      </header>
      <main>
        <h2>{w("hello")}</h2>
        <p>{w("helloMore")}</p>
        {ended && <Notice kind="warning">{w("sessionEnded")}</Notice>}
        <SignIn onSignedIn={onSignedIn} />
      </main>
    </div>
  );
}

function Home() {
  useLanguage();
  const [state, setState] = useState<State>({ at: "start" });
  const arriveNow = () => void arrive().then(setState);
  useEffect(arriveNow, []);
  const leave = async () => {
    await forgetAndLeave();
    setState({ at: "sign-in", ended: false });
    await finishLeaving().catch((error) => {
      // No network: it is done when the page is opened next.
      if (!(error instanceof CallError)) throw error;
    });
  };
  const ended = () => void forgetSession().then(() => setState({ at: "sign-in", ended: true }));
  const signedIn = () => void forgetSession().then(arriveNow);
  if (state.at === "start") return <p role="status">{w("loading")}</p>;
  if (state.at === "sign-in") return <Welcome ended={state.ended} onSignedIn={signedIn} />;
  if (state.at === "no-answer") {
    return (
      <Notice kind="error">
        <p>{errorText(state.error)}</p>
        <button type="button" onClick={arriveNow}>
          {w("retry")}
        </button>
      </Notice>
    );
  }
  if (state.Door === undefined) return <Notice kind="warning">{w("noDoor")}</Notice>;
  return <state.Door person={state.person} onSignOut={() => void leave()} onEnded={ended} />;
}

async function start(): Promise<void> {
  const root = document.getElementById("page");
  if (root === null) return;
  document.documentElement.lang = localeOf(language());
  const path = location.pathname;
  if (path.startsWith("/gift/")) {
    const { SharedGift } = await import("./gift/gift");
    render(<SharedGift token={decodeURIComponent(path.slice("/gift/".length))} />, root);
  } else if (path === "/i" || path === "/i/") {
    render(<Invite token={location.hash.slice(1)} />, root);
  } else {
    render(<Home />, root);
    // A page of a plain-HTTP host has no worker; it works while there is a network.
    await navigator.serviceWorker?.register("/worker.js").catch(() => undefined);
  }
}

void start();
