// How many messages came while nobody looked: in the page's title, and told to the site that embeds us.

const EMBEDDER_MESSAGE = "isec-unread";

export class Unread {
  #count = 0;
  #isOpen = true;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#look());
    window.addEventListener("message", (event) => {
      if (event.source !== window.parent || event.data?.type !== "isec-open") return;
      this.#isOpen = event.data.isOpen === true;
      this.#look();
    });
  }

  add(count) {
    if (this.#isSeen || count === 0) return;
    this.#count += count;
    this.refresh();
  }

  /** Show the count before the page's title. */
  refresh() {
    const title = document.title.replace(/^\(\d+\) /, "");
    document.title = this.#count > 0 ? `(${this.#count}) ${title}` : title;
    // a bare number: nothing that the embedding site must not know
    if (window.parent !== window) window.parent.postMessage({ type: EMBEDDER_MESSAGE, count: this.#count }, "*");
  }

  get #isSeen() {
    return !document.hidden && this.#isOpen;
  }

  #look() {
    if (!this.#isSeen) return;
    this.#count = 0;
    this.refresh();
  }
}
