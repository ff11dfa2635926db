// Dexie, as its own documentation uses it.
export const dexie = {
  async open() {
    const { Dexie } = await import("./dexie.mjs");
    const database = new Dexie("dexie");
    database.version(1).stores({ customers: "id, name", others: "id, root" });
    return database.open();
  },
  insert(database, customers, others) {
    return database.transaction("rw", database.customers, database.others, async () => {
      await database.customers.bulkPut(customers);
      await database.others.bulkPut(others);
    });
  },
  first: (database, count) => database.customers.orderBy("name").limit(count).toArray(),
};
