// Texts in two languages. Each part of the page has a table of its own in each, so that a
// phone loads only what it shows; a test fails on a text that one table lacks or nobody uses.

/** A language of the page. */
export type Language = "zh" | "en";

const kStorageKey = "milkway.language";

function stored(): Language {
  try {
    const value = localStorage.getItem(kStorageKey);
    if (value === "zh" || value === "en") return value;
  } catch {
    // Storage is closed: the browser's own language decides, each time.
  }
  const preferred = typeof navigator === "undefined" ? "zh" : (navigator.language ?? "zh");
  return preferred.toLowerCase().startsWith("en") ? "en" : "zh";
}

let current: Language = stored();
const listeners = new Set<() => void>();

/** The language that is shown. */
export function language(): Language {
  return current;
}

/** Shows another language at once, and the next time too. */
export function setLanguage(next: Language): void {
  current = next;
  try {
    localStorage.setItem(kStorageKey, next);
  } catch {
    // Then it holds until the page is closed.
  }
  if (typeof document !== "undefined") document.documentElement.lang = localeOf(next);
  for (const listener of listeners) listener();
}

/** Calls `listener` at each change; the answer ends that. */
export function onLanguage(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function localeOf(of: Language): string {
  return of === "zh" ? "zh-CN" : "en-AU";
}

/** Values that stand for the {names} of a text. */
export type Values = Record<string, string | number>;

/**
 * Puts values into a text: {name} is the value, {name|one|many} one of two words by whether
 * the value is 1.
 */
export function fill(text: string, values: Values = {}): string {
  return text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) => {
    const value = values[name] ?? "";
    if (one === undefined) return String(value);
    return String(value) === "1" ? one : many;
  });
}

/** A function that tells the texts of two tables in the language that is shown. */
export function wordsOf<K extends string>(zh: Record<K, string>, en: Record<K, string>) {
  return (key: K, values?: Values): string => fill((current === "zh" ? zh : en)[key], values);
}
