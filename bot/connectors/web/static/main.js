// The chat page, put together.

import { call } from "./api.js";
import { Attachments } from "./attachment.js";
import { Composer } from "./composer.js";
import { byId, make, pause, randomId, show } from "./dom.js";
import { Feed } from "./feed.js";
import { MessageLog } from "./log.js";
import { isOneShot } from "./message.js";
import { Outbox } from "./outbox.js";
import { Privacy } from "./privacy.js";
import { CookiesBlocked, Session } from "./session.js";
import { StandingBar } from "./standing.js";
import { firstLanguage, rememberLanguage, t, useLanguage } from "./text.js";
import { Unread } from "./unread.js";

const TYPING_LIMIT = 45_000;

class Chat {
  #session = new Session();
  #unread = new Unread();
  #typingUntil = 0;
  #answeredSeq = 0;
  #notices = { outbox: "", feed: "", page: "" };

  constructor() {
    const { maxText, maxFileBytes } = document.body.dataset;
    this.log = new MessageLog(byId("log"), byId("scroller"), {
      press: (message, button) => this.#press(message, button),
      retry: (clientId) => this.outbox.retry(clientId),
      discard: (clientId) => this.#discard(clientId),
    });
    this.outbox = new Outbox(this.#session, {
      sending: (entry) => this.#sending(entry),
      waiting: (entry, error) => this.#waiting(entry, error),
      sent: (entry, seq) => this.#sent(entry, seq),
      failed: (entry, error) => this.#failed(entry, error),
    });
    this.feed = new Feed({
      messages: (messages, isHistory) => this.#received(messages, isHistory),
      standing: (facts) => this.#stand(facts),
      connection: (isUp) => this.#notify("feed", isUp ? "" : t(navigator.onLine ? "connecting" : "offline")),
      lost: () => this.#session.end(),
    });
    this.bar = new StandingBar(byId("standing"), () => this.#say({ button: "bot", text: t("back_to_bot") }));
    this.composer = new Composer({
      form: byId("composer"),
      input: byId("input"),
      send: byId("send"),
      counter: byId("counter"),
      limit: Number(maxText),
      onSend: (text, files) => this.#write(text, files),
    });
    this.attachments = new Attachments(byId("attachments"), this.#session, Number(maxFileBytes), () => this.composer.refresh());
    this.composer.attachments = this.attachments;
    this.privacy = new Privacy(this.#session, () => this.#erased());
    this.#listen();
  }

  /** Show what is kept on this device, then follow the conversation if there is one. */
  async begin() {
    for (const entry of this.outbox.entries()) {
      this.log.addPending(entry);
      this.log.mark(entry, entry.reason === undefined ? "waiting" : "failed", entry.reason);
    }
    this.#refreshWelcome();
    this.outbox.run();
    for (let delay = 1_000; ; delay = Math.min(2 * delay, 30_000)) {
      try {
        const known = await this.#session.find();
        this.#notify("feed", "");
        if (known.conversation_id !== null) this.feed.start();
        else this.log.isLive = true;
        return;
      } catch {
        this.#notify("feed", t("connecting"));
        await pause(delay);
      }
    }
  }

  async changeLanguage(next) {
    await useLanguage(next);
    rememberLanguage(next);
    document.title = t("title");
    this.#unread.refresh();
    this.log.redraw();
    this.bar.redraw();
    this.composer.refresh();
    if (this.#session.id !== null) await call("PUT", "/api/v1/chat/language", { language: next }).catch(() => {});
  }

  #listen() {
    for (const button of document.querySelectorAll("button[data-language]")) {
      button.addEventListener("click", () => this.changeLanguage(button.dataset.language).catch(() => this.#notify("page", t("failure"))));
    }
    for (const button of document.querySelectorAll(".example")) {
      button.addEventListener("click", () => this.#write(button.textContent, []));
    }
    byId("officer").addEventListener("click", () => this.#say({ button: "officer", text: t("officer") }));
    const chooser = byId("file");
    byId("attach").addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      this.attachments.add(chooser.files);
      chooser.value = "";
    });
    byId("input").addEventListener("paste", (event) => {
      if (event.clipboardData.files.length === 0) return;
      event.preventDefault();
      this.attachments.add(event.clipboardData.files);
    });
    this.#listenForDrops();
  }

  #listenForDrops() {
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      byId("drop").hidden = false;
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) byId("drop").hidden = true;
    });
    document.addEventListener("drop", (event) => {
      byId("drop").hidden = true;
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.attachments.add(event.dataTransfer.files);
    });
  }

  #write(text, files) {
    this.#say({
      text,
      file_ids: files.length > 0 ? files.map((file) => file.file_id) : undefined,
      files: files.map((file) => file.name),
    });
  }

  #press(message, button) {
    const clientId = isOneShot(button.payload) ? `press-${message.seq}-${button.payload}` : randomId();
    this.#say({ client_id: clientId, button: button.payload, text: button.title });
  }

  #say(entry) {
    this.#notify("page", "");
    const kept = this.outbox.add({ client_id: randomId(), ...entry });
    this.log.addPending(kept);
    this.#refreshWelcome();
  }

  #sending(entry) {
    this.log.addPending(entry);
    this.log.mark(entry, "sending");
  }

  #sent(entry, seq) {
    this.log.confirm(entry, seq);
    if (this.bar.holder === "bot" && seq > this.#answeredSeq) this.#type(true);
    this.#notify("outbox", "");
    this.feed.start();
  }

  #waiting(entry, error) {
    this.log.mark(entry, "waiting");
    if (error instanceof CookiesBlocked) this.#explainCookies();
    else if (error.status > 0) this.#notify("outbox", error.message);
    else this.#notify("outbox", t("offline"));
  }

  #failed(entry, error) {
    this.log.mark(entry, "failed", error.message);
    this.log.release(entry);
  }

  #discard(clientId) {
    this.outbox.discard(clientId);
    this.log.drop(clientId);
    this.#refreshWelcome();
  }

  #received(messages, isHistory) {
    this.log.isLive = !isHistory || messages.length === 0;
    this.log.add(messages, isHistory);
    this.#refreshWelcome();
    this.#refreshOfficer();
    const others = messages.filter((message) => message.author !== "contact");
    if (others.length > 0) {
      this.#answeredSeq = others.at(-1).seq;
      this.#type(false);
    }
    if (!isHistory) this.#unread.add(others.length);
  }

  #stand(facts) {
    this.bar.show(facts);
    this.#refreshOfficer();
    // the bot's silence is not believed until it has answered: its turn may not have begun yet
    if (facts.is_typing || facts.holder !== "bot") this.#type(facts.is_typing, facts.holder === "bot" ? "typing" : "typing_officer");
  }

  /** Show or hide that an answer is on its way; never for longer than an answer may take. */
  #type(isTyping, key = "typing") {
    const element = byId("typing");
    byId("typing-text").textContent = t(key);
    byId("typing-text").dataset.text = key;
    if (element.hidden === !isTyping) return;
    element.hidden = !isTyping;
    clearTimeout(this.#typingUntil);
    if (!isTyping) return;
    this.#typingUntil = setTimeout(() => this.#type(false), TYPING_LIMIT);
    this.log.keepUp();
  }

  #refreshWelcome() {
    byId("examples").hidden = !this.log.isEmpty;
  }

  /** One way to an officer at a time: ours, unless people hold the conversation or the last message offers it. */
  #refreshOfficer() {
    byId("officer").hidden = this.bar.holder !== "bot" || this.log.offers("officer");
  }

  /** One line under the header; each cause clears only its own. */
  #notify(cause, text) {
    this.#notices[cause] = text;
    const shown = Object.values(this.#notices).find(Boolean) ?? "";
    if (byId("notice").textContent !== shown) show(byId("notice"), shown);
  }

  #explainCookies() {
    this.#notify("outbox", t("cookies"));
    byId("notice").append(" ", make("a", { href: "/", target: "_blank", rel: "noopener" }, t("open_tab")));
  }

  #erased() {
    this.feed.reset();
    this.#session.end();
    this.outbox.clear();
    this.log.clear();
    this.bar.clear();
    this.#answeredSeq = 0;
    this.#refreshOfficer();
    this.#type(false);
    this.#refreshWelcome();
    this.#notify("page", t("erased"));
    byId("input").focus();
  }
}

const isEmbedded = new URLSearchParams(location.search).has("embed");
document.documentElement.classList.toggle("embedded", isEmbedded);
document.addEventListener("keydown", (event) => {
  const isOurs = isEmbedded && event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]");
  if (isOurs) window.parent.postMessage({ type: "isec-close" }, "*");
});
await useLanguage(firstLanguage()).catch(() => useLanguage("vi"));
document.title = t("title");
const chat = new Chat();
document.documentElement.classList.add("ready");
await chat.begin();
