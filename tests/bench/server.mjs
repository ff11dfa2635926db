// The server's gates, and the simulator's: programs that `cargo xtask bench` has built measure, here they become lines.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { PEER, Peer } from "./peer.mjs";
import { line } from "./report.mjs";

/** Which of the load's measurements a gate needs. */
const MEASURES = { P13: "push", P14: "pull", P15: "pages", L1: "reconnect" };
export const OF_THE_SERVER = [...Object.keys(MEASURES), "P17"];
/** Seeds of one measurement of the simulator. */
const SEEDS = 400;

export async function measureServer(plan) {
  const lines = [];
  const measures = Object.entries(MEASURES).filter(([id]) => plan.wants(id)).map(([, name]) => name);
  if (measures.length > 0) {
    const found = await load(measures, plan);
    const peer = found.push || found.pages ? await Peer.start() : null;
    try {
      if (found.push) lines.push(...pushing(found.push, await pushedBy(peer, found.push, plan)));
      if (found.pull) lines.push(...idle(found.pull));
      if (found.pages) lines.push(...downloads(found.pages, await pulledFrom(peer, found.pages)));
      if (found.reconnect) lines.push(...reconnected(found.reconnect));
    } finally {
      await peer?.close();
    }
  }
  if (plan.wants("P17")) lines.push(await seeds(plan));
  return lines;
}

async function load(measures, { customers, repetitions }) {
  const folder = join(process.env.ZOUFANG_BENCH_DATA, "load");
  const given = ["--server", process.env.ZOUFANG_SERVER_BIN, "--folder", folder, "--only", measures.join(",")];
  return JSON.parse(await said(process.env.ZOUFANG_LOAD_BIN, [...given, "--customers", customers, "--repetitions", repetitions]));
}

function pushing(found, peer) {
  const work = `${found.devices} devices at a time, ${found.rows.toFixed(0)} rows a push, ${mean(found.shared).toFixed(0)} pushes a commit`;
  const raw = "the same rows by rusqlite, as durable, as many a commit";
  return [
    line({ id: "P13", name: "push of 5 ops, ops a second", work, ours: found.ours, reference: found.raw, referenceName: raw, unit: "ops/s", ratioLeast: 0.6 }),
    line({ id: "P13", name: "push of 5 ops, ops a second", work, ours: found.ours, reference: peer, referenceName: PEER, unit: "ops/s" }),
    line({ id: "P13", name: "push of 5 ops, p99", work, ours: found.p99, reference: found.rawP99, referenceName: "a raw commit, p99", unit: "ms" }),
    line({ id: "P13", name: "push of 5 ops, the server's processor", work, ours: found.cpu, unit: "ms" }),
  ];
}

async function pushedBy(peer, { devices }, { repetitions }) {
  const rates = [];
  for (let round = 0; round < repetitions; round += 1) rates.push(await peer.push(`push-${round}`, devices, 16));
  return rates;
}

function idle(found) {
  const work = `${found.devices.toLocaleString("en")} devices known, one after another over HTTP`;
  return [
    line({ id: "P14", name: "pull without a change, p99", work, ours: found.p99, unit: "ms", most: 20 }),
    line({ id: "P14", name: "pull without a change, median", work, ours: found.p50, unit: "ms" }),
  ];
}

function downloads(found, peer) {
  const size = (n) => n.toLocaleString("en");
  const customers = `${size(found.customers)} customers, ${size(found.customerPages)} cached pages`;
  const all = `${size(found.rows)} rows, ${size(found.pages)} cached pages, ${found.megabytes.toFixed(0)} MB`;
  const cost = (name, work, ours, rest) => line({ id: "P15", name, work, ours, unit: "ms", ...rest });
  return [
    cost("first download, the server's processor", customers, found.ofCustomers, { most: 500 }),
    cost("first download, the server's processor", customers, found.ofCustomers, { reference: peer, referenceName: `${PEER}, as many documents` }),
    cost("first download with all children", all, found.ofAll, { most: 500 }),
    cost(`the same after ${found.left} customers left the grid`, all, found.ofAllAfterExits, { most: 500 }),
    cost(`the same, the first after they left`, all, found.afterExits, {}),
  ];
}

/** Slow: once. */
async function pulledFrom(peer, { customers }) {
  await peer.fill("book", customers);
  return [await peer.pull("book", customers)];
}

function reconnected(found) {
  const work = `${found.devices.toLocaleString("en")} devices, ${found.atOnce} at a time: token, push of 3 ops, pull`;
  const one = (name, value, rest) => line({ id: "L1", name: `reconnecting: ${name}`, work, ours: [value], ...rest });
  return [
    one("until all are back", found.seconds, { unit: "s", most: 60 }),
    one("errors", found.errors, { unit: "", most: 0 }),
    one(`ops of ${found.ops.toLocaleString("en")} that are not there once and whole`, found.wrong, { unit: "", most: 0 }),
    one("a device, median", found.p50, { unit: "ms" }),
    one("a device, p99", found.p99, { unit: "ms" }),
  ];
}

async function seeds({ repetitions }) {
  const rates = [];
  for (let round = 0; round < Math.min(repetitions, 3); round += 1) {
    const told = await said(process.env.ZOUFANG_SIM_BIN, ["--seeds", SEEDS]);
    rates.push(Number(/ rate=([\d.]+)\/s/.exec(told)[1]));
  }
  return line({ id: "P17", name: "simulator, seeds a second", work: `${SEEDS} seeds, each run twice, all cores`, ours: rates, unit: "seeds/s", least: 100 });
}

/** What a program prints; its failure is ours. */
function said(program, given) {
  return new Promise((told, failed) => {
    const child = spawn(program, given.map(String), { stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (some) => { text += some; });
    child.once("error", failed);
    child.once("close", (code) => (code === 0 ? told(text) : failed(new Error(`${program} ended with ${code}\n${text}`))));
  });
}

function mean(values) {
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
