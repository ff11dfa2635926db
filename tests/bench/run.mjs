// The benchmarks in a real browser: ours and what others would use, interleaved in one run, medians with spread.
// `cargo xtask bench` builds what this needs and says where it lies (environment), then makes the table from the report.
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { Bench } from "./bench.mjs";
import { OF_THE_SERVER, measureServer } from "./server.mjs";
import { growth, measureSize } from "./storage.mjs";
import { line } from "./report.mjs";

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    customers: { type: "string", default: "100000" },
    repetitions: { type: "string", default: "5" },
    inserts: { type: "string", default: "3" },
    large: { type: "boolean", default: false },
    spread: { type: "boolean", default: false },
  },
});
const customers = Number(values.customers);
const only = values.only?.split(",");
const plan = {
  customers,
  repetitions: Number(values.repetitions),
  inserts: Number(values.inserts),
  spread: values.spread,
  /** `only` names gates, or the letter of their group. */
  wants: (...ids) => ids.some((id) => !only || only.includes(id) || only.includes(id.replace(/\d+$/, ""))),
};
const lines = [];

const IN_BROWSER = ["P1", "P2", "P3", "P4", "P5", "P8", "P16"];
if (plan.wants(...IN_BROWSER)) {
  const bench = await Bench.start();
  try {
    const grows = plan.wants("P1", "P5", "P8");
    const smaller = grows ? [1_000, 10_000].filter((size) => size < customers) : [];
    const larger = grows && values.large ? [300_000].filter((size) => size > customers) : [];
    const sizes = [];
    for (const size of [...smaller, customers, ...larger]) {
      sizes.push(await measureSize(bench, { ...plan, customers: size, main: size === customers }));
    }
    lines.push(...sizes.flatMap((size) => size.lines), ...growth(sizes, plan));
  } finally {
    await bench.close();
  }
}

if (plan.wants("P10", "P11")) {
  const sizes = JSON.parse(await readFile(process.env.ZOUFANG_PWA_SIZES, "utf8"));
  const gates = [
    ["P10", "first paint, bytes", "index.html with critical styles, brotli", 14],
    ["P11", "first download, bytes", "all files up to a working list, brotli", 400],
  ];
  for (const [id, name, work, limit] of gates.filter(([id]) => plan.wants(id))) {
    lines.push(line({ id, name, work, ours: [sizes[id] / 1000], unit: "KB", most: limit }));
  }
}

if (plan.wants(...OF_THE_SERVER)) lines.push(...(await measureServer(plan)));

await writeFile(process.env.ZOUFANG_BENCH_REPORT, JSON.stringify(lines, null, 1));
