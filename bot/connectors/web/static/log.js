// The list of messages: stored ones in the desk's order, those on their way after them.

import { make } from "./dom.js";
import { groupOf, isOneShot, messageElement, pendingElement } from "./message.js";
import { read, write } from "./store.js";
import { t } from "./text.js";

const NEAR_END = 120;
const PRESS_PAUSE = 800;
const STILL = 500;
const MAX_PRESSED = 500;

export class MessageLog {
  #list;
  #scroller;
  #actions;
  #isFollowing = true;
  #isStill = false;
  #afterStill = null;
  #placedAt = 0;
  #known = new Map();
  #pressed = read("pressed") ?? {};

  /** `actions` has press(message, button), retry(clientId) and discard(clientId). */
  constructor(list, scroller, actions) {
    this.#list = list;
    this.#scroller = scroller;
    this.#actions = actions;
    // whoever reads the end stays there while pictures arrive, bars appear and the box below grows
    scroller.addEventListener("scroll", () => this.#scrolled());
    const following = new ResizeObserver(() => this.keepUp());
    for (const element of [scroller, list]) following.observe(element);
  }

  get isEmpty() {
    return this.#list.childElementCount === 0;
  }

  /** Whether screen readers hear what is added: history is not news. */
  set isLive(isLive) {
    this.#list.setAttribute("aria-live", isLive ? "polite" : "off");
  }

  /** Show stored messages; a message already shown is not shown twice. */
  add(messages, isHistory) {
    for (const message of messages) this.#addOne(message);
    if (isHistory) this.#isFollowing = true;
    if (!this.#isFollowing) return;
    const long = this.#tooLong(isHistory ? messages.slice(-1) : messages);
    if (long) this.#toBeginning(long);
    else this.toEnd();
  }

  /** Whether the last message that somebody else wrote has this button. */
  offers(payload) {
    const [last] = [...this.#known.values()].filter(({ message }) => message.author !== "contact").slice(-1);
    return last?.message.buttons.some((button) => button.payload === payload) ?? false;
  }

  addPending(entry) {
    if (this.#pending(entry.client_id)) return;
    this.#list.append(pendingElement(entry));
    this.toEnd();
  }

  /** The state of a message on its way: "sending", "waiting" or "failed" with a reason. */
  mark(entry, state, reason = "") {
    const element = this.#pending(entry.client_id);
    if (!element || element.dataset.state === state) return;
    element.dataset.state = state;
    element.classList.toggle("failed", state === "failed");
    const line = element.querySelector(".state");
    line.replaceChildren(t(state, { reason: reason || t("failure") }));
    if (state === "failed") line.append(...this.#remedies(entry));
  }

  /** The desk has stored a pending message under a sequence number. */
  confirm(entry, seq) {
    const element = this.#pending(entry.client_id);
    if (!element) return;
    if (this.#known.has(seq)) {
      element.remove();
      return;
    }
    element.dataset.seq = seq;
    element.querySelector(".state").replaceChildren(t("sent"));
  }

  drop(clientId) {
    this.#pending(clientId)?.remove();
  }

  clear() {
    this.#list.replaceChildren();
    this.#known.clear();
    this.#pressed = {};
    write("pressed", {});
  }

  /** Write every message anew, in the language that is now chosen. */
  redraw() {
    for (const { message, element } of this.#known.values()) {
      const fresh = this.#draw(message);
      element.replaceWith(fresh);
      this.#known.set(message.seq, { message, element: fresh });
    }
  }

  /** Undo a press whose message was refused. */
  release(entry) {
    const [, seq] = /^press-(\d+)-/.exec(entry.client_id) ?? [];
    if (!seq) return;
    delete this.#pressed[seq];
    write("pressed", this.#pressed);
    const known = this.#known.get(Number(seq));
    if (known) this.#disable(known.message, known.element);
  }

  /** Stay at the end, unless the visitor has scrolled back to read. */
  keepUp() {
    if (this.#isFollowing) this.toEnd();
  }

  toEnd() {
    this.#isFollowing = true;
    this.#place(() => this.#scroller.scrollHeight);
  }

  /** Nobody reads a long answer from its end. */
  #toBeginning(element) {
    this.#isFollowing = false;
    const { paddingTop } = getComputedStyle(this.#scroller);
    const above = () => element.getBoundingClientRect().top - this.#scroller.getBoundingClientRect().top;
    this.#place(() => this.#scroller.scrollTop + above() - parseFloat(paddingTop));
  }

  /** The last of the others' messages that does not fit into the list. */
  #tooLong(messages) {
    const others = messages.filter((message) => message.author !== "contact");
    const elements = others.map((message) => this.#known.get(message.seq).element);
    return elements.filter((element) => element.offsetHeight > this.#scroller.clientHeight).at(-1);
  }

  #place(top) {
    this.#afterStill = this.#isStill ? top : null;
    if (this.#isStill) return;
    this.#scroller.scrollTop = top();
    this.#placedAt = this.#scroller.scrollTop;
  }

  /** What the visitor has just clicked on stays under the pointer until a double click would be over. */
  #keepStill() {
    if (this.#isStill) return;
    this.#isStill = true;
    this.#scroller.classList.add("still");
    setTimeout(() => {
      this.#isStill = false;
      this.#scroller.classList.remove("still");
      if (this.#afterStill) this.#place(this.#afterStill);
    }, STILL);
  }

  #scrolled() {
    if (Math.abs(this.#scroller.scrollTop - this.#placedAt) < 1) return;
    this.#placedAt = NaN;
    this.#afterStill = null;
    this.#isFollowing = this.#isAtEnd();
  }

  #addOne(message) {
    if (this.#known.has(message.seq)) return;
    const element = this.#draw(message);
    const mine = message.author === "contact" ? this.#pendingOf(message) : null;
    if (mine) mine.replaceWith(element);
    const next = this.#list.querySelector(".pending");
    if (element.nextElementSibling !== next || !element.isConnected) this.#list.insertBefore(element, next);
    this.#known.set(message.seq, { message, element });
  }

  #draw(message) {
    const element = messageElement(message, (...pressed) => this.#press(...pressed));
    this.#disable(message, element);
    return element;
  }

  #pending(clientId) {
    return [...this.#list.querySelectorAll(".pending")].find((element) => element.dataset.client === clientId);
  }

  /** The pending message that the desk has just delivered back: by its number, else the first with the same words. */
  #pendingOf(message) {
    const waiting = [...this.#list.querySelectorAll(".pending:not(.failed)")];
    const words = (element) => element.querySelector(".text")?.textContent ?? "";
    return (
      waiting.find((element) => element.dataset.seq === String(message.seq)) ??
      waiting.find((element) => !element.dataset.seq && words(element).trim() === message.text) ??
      null
    );
  }

  #press(message, button, event) {
    const element = event.currentTarget;
    if (element.getAttribute("aria-disabled") === "true") return;
    if (isOneShot(button.payload)) {
      this.#remember(message.seq, button.payload);
      this.#disable(message, element.closest(".message"));
    } else {
      element.setAttribute("aria-disabled", "true");
      setTimeout(() => element.removeAttribute("aria-disabled"), PRESS_PAUSE);
    }
    // the keyboard's clicks have no detail, and nothing under a pointer
    if (event.detail > 0) this.#keepStill();
    this.#actions.press(message, button);
  }

  #remember(seq, payload) {
    this.#pressed[seq] = [...(this.#pressed[seq] ?? []), payload];
    const old = Object.keys(this.#pressed).slice(0, -MAX_PRESSED);
    for (const key of old) delete this.#pressed[key];
    write("pressed", this.#pressed);
  }

  #disable(message, element) {
    const pressed = this.#pressed[message.seq] ?? [];
    const groups = new Set(pressed.map(groupOf));
    for (const button of element.querySelectorAll(".choice[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(pressed.includes(button.dataset.payload)));
      if (groups.has(button.dataset.group)) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
  }

  #remedies(entry) {
    const remedy = (key, action) => make("button", { type: "button", class: "link", onclick: action }, t(key));
    return [
      remedy("retry", () => this.#actions.retry(entry.client_id)),
      remedy("discard", () => this.#actions.discard(entry.client_id)),
    ];
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }
}
