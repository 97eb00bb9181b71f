// Live regions: when the desk says that something has changed the page is fetched again and its regions are compared
// with what the server sent last. Nothing is pushed but the hint, so a lost connection costs a look, never a message.
const POLL_MS = 30000;
const SETTLE_MS = 150;
const sent = new WeakMap(); // element -> HTML as the server wrote it
let timer = 0;
let isFetching = false;
let isWanted = false;

export function startLive() {
  const { page, stream } = document.body.dataset;
  cleanAddress(page);
  document.querySelectorAll("[data-live]").forEach(remember);
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (target) target.scrollIntoView({ block: "center" });
  else scrollDown(document.getElementById("timeline"));
  if (!stream) return;
  if (page) setInterval(refresh, POLL_MS);
  connect(stream);
}

// a tab that nobody sees gives its connection back (browsers allow six) and looks now and then instead
function connect(stream) {
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(stream);
    source.addEventListener("open", () => { showOffline(false); soon(); });
    source.addEventListener("changed", soon);
    source.addEventListener("error", () => {
      showOffline(true);
      if (source && source.readyState === EventSource.CLOSED) { source = null; setTimeout(open, 3000); soon(); }
    });
  };
  const close = () => { if (source) { source.close(); source = null; } };
  let leaving = 0;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(leaving);
    if (!document.hidden) { open(); soon(); }
    else if (!document.getElementById("waiting")) leaving = setTimeout(close, 30000);
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  addEventListener("online", soon);
  open();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, SETTLE_MS);
}

export async function refresh() {
  const page = document.body.dataset.page || location.pathname + location.search;
  if (isFetching) { isWanted = true; return; }
  isFetching = true;
  try {
    const answer = await fetch(page, { headers: { "X-ISEC-Live": "1" }, credentials: "same-origin" });
    if (answer.status === 401) { location.reload(); return; }
    if (answer.ok) { apply(new DOMParser().parseFromString(await answer.text(), "text/html")); showOffline(false); }
  } catch { showOffline(true); } finally {
    isFetching = false;
    if (isWanted) { isWanted = false; soon(); }
  }
}

function apply(next) {
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = next.getElementById(region.id);
    if (!fresh) continue;
    if (region.dataset.live === "keyed") patchList(region, fresh);
    else if (region.dataset.live === "attributes") copyAttributes(region, fresh);
    else if (sent.get(region) !== fresh.outerHTML) swap(region, fresh);
  }
  document.dispatchEvent(new CustomEvent("console:fresh"));
}

function patchList(list, fresh) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const before = list.lastElementChild?.id;
  const wanted = [...fresh.children];
  const kept = new Set(wanted.map((child) => child.id));
  for (const child of [...list.children]) if (!kept.has(child.id)) child.remove();
  wanted.forEach((child, index) => {
    const old = document.getElementById(child.id);
    const html = child.outerHTML;
    let current = old;
    if (!old) { current = document.importNode(child, true); sent.set(current, html); }
    else if (sent.get(old) !== html) current = swap(old, child);
    if (list.children[index] !== current) list.insertBefore(current, list.children[index] || null);
  });
  if (isAtEnd && list.lastElementChild?.id !== before) scrollDown(list);
}

function swap(old, fresh) {
  const html = fresh.outerHTML;
  const current = document.importNode(fresh, true);
  const openDetails = [...old.querySelectorAll("details")].map((details) => details.open);
  current.querySelectorAll("details").forEach((details, index) => { details.open = openDetails[index] || details.open; });
  const path = focusPath(old);
  old.replaceWith(current);
  sent.set(current, html);
  current.querySelectorAll("[data-live]").forEach(remember);
  if (path >= 0) current.querySelectorAll("a, button, input, summary")[path]?.focus();
  return current;
}

function focusPath(element) {
  return [...element.querySelectorAll("a, button, input, summary")].indexOf(document.activeElement);
}

function copyAttributes(region, fresh) {
  for (const name of ["hidden", "action"]) {
    if (fresh.hasAttribute(name)) region.setAttribute(name, fresh.getAttribute(name));
    else region.removeAttribute(name);
  }
}

function remember(region) {
  sent.set(region, region.outerHTML);
  if (region.dataset.live === "keyed") for (const child of region.children) sent.set(child, child.outerHTML);
}

function scrollDown(list) {
  if (list && list.scrollHeight > list.clientHeight) list.scrollTop = list.scrollHeight;
}

function showOffline(isOffline) {
  const bar = document.getElementById("offline");
  if (bar) bar.hidden = !isOffline;
}

// a reload must not send a form again, and a "done" mark speaks once
function cleanAddress(page) {
  const url = new URL(page || location.href, location.href);
  if (!page) url.searchParams.delete("done");
  const mark = new URL(location.href).searchParams.get("done");
  if (mark) document.body.dataset.done = mark;
  const older = new URL(location.href).searchParams.get("before");
  if (older) { url.searchParams.set("before", older); document.body.dataset.page = url.pathname + url.search; }
  url.hash = location.hash;
  history.replaceState(null, "", url);
}
