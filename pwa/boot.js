// Starts the app: styles and wasm together, then the service worker. No rule of the business lives here.
// The names in double braces are filled in by the build.
const STYLES = "{{styles.css}}";
const APP_JS = "{{web.js}}";
const APP_WASM = "{{web.wasm}}";
const DEV = "{{dev}}" === "true";

const FAILURES = {
  old: {
    zh: "这个浏览器版本太旧，走访打不开。请更新系统浏览器（Chrome 111 或 iOS 16.4 以上）后再试。",
    en: "This browser is too old for Zoufang. Please update it (Chrome 111, iOS 16.4 or newer) and try again.",
  },
  download: {
    zh: "走访没有下载完整。请检查网络，再试一次；已存在本机的内容不受影响。",
    en: "Zoufang could not be downloaded. Check the network and try again; what is on this phone is safe.",
  },
};

// The app asks and is told through this one object; each change is also an event of the same name on `window`.
const host = {
  updateReady: false,
  installReady: false,
  // Lets the waiting version take over and reloads. Called only after the person agreed and drafts are kept.
  async acceptUpdate() {
    accepted = true;
    // A browser that is looking for a new version answers the registration at the start only when it has done so.
    if (!registration) follow(await navigator.serviceWorker?.getRegistration().catch(() => undefined));
    if (registration?.waiting) return letIn();
    // Where another tab has let it in already, nothing waits any more: this tab only has to follow.
    if (host.updateReady || !registration) return location.reload();
    // This version is too old for the server, and nobody has looked for the new one yet: once it is here, `offer` lets it in.
    registration.update().catch(() => (accepted = false));
  },
  // Shows the browser's own install question; resolves to "accepted", "dismissed" or "unavailable".
  async install() {
    if (!installPrompt) return "unavailable";
    const prompt = installPrompt;
    installPrompt = null;
    host.installReady = false;
    prompt.prompt();
    return (await prompt.userChoice).outcome;
  },
};
let registration = null;
let accepted = false;
let installPrompt = null;
window.zoufang = host;

function announce(name) {
  window.dispatchEvent(new Event(`zoufang:${name}`));
}

// Chromium offers installation before the app has started, so the offer is kept for it.
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installPrompt = event;
  host.installReady = true;
  announce("install-ready");
});

keepLooks();
watchTakeover();
start();

// The app puts theme, type size and language on the root element; the next start's shell wears them before the app is there.
function keepLooks() {
  const root = document.documentElement;
  const names = ["lang", "data-theme", "data-large"];
  const key = "zoufang.shell";
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "{}");
    for (const name of names) {
      if (typeof kept[name] === "string") root.setAttribute(name, kept[name]);
    }
    const keep = () => {
      const worn = names.filter((name) => root.hasAttribute(name)).map((name) => [name, root.getAttribute(name)]);
      localStorage.setItem(key, JSON.stringify(Object.fromEntries(worn)));
    };
    new MutationObserver(keep).observe(root, { attributeFilter: names });
  } catch {
    // Storage is refused or unreadable: the shell wears what the system says.
  }
}

async function start() {
  if (typeof WebAssembly !== "object") return fail("old");
  try {
    const [app] = await Promise.all([import(APP_JS), addStyles()]);
    await app.default({ module_or_path: APP_WASM });
  } catch (error) {
    console.error(error);
    return fail(error instanceof WebAssembly.CompileError ? "old" : "download");
  }
  if (DEV) return reloadOnRebuild();
  await registerServiceWorker();
}

// Added here rather than as a blocking link, so that the shell paints without waiting for it.
function addStyles() {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = STYLES;
    link.onload = resolve;
    link.onerror = () => reject(new Error(`no stylesheet: ${STYLES}`));
    document.head.append(link);
  });
}

function fail(reason) {
  const words = FAILURES[reason];
  const box = document.getElementById("boot-failure");
  const zh = document.createElement("p");
  zh.textContent = words.zh;
  const en = document.createElement("p");
  en.lang = "en";
  en.textContent = words.en;
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "再试一次 Try again";
  again.onclick = () => location.reload();
  box.className = "shell-fail";
  box.replaceChildren(zh, en, again);
  box.hidden = false;
}

// From the first moment on: a version may take over while this tab is still starting.
function watchTakeover() {
  const worker = navigator.serviceWorker;
  if (!worker) return;
  // The very first worker takes over a page that has none; that is no update.
  const updating = worker.controller !== null;
  worker.addEventListener("controllerchange", () => {
    if (accepted) return location.reload();
    if (!updating) return;
    // Another tab let the new version in: this one says so and reloads when its person is ready.
    host.updateReady = true;
    announce("update-taken");
  });
}

function letIn() {
  registration.waiting.postMessage({ type: "skip-waiting" });
}

async function registerServiceWorker() {
  if (!("serviceWorker" in navigator)) return;
  try {
    follow(await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }));
  } catch (error) {
    // Private windows refuse workers: the app works, only a cold start without a network does not.
    console.warn(error);
  }
}

// Offers a new version, those that are on their way included, or lets it in where the person has agreed already.
function follow(found) {
  if (registration || !found) return;
  registration = found;
  const offer = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    if (accepted) return letIn();
    host.updateReady = true;
    announce("update-ready");
  };
  const watch = () => registration.installing?.addEventListener("statechange", offer);
  offer();
  watch();
  registration.addEventListener("updatefound", watch);
  // An installed app may stay open for days without a navigation, which is when browsers look for updates.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") registration.update().catch(() => {});
  });
}

// `cargo xtask dev` only: a worker left from a release build would answer with old files, so it goes.
async function reloadOnRebuild() {
  const registrations = (await navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(registrations.map((each) => each.unregister()));
  const build = async () => {
    const answer = await fetch("/build.txt", { cache: "no-store" }).catch(() => null);
    return answer?.ok ? answer.text() : null;
  };
  const first = await build();
  setInterval(async () => {
    const now = await build();
    if (now !== null && now !== first) location.reload();
  }, 1000);
}
