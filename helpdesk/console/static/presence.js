// Tell colleagues that one looks at this conversation, or is typing an answer.
const EVERY_MS = 15000;
let isTyping = false;
let quiet = 0;

export function startPresence() {
  const conversation = document.querySelector("main").dataset.conversation;
  if (!conversation) return;
  const page = document.body.dataset.page.split("?")[0];
  const sign = () => { if (!document.hidden) send(`${page}/presence`); };
  sign();
  setInterval(sign, EVERY_MS);
  document.getElementById("reply-text")?.addEventListener("input", () => {
    clearTimeout(quiet);
    quiet = setTimeout(() => { isTyping = false; sign(); }, 8000);
    if (!isTyping) { isTyping = true; sign(); }
  });
}

function send(address) {
  const body = new URLSearchParams({ csrf: document.body.dataset.csrf, typing: isTyping ? "1" : "0" });
  fetch(address, { method: "POST", body, credentials: "same-origin", keepalive: true }).catch(() => {});
}
