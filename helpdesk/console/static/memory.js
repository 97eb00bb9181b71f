// Small choices of this browser; where storage is switched off they last as long as the page.
const fallback = new Map();

export function read(name) {
  try { return localStorage.getItem(`isec-console:${name}`) ?? fallback.get(name) ?? null; } catch { return fallback.get(name) ?? null; }
}

export function write(name, value) {
  fallback.set(name, value);
  try { localStorage.setItem(`isec-console:${name}`, value); } catch { /* kept in `fallback` */ }
}
