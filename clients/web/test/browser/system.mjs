// A milkwayd of a test's own with the sample programme, and a proxy before it that does to
// calls what bad networks do.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const web = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const demo = join(web, "..", "..", "ops", "demo", "changyuan");

/** A server that can be killed and started again on the same store and the same ports. */
export class System {
  /** @param bin the folder with milkwayd and milkway */
  constructor(bin, options = []) {
    this.bin = bin;
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), "milkway-page-"));
    this.listen = "127.0.0.1:0";
    this.port = 0;
  }

  async start() {
    const log = openSync(join(this.folder, "milkwayd.log"), "a");
    const data = join(this.folder, "data");
    const words = ["--data", data, "--listen", this.listen, "--insecure-dev-auth"];
    words.push("--http", `127.0.0.1:${this.port}`, "--web", join(web, "dist"), ...this.options);
    const child = spawn(join(this.bin, "milkwayd"), words, { stdio: ["ignore", "pipe", log] });
    this.process = child;
    process.once("exit", () => child.kill("SIGKILL"));
    for await (const line of createInterface({ input: this.process.stdout })) {
      const listening = /^milkwayd listening on (\S+)$/.exec(line);
      const serving = /^milkwayd serves http:\/\/127\.0\.0\.1:(\d+)$/.exec(line);
      if (listening) this.listen = listening[1];
      if (!serving) continue;
      this.port = Number(serving[1]);
      return this;
    }
    throw new Error(`milkwayd did not start: see ${this.folder}/milkwayd.log`);
  }

  /** Ends the server: SIGKILL is a power cut, SIGTERM an operator. */
  async end(signal) {
    const gone = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill(signal);
    await gone;
  }

  async stop() {
    await this.end("SIGTERM");
    rmSync(this.folder, { recursive: true });
  }

  /** Runs a milkway command: what it printed. Fails if it did. */
  command(...words) {
    const given = ["--server", this.listen, ...words];
    return execFileSync(join(this.bin, "milkway"), given, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  importDemo() {
    this.command("import", demo);
  }

  /** Imports tables: { name: rows }, of which the first row has the names of the columns. */
  importTables(name, tables) {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    for (const [table, rows] of Object.entries(tables)) {
      writeFileSync(join(folder, `${table}.csv`), `${rows.join("\n")}\n`);
    }
    this.command("import", folder);
  }

  /** The token of a new invite of a contact of `schools`. */
  invite(name, ...schools) {
    const scopes = schools.flatMap((school) => ["--scope", school]);
    const words = ["invite", "create", name, "--role", "school_contact", "--language", "zh"];
    return this.command(...words, ...scopes)
      .trim()
      .split("#")
      .pop();
  }

  /** The token of an invite of somebody who is recorded already. */
  inviteAgain(name) {
    return this.command("invite", "create", name).trim().split("#").pop();
  }

  /** Calls a method as an admin: "consumption.v1.SchoolService/GetSchool". */
  async ask(method, request, caller = "admin:books") {
    const answer = await exchange(this.port, {
      method: "POST",
      path: `/milkway.${method}`,
      headers: {
        "content-type": "application/json",
        "sec-fetch-site": "same-origin",
        "x-milkway-dev-caller": caller,
      },
      body: Buffer.from(JSON.stringify(request)),
    });
    const body = JSON.parse(answer.body.toString());
    if (answer.status !== 200) throw new Error(`${method}: ${answer.status} ${body.message}`);
    return body;
  }

  /** Records a class of today in place of another phone. */
  async record(className) {
    const words = ["distribute", "changyuan", "--on", dayBefore(0), "--class", className];
    const { students } = await this.ask("consumption.v1.SchoolService/ListStudents", {
      schoolId: "changyuan",
      pageSize: 1000,
      onlyEnrolled: true,
    });
    const inClass = students.filter((each) => each.className === className && !each.exclusion);
    const numbers = inClass.map((each) => each.studentNumber).join(";");
    const line = `lot=SAMPLE-25B,serving_g=25,students="${numbers}"`;
    this.command(...words, "--line", line);
  }

  /** How many versions of a class's record there are, `days` days ago. */
  async versions(className, days) {
    const day = dayBefore(days);
    const answer = await this.ask("consumption.v1.DistributionService/ListDistributions", {
      schoolId: "changyuan",
      fromDay: day,
      toDay: day,
      className,
    });
    return (answer.distributions ?? []).reduce((sum, each) => sum + each.revisions.length, 0);
  }
}

/** The school's local day, `days` days ago. */
export function dayBefore(days) {
  const format = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });
  return format.format(Date.now() - days * 86_400_000);
}

/** One request and its whole answer. */
function exchange(port, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("error", reject);
      answer.on("end", () =>
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          body: Buffer.concat(parts),
        }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

const isRecord = (path) => /\/(Record|Correct)[A-Z]\w+$|^\/photos/.test(path);

/**
 * The network of one phone. `faults` are what becomes of its next records, one each:
 * - "lost": the server takes it, the answer does not come back
 * - "unreached": it does not reach the server
 * - "503": it does not reach the server, and a portal answers
 * - "late-503": the server takes it, and a portal answers
 * - "slow": the answer comes late
 * - "kill": the server takes it and is killed before the answer leaves; then it starts again
 * - "hold": the server takes it, the answer waits for `release()`
 */
export class Network {
  constructor(system) {
    this.system = system;
    this.faults = [];
    this.down = false;
    /** Records that were sent, in order: path, body, fault, status. */
    this.sent = [];
    /** All that was asked, and the bytes that went either way, heads included. */
    this.asked = [];
    this.bytes = 0;
    /** Of these, the files of the page, by their paths. */
    this.files = new Map();
    this.held = [];
    this.server = http.createServer((request, response) => {
      const parts = [];
      request.on("data", (part) => parts.push(part));
      request.on("end", () => {
        this.pass(request, Buffer.concat(parts), response).catch(() => response.destroy());
      });
    });
  }

  async open() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.url = `http://localhost:${this.server.address().port}`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }

  release() {
    for (const go of this.held.splice(0)) go();
  }

  async pass(request, body, response) {
    if (this.down) return response.destroy();
    this.asked.push(`${request.url} ${body}`);
    this.bytes += sizeOf(request.rawHeaders) + body.length;
    const record = isRecord(request.url);
    const fault = record ? this.faults.shift() : undefined;
    const note = { path: request.url, body: body.toString(), bytes: body.length, fault, status: 0 };
    if (record) this.sent.push(note);
    if (fault === "unreached") return response.destroy();
    if (fault === "503") return portal(response);
    const { method, url: path, headers } = request;
    const answer = await exchange(this.system.port, { method, path, headers, body });
    note.status = answer.status;
    if (fault === "kill") {
      await this.system.end("SIGKILL");
      await this.system.start();
    }
    if (fault === "slow") await new Promise((resolve) => setTimeout(resolve, 150));
    if (fault === "hold") await new Promise((resolve) => this.held.push(resolve));
    if (fault === "late-503") return portal(response);
    if (fault === "lost" || fault === "kill") return response.destroy();
    const size = sizeOf(Object.entries(answer.headers).flat()) + answer.body.length;
    this.bytes += size;
    if (method === "GET") this.files.set(path, size);
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
  }
}

/** Bytes of headers: names and values in turn, with ": " or a line's end after each. */
function sizeOf(headers) {
  return headers.reduce((sum, text) => sum + String(text).length + 2, 0);
}

function portal(response) {
  response.writeHead(503, { "content-type": "text/html" });
  response.end("<html>busy</html>");
}
