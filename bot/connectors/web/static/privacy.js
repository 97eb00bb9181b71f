// The visitor's own data: a notice, a copy to keep, an end to it.

import { call } from "./api.js";
import { byId, make, show } from "./dom.js";
import { t } from "./text.js";

export class Privacy {
  #menu = byId("menu");
  #confirm = byId("confirm");
  #session;
  #onErased;

  constructor(session, onErased) {
    this.#session = session;
    this.#onErased = onErased;
    for (const id of ["menu-open", "privacy-open"]) byId(id).addEventListener("click", () => this.#open());
    for (const button of document.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    byId("export").addEventListener("click", () => this.#try(byId("menu-error"), () => this.#export()));
    byId("erase").addEventListener("click", () => this.#ask());
    byId("erase-confirm").addEventListener("click", () => this.#try(byId("confirm-error"), () => this.#erase()));
  }

  #open() {
    show(byId("menu-error"), "");
    const hasData = this.#session.id !== null;
    byId("export").disabled = !hasData;
    byId("erase").disabled = !hasData;
    this.#menu.showModal();
  }

  #ask() {
    show(byId("confirm-error"), "");
    this.#menu.close();
    this.#confirm.showModal();
    this.#confirm.querySelector("[data-close]").focus();
  }

  async #try(place, action) {
    try {
      show(place, "");
      await action();
    } catch (error) {
      show(place, error.message || t("failure"));
    }
  }

  async #export() {
    const data = await call("GET", "/api/v1/chat/me");
    const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
    make("a", { href: url, download: "isec-chat.json" }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async #erase() {
    await call("DELETE", "/api/v1/chat/me");
    this.#confirm.close();
    this.#onErased();
  }
}
