// How much waits for the person, beside «Việc của tôi». It is asked for when the page is there: no page waits for it.
// A minute long the answer is kept, for this window, person and address alone, and not beyond what they send: of a page
// at an earlier moment the address says that moment.
"use strict";

const KEPT_FOR = 60_000;

function keptCount(key) {
  try {
    const { count, at } = JSON.parse(sessionStorage.getItem(key));
    return Date.now() - at < KEPT_FOR ? count : null;
  } catch {
    return null;
  }
}

async function askedCount(place, key) {
  try {
    const response = await fetch(place.dataset.countedAt, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) {
      return null;
    }
    const { count } = await response.json();
    sessionStorage.setItem(key, JSON.stringify({ count, at: Date.now() }));
    return count;
  } catch {
    return null;
  }
}

window.addEventListener("load", async () => {
  const place = document.querySelector("[data-counted-at]");
  if (!place) {
    return;
  }
  const key = `count-${place.dataset.countOf}-${place.dataset.countedAt}`;
  document.addEventListener("submit", () => sessionStorage.removeItem(key));
  if (place.textContent) {
    sessionStorage.setItem(key, JSON.stringify({ count: Number(place.textContent), at: Date.now() }));
    return;
  }
  // Nothing waits: nothing is said.
  place.textContent = (keptCount(key) ?? (await askedCount(place, key))) || "";
});
