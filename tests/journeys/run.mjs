// Runs the journeys one after another against the real server in a real browser: `node tests/journeys/run.mjs [WORD…]`.
// Each file beside this one is a journey, its name says what is shown; words choose those whose name contains one of them.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inShort } from "../campaigns/in-short.mjs";
import { House } from "./harness/house.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const words = process.argv.slice(2);
const files = (await readdir(here)).filter((file) => file.endsWith(".mjs") && file !== "run.mjs").sort();
const chosen = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
const folder = await mkdtemp(join(tmpdir(), "zoufang-journeys-"));
const failed = [];
const started = performance.now();

for (const file of chosen) {
  const name = file.replace(/\.mjs$/, "");
  const journey = (await import(new URL(file, import.meta.url))).default;
  const house = new House(folder, name);
  const began = performance.now();
  let reason = await journey(house).then(
    () => house.devices.flatMap((device) => device.crashes.map((crash) => `${device.name}: ${crash}`))[0],
    (error) => firstReason(error),
  );
  if (reason) {
    failed.push(`✗ ${name.replaceAll("-", " ")}: ${inShort(reason)}`);
    reason += await house.lastAccount();
  }
  await house.close();
  console.log(`${reason ? "✗" : "✓"} ${name.replaceAll("-", " ")} (${seconds(began)})${reason ? `\n    ${reason}` : ""}`);
}
await rm(folder, { recursive: true, force: true });
for (const line of failed) console.log(line);
console.log(`journeys: ${chosen.length - failed.length} passed, ${failed.length} failed (${seconds(started)})`);
if (chosen.length === 0) console.log(`no journey is called ${words.join(" or ")}`);
process.exit(failed.length > 0 || chosen.length === 0 ? 1 : 0);

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** What was waited for or asserted, and the line of the journey that did. */
function firstReason(error) {
  const said = String(error.message ?? error).replace(/\u001b\[\d+m/g, "").trim();
  const line = /journeys\/([\w-]+\.mjs:\d+)/.exec((error.stack ?? "").split("\n").filter((l) => !l.includes("harness")).join("\n"));
  return `${line ? `${line[1]}: ` : ""}${said.split("\n").slice(0, 40).join("\n    ")}`;
}
