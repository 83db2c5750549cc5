import { useEffect, useState } from "preact/hooks";
import { onLanguage } from "../words/words";

/** Draws the component again whenever `subscribe` calls its listener. */
export function useChanges(subscribe: (listener: () => void) => () => void): void {
  const [, draw] = useState(0);
  useEffect(() => subscribe(() => draw((count) => count + 1)), []);
}

/** Draws the component, and all in it, again when the language changes. */
export function useLanguage(): void {
  useChanges(onLanguage);
}

/** What a view shows of something that is read. */
export type Loaded<T> =
  | { state: "loading" }
  | { state: "ready"; value: T }
  | { state: "failed"; error: unknown };

/** Reads something when a view is shown and when `key` changes; the second value reads again. */
export function useLoaded<T>(key: string, read: () => Promise<T>): [Loaded<T>, () => void] {
  const [loaded, set] = useState<Loaded<T>>({ state: "loading" });
  const [again, setAgain] = useState(0);
  useEffect(() => {
    let shown = true;
    read().then(
      (value) => shown && set({ state: "ready", value }),
      (error) => shown && set({ state: "failed", error }),
    );
    return () => {
      shown = false;
    };
  }, [key, again]);
  return [loaded, () => setAgain((count) => count + 1)];
}
