/* The little that pages do beyond HTML and htmx. Without it every page still works. */
"use strict";

const announcer = () => document.getElementById("announcer");
const say = (text) => { announcer().textContent = ""; setTimeout(() => { announcer().textContent = text; }, 50); };
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");

/* Brightness: the server reads the cookie, so a page never flashes in the wrong theme. */
document.querySelectorAll("[data-themes]").forEach((themes) => {
  themes.hidden = false;
  themes.addEventListener("change", ({ target }) => {
    document.cookie = `theme=${target.value}; path=/; max-age=31536000; samesite=lax`;
    if (target.value === "auto") delete document.documentElement.dataset.bsTheme;
    else document.documentElement.dataset.bsTheme = target.value;
  });
});

/* What needs JavaScript is hidden until it is here. */
const reveal = (root) => {
  root.querySelectorAll("[data-close], [data-print]").forEach((button) => { button.hidden = false; });
  root.querySelectorAll(".sheet-scroll, .panel:has(> .sheet)").forEach((region) => {
    if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;  // so that arrow keys scroll it
  });
};
reveal(document);

document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.closest("[data-close]")) target.closest("[data-note]").remove();
  if (target.closest("[data-print]")) window.print();
  const opener = target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog).showModal();
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => { if (!menu.contains(target)) menu.open = false; });
});

/* Ask before an action: <form data-confirm="What will happen" data-confirm-yes="End the journey">. */
const ask = (question, yes) => new Promise((resolve) => {
  const dialog = document.getElementById("confirm");
  const button = dialog.querySelector("[data-yes]");
  button.dataset.usual ||= button.textContent;
  dialog.querySelector("#confirm-question").textContent = question;
  button.textContent = yes || button.dataset.usual;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  dialog.showModal();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.matches("[hx-get], [hx-post]") || form.dataset.confirmed) return;
  event.preventDefault();
  if (!(await ask(form.dataset.confirm, form.dataset.confirmYes))) return;
  form.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter);
  delete form.dataset.confirmed;
});

document.addEventListener("htmx:confirm", async (event) => {
  const { confirm, confirmYes } = event.detail.elt.dataset;
  if (!confirm) return;
  event.preventDefault();
  if (await ask(confirm, confirmYes)) event.detail.issueRequest(true);
});

/* After a swap the focus goes where the eye goes: first the errors, then what asks for it. */
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const region = document.getElementById(detail.target.id) || detail.target;
  reveal(region);
  const next = region.querySelector("[data-errors], [data-focus], [autofocus]");
  if (next) next.focus();
  const spoken = region.querySelector("[data-say]") || region.closest("[data-say]");
  if (spoken) say(spoken.dataset.say);
});
["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((failure) => {
  document.addEventListener(failure, () => {
    const note = document.createElement("div");
    note.className = "note note--error";
    note.textContent = announcer().dataset.failed;
    document.getElementById("messages").replaceChildren(note);
  });
});
document.querySelector("[data-errors]")?.focus();

/* Keys: / searches, Escape closes a menu, j and k walk a list whose links carry data-row. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const menu = document.querySelector("details[data-menu][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-slash]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("[data-row]")];
    const step = event.key === "j" ? 1 : -1;
    const from = rows.indexOf(document.activeElement);
    const next = from < 0 ? rows[0] : rows[from + step];
    if (next) { event.preventDefault(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
  }
});
