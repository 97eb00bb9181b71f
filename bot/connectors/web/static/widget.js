// The chat on another site: <script src="https://desk.example/widget.js" async data-language="vi"></script>
//
// A button and a frame in a shadow tree of their own, so that neither page's style reaches the other's. The site's own
// policy must allow this script (script-src) and the frame (frame-src); the desk must name the site (ISEC_EMBED_ORIGINS).
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const language = ["vi", "en", "zh"].find((tag) => (script.dataset.language ?? document.documentElement.lang).startsWith(tag)) ?? "vi";
  const WORDS = {
    vi: { open: "Hỏi đáp hải quan", close: "Đóng khung hỏi đáp", frame: "Hỏi đáp Hải quan Quảng Ninh", unread: "tin mới" },
    en: { open: "Ask customs", close: "Close the chat", frame: "Quang Ninh Customs chat", unread: "new messages" },
    zh: { open: "海关问答", close: "关闭问答", frame: "广宁海关问答", unread: "条新消息" },
  }[language];
  const STYLE = `
    :host { all: initial; }
    .box { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 2147483000; font: 16px/1.4 system-ui, sans-serif; }
    button { display: flex; align-items: center; gap: .5em; min-height: 3.25em; margin-inline-start: auto; padding: .6em 1.2em; border: 2px solid #c9952b;
      border-radius: 2em; background: #0d5340; color: #fff; font: inherit; font-weight: 600; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); }
    button:hover { background: #0a4435; }
    button:focus-visible { outline: 3px solid #ffb84d; outline-offset: 2px; }
    .count { min-width: 1.5em; padding: 0 .4em; border-radius: 1em; background: #c9952b; color: #1d1400; text-align: center; }
    iframe { display: block; width: min(26em, calc(100vw - 2rem)); height: min(42em, calc(100vh - 7rem)); margin-block-end: .75em; border: 1px solid #0d5340;
      border-radius: 1em; background: #f5f2ea; box-shadow: 0 8px 32px rgb(0 0 0 / 30%); }
    [hidden] { display: none; }
    @media (max-width: 30em) {
      .box.open { inset: 0; display: flex; flex-direction: column; background: #f5f2ea; }
      .box.open iframe { flex: 1; width: 100%; height: auto; margin: 0; border: 0; border-radius: 0; }
      .box.open button { align-self: center; margin: .4em; min-height: 2.75em; }
    }`;

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const element = (tag, attributes) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const box = element("div", { class: "box" });
  const button = element("button", { type: "button", "aria-expanded": "false", "aria-controls": "isec-frame" });
  const label = element("span", {});
  const count = element("span", { class: "count", hidden: "" });
  let frame = null;
  let unread = 0;

  function redraw() {
    const isOpen = button.getAttribute("aria-expanded") === "true";
    label.textContent = isOpen ? WORDS.close : WORDS.open;
    count.textContent = String(unread);
    count.hidden = unread === 0 || isOpen;
    button.setAttribute("aria-label", count.hidden ? label.textContent : `${label.textContent}, ${unread} ${WORDS.unread}`);
  }

  function tellFrame() {
    frame.contentWindow.postMessage({ type: "isec-open", isOpen: !frame.hidden }, origin);
  }

  function toggle(isOpen) {
    if (frame === null) {
      frame = element("iframe", { id: "isec-frame", title: WORDS.frame, src: `${origin}/?embed=1&lang=${language}` });
      frame.addEventListener("load", () => {
        tellFrame();
        if (!frame.hidden) frame.focus();
      });
      box.prepend(frame);
    }
    frame.hidden = !isOpen;
    box.classList.toggle("open", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
    redraw();
    tellFrame();
    (isOpen ? frame : button).focus();
  }

  button.addEventListener("click", () => toggle(button.getAttribute("aria-expanded") !== "true"));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame !== null && !frame.hidden) toggle(false);
  });
  window.addEventListener("message", (event) => {
    if (frame === null || event.source !== frame.contentWindow || event.origin !== origin) return;
    if (event.data?.type === "isec-close") toggle(false);
    if (event.data?.type === "isec-unread" && Number.isInteger(event.data.count)) {
      unread = event.data.count;
      redraw();
    }
  });

  button.append(label, count);
  box.append(button);
  root.append(box);
  redraw();
  const mount = () => document.body.append(host);
  if (document.body) mount();
  else document.addEventListener("DOMContentLoaded", mount, { once: true });
})();
