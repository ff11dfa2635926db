// The real server as a process of its own, with its own data and port; stopped the hard way, started again on the same port.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { Databases } from "./databases.mjs";

/** The program under test; `cargo xtask test` names it. */
export const BINARY = resolve(process.env.ZOUFANG_SERVER_BIN ?? "target/release/zoufang-server");

/** The app's files as they were built beside the program. */
export const PWA = resolve(process.env.ZOUFANG_PWA ?? join(dirname(BINARY), "..", "pwa"));

export class Server {
  #process = null;
  #store;
  #customers;
  #pwa;

  /** @param {{store: string[], customers: number, pwa?: string}} options `store`: the words that name where its data are */
  constructor({ store, customers, pwa }) {
    this.#store = store;
    this.#customers = customers;
    this.#pwa = pwa;
    this.port = 0;
    /** account → { password, name, role }, as printed at the start. */
    this.people = new Map();
  }

  get address() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it answers. After the first start the port stays the same. */
  async start() {
    const words = ["--listen", `127.0.0.1:${this.port}`, ...this.#store, "--customers", String(this.#customers)];
    if (this.#pwa) words.push("--pwa", this.#pwa);
    const child = spawn(BINARY, words, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let complaints = "";
    child.stderr.on("data", (text) => (complaints += text));
    await new Promise((listening, failed) => {
      child.once("error", failed);
      child.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${complaints.trim()}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#hear(line);
        if (line.startsWith("listening ")) listening();
      });
    });
  }

  #hear(line) {
    const address = /^listening http:\/\/[^:]+:(\d+)/.exec(line);
    if (address) this.port = Number(address[1]);
    const person = /^sign-in role=(\S+) account=(\S+) password=(\S+) name=(.+)$/.exec(line);
    if (person) this.people.set(person[2], { role: person[1], password: person[3], name: person[4] });
  }

  /** Gone in the middle of whatever it does, as when the power fails. */
  async kill() {
    await this.#end("SIGKILL");
  }

  async stop() {
    await this.#end("SIGTERM");
  }

  async #end(signal) {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((done) => child.once("exit", done));
    child.kill(signal);
    await gone;
  }
}

/**
 * A server on a copy of freshly made demo data. Making them takes longer than copying them, and every journey wants its own.
 * @param {string} folder of this run
 */
export async function startServer(folder, name, { customers, pwa }) {
  const stores = databases ?? folders;
  const made = `demo-${customers}`;
  if (!(await stores.has(folder, made))) {
    const first = new Server({ store: await stores.make(folder, `${made}-new`), customers, pwa });
    await first.start();
    await first.stop();
    await stores.copy(folder, `${made}-new`, made);
  }
  const server = new Server({ store: await stores.copy(folder, made, name), customers, pwa });
  await server.start();
  return server;
}

/** Data in the tests' own PostgreSQL, where the journeys shall run on it. */
const databases = process.env.ZOUFANG_CLUSTER_BIN ? new Databases(process.env.ZOUFANG_CLUSTER_BIN) : null;

/** Data in files, each in a folder of its own. */
const folders = {
  async has(folder, name) {
    return existsSync(join(folder, name));
  },
  async make(folder, name) {
    return ["--data", join(folder, name)];
  },
  async copy(folder, from, name) {
    await mkdir(join(folder, name), { recursive: true });
    await cp(join(folder, from), join(folder, name), { recursive: true });
    return this.make(folder, name);
  },
};
