// The page's own sentences in the language the visitor chose.

import { read, write } from "./store.js";

const LANGUAGES = ["vi", "en", "zh"];
const HTML_LANGUAGE = { vi: "vi", en: "en", zh: "zh-Hans" };
let catalogue = {};
let current = "vi";

export const language = () => current;

/** The sentence `key` with its {blanks} filled. */
export function t(key, values = {}) {
  return (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** The language to begin with: chosen before, asked for by the address, or the first of the browser's that we serve. */
export function firstLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const browser = navigator.languages.map((tag) => tag.split("-")[0]);
  // many browsers in Viet Nam show their own menus in English, so Vietnamese anywhere in the list comes first
  const preferred = browser.includes("vi") ? "vi" : browser.find((tag) => LANGUAGES.includes(tag));
  return [read("language"), asked, preferred, "vi"].find((tag) => LANGUAGES.includes(tag));
}

export async function useLanguage(next) {
  const response = await fetch(`/chat/static/text/${next}.json`);
  if (!response.ok) throw new Error(`no texts for ${next}`);
  catalogue = await response.json();
  current = next;
  document.documentElement.lang = HTML_LANGUAGE[next];
  translate(document);
}

export const rememberLanguage = (chosen) => write("language", chosen);

function translate(root) {
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.setAttribute("aria-label", t(element.dataset.label));
  for (const element of root.querySelectorAll("[data-placeholder]")) element.placeholder = t(element.dataset.placeholder);
  for (const button of root.querySelectorAll("button[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === current));
  }
}
