// Calls of the public services: the Connect protocol, unary, JSON over fetch. The types come
// from the protos; a call adds no generated code to the page.
import type { DescMessage, MessageJsonType } from "@bufbuild/protobuf";
import type { GenService, GenServiceMethods } from "@bufbuild/protobuf/codegenv2";

type MethodsOf<S> = S extends GenService<infer M extends GenServiceMethods> ? M : never;

/** Names of a service's unary methods. */
export type UnaryMethod<S> = {
  [M in keyof MethodsOf<S>]: MethodsOf<S>[M] extends { methodKind: "unary" } ? M : never;
}[keyof MethodsOf<S>] &
  string;

type Json<D> = D extends DescMessage ? MessageJsonType<D> : never;

/** The JSON that a method takes. */
export type RequestOf<S, M extends keyof MethodsOf<S>> = Json<MethodsOf<S>[M]["input"]>;
/** The JSON that a method answers. */
export type ResponseOf<S, M extends keyof MethodsOf<S>> = Json<MethodsOf<S>[M]["output"]>;

/** A service of the protos by its full name; a test compares it with the protos. */
export interface Service<S> {
  readonly name: string;
  /** Only for the type: never set. */
  readonly methods?: S;
}

export function service<S>(name: string): Service<S> {
  return { name };
}

/** One violation of a request's field, as google.rpc.BadRequest says it. */
export interface FieldViolation {
  field: string;
  description: string;
}

/** A refusal, or an answer that never came. */
export class CallError extends Error {
  /**
   * @param code a Connect code ("not_found"); "unavailable" too when there was no answer
   * @param reason the refusal's name of the protos ("STOCK_MISSING"); may be empty
   * @param metadata the refusal's numbers and ids
   * @param answered false: nobody knows whether the server took the call
   */
  constructor(
    readonly code: string,
    message: string,
    readonly reason: string,
    readonly metadata: Record<string, string>,
    readonly violations: FieldViolation[],
    readonly answered: boolean,
  ) {
    super(message);
  }
}

/** The path of a method: "recordReceipt" of S is /S/RecordReceipt. */
export function pathOf(name: string, method: string): string {
  return `/${name}/${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}

interface ConnectDetail {
  type?: string;
  debug?: {
    reason?: string;
    metadata?: Record<string, string>;
    fieldViolations?: FieldViolation[];
  };
}

/**
 * What a body that is no Connect error stands for. It is no refusal of the server's: a proxy
 * or a portal answered, and nobody knows what became of the call.
 */
function codeOfStatus(status: number): string {
  return status === 401 ? "unauthenticated" : "unavailable";
}

/** The error of an answer that is not OK. */
export function errorOfAnswer(status: number, text: string): CallError {
  let body: { code?: string; message?: string; details?: ConnectDetail[] } = {};
  try {
    body = JSON.parse(text) ?? {};
  } catch {
    // Not ours: the status says what there is to say.
  }
  const details = Array.isArray(body.details) ? body.details : [];
  const info = details.find((detail) => detail.type === "google.rpc.ErrorInfo")?.debug;
  const bad = details.find((detail) => detail.type === "google.rpc.BadRequest")?.debug;
  return new CallError(
    body.code ?? codeOfStatus(status),
    body.message ?? `HTTP ${status}`,
    info?.reason ?? "",
    info?.metadata ?? {},
    bad?.fieldViolations ?? [],
    true,
  );
}

/** How far the phone's clock is behind the server's, in milliseconds, when last heard. */
let clockBehindMs = 0;

/** Now, by the server's clock as far as it is known; milliseconds since 1970-01-01 UTC. */
export function serverNow(): number {
  return Date.now() + clockBehindMs;
}

export function clockDifference(): number {
  return clockBehindMs;
}

/** Takes over what was known when the page was open last. */
export function rememberClock(behindMs: number): void {
  clockBehindMs = behindMs;
}

/** The Date of an answer has whole seconds and came some time ago: less than this is noise. */
const kClockNoiseMs = 30_000;

function learnClock(response: Response): void {
  const date = response.headers.get("date");
  const server = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(server)) return;
  const behind = server - Date.now();
  clockBehindMs = Math.abs(behind) < kClockNoiseMs ? 0 : behind;
}

let whenEnded = (): void => undefined;

/** Calls `listener` whenever the server says that nobody is signed in; the answer ends that. */
export function onSessionEnded(listener: () => void): () => void {
  whenEnded = listener;
  return () => {
    whenEnded = () => undefined;
  };
}

/** Waiting longer than this is no answer, in milliseconds. */
const kCallTimeoutMs = 30_000;

/** What a body is: text is JSON, bytes are a JPEG. */
function typeOf(body: string | ArrayBuffer): string {
  return typeof body === "string" ? "application/json" : "image/jpeg";
}

/** Sends `body` to `path` of this server; its answer's text, or a CallError. */
export async function send(
  verb: string,
  path: string,
  body?: string | ArrayBuffer,
): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), kCallTimeoutMs);
  try {
    const response = await fetch(path, {
      method: verb,
      headers: body === undefined ? {} : { "content-type": typeOf(body) },
      body,
      signal: abort.signal,
      credentials: "same-origin",
      cache: "no-store",
    });
    learnClock(response);
    const text = await response.text();
    if (!response.ok) throw errorOfAnswer(response.status, text);
    return text;
  } catch (error) {
    if (error instanceof CallError) throw error;
    throw new CallError("unavailable", "no answer from the server", "", {}, [], false);
  } finally {
    clearTimeout(timer);
  }
}

/** Calls a unary method. Fails with a CallError. */
export async function call<S, M extends UnaryMethod<S>>(
  to: Service<S>,
  method: M,
  request: RequestOf<S, M>,
): Promise<ResponseOf<S, M>> {
  const text = await send("POST", pathOf(to.name, method), JSON.stringify(request)).catch(
    (error) => {
      if (error instanceof CallError && error.code === "unauthenticated") whenEnded();
      throw error;
    },
  );
  try {
    return JSON.parse(text) as ResponseOf<S, M>;
  } catch {
    // An OK that is no JSON is a portal's page, not the server's.
    throw new CallError("unavailable", "no answer from the server", "", {}, [], false);
  }
}

/** Every page of a list: `pick` takes the rows of one answer. */
export async function callAll<S, M extends UnaryMethod<S>, Row>(
  to: Service<S>,
  method: M,
  request: RequestOf<S, M>,
  pick: (response: ResponseOf<S, M>) => Row[] | undefined,
): Promise<Row[]> {
  const rows: Row[] = [];
  let pageToken = "";
  do {
    const page: unknown = { ...(request as object), pageSize: 1000, pageToken };
    const response = await call(to, method, page as RequestOf<S, M>);
    rows.push(...(pick(response) ?? []));
    pageToken = (response as { nextPageToken?: string }).nextPageToken ?? "";
  } while (pageToken !== "");
  return rows;
}
