// Single-letter shortcuts; silent while somebody types, and they can be switched off in the help dialog.
import { read, write } from "./memory.js";

const GO = { q: "queue", h: "overview", a: "articles" };
let isGoing = false;

export function startKeys() {
  const toggle = document.getElementById("keys-on");
  if (!toggle) return;
  toggle.checked = read("keys") !== "off";
  toggle.addEventListener("change", () => write("keys", toggle.checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => press(event, toggle));
}

function press(event, toggle) {
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (field) { typeKey(event, field); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (!toggle.checked && event.key !== "?") return;
  if (event.key === "?") { event.preventDefault(); document.getElementById("help").showModal(); return; }
  if (isGoing) { isGoing = false; if (GO[event.key]) go(GO[event.key]); return; }
  if (event.key === "g") { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); return; }
  if (event.key === "j" || event.key === "k") { move(event.key === "j" ? 1 : -1); return; }
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].find((one) => one.offsetParent);
  if (!target) return;
  event.preventDefault();
  use(target);
}

function typeKey(event, field) {
  if (event.key === "Escape") leave(event, field);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing && field.form) {
    event.preventDefault();
    field.form.requestSubmit();
  }
}

// a search field would take the first Escape for itself
function leave(event, field) {
  const dialog = field.closest("dialog");
  if (!dialog) { field.blur(); return; }
  event.preventDefault();
  dialog.close();
}

function use(target) {
  if (target.matches("textarea, input, select")) { target.focus(); return; }
  if (!target.matches("summary")) { target.focus(); target.click(); return; }
  target.parentElement.open = true;
  target.parentElement.querySelector("textarea, input:not([type=hidden])")?.focus();
}

function move(step) {
  const links = [...document.querySelectorAll(".row a.ticket, .row a.open")];
  const here = links.findIndex((link) => link.closest(".row").contains(document.activeElement));
  links[Math.min(links.length - 1, Math.max(0, here + step))]?.focus();
}

function go(page) {
  location.assign(new URL(page, new URL("/console/", location.href)));
}
