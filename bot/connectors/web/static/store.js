// What the page remembers on this device; falls back to memory where the browser forbids storage.

const memory = new Map();
const PREFIX = "isec.";

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

export function read(key) {
  try {
    const text = storage()?.getItem(PREFIX + key) ?? memory.get(key) ?? null;
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

export function write(key, value) {
  const text = JSON.stringify(value);
  try {
    storage().setItem(PREFIX + key, text);
  } catch {
    memory.set(key, text);
  }
}

export function remove(key) {
  memory.delete(key);
  try {
    storage().removeItem(PREFIX + key);
  } catch {
    // nothing was stored then
  }
}

/** Every key that begins with `prefix`, without our own prefix. */
export function keys(prefix) {
  const found = new Set([...memory.keys()].filter((key) => key.startsWith(prefix)));
  const kept = storage();
  for (let index = 0; index < (kept?.length ?? 0); index += 1) {
    const key = kept.key(index);
    if (key.startsWith(PREFIX + prefix)) found.add(key.slice(PREFIX.length));
  }
  return [...found];
}
