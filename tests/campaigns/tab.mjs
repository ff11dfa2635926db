// One of the tabs on a customer's page: looked at or not, frozen or not.
import assert from "node:assert/strict";
import { PATIENCE_MS } from "../journeys/harness/device.mjs";

export class Tab {
  static #count = 0;

  /** @param context of a browser that hides what nobody looks at */
  static async open(context, address, place) {
    const tab = new Tab();
    tab.name = `t${(Tab.#count += 1)}`;
    tab.place = place;
    tab.isSeen = false;
    tab.isFrozen = false;
    tab.page = await context.newPage();
    tab.page.setDefaultTimeout(PATIENCE_MS);
    tab.cdp = await context.newCDPSession(tab.page);
    await tab.page.goto(new URL(place.path, address).href);
    return tab;
  }

  toString() {
    return `${this.name}${this.isSeen ? "*" : ""}${this.isFrozen ? "~" : ""}`;
  }

  async look() {
    await this.thaw();
    await this.page.bringToFront();
    await this.page.waitForFunction(() => document.visibilityState === "visible");
    await this.#timeline().waitFor();
  }

  /** Only what nobody looks at can be frozen. */
  async freeze() {
    await this.cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    this.isFrozen = true;
  }

  /** Whether a transaction over everything comes to its end within a second. */
  async canUseTheStorage() {
    return this.page.evaluate(async () => {
      const { name } = (await indexedDB.databases()).find((one) => one.name.startsWith("zoufang-"));
      const database = await new Promise((done, failed) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => done(request.result);
        request.onerror = () => failed(request.error);
      });
      const transaction = database.transaction([...database.objectStoreNames], "readwrite");
      // With nothing to do it would be over before it has begun, and could not be given up.
      transaction.objectStore(database.objectStoreNames[0]).count();
      const came = await new Promise((done) => {
        transaction.oncomplete = () => done(true);
        transaction.onabort = () => done(false);
        const limit = setTimeout(() => transaction.abort(), 1_000);
        transaction.addEventListener("complete", () => clearTimeout(limit));
      });
      database.close();
      return came;
    });
  }

  async thaw() {
    if (!this.isFrozen) return;
    await this.cdp.send("Page.setWebLifecycleState", { state: "active" });
    this.isFrozen = false;
  }

  async close() {
    await this.page.close();
  }

  async reload() {
    await this.page.reload();
    await this.#timeline().waitFor();
  }

  /** Somebody takes the writer's lock and lets it go at once. */
  async stealTheLock() {
    await this.page.evaluate(async () => {
      const { held } = await navigator.locks.query();
      const writer = held.find((lock) => lock.name.startsWith("zoufang-writer-"));
      if (writer) await navigator.locks.request(writer.name, { steal: true }, () => true);
    });
  }

  #timeline() {
    return this.page.getByRole("region", { name: "时间线" });
  }

  #sheet() {
    return this.page.getByRole("dialog");
  }

  #line(mark, state) {
    return this.#timeline().getByRole("listitem").filter({ hasText: mark }).filter({ hasText: state });
  }

  /** Types a note and taps 保存. */
  async write(mark) {
    await this.page.getByRole("button", { name: "记一笔", exact: true }).click();
    await this.#sheet().getByLabel("记点什么").fill(mark);
    await this.#sheet().getByRole("button", { name: "保存" }).click();
  }

  /** Waits until it is shown as saved. Whatever happens to other tabs, the one that is looked at saves. */
  async isKept(mark) {
    const kept = this.#line(mark, /已存在本机|已发送|已确认/).first();
    const refused = this.#sheet().getByText(/没有保存|没有存下/);
    await kept.or(refused).first().waitFor();
    assert.equal(await refused.count(), 0, `${this.name} says that it could not save`);
  }

  /** Waits until this tab shows it as the server has it. */
  async isConfirmed(mark) {
    const more = this.#timeline().getByRole("button", { name: /^再看 \d+ 条$/ });
    const confirmed = this.#line(mark, "已确认").first();
    await confirmed.or(more).first().waitFor();
    while (await more.isVisible()) await more.click();
    await confirmed.waitFor();
  }
}
