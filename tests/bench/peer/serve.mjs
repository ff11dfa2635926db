// PouchDB's own server on LevelDB, in the working folder: prints its address.
import express from "express";
import createApp from "express-pouchdb";
import PouchDB from "pouchdb";

const app = express();
app.use("/", createApp(PouchDB.defaults({ prefix: "./data-" }), { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: "./log.txt" }));
const server = app.listen(0, "127.0.0.1", () => console.log(`listening http://127.0.0.1:${server.address().port}`));
