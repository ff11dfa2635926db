// A new version while three tabs are open: one lets it in, the others say so and follow when their person is ready; drafts, queue and what old tabs still write are kept.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { timeline } from "./harness/customers.mjs";
import { makeNewer, NEWER } from "./harness/newer.mjs";
import { LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { PWA } from "./harness/server.mjs";
import { planned } from "./harness/visits.mjs";

const QUEUED = "旧版本离线时排队的一笔";
const BETWEEN = "新版本接手后旧标签页写的一笔";
const AFTER = "更新之后写的一笔";
const DRAFT = "没写完的一句";

export default async function (house) {
  const pwa = await house.file("pwa");
  await cp(PWA, pwa, { recursive: true });
  const server = await house.server({ pwa, customers: 200 });
  const phone = await house.phone("hers");
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);
  const other = await planned(phone, 1);
  const first = new Tab(phone.page);
  const second = new Tab(await phone.context.newPage());
  const third = new Tab(await phone.context.newPage());
  for (const tab of [first, second]) await tab.open(stop.path);
  await third.open(other.path);

  await phone.context.setOffline(true);
  await first.page.bringToFront();
  await first.write(QUEUED);
  await first.isKept(QUEUED);
  await third.page.bringToFront();
  await third.type(DRAFT);
  await server.kill();
  await makeNewer(pwa);
  await server.start();
  await phone.context.setOffline(false);

  // Opened anew, the second tab meets the new version; all three offer it.
  await second.page.bringToFront();
  await second.open(stop.path);
  for (const tab of [first, second, third]) await tab.update().waitFor();
  await Promise.all([second.page.waitForEvent("load"), second.update().tap()]);
  await second.isKept(QUEUED);
  const builds = await second.page.evaluate(async () => (await caches.keys()).filter((name) => name.startsWith("zoufang-")));
  assert.deepEqual(builds, [`zoufang-${NEWER}`], "the new version is in charge, the old one gone");

  // The first is of the old version until its person is ready, and saves all the same.
  await first.page.bringToFront();
  await first.write(BETWEEN);
  await first.isKept(BETWEEN);
  // Under an open sheet nothing else can be tapped; what is typed in it is kept.
  await third.page.bringToFront();
  await third.page.getByRole("dialog").getByRole("button", { name: "关闭" }).tap();
  for (const tab of [first, third]) {
    await tab.page.bringToFront();
    await Promise.all([tab.page.waitForEvent("load"), tab.update().tap()]);
    await timeline(tab).waitFor();
    await tab.update().waitFor({ state: "hidden" });
  }
  await third.button("记一笔").tap();
  await third.page.waitForFunction((text) => document.querySelector("dialog textarea")?.value === text, DRAFT);
  await third.button("关闭").tap();
  await third.open(stop.path);
  await third.write(AFTER);

  for (const tab of [first, second, third]) {
    await tab.page.bringToFront();
    for (const text of [QUEUED, BETWEEN, AFTER]) await tab.isConfirmed(text);
  }
  await onceAtTheServer(house, stop);
}

class Tab {
  constructor(page) {
    this.page = page;
  }

  async open(path) {
    await this.page.goto(path);
    await timeline(this).waitFor();
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  update() {
    return this.page.getByRole("complementary", { name: "有新版本" }).getByRole("button", { name: "更新" });
  }

  async type(text) {
    await this.button("记一笔").tap();
    await this.page.getByRole("dialog").getByLabel("记点什么").fill(text);
  }

  async send(text) {
    await this.page.getByRole("dialog").getByLabel("记点什么").fill(text);
    await this.page.getByRole("dialog").getByRole("button", { name: "保存" }).tap();
  }

  async write(text) {
    await this.button("记一笔").tap();
    await this.send(text);
  }

  #line(text) {
    return timeline(this).getByRole("listitem").filter({ hasText: text });
  }

  async isKept(text) {
    await this.#line(text).waitFor();
  }

  async isConfirmed(text) {
    await this.#line(text).getByText("已确认").waitFor();
  }
}

async function onceAtTheServer(house, stop) {
  const desk = await house.desk("desk");
  await signIn(house, desk, ZHOUPING);
  await desk.open(stop.path);
  await desk.see(timeline(desk).getByText(AFTER));
  for (const text of [QUEUED, BETWEEN, AFTER]) {
    assert.equal(await timeline(desk).getByText(text).count(), 1, `${text} is there once`);
  }
}
