// IndexedDB as most applications use it: an object per row, one index for the list and one for a customer's own rows.

/** The request's result. */
export function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export function complete(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

export const raw = {
  open() {
    const opening = indexedDB.open("raw", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore("customers", { keyPath: "id" }).createIndex("name", "name");
      opening.result.createObjectStore("others", { keyPath: "id" }).createIndex("root", "root");
    };
    return done(opening);
  },
  async insert(database, customers, others) {
    const transaction = database.transaction(["customers", "others"], "readwrite", { durability: "relaxed" });
    const [first, second] = [transaction.objectStore("customers"), transaction.objectStore("others")];
    for (const row of customers) first.put(row);
    for (const row of others) second.put(row);
    await complete(transaction);
  },
  first(database, count) {
    const index = database.transaction("customers").objectStore("customers").index("name");
    return new Promise((resolve, reject) => {
      const rows = [];
      const request = index.openCursor();
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const cursor = request.result;
        if (cursor) rows.push(cursor.value);
        if (cursor && rows.length < count) cursor.continue();
        else resolve(rows);
      };
    });
  },
  async all(database) {
    const transaction = database.transaction(["customers", "others"]);
    const stores = ["customers", "others"].map((name) => done(transaction.objectStore(name).getAll()));
    const rows = await Promise.all(stores);
    return rows[0].length + rows[1].length;
  },
};
