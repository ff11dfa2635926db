// A clock that is wrong, in the page alone.
/** From now on the page's clock is off by so many milliseconds. */
export async function jump(phone, off) {
  await phone.page.evaluate((off) => localStorage.setItem("clock-off", String(off)), off);
}

/** Runs in the page, before the app: `prepare: (context) => context.addInitScript(clockThatJumps)`. */
export function clockThatJumps() {
  const Right = Date;
  const off = () => Number(localStorage.getItem("clock-off") ?? 0);
  const now = () => Right.now() + off();
  // A phone dates its positions by the same clock.
  for (const ask of ["getCurrentPosition", "watchPosition"]) {
    const right = Geolocation.prototype[ask];
    Geolocation.prototype[ask] = function (told, ...others) {
      const dated = ({ coords, timestamp }) => told({ coords, timestamp: timestamp + off() });
      return right.call(this, dated, ...others);
    };
  }
  globalThis.Date = class extends Right {
    constructor(...words) {
      super(...(words.length > 0 ? words : [now()]));
    }

    static now() {
      return now();
    }
  };
}
