// Labelling at the speed of the keyboard: the same form that works without this is sent in the background, the row says
// what became of it and the next one is at hand. Keys are silent while somebody types and can be switched off in the help.
import { read } from "./memory.js";

const DIRECT = { o: "out_of_scope", r: "must_refuse", n: "not_training", l: "later", f: "flag", u: "undo" };
const form = document.getElementById("review");
const dialog = document.getElementById("target");
let current = null;
let isGoing = false;

if (form && dialog) start();

function start() {
  const ask = document.getElementById("ask-target");
  ask.hidden = false;
  form.querySelector(".plain-target").hidden = true;
  form.addEventListener("submit", submit);
  form.addEventListener("focusin", (event) => { const row = event.target.closest(".ask"); if (row) settle(row); });
  // capture: on this page r, n and x mean something else than everywhere else
  document.addEventListener("keydown", press, true);
  ask.addEventListener("click", openTargets);
  for (const button of form.querySelectorAll("[data-picks]")) {
    button.hidden = false;
    button.addEventListener("click", () => markAll(button.closest(".group")));
  }
  startTargets();
  if (location.hash.startsWith("#q")) move(0, document.querySelector(location.hash));
}

function rows() { return [...form.querySelectorAll(".ask")]; }

function settle(row) {
  if (current && current !== row) current.classList.remove("current");
  current = row;
  row.classList.add("current");
}

function move(step, to = null) {
  const all = rows();
  const here = current ? all.indexOf(current) : -1;
  const next = to || all[Math.min(all.length - 1, Math.max(0, here + step))];
  if (!next) return;
  settle(next);
  next.focus({ preventScroll: true });
  const { top, bottom } = next.getBoundingClientRect();
  if (top < 90 || bottom > innerHeight - 20) next.scrollIntoView({ block: "center" });
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const field = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (field || read("keys") === "off") return;
  if (event.key === "g") { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); return; }
  if (isGoing) { isGoing = false; return; }
  const inControl = event.target.closest?.("a, button, summary");
  if (event.key === "Enter" && inControl) return;
  const done = use(event.key);
  if (!done) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function use(key) {
  if (key === "j" || key === "k") { move(key === "j" ? 1 : -1); return true; }
  if (key === "x") { mark(); return true; }
  if (key === "X") { if (current) markAll(current.closest(".group")); return true; }
  if (key === "a") { openTargets(); return true; }
  if (key === "Enter") { send("confirm"); return true; }
  if (DIRECT[key]) { send(DIRECT[key]); return true; }
  const candidate = /^[1-3]$/.test(key) && current?.querySelector(`[data-does="${key}"]`);
  if (candidate) { send("label", candidate.dataset.target); return true; }
  return /^[1-3nsrc]$/.test(key);
}

function mark() {
  const box = current?.querySelector("input[name=row]");
  if (box) box.checked = !box.checked;
}

function markAll(group) {
  const boxes = [...group.querySelectorAll("input[name=row]")];
  const isOn = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = isOn;
}

function picked() {
  const boxes = [...form.querySelectorAll("input[name=row]:checked")];
  return boxes.length || !current ? boxes : [current.querySelector("input[name=row]")];
}

function submit(event) {
  const { submitter } = event;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (submitter?.name === "one") post([["one", submitter.value]], submitter.closest(".ask"));
  else if (submitter?.value) send(submitter.value);
}

function send(act, target = "", title = "") {
  const boxes = picked();
  const fields = [["act", act], ["target", target], ["title", title], ...boxes.map((box) => ["row", box.value])];
  return post(fields, boxes.length === 1 ? boxes[0].closest(".ask") : null, act === "undo");
}

async function post(fields, row, isStaying = false) {
  const body = new URLSearchParams([["csrf", form.elements.csrf.value], ...fields]);
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
  if (answer?.status === 401) { location.reload(); return; }
  const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
  if (!isJson) { say([answer ? await sentence(answer) : form.dataset.failed], true); return; }
  const { rows: changed, said, counts } = await answer.json();
  changed.forEach(refresh);
  recount(counts);
  say(said, !answer.ok);
  if (answer.ok && row && !isStaying && row === current) move(1);
}

async function sentence(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(".sorry")?.textContent.trim() || form.dataset.failed;
}

function refresh(one) {
  const row = document.getElementById(`q${one.id}`);
  if (!row) return;
  const box = row.querySelector("input[name=row]");
  box.value = `${one.id}:${one.version}`;
  box.checked = false;
  for (const button of row.querySelectorAll("button[name=one]")) button.value = `${button.value.split("|")[0]}|${box.value}`;
  row.dataset.state = one.state;
  row.querySelector(".state").textContent = one.state_name;
  row.querySelector(".target").textContent = one.target;
  row.querySelector(".proposed").textContent = one.proposed;
  row.querySelector(".line").textContent = one.line;
}

function recount(counts) {
  for (const badge of document.querySelectorAll("[data-count]")) {
    badge.textContent = badge.dataset.queued = counts[badge.dataset.count] ?? 0;
  }
}

function say(sentences, isBad) {
  const place = form.querySelector(".said");
  place.textContent = sentences.join(" ");
  place.classList.toggle("bad", isBad);
}

// -- choosing an article or intent: type in any language, with or without marks

function plain(text) {
  return text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
}

function openTargets() {
  if (!picked().length) return;
  const words = document.getElementById("target-words");
  words.value = "";
  list();
  dialog.showModal();
  words.focus();
}

function startTargets() {
  const words = document.getElementById("target-words");
  words.addEventListener("input", list);
  words.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); step(event.key === "ArrowDown" ? 1 : -1); }
    if (event.key === "Enter") { event.preventDefault(); choose(chosen()); }
  });
  document.getElementById("target-list").addEventListener("click", (event) => choose(event.target.closest("li")));
  dialog.addEventListener("close", () => current?.focus({ preventScroll: true }));
}

function list() {
  const words = document.getElementById("target-words");
  const parts = plain(words.value).split(/\s+/).filter(Boolean);
  const options = [...form.elements.target.querySelectorAll("option[data-words]")];
  const matching = options.filter((option) => parts.every((part) => option.dataset.words.includes(part)));
  const ranks = new Map(matching.map((option) => [option, distance(option.dataset.words, parts)]));
  const found = matching.sort((one, other) => ranks.get(one) - ranks.get(other)).slice(0, 12);
  const items = found.map((option) => item(option.textContent, { target: option.value }));
  if (words.value.trim().length > 2) items.push(item(dialog.dataset.propose.replace("{title}", words.value.trim()), { title: words.value.trim() }));
  document.getElementById("target-list").replaceChildren(...items);
  step(0);
}

/** How far a target is from what was typed: 0 the same words in a row, 1 words that begin so, 2 somewhere in words. */
function distance(words, parts) {
  const spaced = ` ${words.replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  if (spaced.includes(` ${parts.join(" ")} `)) return 0;
  return parts.every((part) => spaced.includes(` ${part}`)) ? 1 : 2;
}

function item(text, data) {
  const found = document.createElement("li");
  found.role = "option";
  found.textContent = text;
  Object.assign(found.dataset, data);
  return found;
}

function chosen() { return document.querySelector("#target-list [aria-selected=true]"); }

function step(by) {
  const items = [...document.querySelectorAll("#target-list li")];
  const here = Math.max(0, items.indexOf(chosen()));
  items.forEach((one, place) => { one.id = `target-${place}`; one.ariaSelected = "false"; });
  const next = items[Math.min(items.length - 1, Math.max(0, here + by))];
  if (!next) return;
  next.ariaSelected = "true";
  next.scrollIntoView({ block: "nearest" });
  document.getElementById("target-words").setAttribute("aria-activedescendant", next.id);
}

function choose(one) {
  if (!one) return;
  dialog.close();
  if (one.dataset.title) send("propose", "", one.dataset.title);
  else send("label", one.dataset.target);
}
