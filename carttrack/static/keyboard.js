/* Keys of the staff's pages beyond those of app.js: ? lists them, g and a letter go somewhere. */
"use strict";

(() => {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const SECONDS_TO_FOLLOW = 2;
  let goingUntil = 0;

  const isBusy = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open]");
  const announce = (text) => {
    const announcer = document.getElementById("announcer");
    announcer.textContent = "";
    setTimeout(() => { announcer.textContent = text; }, 50);
  };

  const follow = (key) => {
    goingUntil = 0;
    const address = /^[a-z]$/.test(key) && dialog.getAttribute(`data-go-${key}`);
    if (address) window.location.assign(address);
    return Boolean(address);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isBusy(event.target)) return;
    if (event.key === "?") {
      event.preventDefault();
      dialog.showModal();
    } else if (goingUntil > Date.now()) {
      if (follow(event.key)) event.preventDefault();
    } else if (event.key === "g") {
      goingUntil = Date.now() + SECONDS_TO_FOLLOW * 1000;
      announce(dialog.dataset.going);
    }
  });

  /* A link to the list of keys opens the dialog; without JavaScript it leads to the page. */
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-keys]")) return;
    event.preventDefault();
    event.target.closest("details[data-menu]")?.removeAttribute("open");
    dialog.showModal();
  });
})();
