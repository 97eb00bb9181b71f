// What an officer types is kept in this browser until the server has confirmed it.
const LIFE_MS = 7 * 24 * 3600 * 1000;
const DONE = { replied: "reply", noted: "note" };

export function startDrafts() {
  sweep();
  const { officer, done } = document.body.dataset;
  const conversation = document.querySelector("main").dataset.conversation;
  if (!conversation) return;
  for (const field of document.querySelectorAll("[data-draft]")) {
    const key = `isec-draft:${officer}:${conversation}:${field.dataset.draft}`;
    if (DONE[done] === field.dataset.draft) forget(key);
    if (field.value) keep(field, key); // typed before this ran, or given back by a refusal
    else restore(field, key);
    field.addEventListener("input", () => keep(field, key));
  }
}

function restore(field, key) {
  const kept = read(key);
  if (kept) {
    field.value = kept;
    field.closest("details")?.setAttribute("open", "");
    field.dispatchEvent(new Event("input"));
    note(field, true);
  }
}

function keep(field, key) {
  note(field, Boolean(field.value));
  if (!field.value) { forget(key); return; }
  try { localStorage.setItem(key, JSON.stringify({ text: field.value, at: Date.now() })); } catch { note(field, false); }
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key) || "null")?.text || ""; } catch { return ""; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* storage is switched off: there is nothing to forget */ }
}

function note(field, isKept) {
  const sign = document.querySelector(`[data-draft-note="${field.dataset.draft}"]`);
  if (sign) sign.hidden = !isKept;
}

function sweep() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith("isec-draft:")) continue;
      const kept = JSON.parse(localStorage.getItem(key) || "null");
      if (!kept || Date.now() - kept.at > LIFE_MS) localStorage.removeItem(key);
    }
  } catch { /* storage is switched off: there are no drafts */ }
}
