// Shows beside a field how what is being typed is read. The server reads: a second reading here would in time
// become another one. Without this script the same words come with the next page.
"use strict";

const ADDRESS = "/doc-lai/";
const PAUSE = 500;
const waiting = new WeakMap();

async function readBack(input, isFinished) {
  const place = document.getElementById(`${input.id}_echo`);
  const typed = input.value;
  if (!place) {
    return;
  }
  if (!typed.trim()) {
    place.textContent = "";
    return;
  }
  const asked = new URLSearchParams({ [input.dataset.readAs]: typed.slice(0, 200) });
  let answer;
  try {
    const response = await fetch(`${ADDRESS}?${asked}`, { headers: { Accept: "application/json" } });
    if (!response.ok || response.redirected) {
      return;
    }
    answer = await response.json();
  } catch {
    return;
  }
  // What is still being typed is told when it is finished, not while it is; and only of what stands there now.
  if (input.value === typed) {
    place.textContent = answer.is_read || isFinished ? answer.sentence : "";
  }
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.readAs) {
    clearTimeout(waiting.get(event.target));
    waiting.set(event.target, setTimeout(readBack, PAUSE, event.target, false));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.dataset?.readAs) {
    clearTimeout(waiting.get(event.target));
    readBack(event.target, true);
  }
});
