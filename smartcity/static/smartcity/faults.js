/* After a refusal one begins at the list of what is wrong. Browsers without this script have its autofocus, which they
   leave out where anything else took the focus first. */
document.addEventListener("DOMContentLoaded", () => document.querySelector(".faults[autofocus]")?.focus());
