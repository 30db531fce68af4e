// On paper there is no next page: a table that shows one page of its rows gets all of them before it is printed.
// Without this script, or without a network, the sheet says which page it is.
"use strict";

function fill(table) {
  const request = new XMLHttpRequest();
  // The sheet is made as soon as this is done: nothing can be waited for.
  request.open("GET", table.dataset.whole, false);
  try {
    request.send();
  } catch {
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const whole = page.getElementById(table.id);
  if (!whole) {
    return;
  }
  table.tBodies[0].replaceWith(whole.tBodies[0]);
  delete table.dataset.whole;
  table.parentElement.querySelector("nav.pages")?.remove();
}

window.addEventListener("beforeprint", () => document.querySelectorAll("table[data-whole]").forEach(fill));
