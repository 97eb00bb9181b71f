// Find an article and put its plain answer, in the contact's language, where the cursor is.
let waiting = 0;
let latest = 0;

export function startSnippets() {
  const words = document.getElementById("snippet-words");
  const list = document.getElementById("snippet-list");
  if (!words) return;
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => search(words, list), 200); });
  words.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(waiting);
    await search(words, list);
    list.querySelector("button")?.focus();
  });
  document.addEventListener("click", (event) => { if (event.target.closest('[data-opens="snippets"]')) search(words, list); });
}

async function search(words, list) {
  const turn = ++latest;
  const answer = await fetch(`${words.dataset.from}&words=${encodeURIComponent(words.value)}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || turn !== latest) return;
  const { articles } = await answer.json();
  list.replaceChildren(...(articles.length ? articles.map((article) => card(article, words)) : [empty(words)]));
}

function card(article, words) {
  const item = document.createElement("li");
  const text = document.createElement("div");
  const title = document.createElement("b");
  const sample = document.createElement("p");
  const button = document.createElement("button");
  title.textContent = `${article.title} (${article.id})`;
  sample.textContent = article.text;
  button.type = "button";
  button.textContent = words.dataset.insert;
  button.setAttribute("aria-label", `${words.dataset.insert}: ${article.title}`);
  button.addEventListener("click", () => insert(article.text));
  text.append(title, sample);
  item.append(text, button);
  return item;
}

function empty(words) {
  const item = document.createElement("li");
  item.className = "none";
  item.textContent = words.dataset.empty;
  return item;
}

function insert(text) {
  const field = document.getElementById("reply-text");
  document.getElementById("snippets").close();
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input"));
  field.focus();
}
