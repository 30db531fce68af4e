// On paper there is no next page: what shows one page of its rows gets all of them before it is printed.
// Without this script, or without a network, the sheet says which page it is.
"use strict";

function fill(part) {
  const request = new XMLHttpRequest();
  // The sheet is made as soon as this is done: nothing can be waited for.
  request.open("GET", part.dataset.whole, false);
  try {
    request.send();
  } catch {
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const whole = page.getElementById(part.id);
  if (!whole) {
    return;
  }
  part.parentElement.querySelector("nav.pages")?.remove();
  if (part.tBodies) {
    part.tBodies[0].replaceWith(whole.tBodies[0]);
    delete part.dataset.whole;
  } else {
    part.replaceWith(whole);
  }
}

window.addEventListener("beforeprint", () => document.querySelectorAll("[data-whole]").forEach(fill));
