// One size of book: the stores are filled, opened cold, read whole, edited and searched, ours and the peers in turn.
import { exponent, line, median } from "./report.mjs";

/** Keystrokes timed for each text. */
const STROKES = 9;
/** Edits timed in each browser. */
const EDITS = 15;

/** Who keeps the book, in the order of the first round; each round begins with the next one. */
const PEERS = ["ours", "raw", "dexie"];

/** Measures what the plan wants at its number of customers. Gives the lines and what growth is fitted to. */
export async function measureSize(bench, plan) {
  const { customers, main } = plan;
  const size = customers.toLocaleString("en");
  const work = `${size} customers`;
  const needed = { ours: true, raw: plan.wants("P1", "P2", "P3", "P4"), dexie: main && plan.wants("P1", "P4") };
  const peers = PEERS.filter((peer) => needed[peer]);
  console.log(`▸ ${work}`);
  const found = { customers, lines: [] };
  const filled = await fill(bench, plan, peers);
  const all = `${work}, ${filled.rows.toLocaleString("en")} rows`;

  if (main && plan.wants("P4")) {
    found.lines.push(
      line({ id: "P4", name: "bulk insert", work: all, ours: filled.ours, reference: filled.raw, referenceName: "raw IndexedDB, object per row", unit: "ms", ratioMost: 0.06 }),
      line({ id: "P4", name: "bulk insert", work: all, ours: filled.ours, reference: filled.sealed, referenceName: "raw IndexedDB, the same sealed pages", unit: "ms", ratioMost: 1.3 }),
    );
  }
  if (main && plan.wants("P16")) {
    found.lines.push(
      line({ id: "P16", name: "first download, from gzipped pages that lie in memory", work: all, ours: filled.packed, reference: filled.ours, referenceName: "ours, from unpacked pages (P4)", unit: "ms", ratioMost: 1.5 }),
    );
  }
  if (plan.wants("P1", "P2")) {
    const cold = await coldStarts(bench, plan, peers, filled.profiles);
    found.P1 = [median(cold.ours), median(cold.raw)];
    if (plan.wants("P1") && main) {
      found.lines.push(
        line({ id: "P1", name: "cold open to a usable list", work, ours: cold.ours, reference: cold.raw, referenceName: "raw IndexedDB, first 50 by an index", unit: "ms", ratioMost: 0.2 }),
        line({ id: "P1", name: "cold open to a usable list", work, ours: cold.ours, reference: cold.dexie, referenceName: "Dexie 4, first 50 by an index", unit: "ms", ratioMost: 0.12 }),
      );
    }
    found.search = cold.search;
  }
  if (main && plan.wants("P2", "P3")) {
    const whole = await wholeLoads(bench, plan, filled.profiles);
    const raw = { reference: whole.raw, referenceName: "raw IndexedDB, getAll of every object", unit: "ms" };
    if (plan.wants("P2")) {
      found.lines.push(line({ id: "P2", name: "cold open to a search's answer", work: all, ours: found.search, ...raw, ratioMost: 0.06 }));
    }
    if (plan.wants("P3")) {
      found.lines.push(
        line({ id: "P3", name: "everything loaded, rows unpacked", work: all, ours: whole.unpacked, ...raw, ratioMost: 0.2 }),
        line({ id: "P3", name: "everything loaded, fields decoded too", work: all, ours: whole.decoded, ...raw }),
      );
    }
  }
  if (plan.wants("P5", "P8")) {
    const used = await inUse(bench, plan, filled.profiles.ours);
    if (plan.wants("P5")) found.P5 = [median(used.edits), median(used.rawEdits)];
    if (plan.wants("P8")) found.P8 = [median(used.selective)];
    if (main && plan.wants("P5")) {
      const raw = { reference: used.rawEdits, referenceName: "raw strict transaction, same stores and bytes", unit: "ms" };
      found.lines.push(
        line({ id: "P5", name: "one durable edit, her screen open", work, ours: used.edits, ...raw, ratioMost: 1.3 }),
        line({ id: "P5", name: "one durable edit, the list watched too", work, ours: used.listedEdits, ...raw }),
      );
    }
    if (main && plan.wants("P8")) {
      found.lines.push(
        line({ id: "P8", name: "keystroke, selective", work, ours: used.selective, unit: "ms", most: 0.6 }),
        line({ id: "P8", name: `keystroke, the slowest single sign (${used.worstText})`, work, ours: used.worst, unit: "ms", most: 4 }),
        line({ id: "P8", name: "the scan alone, selective", work, ours: used.selectiveScan, unit: "ms" }),
        line({ id: "P8", name: `the scan alone, ${used.worstText}`, work, ours: used.worstScan, unit: "ms" }),
      );
    }
  }
  return found;
}

/** How cost grows with the book: the exponent over all sizes measured. */
export function growth(sizes, plan) {
  if (sizes.length < 2) return [];
  const work = sizes.map(({ customers }) => customers.toLocaleString("en")).join(" · ");
  const rows = [
    ["P1", "cold open", "P1"],
    ["P5", "one durable edit", "P5"],
    ["P8", "keystroke, selective", "P8"],
  ];
  return rows.filter(([id]) => plan.wants(id)).map(([id, name, key]) => {
    const fitted = (at) => exponent(sizes.map((size) => [size.customers, size[key][at]]));
    const reference = sizes[0][key].length > 1 ? [fitted(1)] : undefined;
    const grown = sizes.map((size) => size[key][0].toFixed(2)).join(" · ");
    return { ...line({ id, name: `${name}: growth (${grown} ms)`, work, ours: [fitted(0)], reference, referenceName: reference && "raw IndexedDB", unit: "exponent" }), ratio: null };
  });
}

/** Fills a store of each peer, as often as inserts are counted; the last profile of each stays. */
async function fill(bench, { customers, main, inserts, wants, spread }, peers) {
  const counted = main && wants("P4", "P16");
  const times = { ours: [], packed: [], raw: [], sealed: [], dexie: [] };
  const profiles = {};
  let rows = 0;
  for (let round = 0; round < (counted ? inserts : 1); round += 1) {
    const inserted = counted ? peers.filter((peer) => peer !== "dexie" || round === 0) : [...peers];
    if (counted && wants("P16")) inserted.splice(1, 0, "packed");
    if (counted && wants("P4")) inserted.push("sealed");
    let sizes;
    for (const peer of inserted) {
      profiles[peer] = await bench.emptyProfile(`${peer}-${customers}`);
      const done = await bench.inBrowser(profiles[peer], async (call) => {
        if (peer === "packed") return call("bootstrap", customers, spread, true);
        if (peer !== "ours") return call("insert", peer, peer === "sealed" ? sizes : customers);
        const done = await call("bootstrap", customers, spread, false);
        if (counted) sizes = await call("pageSizes");
        return done;
      });
      rows = Math.max(rows, done.rows);
      times[peer].push(done.ms);
      say(`filled, ${peer}`, done.ms, done.spans);
    }
  }
  return { ...times, profiles, rows };
}

/** Cold starts in fresh browser processes, the peers in turn. */
async function coldStarts(bench, { customers, repetitions, main }, peers, profiles) {
  const times = Object.fromEntries([...PEERS, "search"].map((name) => [name, []]));
  let spans;
  for (let round = 0; round < repetitions; round += 1) {
    for (const peer of inTurn(peers, round)) {
      const done = await bench.inBrowser(profiles[peer], (call) => peer === "ours" ? call("coldStart", customers) : call("firstScreen", peer));
      times[peer].push(peer === "ours" ? done.usable : done.ms);
      if (peer === "ours") {
        times.search.push(done.search);
        spans = done.spans;
      }
    }
  }
  for (const peer of peers) say(`cold open, ${peer}`, median(times[peer]), peer === "ours" ? spans : undefined);
  if (main) {
    const { spans, columnBytes } = await bench.inBrowser(profiles.ours, (call) => call("dissect"));
    say(`the same, dissected; columns are ${(columnBytes / 1e6).toFixed(1)} MB`, 0, spans);
  }
  return times;
}

/** Everything loaded, in fresh browser processes, in turn. */
async function wholeLoads(bench, { repetitions }, profiles) {
  const times = { unpacked: [], decoded: [], raw: [] };
  for (let round = 0; round < repetitions; round += 1) {
    for (const peer of inTurn(["ours", "raw"], round)) {
      const done = await bench.inBrowser(profiles[peer], (call) => peer === "ours" ? call("loadAll") : call("getAll"));
      if (peer === "raw") times.raw.push(done.ms);
      else {
        times.unpacked.push(done.unpacked);
        times.decoded.push(done.decoded);
      }
    }
  }
  for (const [name, all] of Object.entries(times)) say(`everything loaded, ${name}`, median(all));
  return times;
}

/** Edits, then keystrokes, each on a phone just opened, so that nothing but what is timed is watched. */
async function inUse(bench, { wants }, profile) {
  const used = { edits: [], rawEdits: [], listedEdits: [], selective: [], worst: [], selectiveScan: [], worstScan: [], worstText: "" };
  if (wants("P5")) {
    await bench.inBrowser(profile, async (call) => {
      await call("openPhone");
      await call("edits", 3);
      Object.assign(used, await call("edits", EDITS));
    });
    say(`one durable edit of ${used.writes.map(([store, size]) => `${store} ${size} B`).join(", ")}`, median(used.edits), used.spans);
    say("a raw strict transaction of the same", median(used.rawEdits));
    say("one durable edit, the list watched", median(used.listedEdits), used.listedSpans);
  }
  if (wants("P8")) {
    const { selective, worst } = await bench.inBrowser(profile, async (call) => {
      await call("openPhone");
      return call("keystrokes", STROKES);
    });
    used.selective = selective.flatMap(({ ms }) => ms);
    used.selectiveScan = selective.flatMap(({ find }) => find);
    const slowest = worst.reduce((a, b) => (median(a.ms) >= median(b.ms) ? a : b));
    [used.worst, used.worstScan, used.worstText] = [slowest.ms, slowest.find, slowest.text];
    for (const one of [...selective, slowest]) say(`keystroke "${one.text}", ${one.matched} found, the scan ${median(one.find).toFixed(2)}`, median(one.ms));
  }
  return used;
}

function inTurn(peers, round) {
  const from = round % peers.length;
  return [...peers.slice(from), ...peers.slice(0, from)];
}

function say(what, ms, spans) {
  console.log(`  ${what}: ${ms.toFixed(2)} ms`);
  for (const [step, took] of Object.entries(spans ?? {})) console.log(`      ${step}: ${took.toFixed(2)}`);
}
