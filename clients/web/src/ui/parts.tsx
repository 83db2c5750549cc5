// Parts that every door uses.
import type { ComponentChildren } from "preact";
import { CallError } from "../connect/call";
import { w } from "../words/common";
import { language, setLanguage } from "../words/words";
import type { Loaded } from "./hooks";

/** Switches the language, without loading the page again. */
export function LanguageButton() {
  const next = language() === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      class="quiet"
      lang={next === "zh" ? "zh-CN" : "en"}
      onClick={() => setLanguage(next)}
    >
      {w("otherLanguage")}
    </button>
  );
}

/** Says something; `kind` decides how loudly. */
export function Notice(props: { kind: "info" | "warning" | "error"; children: ComponentChildren }) {
  return (
    <div class={`notice ${props.kind}`} role={props.kind === "error" ? "alert" : "status"}>
      {props.children}
    </div>
  );
}

/** What a person is told of an error. */
export function errorText(error: unknown): string {
  if (!(error instanceof CallError)) return w("failed", { message: String(error) });
  if (error.code === "permission_denied") return w("notAllowed", { message: error.message });
  return error.answered ? w("failed", { message: error.message }) : w("noAnswer");
}

/** Shows what was read, or that it is being read, or why it could not be. */
export function Shown<T>(props: {
  of: Loaded<T>;
  retry: () => void;
  children: (value: T) => ComponentChildren;
}) {
  if (props.of.state === "loading") return <p role="status">{w("loading")}</p>;
  if (props.of.state === "failed") {
    return (
      <Notice kind="error">
        <p>{errorText(props.of.error)}</p>
        <button type="button" onClick={props.retry}>
          {w("retry")}
        </button>
      </Notice>
    );
  }
  return <>{props.children(props.of.value)}</>;
}

/** A labelled field of a form. */
export function Field(props: {
  label: string;
  value: string;
  onValue: (value: string) => void;
  type?: "text" | "password" | "date" | "number";
  inputMode?: "numeric" | "text";
  autoComplete?: string;
  required?: boolean;
}) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input
        // One element for all of them; the types of JSX want one for each.
        type={(props.type ?? "text") as "text"}
        inputMode={props.inputMode ?? "text"}
        value={props.value}
        autoComplete={props.autoComplete ?? "off"}
        required={props.required ?? false}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
    </label>
  );
}
