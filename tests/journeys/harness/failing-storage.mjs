// IndexedDB as it fails in the field: the app's own calls meet the failures that Expensify counted (Expensify/App#87844), each as its browser raises it.

/** Of a hundred failed saves so many; the rest were told apart by nobody. */
export const WEIGHTS = { backing: 26, quota: 26, lost: 19, full: 7, closing: 6 };

/** For a device's `prepare`: the failures are off until [`fail`] switches them on, and stay as they are when the page is loaded anew. */
export async function failingStorage(context) {
  await context.addInitScript(install);
}

/** From now on the next `times` uses of the storage fail so; all of them without a number. `chance`: only some, by chance from a seed. */
export async function fail(device, kinds, { times = Infinity, chance = 1, seed = 1 } = {}) {
  await device.page.evaluate((plan) => sessionStorage.setItem("failing", JSON.stringify(plan)), {
    kinds: typeof kinds === "string" ? { [kinds]: 1 } : kinds,
    left: times === Infinity ? 1e9 : times,
    chance,
    seed,
  });
}

/** The storage works again. Gives how often it has failed since [`fail`]. */
export async function recover(device) {
  return device.page.evaluate(() => {
    const { failed = 0 } = JSON.parse(sessionStorage.getItem("failing") ?? "{}");
    sessionStorage.removeItem("failing");
    return failed;
  });
}

/** Runs in the page, before the app. */
function install() {
  const said = {
    backing: ["UnknownError", "Internal error opening backing store for indexedDB.open."],
    quota: ["QuotaExceededError", "The current transaction exceeded its quota limitations."],
    lost: ["UnknownError", "Connection to Indexed Database server lost. Refresh the page to try again"],
    full: ["UnknownError", "Attempt to write to disk failed: no space left on device"],
    closing: ["InvalidStateError", "Failed to execute 'transaction' on 'IDBDatabase': The database connection is closing."],
  };
  const exception = (kind) => new DOMException(said[kind][1], said[kind][0]);
  const replace = (prototype, name, made) => {
    const original = prototype[name];
    prototype[name] = made(original);
  };

  /** The failure that this use meets, if any of those that it can meet: drawn, and counted down. */
  const drawn = (possible) => {
    const kept = sessionStorage.getItem("failing");
    if (kept === null) return null;
    const plan = JSON.parse(kept);
    const next = () => {
      plan.seed = (Math.imul(plan.seed, 1_664_525) + 1_013_904_223) >>> 0;
      return plan.seed / 4_294_967_296;
    };
    let left = next() * Object.values(plan.kinds).reduce((sum, weight) => sum + weight, 0);
    const kind = Object.keys(plan.kinds).find((kind) => (left -= plan.kinds[kind]) < 0);
    const hits = plan.left > 0 && possible.includes(kind) && next() < plan.chance;
    if (hits) {
      plan.left -= 1;
      plan.failed = (plan.failed ?? 0) + 1;
    }
    sessionStorage.setItem("failing", JSON.stringify(plan));
    return hits ? kind : null;
  };

  const aborted = (transaction, kind) => {
    Object.defineProperty(transaction, "error", { get: () => exception(kind) });
    try {
      transaction.abort();
    } catch {
      // The app has given it up already.
    }
  };

  replace(IDBDatabase.prototype, "transaction", (transaction) => function (stores, mode, options) {
    const writes = mode === "readwrite";
    const kind = drawn(writes ? ["backing", "quota", "lost", "full", "closing"] : ["backing", "lost", "closing"]);
    if (kind === "closing") {
      this.close();
      throw exception(kind);
    }
    if (kind === "lost") {
      // WebKit: the handle is dead for good, and says so.
      this.close();
      this.dispatchEvent(new Event("close"));
      throw exception(kind);
    }
    const begun = transaction.call(this, stores, mode, options);
    if (kind === "backing" || kind === "full") {
      // All that was asked for in one go fails, and the transaction with it.
      begun.objectStore = function (name) {
        const store = IDBTransaction.prototype.objectStore.call(this, name);
        queueMicrotask(() => begun.error ?? aborted(begun, kind));
        return store;
      };
    }
    // A full share is noticed when it is written down.
    if (kind === "quota") begun.commit = () => aborted(begun, kind);
    return begun;
  });

  replace(IDBFactory.prototype, "open", (open) => function (...words) {
    const kind = drawn(["backing", "lost"]);
    if (kind === null) return open.apply(this, words);
    // A request of its own that comes to nothing, with the error that the browser would tell.
    const request = open.call(this, `failing-${Math.random()}`, 1);
    Object.defineProperty(request, "error", { get: () => exception(kind) });
    request.addEventListener("upgradeneeded", (event) => {
      event.stopImmediatePropagation();
      event.target.transaction.abort();
    });
    return request;
  });
}
