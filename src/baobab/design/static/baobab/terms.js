// What a word means, shown where it stands: the card that opens asks the glossary once. Without this
// script the card holds a link to the same answer.
"use strict";

for (const card of document.querySelectorAll("[data-term]")) {
  card.addEventListener("toggle", async (event) => {
    if (event.newState !== "open" || card.dataset.asked) return;
    card.dataset.asked = "yes";
    try {
      const answer = await fetch(card.dataset.term, { headers: { "HX-Request": "true" } });
      if (!answer.ok) return;
      const text = document.createElement("div");
      text.innerHTML = await answer.text();
      card.querySelector("[data-term-text]").replaceChildren(...text.childNodes);
    } catch {
      delete card.dataset.asked;
    }
  });
}
