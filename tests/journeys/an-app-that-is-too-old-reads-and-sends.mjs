// The server's next release but three calls this app too old: every screen says so, what is unsent goes up, nothing new is taken and what was typed stays; the banner's button fetches the new version, and all is as before.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { timeline } from "./harness/customers.mjs";
import { makeNewer, NEWER } from "./harness/newer.mjs";
import { LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { PWA } from "./harness/server.mjs";
import { planned } from "./harness/visits.mjs";

const QUEUED = "太旧之前排队的一笔";
const REFUSED = "太旧之后写的一笔";
const BANNER = "请更新应用，资料只读；未发送的内容会照常上传";

export default async function (house) {
  const pwa = await house.file("pwa");
  await cp(PWA, pwa, { recursive: true });
  const server = await house.server({ pwa, customers: 200 });
  const phone = await house.phone("hers");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);
  await phone.open(stop.path);
  await phone.context.setOffline(true);
  await write(phone, QUEUED);
  const queued = timeline(phone).getByRole("listitem").filter({ hasText: QUEUED });
  await phone.see(queued);

  await callsItTooOld(phone);
  await phone.context.setOffline(false);
  await phone.see(BANNER);
  await phone.see(queued.getByText("已确认"));
  await phone.see("需要更新");
  await looksRight(phone);
  await house.picture(phone, "too-old");
  await write(phone, REFUSED);
  await phone.see(/没有保存：请更新走访/);
  await phone.page.waitForFunction((text) => document.querySelector("dialog textarea")?.value === text, REFUSED);
  await phone.page.getByRole("dialog").getByRole("button", { name: "关闭" }).tap();
  await phone.open("/me/sync");
  await phone.see(/走访太旧，请更新应用/);
  await looksRight(phone);

  // The new version lies at the server, and nobody has looked for it yet; nor has the browser, busy as it is, answered
  // what the app asked at its start.
  await phone.context.addInitScript(() => {
    navigator.serviceWorker.register = () => new Promise(() => {});
  });
  await phone.open("/me/sync");
  await phone.see(/走访太旧，请更新应用/);
  await phone.context.unrouteAll({ behavior: "wait" });
  await server.kill();
  await makeNewer(pwa);
  await server.start();
  await phone.page.waitForFunction(() => fetch("/health").then((answer) => answer.ok, () => false));
  await Promise.all([phone.page.waitForEvent("load"), phone.button("更新").tap()]);
  const builds = await phone.page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("zoufang-")));
  assert.deepEqual(builds, [`zoufang-${NEWER}`], "the new version is in charge");
  await phone.open(stop.path);
  await phone.seeNoMore(BANNER);
  await phone.button("记一笔").tap();
  await phone.page.waitForFunction((text) => document.querySelector("dialog textarea")?.value === text, REFUSED);
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  await phone.see(timeline(phone).getByRole("listitem").filter({ hasText: REFUSED }).getByText("已确认"));
}

async function write(phone, text) {
  await phone.button("记一笔").tap();
  await phone.page.getByRole("dialog").getByLabel("记点什么").fill(text);
  await phone.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
}

/** Each pull's answer ends in what the server tells of itself, and that in the oldest release that it gives data to. */
async function callsItTooOld(phone) {
  await phone.context.route("**/sync/pull", async (route) => {
    const answer = await route.fetch().catch(() => null);
    if (!answer?.ok()) return route.abort();
    const body = Buffer.from(await answer.body());
    assert.deepEqual([...body.subarray(-2)], [3, 0], "field 3 of Hello");
    body[body.length - 1] = 9;
    const { "content-encoding": _packed, "content-length": _length, ...headers } = answer.headers();
    await route.fulfill({ status: answer.status(), headers, body });
  });
}
