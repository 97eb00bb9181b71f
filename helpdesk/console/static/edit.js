// The article editor: what is typed is kept in this browser until the server has stored it.
const PREFIX = "isec-draft:";

export function startEdits() {
  const main = document.querySelector("main[data-edits]");
  const form = document.getElementById("edit");
  if (!main || !form) return;
  const key = `${PREFIX}${document.body.dataset.officer}:article-${main.dataset.edits}:form`;
  const first = snapshot(form);
  const isSaved = new URLSearchParams(location.search).get("done") === "draft_saved";
  if (isSaved) { forget(key); forget(key.replace(`-${main.dataset.edits}:`, "-new:")); }
  const kept = main.dataset.refused ? null : read(key);
  if (kept && kept.revision === main.dataset.revision && kept.fields !== first) {
    restore(form, JSON.parse(kept.fields));
    show("draft-restored", true);
  }
  document.getElementById("draft-forget")?.addEventListener("click", () => { forget(key); restore(form, JSON.parse(first)); show("draft-restored", false); show("draft-kept", false); });
  form.addEventListener("input", () => {
    show("draft-kept", write(key, { at: Date.now(), revision: main.dataset.revision, fields: snapshot(form), text: "-" }));
  });
}

function snapshot(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !["csrf", "version", "revision", "origin"].includes(name)));
}

function restore(form, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) || []), value]);
  const rows = (values.get("basis_instrument") || []).length;
  while (form.querySelectorAll("#basis [name=basis_instrument]").length < rows) form.querySelector("[data-adds]").click();
  for (const field of form.elements) {
    if (!field.name || ["csrf", "version", "revision", "origin"].includes(field.name)) continue;
    const given = values.get(field.name) || [];
    if (field.type === "checkbox") field.checked = given.includes(field.value);
    else field.value = given.shift() ?? "";
  }
}

function show(id, isShown) {
  const sign = document.getElementById(id);
  if (sign) sign.hidden = !isShown;
}

function read(key) {
  try { return JSON.parse(localStorage.getItem(key) || "null"); } catch { return null; }
}

function write(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); return true; } catch { return false; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* storage is switched off: there is nothing to forget */ }
}
