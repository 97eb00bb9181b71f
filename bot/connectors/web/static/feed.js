// Fetching messages: a long poll while the page is looked at, a look now and then while it is not.

import { call } from "./api.js";
import { pause } from "./dom.js";

const WAIT_SECONDS = 25;
const HIDDEN_PAUSE = 20_000;
const LEAST_PAUSE = 400;
const LONGEST_DELAY = 30_000;

export class Feed {
  #last = 0;
  #run = 0;
  #isRunning = false;
  #listener;
  #abort = null;
  #wake = () => {};

  /** `listener` has messages(list, isHistory), standing(facts), connection(isUp) and lost(). */
  constructor(listener) {
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.#look());
    window.addEventListener("online", () => this.#look());
    window.addEventListener("pagehide", () => this.#abort?.abort());
    window.addEventListener("pageshow", () => this.#look());
  }

  /** Follow the conversation from its first message on; does nothing while following already. */
  async start() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const run = ++this.#run;
    let delay = 1_000;
    let isHistory = true;
    while (run === this.#run) {
      try {
        const found = await this.#fetch(isHistory || document.hidden ? 0 : WAIT_SECONDS);
        if (run !== this.#run) return;
        this.#listener.connection(true);
        this.#take(found, isHistory);
        isHistory = isHistory && found.messages.length > 0;
        delay = 1_000;
        await this.#rest(found, isHistory);
      } catch (error) {
        if (run !== this.#run) return;
        if (error.status === 401) return this.#end();
        if (error.name === "AbortError") continue;
        this.#listener.connection(false);
        await this.#sleep((error.retryAfter ?? 0) * 1000 || delay);
        delay = Math.min(2 * delay, LONGEST_DELAY);
      }
    }
  }

  /** Stop and begin again from nothing. */
  reset() {
    this.#isRunning = false;
    this.#run += 1;
    this.#last = 0;
    this.#abort?.abort();
    this.#wake();
  }

  #fetch(seconds) {
    this.#abort = new AbortController();
    const path = `/api/v1/chat/messages?after=${this.#last}&wait=${seconds}`;
    return call("GET", path, undefined, { signal: this.#abort.signal, timeout: (seconds + 15) * 1000 });
  }

  #take(found, isHistory) {
    const fresh = found.messages.filter((message) => message.seq > this.#last);
    if (fresh.length > 0) this.#last = fresh.at(-1).seq;
    this.#listener.standing(found.standing);
    this.#listener.messages(fresh, isHistory);
  }

  async #rest(found, isHistory) {
    if (found.messages.length > 0 || isHistory) return;
    if (document.hidden) await this.#sleep(HIDDEN_PAUSE);
    else await pause(LEAST_PAUSE);
  }

  #look() {
    if (document.hidden) this.#abort?.abort();
    this.#wake();
  }

  #end() {
    this.reset();
    this.#listener.lost();
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
