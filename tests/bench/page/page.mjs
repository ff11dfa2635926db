// What the runner calls in the page. Each call that starts cold is the only one of its browser process.
import init, * as ours from "./bench.js";
import { dexie } from "./peer-dexie.mjs";
import { raw } from "./peer-raw.mjs";
import { sealed, strictEdit } from "./peer-bytes.mjs";

/** Rows made into objects, and inserted in one transaction, at a time. */
const PORTION = 5_000;

await init({ module_or_path: "bench.wasm" });
let phone;

/** The browser's own gunzip; never leaves the page's process, as a Blob's stream would. */
window.unpack = async (bytes) => {
  const unpacked = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
};

window.bench = {
  async bootstrap(customers, spread, packed) {
    const snapshot = ours.Snapshot.make(customers, spread);
    if (packed) snapshot.pack();
    const rows = snapshot.rows;
    return { rows, ...(await ours.bootstrap(snapshot)) };
  },
  pageSizes: () => ours.pageSizes(),
  coldStart: (customers) => ours.coldStart(customers),
  dissect: () => ours.dissect(),
  loadAll: () => ours.loadAll(),

  /** Makes the rows portion by portion; only the inserting is timed. */
  async insert(peer, given) {
    if (peer === "sealed") return { ms: await sealed(given), rows: 0 };
    const { open, insert } = { raw, dexie }[peer];
    const objects = ours.Objects.make(given);
    const store = await open();
    let [ms, rows] = [0, 0];
    for (;;) {
      const { customers, others } = objects.next(PORTION);
      if (customers.length + others.length === 0) return { ms, rows };
      rows += customers.length + others.length;
      const at = performance.now();
      await insert(store, customers, others);
      ms += performance.now() - at;
    }
  },
  async firstScreen(peer) {
    const { open, first } = { raw, dexie }[peer];
    const at = performance.now();
    const shown = await first(await open(), 50);
    const ms = performance.now() - at;
    if (shown.length !== 50) throw new Error(`${peer} shows ${shown.length}`);
    return { ms };
  },
  async getAll() {
    const at = performance.now();
    const rows = await raw.all(await raw.open());
    return { ms: performance.now() - at, rows };
  },

  async openPhone() {
    phone = await ours.Opened.open();
  },
  /** Ours and the raw transaction in turn, edit by edit; then ours with the list watched. Spans are of one edit. */
  async edits(times) {
    const [edits, rawEdits, listedEdits] = [[], [], []];
    for (let time = 0; time < times; time += 1) {
      edits.push(await phone.edit(false));
      rawEdits.push(await strictEdit(edits.at(-1).writes));
    }
    for (let time = 0; time < times; time += 1) listedEdits.push(await phone.edit(true));
    const ms = (all) => all.map((edit) => edit.ms);
    return { edits: ms(edits), rawEdits, listedEdits: ms(listedEdits), spans: edits.at(-1).spans, listedSpans: listedEdits.at(-1).spans, writes: edits.at(-1).writes };
  },
  async keystrokes(times) {
    const timed = (text) => {
      const all = Array.from({ length: times }, () => phone.keystroke(text));
      return { text, ms: all.map(({ ms }) => ms), find: all.map(({ find }) => find), matched: all[0].matched };
    };
    const { selective, worst } = phone.queries();
    return { selective: selective.map(timed), worst: worst.map(timed) };
  },
};
