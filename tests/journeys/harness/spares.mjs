// The spare copy of what was not sent, as it lies in the page's caches.

/** As many entries as the mark's cookie says are unsent: it counts what the screens count. */
export async function everythingSpared(phone) {
  await phone.page.waitForFunction(async () => {
    const unsent = Number(/zf_mark=(\d+)\./.exec(document.cookie)?.[1]);
    const names = (await caches.keys()).filter((one) => one.startsWith("spare-"));
    const entries = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
    return entries.reduce((sum, count) => sum + count, 0) === unsent;
  });
}

export async function nothingSpared(phone) {
  await phone.page.waitForFunction(async () => {
    const names = (await caches.keys()).filter((one) => one.startsWith("spare-"));
    const left = await Promise.all(names.map(async (name) => (await (await caches.open(name)).keys()).length));
    return left.every((count) => count === 0);
  });
}
