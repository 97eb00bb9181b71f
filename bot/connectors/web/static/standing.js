// Who holds the conversation: nothing to say while it is the bot, ticket and place while it is people.

import { make } from "./dom.js";
import { t } from "./text.js";

export class StandingBar {
  #element;
  #back;
  #facts = null;

  /** `onBack` hears the wish to go back from the queue to the assistant. */
  constructor(element, onBack) {
    this.#element = element;
    this.#back = onBack;
  }

  get holder() {
    return this.#facts?.holder ?? "bot";
  }

  show(facts) {
    if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return;
    this.#facts = facts;
    this.redraw();
  }

  redraw() {
    const facts = this.#facts;
    const isShown = facts !== null && (facts.holder !== "bot" || facts.is_reduced);
    this.#element.hidden = !isShown;
    if (!isShown) return this.#element.replaceChildren();
    this.#element.className = `standing ${facts.holder}`;
    const lines = facts.holder === "bot" ? [make("p", {}, t("reduced"))] : this.#people(facts);
    this.#element.replaceChildren(...lines);
  }

  clear() {
    this.#facts = null;
    this.redraw();
  }

  #people(facts) {
    const who = facts.holder === "officer" ? t("standing_officer") : t("standing_queue");
    const item = (words, kind) => make("li", { class: kind, dir: "auto" }, words);
    return [
      make("strong", {}, who),
      make(
        "ul",
        {},
        facts.ticket ? item(t("ticket", { number: facts.ticket }), "number") : null,
        facts.place > 0 ? item(t("place", { place: facts.place })) : null,
        facts.officer ? item(facts.officer) : null,
      ),
      facts.holder === "queue" ? make("button", { type: "button", class: "link", onclick: this.#back }, t("back_to_bot")) : null,
      facts.hours ? hoursElement(facts.hours) : null,
    ].filter(Boolean);
  }
}

const hoursElement = (hours) => make("details", { class: "hours" }, make("summary", {}, t("hours")), make("p", {}, hours));
