// Runs the importer's wasm module in a Worker that the page may end at any time: Cancel is `terminate()`.
// In:  {type: "open", bytes: ArrayBuffer}, then any number of {type: "rows", request: RowsRequest as JSON}
// Out: {type: "understood", json}, {type: "progress", done, all}, {type: "rows", json},
//      {type: "refused", json: ImportError} when the file or the request is at fault, {type: "broken"} when the module itself gave up.
// Each message is answered in its order. Names in double braces are filled in by the build.
import init, { Import } from "{{importer.js}}";

let file = null;
// Handlers are set before the module is there, so that no message is lost while it loads.
let work = init({ module_or_path: "{{importer.wasm}}" });
self.onmessage = (event) => {
  work = work.then(() => answer(event.data)).catch(broken);
};

function answer(message) {
  try {
    if (message.type === "open") {
      file = Import.open(new Uint8Array(message.bytes));
      self.postMessage({ type: "understood", json: file.understood() });
    } else if (message.type === "rows") {
      const progress = (done, all) => self.postMessage({ type: "progress", done, all });
      self.postMessage({ type: "rows", json: file.rows(message.request, progress) });
    }
  } catch (thrown) {
    // The module throws its refusals as JSON text; anything else is a panic or memory at its end.
    if (typeof thrown === "string") self.postMessage({ type: "refused", json: thrown });
    else throw thrown;
  }
}

function broken(error) {
  console.error(error);
  self.postMessage({ type: "broken" });
}
