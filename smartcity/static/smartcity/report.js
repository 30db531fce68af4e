// What the form of a report does without asking the server, which does the same of what is sent: words of the last
// report go into their field, and what is complete is so by 100 %.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[name='_copy']");
  const field = button && document.getElementById(button.dataset.into);
  if (!field) {
    return;
  }
  event.preventDefault();
  const { words } = button.dataset;
  const own = field.value.trimEnd();
  if (own !== words && !own.endsWith(`\n${words}`)) {
    field.value = own ? `${own}\n${words}` : words;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.focus();
});

function fillUp() {
  const status = document.getElementById("id_status");
  const percent = document.getElementById("id_percent");
  if (!status || !percent) {
    return;
  }
  const isComplete = status.value === "complete";
  let told = document.getElementById("filled-up");
  if (!told) {
    told = document.createElement("p");
    told.id = "filled-up";
    told.className = "hint";
    told.setAttribute("role", "status");
    percent.after(told);
  }
  if (isComplete && percent.value.trim() !== "100") {
    percent.dataset.before = percent.value;
    percent.value = "100";
    told.textContent = "Trạng thái là «Hoàn thành» nên tiến độ được ghi 100%.";
  } else if (!isComplete && percent.dataset.before !== undefined) {
    // Not what somebody typed since.
    percent.value = percent.value.trim() === "100" ? percent.dataset.before : percent.value;
    delete percent.dataset.before;
    told.textContent = "";
  } else {
    return;
  }
  percent.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("change", (event) => {
  if (event.target.id === "id_status") {
    fillUp();
  }
});
// The status may have been chosen before this was there.
fillUp();
