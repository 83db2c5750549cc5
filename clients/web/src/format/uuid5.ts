// Request ids of imported rows: the same row has the same one, whoever imports it
// (docs/import.md, "Request ids").

const kNamespace = "8675f829-5363-493d-be47-712bbd83e9ea";

/** The UUIDv5 of a file's name and the parts of a row's key. */
export async function rowRequestId(...parts: string[]): Promise<string> {
  const encoder = new TextEncoder();
  const name = parts.map((part) => `${encoder.encode(part).length}:${part},`).join("");
  const space = kNamespace.replace(/-/g, "").match(/../g) ?? [];
  const bytes = new Uint8Array([
    ...space.map((pair) => Number.parseInt(pair, 16)),
    ...encoder.encode(name),
  ]);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", bytes)).slice(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
