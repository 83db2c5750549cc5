// What can be found, and how: words in any order, anywhere in a text, over all that is kept.

/** What kind of thing it is; the order in which equal finds are shown. */
export const kFindKinds = [
  "lot",
  "purchase",
  "shipment",
  "school",
  "place",
  "gift",
  "donor",
  "person",
] as const;
export type FindKind = (typeof kFindKinds)[number];

/** Something that can be found. */
export interface Findable {
  kind: FindKind;
  id: string;
  /** What is shown beside the id. */
  note: string;
  href: string;
  /** What is searched, in small letters. */
  text: string;
}

export function findable(
  kind: FindKind,
  id: string,
  href: string,
  ...texts: (string | undefined)[]
): Findable {
  const note = texts.filter((text) => text !== undefined && text !== "").join(" · ");
  return { kind, id, note, href, text: `${id} ${note}`.toLowerCase() };
}

/** At most this many finds are shown. */
export const kFindsMax = 40;

/** 0: the id itself; 1: it begins so; 2: somewhere else. */
function rank(entry: Findable, query: string): number {
  const id = entry.id.toLowerCase();
  if (id === query) return 0;
  return id.startsWith(query) ? 1 : 2;
}

/** The best finds for what is typed, each of its words being somewhere in them. */
export function find(all: Findable[], typed: string): Findable[] {
  const query = typed.trim().toLowerCase();
  if (query === "") return [];
  const words = query.split(/\s+/);
  const kindOf = (entry: Findable) => kFindKinds.indexOf(entry.kind);
  return all
    .filter((entry) => words.every((word) => entry.text.includes(word)))
    .map((entry) => ({ entry, rank: rank(entry, query) }))
    .sort((a, b) => a.rank - b.rank || kindOf(a.entry) - kindOf(b.entry))
    .slice(0, kFindsMax)
    .map(({ entry }) => entry);
}
