// What the server holds, seen with other eyes: a supervisor's browser that never met the phone. Each thing must be there once, and whole.
import { found, timeline } from "../journeys/harness/customers.mjs";
import { PATIENCE_MS } from "../journeys/harness/device.mjs";
import { address, dialled, trade } from "./field-day.mjs";

/** Sentences about what is missing, there twice, or there by half. Her copy is an old one at first: what is wrong must stay so. */
export async function faults(desk, things, places) {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const wrong = await faultsNow(desk, things, places);
    if (wrong.length === 0 || performance.now() > until) return wrong;
  }
}

async function faultsNow(desk, things, places) {
  const wrong = [];
  const once = (thing, what, count) => {
    if (count !== 1) wrong.push(`${thing.mark} (${thing.kind}, shown as saved ${thing.saved} times): ${what} is there ${count} times`);
  };
  for (const place of places) {
    const here = things.filter((thing) => thing.place === place && thing.kind !== "customer");
    const { entries, toDo } = await known(desk, place);
    const among = (texts, words) => texts.filter((text) => text.includes(words)).length;
    for (const thing of here) {
      if (thing.kind === "note") once(thing, "the note", among(entries, thing.mark));
      if (thing.kind === "followUp") once(thing, "the follow-up", among(toDo, thing.mark));
      if (thing.kind === "visit") once(thing, "the visit's next step", among(toDo, thing.mark));
      if (thing.kind === "edit") {
        once(thing, "the address", among(entries, `→ ${address(thing)}`));
        once(thing, "the trade", among(entries, `→ ${trade(thing)}`));
      }
    }
    // Only what a phone has signed gets a receipt; the demo's visits have none.
    const visits = here.filter((thing) => thing.kind === "visit").length;
    const proved = among(entries, "服务器凭证有效");
    if (proved !== visits) wrong.push(`${place.name}: ${visits} visits were made, ${proved} are proved`);
    if (among(entries, "服务器凭证有疑点") > 0) wrong.push(`${place.name}: a receipt has doubts`);
    if (among(entries, "走访中") > 0) wrong.push(`${place.name}: a visit is still open`);
  }
  for (const thing of things.filter((thing) => thing.kind === "customer")) {
    // Found by the number, told by the name: both are there.
    once(thing, "the customer", await (await found(desk, dialled(thing), thing.mark)).count());
  }
  return wrong;
}

/** The whole page of a customer: the lines of her timeline, and what is to be done. */
async function known(desk, place) {
  await desk.open(place.path);
  await desk.see(timeline(desk));
  const more = timeline(desk).getByRole("button", { name: /^再看 \d+ 条$/ });
  while (await more.isVisible()) await more.click();
  const entries = await timeline(desk).getByRole("listitem").allInnerTexts();
  const toDo = await desk.page
    .getByRole("region", { name: "进门之前" })
    .getByRole("button", { name: /^完成：/ })
    .evaluateAll((buttons) => buttons.map((button) => button.ariaLabel));
  return { entries, toDo };
}
