// Words that wait in this browser until the desk has them. Each window keeps its own, so that no window writes
// over what another one keeps; what windows left behind that are gone now, the next one finds.
import { desk } from "desk/server";

const NAME = "newsroom:window", MINE = `newsroom:${desk.user}:`;
const GONE_AFTER = 120_000;  // milliseconds, where the browser cannot tell which windows are open

// A lock is held for as long as the window is open, and by nobody else: a copied tab gets a name of its own.
function hold(name) {
  if (!navigator.locks) return true;
  return new Promise(resolve => navigator.locks.request(`newsroom:${name}`, { ifAvailable: true }, lock => {
    resolve(lock != null);
    return lock && new Promise(() => {});
  }).catch(() => resolve(true)));
}

async function takeName() {
  let name;
  try { name = sessionStorage.getItem(NAME); } catch { /* a browser that keeps nothing */ }
  if (!name || !await hold(name)) {
    name = Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
    await hold(name);
  }
  try { sessionStorage.setItem(NAME, name); } catch { /* as above */ }
  return name;
}

export const windowName = await takeName();
const story = () => desk.pages.story ?? "new";
const key = () => `${MINE}${story()}:${windowName}`;

// Whether this browser has them for good.
export function keep(entry) {
  try { localStorage.setItem(key(), JSON.stringify(entry)); return true; } catch { return false; }
}

export function forget(which = key()) {
  try { localStorage.removeItem(which); } catch { /* then there is nothing to forget */ }
}

// What was left behind for this story, oldest first.
export async function leftBehind() {
  let keys;
  try { keys = Object.keys(localStorage).filter(one => one.startsWith(`${MINE}${story()}:`)); } catch { return []; }
  if (!keys.length) return [];
  const open = navigator.locks ? (await navigator.locks.query()).held.map(lock => lock.name) : null;
  const found = [];
  for (const one of keys) {
    const name = one.split(":").at(-1);
    let entry;
    try { entry = JSON.parse(localStorage.getItem(one)); } catch { /* not ours */ }
    if (!entry?.fields) continue;
    const isOpen = open ? open.includes(`newsroom:${name}`) : Date.now() - entry.at < GONE_AFTER;
    if (name == windowName || !isOpen) found.push({ key: one, entry });
  }
  return found.sort((one, other) => one.entry.at - other.entry.at);
}
