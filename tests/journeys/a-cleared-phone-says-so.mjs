// The system clears what the app keeps: the next start says so, how much was unsent or since when, and the book comes back after sign-in.
import { timeline } from "./harness/customers.mjs";
import { LIJING, fillSignIn, signIn, wholeBook } from "./harness/people.mjs";
import { looksRight } from "./harness/screens.mjs";
import { planned } from "./harness/visits.mjs";

/** All that a page can keep but cookies: browsers evict it as a whole. */
const SCRIPT_STORAGE = "cache_storage,file_systems,indexeddb,local_storage,service_workers,websql";

const CLEARED = /系统清掉了走访在这台手机上的数据/;
const SINCE = /服务器最后一次收到这台手机的消息：.*\d{1,2}:\d\d/;

export default async function (house) {
  const server = await house.server({ customers: 200 });
  const phone = await house.phone("phone");
  await phone.open("/");
  await phone.see(phone.button("登录"));
  await phone.seeNoMore(CLEARED);
  await signIn(house, phone, LIJING);
  await wholeBook(phone);
  const stop = await planned(phone);

  await withEverythingSent(phone);
  await phone.see(/所有内容都已在服务器上/);
  await looksRight(phone);
  await signsInAgain(phone, server);

  await withSomethingUnsent(phone, stop);
  await phone.see(/其中 1 项还没有发送/);
  await looksRight(phone);
  await signsInAgain(phone, server);

  await withoutTheMark(phone);
  await phone.see(SINCE);
  for (const [scheme, locale] of [["light", "zh"], ["dark", "zh"], ["dark", "en"], ["light", "en"]]) {
    await phone.page.emulateMedia({ colorScheme: scheme });
    if (locale === "en" && (await phone.button("English").isVisible())) await phone.button("English").tap();
    await phone.see(locale === "zh" ? SINCE : /The server last heard from it at .*\d{1,2}:\d\d/);
    await looksRight(phone);
    await house.picture(phone, `cleared-${locale}-${scheme}`);
  }
  await phone.button("中文").tap();
  await signsInAgain(phone, server);

  await underARunningApp(phone, stop);
}

async function clear(phone) {
  const cdp = await phone.cdp();
  const origin = new URL(phone.page.url()).origin;
  await cdp.send("Storage.clearDataForOrigin", { origin, storageTypes: SCRIPT_STORAGE });
}

async function restart(phone) {
  await phone.close();
  await phone.start();
  await phone.open("/");
  await phone.see(phone.button("登录"));
}

async function signsInAgain(phone, server) {
  await fillSignIn(phone, LIJING, server.people.get(LIJING).password);
  await wholeBook(phone);
}

async function withEverythingSent(phone) {
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await clear(phone);
  await restart(phone);
  await phone.see(CLEARED);
}

async function withSomethingUnsent(phone, stop) {
  await phone.open(stop.path);
  await phone.see(timeline(phone));
  await phone.context.setOffline(true);
  await note(phone, "再也到不了服务器的一笔");
  await phone.see(timeline(phone).getByText("再也到不了服务器的一笔"));
  await clear(phone);
  await restart(phone);
}

/** Safari ends cookies that a script has set after seven days; the server's stays. */
async function withoutTheMark(phone) {
  await phone.open("/me/sync");
  await phone.see("一切已确认");
  await clear(phone);
  await phone.context.clearCookies({ name: "zf_mark" });
  await restart(phone);
}

/** Cleared while it is open: what is typed then must not be taken for saved. */
async function underARunningApp(phone, stop) {
  await phone.open(stop.path);
  await phone.see(timeline(phone));
  await clear(phone);
  await note(phone, "清掉之后的一笔");
  await phone.see(phone.page.getByRole("dialog").getByText(/没有保存/));
  await phone.page.getByRole("dialog").getByRole("button", { name: "关闭" }).tap();
  await phone.see(/没有在保存：/);
}

async function note(phone, text) {
  const sheet = phone.page.getByRole("dialog");
  await phone.button("记一笔").tap();
  await sheet.getByLabel("记点什么").fill(text);
  await sheet.getByRole("button", { name: "保存" }).tap();
}
