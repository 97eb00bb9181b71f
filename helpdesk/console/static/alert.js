// A new ticket is told by the title of every console tab and, when switched on, by two short tones.
import { read, write } from "./memory.js";

let known = null;
let count = 0;
let sound = null;
const title = document.title;

export function startAlerts() {
  const toggle = document.getElementById("sound");
  count = queued();
  known = tickets();
  if (toggle) {
    toggle.checked = read("sound") === "on";
    toggle.addEventListener("change", () => { write("sound", toggle.checked ? "on" : "off"); if (toggle.checked) play(); });
  }
  showTitle(false);
  document.addEventListener("console:fresh", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) showTitle(false); });
}

function look() {
  const now = tickets();
  const isNew = known && now ? [...now].some((number) => !known.has(number)) : queued() > count;
  known = now;
  count = queued();
  showTitle(isNew && document.hidden);
  if (isNew) ring();
}

function ring() {
  document.body.dataset.rang = String(Number(document.body.dataset.rang || 0) + 1);
  if (read("sound") === "on") play();
}

// browsers let a page sound only after its user has touched it: until then say what is missing
async function play() {
  sound ??= new AudioContext();
  await Promise.race([sound.resume(), new Promise((done) => setTimeout(done, 300))]);
  const hint = document.getElementById("sound-blocked");
  if (hint) hint.hidden = sound.state === "running";
  if (sound.state !== "running") return;
  [660, 880].forEach((pitch, index) => tone(pitch, sound.currentTime + index * 0.18));
}

function tone(pitch, at) {
  const source = sound.createOscillator();
  const volume = sound.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.15, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.16);
  source.connect(volume).connect(sound.destination);
  source.start(at);
  source.stop(at + 0.17);
}

function queued() {
  return Number(document.getElementById("nav-queued")?.dataset.queued || 0);
}

function tickets() {
  const list = document.getElementById("waiting");
  return list ? new Set([...list.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket)) : null;
}

function showTitle(isNew) {
  const mark = isNew ? `● ${document.body.dataset.newTicket} · ` : "";
  document.title = `${mark}${count ? `(${count}) ` : ""}${title}`;
}
