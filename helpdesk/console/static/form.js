// Forms: confirmation where a step cannot be undone, one submission at a time, dialogs, filters that apply at once.
export function startConfirmations() {
  const dialog = document.getElementById("confirm");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    dialog.querySelector("p").textContent = form.dataset.confirm;
    dialog.returnValue = "";
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "1";
      form.requestSubmit();
    };
    dialog.showModal();
  });
}

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog") return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
  });
  addEventListener("pageshow", () => document.querySelectorAll("[data-sending]").forEach((form) => delete form.dataset.sending));
  for (const form of document.querySelectorAll("form[data-auto]")) {
    form.addEventListener("change", (event) => { if (event.target.name) form.requestSubmit(); });
  }
  for (const count of document.querySelectorAll("[data-counts]")) {
    const field = document.getElementById(count.dataset.counts);
    const show = () => { count.textContent = field.value ? `${field.value.length} / ${field.maxLength} ${count.dataset.unit}` : ""; };
    field.addEventListener("input", show);
    show();
  }
  for (const button of document.querySelectorAll("[data-adds]")) button.addEventListener("click", () => addRow(button));
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) document.getElementById(opener.dataset.opens)?.showModal();
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  });
}

function addRow(button) {
  const template = document.getElementById(button.dataset.adds);
  const body = document.getElementById(button.dataset.into);
  body.append(document.importNode(template.content, true));
  body.lastElementChild.querySelector("input, select")?.focus();
}
