// What a manager does in a day, each thing with a mark of its own, done as a person does it: after a fall she looks whether it is there, and does it again only where it is not.
import { GRID_OF_LIJING } from "../journeys/harness/people.mjs";
import { found, timeline } from "../journeys/harness/customers.mjs";
import { at, chip } from "../journeys/harness/visits.mjs";

/** How often each thing is done. */
const KINDS = { note: 4, followUp: 2, edit: 2, customer: 2, visit: 3 };

/** The marks of what is kept somewhere. */
const KEPT = /已存在本机|已发送|已确认/;

/** Draws a day's things one after another. */
export function* things(chance, seed, places) {
  for (let n = 0; ; n += 1) {
    const kind = chance.weighted(KINDS);
    yield { kind, place: chance.among(places), mark: `第${seed}日${n}号`, saved: 0 };
  }
}

/** Her phone in her hand. `fate` hears of each tap that saves and of each thing that is shown as saved. */
export class Manager {
  constructor(phone, fate) {
    this.phone = phone;
    this.fate = fate;
  }

  async does(thing) {
    await this[thing.kind](thing);
  }

  async #save(button, thing, shown) {
    this.fate.saving();
    await button.tap();
    await this.phone.see(shown);
    this.#isSaved(thing);
  }

  #isSaved(thing) {
    thing.saved += 1;
    this.fate.saved(thing);
  }

  async #at(path) {
    if (new URL(this.phone.page.url()).pathname !== path) await this.phone.open(path);
  }

  /** The customer's page, with all that is known of her. */
  async #opens(place) {
    await this.#at(place.path);
    await this.phone.see(timeline(this.phone));
  }

  #line(text) {
    return timeline(this.phone).getByRole("listitem").filter({ hasText: text }).filter({ hasText: KEPT }).first();
  }

  #toDo(mark) {
    return this.phone.button(`完成：${mark}`);
  }

  async note(thing) {
    await this.#opens(thing.place);
    const shown = this.#line(thing.mark);
    if (await shown.isVisible()) return this.#isSaved(thing);
    const sheet = this.phone.page.getByRole("dialog");
    await this.phone.button("记一笔").tap();
    await sheet.getByLabel("记点什么").fill(thing.mark);
    await this.#save(sheet.getByRole("button", { name: "保存" }), thing, shown);
  }

  async followUp(thing) {
    await this.#opens(thing.place);
    const shown = this.#toDo(thing.mark);
    if (await shown.isVisible()) return this.#isSaved(thing);
    const sheet = this.phone.page.getByRole("dialog");
    await this.phone.button("加跟进").tap();
    await sheet.getByLabel("做什么").fill(thing.mark);
    await sheet.getByRole("button", { name: "明天" }).tap();
    await this.#save(sheet.getByRole("button", { name: "保存" }), thing, shown);
  }

  /** Two fields in one action: half of it must never be anywhere. */
  async edit(thing) {
    await this.#opens(thing.place);
    const shown = this.phone.page.getByRole("main").getByText(address(thing), { exact: true }).first();
    if (await shown.isVisible()) return this.#isSaved(thing);
    await this.phone.button("编辑").tap();
    await this.phone.see(this.phone.field("地址"));
    await this.phone.field("地址").fill(address(thing));
    await this.phone.field("行业").fill(trade(thing));
    await this.#save(this.phone.button("保存"), thing, shown);
  }

  async customer(thing) {
    if (await (await found(this.phone, thing.mark)).first().isVisible()) return this.#isSaved(thing);
    await this.phone.open("/customers/new");
    await this.phone.field("名称").fill(thing.mark);
    await this.phone.field("电话").fill(dialled(thing));
    await this.phone.page.getByRole("combobox", { name: "网格" }).selectOption(GRID_OF_LIJING);
    await this.#save(this.phone.button("保存"), thing, this.phone.page.getByRole("heading", { name: thing.mark }));
  }

  /** In, a moment, out with the next step: two things that are shown as saved, one after the other. */
  async visit(thing) {
    await this.#opens(thing.place);
    if (await this.#toDo(thing.mark).isVisible()) return this.#isSaved(thing);
    await at(this.phone, thing.place, { accuracy: 12 });
    const { page } = this.phone;
    const inside = this.phone.button("继续走访");
    if (await inside.isVisible()) {
      await inside.tap();
    } else {
      await this.phone.button("签到").tap();
      await this.phone.see(page.getByRole("region", { name: thing.place.name }).getByText("在范围内"));
      await this.#save(this.phone.button("签到"), thing, page.getByRole("timer"));
    }
    await this.phone.see(page.getByRole("timer"));
    await this.phone.see(chip(this.phone, "下一步", "明天"));
    if (!(await chip(this.phone, "下一步", "明天", true).isVisible())) await chip(this.phone, "下一步", "明天").tap();
    await this.phone.field("做什么").fill(thing.mark);
    await this.#save(this.phone.button("签退并保存"), thing, /已签退，停留/);
  }
}

/** The two fields of an edit, and a new customer's number. */
export const address = (thing) => `${thing.mark}路一号`;
export const trade = (thing) => `${thing.mark}行业`;
export const dialled = (thing) => {
  const [, seed, n] = /第(\d+)日(\d+)号/.exec(thing.mark);
  return `169${String(seed).padStart(5, "0").slice(-5)}${String(n).padStart(3, "0")}`;
};
