// Where the visitor writes: Enter sends, Shift+Enter starts a line, and an input method's own Enter does neither.

import { show } from "./dom.js";
import { read, remove, write } from "./store.js";
import { t } from "./text.js";

const COUNTED_FROM = 0.8;

export class Composer {
  #input;
  #send;
  #counter;
  #limit;
  #attachments = null;
  #onSend;

  /** `onSend` hears (text, files). */
  constructor({ form, input, send, counter, limit, onSend }) {
    this.#input = input;
    this.#send = send;
    this.#counter = counter;
    this.#limit = limit;
    this.#onSend = onSend;
    // what was typed before this script had loaded is newer than the draft
    input.value ||= read("draft") ?? "";
    input.addEventListener("input", () => this.refresh());
    input.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
  }

  set attachments(attachments) {
    this.#attachments = attachments;
    this.refresh();
  }

  /** Put words into the box, for the visitor to change or send. */
  fill(text) {
    this.#input.value = text;
    this.#input.focus();
    this.refresh();
  }

  submit() {
    const text = this.#input.value.trim();
    const files = this.#attachments.ready;
    if (!this.#isSendable(text, files)) return;
    this.#input.value = "";
    remove("draft");
    this.#attachments.clear();
    this.refresh();
    this.#onSend(text, files);
  }

  /** Bring counter, height and button up to date. */
  refresh() {
    const text = this.#input.value;
    const count = length(text.trim());
    const isTooLong = count > this.#limit;
    const key = isTooLong ? "too_long" : "counter";
    show(this.#counter, count >= COUNTED_FROM * this.#limit ? t(key, { count, limit: this.#limit }) : "");
    this.#counter.classList.toggle("error", isTooLong);
    this.#input.setAttribute("aria-invalid", String(isTooLong));
    const isReady = this.#isSendable(text.trim(), this.#attachments?.ready ?? []);
    this.#send.setAttribute("aria-disabled", String(!isReady));
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight + 2}px`;
    if (text) write("draft", text);
    else remove("draft");
  }

  #isSendable(text, files) {
    const hasWords = text !== "" || files.length > 0;
    return hasWords && length(text) <= this.#limit && !this.#attachments?.isBusy;
  }

  #key(event) {
    // 229 is how browsers say that an input method, not the visitor, pressed the key that ends a composition
    const isComposing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || isComposing) return;
    event.preventDefault();
    if (!event.repeat) this.submit();
  }
}

/** Characters as the desk counts them: by code point, not by half of an emoji. */
const length = (text) => [...text].length;
