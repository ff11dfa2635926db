// A supervisor moves a whole grid's customers with four taps; the server, killed in the middle, goes on; the new manager's phone gets them, and all of it is taken back.
import assert from "node:assert/strict";
import { inEveryLook } from "./harness/looks.mjs";
import { CHENWEI, GRID_OF_CHENWEI, GRID_OF_LIJING, LIJING, signIn, wholeBook, ZHOUPING } from "./harness/people.mjs";
import { rows } from "./harness/customers.mjs";
import { looksRight } from "./harness/screens.mjs";

export default async function (house) {
  const [hers, his, desk] = [await house.phone("hers"), await house.phone("his"), await house.desk("desk")];
  await signIn(house, hers, LIJING);
  await wholeBook(hers);
  await hers.see(rows(hers).first());
  await signIn(house, his, CHENWEI);
  await wholeBook(his);
  const before = { hers: await held(hers), his: await held(his) };
  await signIn(house, desk, ZHOUPING);
  await opensTheGrid(desk);
  await looksRight(desk);

  desk.taps = 0;
  await desk.tap(desk.button("整格转出"));
  const sheet = desk.page.getByRole("dialog");
  await sheet.getByRole("searchbox", { name: "搜索网格" }).fill(GRID_OF_CHENWEI);
  await desk.tap(sheet.getByRole("button", { name: new RegExp(GRID_OF_CHENWEI) }));
  await desk.see(new RegExp(`把${GRID_OF_LIJING}的客户全部转到${GRID_OF_CHENWEI}`));
  await looksRight(desk);
  await house.picture(desk, "transfer-ask");
  await desk.tap(desk.page.getByRole("dialog").getByRole("button", { name: "全部转过去" }));
  assert.equal(desk.taps, 3, "taps to move a grid");
  const server = await house.server();
  await server.kill();
  await server.start();

  const done = /把 (\d+) 户转到了/;
  await desk.see(done);
  await looksRight(desk);
  await house.picture(desk, "transfer-done");
  await fitsAPhone(house, desk);
  const moved = Number((await desk.page.getByText(done).innerText()).match(done)[1]);
  assert.ok(moved > 0, "somebody was moved");
  await holds(hers, before.hers - moved);
  await holds(his, before.his + moved);

  await desk.tap(desk.button("整批转回"));
  await holds(hers, before.hers);
  await holds(his, before.his);
  await desk.see(/转来了 \d+ 户/);
}

async function opensTheGrid(desk) {
  await desk.open("/board");
  await desk.page.getByRole("searchbox").fill(GRID_OF_LIJING);
  await desk.page.getByRole("link", { name: new RegExp(GRID_OF_LIJING) }).first().click();
  await desk.see(desk.page.getByRole("heading", { name: GRID_OF_LIJING }));
  await desk.see(desk.button("整格转出"));
}

/** A supervisor's phone shows the same page. */
async function fitsAPhone(house, desk) {
  const size = desk.page.viewportSize();
  await desk.page.setViewportSize({ width: 360, height: 740 });
  await inEveryLook(house, desk, "transfer", async (language) => {
    await desk.page.reload();
    await desk.see(language === "en" ? /moved \d+ to/ : /把 \d+ 户转到了/);
  });
  await desk.page.setViewportSize(size);
}

async function held(phone) {
  const said = await (await phone.see(phone.page.getByText(/^[\d,]+ 户$/).first())).innerText();
  return Number(said.replace(/\D/g, ""));
}

async function holds(phone, count) {
  await phone.open("/customers");
  await phone.see(`${count.toLocaleString("en")} 户`);
}
