// The peer of the server's gates: PouchDB on its own server, a process of its own, asked as its replication asks.
// Its LevelDB does not wait for the disk, ours does.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const PEER = "PouchDB 9 and its server, LevelDB, not synced";
const SERVE = fileURLToPath(new URL("peer/serve.mjs", import.meta.url));
/** What PouchDB asks for at a time when it pulls. */
const BATCH = 1_000;
/** Hundredths of a second, in which the kernel counts a process's time. */
const TICK_MS = 10;

export class Peer {
  #child;
  #folder;
  #address;

  static async start() {
    const peer = new Peer();
    peer.#folder = await mkdtemp(join(tmpdir(), "zoufang-peer-"));
    peer.#child = spawn(process.execPath, [SERVE], { cwd: peer.#folder, stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: peer.#child.stdout })) {
      if (line.startsWith("listening ")) {
        peer.#address = line.slice("listening ".length);
        return peer;
      }
    }
    throw new Error("PouchDB's server ended before it listened");
  }

  async close() {
    const ended = new Promise((ended) => this.#child.once("exit", ended));
    this.#child.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Documents a second: `devices` at a time, `pushes` of five each. */
  async push(name, devices, pushes) {
    await this.#ask("PUT", name);
    const at = performance.now();
    await Promise.all(
      Array.from({ length: devices }, async (_, device) => {
        for (let push = 0; push < pushes; push += 1) await this.#put(name, documents(`${device}-${push}`, 5));
      }),
    );
    return (devices * pushes * 5 * 1000) / (performance.now() - at);
  }

  async fill(name, count) {
    await this.#ask("PUT", name);
    for (let from = 0; from < count; from += BATCH) await this.#put(name, documents(from, Math.min(BATCH, count - from)));
  }

  /** The server's processor for one pull of everything: `_changes`, then `_bulk_get`, batch by batch. Milliseconds. */
  async pull(name, count) {
    const before = await this.#cpu();
    let [since, came] = [0, 0];
    for (;;) {
      const { results, last_seq } = await this.#ask("GET", `${name}/_changes?style=all_docs&limit=${BATCH}&since=${since}`);
      if (results.length === 0) break;
      const docs = results.map(({ id, changes }) => ({ id, rev: changes[0].rev }));
      came += (await this.#ask("POST", `${name}/_bulk_get?revs=true&latest=true`, { docs })).results.length;
      since = last_seq;
    }
    if (came !== count) throw new Error(`${came} of ${count} documents came`);
    return (await this.#cpu()) - before;
  }

  async #put(name, docs) {
    const done = await this.#ask("POST", `${name}/_bulk_docs`, { docs });
    if (done.length !== docs.length || !done.every(({ ok }) => ok)) throw new Error(JSON.stringify(done[0]));
  }

  async #ask(method, path, body) {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${this.#address}/${path}`, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer.json();
  }

  async #cpu() {
    const stat = await readFile(`/proc/${this.#child.pid}/stat`, "utf8");
    const [utime, stime] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13);
    return (Number(utime) + Number(stime)) * TICK_MS;
  }
}

/** Customers about as large as ours. */
function documents(from, count) {
  return Array.from({ length: count }, (_, i) => ({
    _id: `customer-${from}-${String(i).padStart(7, "0")}`,
    name: "城东便民超市", contact: "陈老板", phone: "13800001111", grid: "01890000-0000-7000-8000-000000000001",
    tier: "C", address: "人民路一百二十八号东侧", town: "城东", created_at: 1_782_748_800_000,
  }));
}
