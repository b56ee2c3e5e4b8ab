/* The board on a phone is an accordion: only lanes where somebody needs a hand begin unfolded. */
"use strict";

(() => {
  const fold = () => {
    if (!window.matchMedia("(max-width: 48rem)").matches) return;
    const lanes = [...document.querySelectorAll(".lane__fold")];
    const isLoud = (lane) => "troubled" in lane.dataset;
    const first = lanes.find((lane) => lane.querySelector(".journey-card"));
    lanes.forEach((lane) => { lane.open = lanes.some(isLoud) ? isLoud(lane) : lane === first; });
  };
  fold();
  document.addEventListener("htmx:afterSwap", ({ detail }) => { if (detail.target.id === "board") fold(); });
})();
