// IndexedDB with the very bytes that ours writes, and nothing else around them.
import { complete, done } from "./peer-raw.mjs";

/** Pages that ours stores in one transaction. */
const PAGES_AT_ONCE = 8;
/** `getRandomValues` gives no more at once. */
const RANDOM_AT_ONCE = 65_536;

let database;

async function open() {
  const opening = indexedDB.open("bytes", 1);
  opening.onupgradeneeded = () => {
    for (const name of ["state", "page", "column", "delta", "outbox", "journal", "meta"]) opening.result.createObjectStore(name);
  };
  database ??= await done(opening);
  return database;
}

/** As good as sealed: bytes that cannot be compressed. */
function random(size) {
  const bytes = new Uint8Array(size);
  for (let from = 0; from < size; from += RANDOM_AT_ONCE) crypto.getRandomValues(bytes.subarray(from, from + RANDOM_AT_ONCE));
  return bytes;
}

/** Keys of twelve bytes, as ours has. */
function key(number) {
  const bytes = new ArrayBuffer(12);
  new DataView(bytes).setUint32(8, number);
  return bytes;
}

/** Writes pages of these sizes. Gives milliseconds. */
export async function sealed(sizes) {
  const pages = sizes.map(random);
  const database = await open();
  const at = performance.now();
  for (let from = 0; from < pages.length; from += PAGES_AT_ONCE) {
    const transaction = database.transaction("page", "readwrite", { durability: "relaxed" });
    const store = transaction.objectStore("page");
    pages.slice(from, from + PAGES_AT_ONCE).forEach((page, at) => store.put(page, key(from + at)));
    await complete(transaction);
  }
  return performance.now() - at;
}

let edits = 0;

/** One strict transaction that writes values of these sizes to these stores. Gives milliseconds. */
export async function strictEdit(writes) {
  const values = writes.map(([store, size]) => [store, random(size)]);
  const stores = [...new Set(values.map(([store]) => store))];
  const database = await open();
  edits += 1;
  const at = performance.now();
  const transaction = database.transaction(stores, "readwrite", { durability: "strict" });
  for (const [store, bytes] of values) transaction.objectStore(store).put(bytes, key(store === "outbox" ? edits : 0));
  await complete(transaction);
  return performance.now() - at;
}
