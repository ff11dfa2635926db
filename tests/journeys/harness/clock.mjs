// A clock that is wrong, in the page alone.
/** From now on the page's clock is off by so many milliseconds. */
export async function jump(phone, off) {
  await phone.page.evaluate((off) => localStorage.setItem("clock-off", String(off)), off);
}

/** Runs in the page, before the app: `prepare: (context) => context.addInitScript(clockThatJumps)`. */
export function clockThatJumps() {
  const Right = Date;
  const now = () => Right.now() + Number(localStorage.getItem("clock-off") ?? 0);
  globalThis.Date = class extends Right {
    constructor(...words) {
      super(...(words.length > 0 ? words : [now()]));
    }

    static now() {
      return now();
    }
  };
}
