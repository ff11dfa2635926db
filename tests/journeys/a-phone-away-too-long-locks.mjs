// A phone without contact for longer than the organisation allows shows no customers; a check-in still works and is kept, and the first contact opens everything again.
import assert from "node:assert/strict";
import { clockThatJumps, jump } from "./harness/clock.mjs";
import { rows, timeline } from "./harness/customers.mjs";
import { HELIN, LIJING, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { agreeToBeingLocated, at, checkIn, planned } from "./harness/visits.mjs";

const DAY = 24 * 3_600_000;

export default async function (house) {
  await house.server({ customers: 200 });
  const office = await house.desk("office");
  await signIn(house, office, HELIN);
  await office.open("/admin/devices");
  await office.page.getByRole("combobox", { name: "离线多久后锁上客户资料" }).selectOption("14 天");
  await office.see("已存在本机，正在发送");
  await looksRight(office);

  const phone = await house.phone("phone", { prepare: (context) => context.addInitScript(clockThatJumps) });
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  await agreeToBeingLocated(phone);
  const stop = await planned(phone);
  await phone.context.setOffline(true);
  await jump(phone, 13 * DAY);
  await phone.open(stop.path);
  await phone.see(timeline(phone));

  await jump(phone, 15 * DAY);
  await phone.open("/customers");
  await phone.see(/太久了/);
  assert.equal(await rows(phone).count(), 0, "no customers are shown");
  await looksRight(phone);
  await house.picture(phone, "locked");
  await phone.open(stop.path);
  await phone.see(/太久了/);
  await at(phone, stop, { accuracy: 12 });
  await checkIn(phone, stop);

  await phone.context.setOffline(false);
  await phone.open("/customers");
  await phone.see(rows(phone).first());
  await phone.open(stop.path);
  await phone.see(timeline(phone).getByText("已确认").first());
}
