// Files chosen for the next message: uploaded at once, with progress, and sent along when all have arrived.

import { upload } from "./api.js";
import { make } from "./dom.js";
import { t } from "./text.js";

const MAX_FILES = 10;

export class Attachments {
  #list;
  #items = [];
  #session;
  #maxBytes;
  #onChange;

  constructor(list, session, maxBytes, onChange) {
    this.#list = list;
    this.#session = session;
    this.#maxBytes = maxBytes;
    this.#onChange = onChange;
  }

  get isBusy() {
    return this.#items.some((item) => item.state === "uploading");
  }

  /** Uploaded files as {file_id, name}. */
  get ready() {
    return this.#items.filter((item) => item.state === "ready").map((item) => item.file);
  }

  add(files) {
    for (const file of files) this.#addOne(file);
    this.#onChange();
  }

  /** Forget what has been sent; files that failed stay to be seen. */
  clear() {
    for (const item of this.#items.filter((one) => one.state === "ready")) this.#drop(item);
    this.#onChange();
  }

  #addOne(file) {
    const item = { state: "uploading", abort: () => {} };
    item.bar = make("progress", { max: 1, value: 0, "aria-label": file.name });
    item.note = make("span", { class: "note" });
    item.element = make("li", { class: "attachment" }, this.#preview(item, file), this.#words(item, file), this.#remover(item, file));
    this.#items.push(item);
    this.#list.append(item.element);
    const problem = this.#problem(file);
    if (problem) this.#fail(item, problem);
    else this.#upload(item, file);
  }

  #problem(file) {
    if (this.#items.length > MAX_FILES) return t("too_many_files", { limit: MAX_FILES });
    if (file.size > this.#maxBytes) return t("file_too_large", { limit: this.#maxBytes >> 20 });
    return "";
  }

  async #upload(item, file) {
    try {
      await this.#session.ensure();
      const running = upload(file, (share) => {
        item.bar.value = share;
        item.note.textContent = `${Math.round(100 * share)}%`;
      });
      item.abort = running.abort;
      item.file = await running.done;
      item.state = "ready";
      item.bar.remove();
      item.note.textContent = "";
      item.element.classList.add("ready");
      item.element.setAttribute("aria-label", t("uploaded", { name: file.name }));
    } catch (error) {
      const again = error.isFinal ? null : () => this.#again(item, file);
      if (error.code !== "aborted") this.#fail(item, error.message || t("failure"), again);
    }
    this.#onChange();
  }

  #again(item, file) {
    this.#drop(item);
    this.add([file]);
  }

  #fail(item, reason, again) {
    item.state = "failed";
    item.bar.remove();
    item.element.classList.add("failed");
    item.note.setAttribute("role", "alert");
    item.note.replaceChildren(reason);
    if (again) item.note.append(" ", make("button", { type: "button", class: "link", onclick: again }, t("retry")));
  }

  #preview(item, file) {
    if (!/^image\/(jpeg|png|webp|gif)$/.test(file.type)) return make("span", { class: "kind", "aria-hidden": "true" }, ending(file.name));
    item.url = URL.createObjectURL(file);
    return make("img", { src: item.url, alt: "" });
  }

  #words(item, file) {
    return make("span", { class: "words" }, make("span", { class: "file-name", dir: "auto" }, file.name), item.bar, item.note);
  }

  #remover(item, file) {
    const remove = () => {
      item.abort();
      this.#drop(item);
      this.#onChange();
    };
    return make("button", { type: "button", class: "remove", "aria-label": t("remove_file", { name: file.name }), onclick: remove }, "×");
  }

  #drop(item) {
    if (item.url) URL.revokeObjectURL(item.url);
    item.element.remove();
    this.#items = this.#items.filter((one) => one !== item);
  }
}

const ending = (name) => (/\.(\w{1,4})$/.exec(name)?.[1] ?? "·").toUpperCase();
