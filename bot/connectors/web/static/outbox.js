// Messages on their way to the desk: kept on this device until the desk has stored them, sent one after the other.
//
// Each has a client id, so sending it again after a lost answer is the same message to the desk.

import { call } from "./api.js";
import { keys, read, remove, write } from "./store.js";

const PREFIX = "outbox.";
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 30_000;

export class Outbox {
  #session;
  #listener;
  #isRunning = false;
  #wake = () => {};

  /** `listener` has sending(entry), waiting(entry, error), sent(entry, seq) and failed(entry, error). */
  constructor(session, listener) {
    this.#session = session;
    this.#listener = listener;
    window.addEventListener("online", () => this.#wake());
  }

  /** Every kept message, oldest first. */
  entries() {
    const found = keys(PREFIX).map(read).filter((entry) => entry !== null);
    return found.sort((one, other) => one.at - other.at || one.order - other.order);
  }

  /** Keep a message {client_id, text, button?, file_ids?, files?} and send it when its turn comes. */
  add(entry) {
    const last = this.entries().at(-1);
    const kept = { ...entry, at: Date.now(), order: (last?.order ?? 0) + 1 };
    write(PREFIX + entry.client_id, kept);
    this.run();
    return kept;
  }

  retry(clientId) {
    const entry = read(PREFIX + clientId);
    if (entry === null) return;
    write(PREFIX + clientId, { ...entry, reason: undefined });
    this.run();
  }

  discard(clientId) {
    remove(PREFIX + clientId);
  }

  clear() {
    for (const key of keys(PREFIX)) remove(key);
  }

  /** Send what waits; does nothing while sending already. */
  async run() {
    if (this.#isRunning) return this.#wake();
    this.#isRunning = true;
    let delay = FIRST_DELAY;
    try {
      for (let entry = this.#next(); entry; entry = this.#next()) {
        const error = await this.#send(entry);
        if (error === null) {
          delay = FIRST_DELAY;
          continue;
        }
        await this.#sleep((error.retryAfter ?? 0) * 1000 || delay * (0.75 + Math.random() / 2));
        delay = Math.min(2 * delay, LONGEST_DELAY);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #next() {
    return this.entries().find((entry) => entry.reason === undefined);
  }

  /** Null when the entry is done with, for better or worse; the error when it must wait. */
  async #send(entry) {
    this.#listener.sending(entry);
    try {
      await this.#session.ensure();
      const { client_id, text, button, file_ids } = entry;
      const { seq } = await call("POST", "/api/v1/chat/messages", { client_id, text, button, file_ids });
      remove(PREFIX + entry.client_id);
      this.#listener.sent(entry, seq);
      return null;
    } catch (error) {
      return this.#trouble(entry, error);
    }
  }

  #trouble(entry, error) {
    if (error.status === 401) this.#session.end();
    if (error.isFinal) {
      write(PREFIX + entry.client_id, { ...entry, reason: error.message });
      this.#listener.failed(entry, error);
      return null;
    }
    this.#listener.waiting(entry, error);
    return error;
  }

  async #sleep(milliseconds) {
    let timer;
    await new Promise((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    });
    clearTimeout(timer);
    this.#wake = () => {};
  }
}
