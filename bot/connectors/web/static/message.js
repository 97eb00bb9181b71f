// How one message looks. Everything in it came from somebody else: it is text, never markup.

import { make } from "./dom.js";
import { language, t } from "./text.js";

const REPEATABLE = new Set(["part", "article"]);
const GROUPS = { useful: "feedback", poor: "feedback", pick: "choice", none: "choice" };
const PICTURES = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);
const MOST_OPEN_SOURCES = 3;
const NUMBER = /(\d{1,6}(?:-\d{1,6}){1,3})/;
const LOCALES = { vi: "vi-VN", en: "en-GB", zh: "zh-CN" };

const actionOf = (payload) => payload.split(":", 1)[0];

/** One press is all there is: the answer to it has been counted. */
export const isOneShot = (payload) => !REPEATABLE.has(actionOf(payload));

export const groupOf = (payload) => GROUPS[actionOf(payload)] ?? actionOf(payload);

/** The element of a message as the API gives it; `onPress` hears (message, button, event). */
export function messageElement(message, onPress) {
  const key = ["contact", "bot", "officer", "system"].includes(message.author) ? message.author : "system";
  return make(
    "article",
    { class: `message ${key}`, "data-seq": message.seq },
    headElement(key, message.officer, message.sent_at),
    bubbleElement(message),
    message.buttons.length > 0 ? choicesElement(message, onPress) : null,
  );
}

/** The element of a message that is still on its way. */
export function pendingElement(entry) {
  const files = (entry.files ?? []).map((name) => make("li", {}, name));
  return make(
    "article",
    { class: "message contact pending", "data-client": entry.client_id },
    headElement("contact", null, new Date(entry.at).toISOString()),
    make(
      "div",
      { class: "bubble" },
      entry.text ? textElement(entry.text) : null,
      files.length > 0 ? make("ul", { class: "files" }, ...files) : null,
    ),
    make("p", { class: "state" }),
  );
}

function headElement(key, officer, sentAt) {
  const name = key === "officer" && officer ? `${t("author_officer")} · ${officer}` : t(`author_${key}`);
  return make(
    "header",
    {},
    make("span", { class: "author", dir: "auto" }, name),
    make("time", { datetime: sentAt }, clock(sentAt)),
  );
}

function bubbleElement(message) {
  const sources = message.sources.filter((source) => isPage(source) || !isCited(source, message.text));
  return make(
    "div",
    { class: "bubble" },
    message.text ? textElement(message.text) : null,
    message.files.length > 0 ? make("ul", { class: "files" }, ...message.files.map(fileElement)) : null,
    sources.length > 0 ? sourcesElement(sources) : null,
  );
}

/** The words, with ticket numbers and the like in one piece. */
function textElement(text) {
  const pieces = text.split(NUMBER).map((piece, at) => (at % 2 ? make("span", { class: "number" }, piece) : piece));
  return make("p", { class: "text", dir: "auto" }, ...pieces);
}

function sourcesElement(sources) {
  const lists = [
    ...sourceList("laws", sources.filter((source) => !isPage(source))),
    ...sourceList("pages", sources.filter(isPage)),
  ];
  if (sources.length <= MOST_OPEN_SOURCES) return make("div", { class: "sources" }, ...lists);
  return make("details", { class: "sources" }, make("summary", {}, t("sources", { count: sources.length })), ...lists);
}

function sourceList(key, sources) {
  if (sources.length === 0) return [];
  const items = sources.map((source) => {
    const words = [source.title, source.article].filter(Boolean).join(", ");
    return make("li", { dir: "auto" }, isWeb(source.url) ? linkElement(source.url, words || source.url) : words);
  });
  return [make("h3", {}, t(key)), make("ul", { class: key }, ...items)];
}

/** A law is cited by its article, a page by its address alone. */
function isPage(source) {
  return !source.article && isWeb(source.url);
}

/** Whether the words of the answer name a law with its article themselves: "điều 3" is not named by "điều 33". */
function isCited(source, text) {
  const parts = [source.title, source.article].filter(Boolean);
  const endings = [", ", "，"].flatMap((mark) => text.split(parts.join(mark)).slice(1));
  return endings.some((rest) => !/^[\p{L}\p{N}]/u.test(rest));
}

function linkElement(url, words) {
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}

function isWeb(url) {
  try {
    return ["http:", "https:"].includes(new URL(url).protocol);
  } catch {
    return false;
  }
}

function fileElement(file) {
  const url = `/api/v1/chat/files/${encodeURIComponent(file.file_id)}`;
  const isPicture = PICTURES.has(file.media_type);
  const words = make("span", { class: "file-name", dir: "auto" }, file.name);
  const picture = isPicture ? make("img", { src: url, alt: "", loading: "lazy" }) : null;
  const size = make("span", { class: "file-size" }, bytes(file.size_bytes));
  const target = isPicture ? { target: "_blank", rel: "noopener" } : { download: file.name };
  return make("li", {}, make("a", { href: url, class: isPicture ? "picture" : "file", ...target }, picture, words, size));
}

function choicesElement(message, onPress) {
  const buttons = message.buttons.map((button) =>
    make(
      "button",
      {
        type: "button",
        class: "choice",
        dir: "auto",
        "data-payload": button.payload,
        "data-group": groupOf(button.payload),
        "aria-pressed": isOneShot(button.payload) ? "false" : null,
        onclick: (event) => {
          // the rest of a double click was meant for what the first click found, not for what lies there now
          if (event.detail <= 1) onPress(message, button, event);
        },
      },
      button.title,
    ),
  );
  return make("div", { class: "choices", role: "group", "aria-label": t("choices") }, ...buttons);
}

function clock(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const isToday = at.toDateString() === new Date().toDateString();
  const day = isToday ? {} : { day: "2-digit", month: "2-digit" };
  return new Intl.DateTimeFormat(LOCALES[language()], { hour: "2-digit", minute: "2-digit", ...day }).format(at);
}

function bytes(count) {
  const [value, unit] = count >= 1 << 20 ? [count / (1 << 20), "megabyte"] : [Math.max(1, count / 1024), "kilobyte"];
  const style = { style: "unit", unit, maximumFractionDigits: unit === "megabyte" ? 1 : 0 };
  return new Intl.NumberFormat(LOCALES[language()], style).format(value);
}
