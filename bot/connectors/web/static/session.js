// The visitor's conversation: opened with the first message, known afterwards by a cookie that scripts cannot read.

import { call } from "./api.js";
import { language } from "./text.js";

const isEmbedded = window.parent !== window;

/** The browser keeps our cookie away from this frame. */
export class CookiesBlocked extends Error {}

export class Session {
  #id = null;
  #opening = null;

  get id() {
    return this.#id;
  }

  /** The conversation that this browser already has, null when there is none. */
  async find() {
    const known = await call("GET", "/chat/session");
    this.#id = known.conversation_id;
    return known;
  }

  /** Make sure there is a conversation; concurrent callers share one opening. */
  async ensure() {
    if (this.#id !== null) return;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    await this.#opening;
  }

  end() {
    this.#id = null;
  }

  async #open() {
    const opened = await call("POST", "/chat/session", { language: language(), is_embedded: isEmbedded });
    const kept = await call("GET", "/chat/session");
    if (kept.conversation_id !== opened.conversation_id) throw new CookiesBlocked();
    this.#id = opened.conversation_id;
  }
}
