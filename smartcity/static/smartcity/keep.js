/* Keeps what is typed into a form with a slip in this tab, by person and address, until the server says that it is
   saved: after a crash of the browser or the server the page offers it again. Signing out forgets it. */
(() => {
  "use strict";

  const PREFIX = "smartcity-typed:";
  const SAVED_COOKIE = "saved-forms";
  const NOT_TYPED = new Set(["csrfmiddlewaretoken", "slip"]);
  // What the server reads of text at once, files aside (DATA_UPLOAD_MAX_MEMORY_SIZE).
  const MOST = 5 * 1024 * 1024;
  let leaving = false;

  // «12.0f3a…:1tXyZ:signature»: whose it is, and which sending.
  const slipField = (form) => form.querySelector('input[name="slip"]');

  const slipOf = (form) => {
    const [user, rest] = slipField(form).value.split(".", 2);
    return { user, id: rest.split(":", 1)[0] };
  };

  const keyOf = (form) => {
    const address = new URL(form.getAttribute("action") || "", window.location.href);
    return `${PREFIX}${slipOf(form).user}:${address.pathname}${address.search}`;
  };

  const read = (key) => {
    try {
      return JSON.parse(window.sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };

  const write = (key, kept) => {
    try {
      window.sessionStorage.setItem(key, JSON.stringify(kept));
    } catch {
      // Full or switched off: the page works without it.
    }
  };

  const forget = (wanted) => {
    for (const key of Object.keys(window.sessionStorage)) {
      if (key.startsWith(PREFIX) && wanted(read(key))) {
        window.sessionStorage.removeItem(key);
      }
    }
  };

  const forgetSaved = () => {
    const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${SAVED_COOKIE}=`));
    const saved = cookie ? cookie.slice(SAVED_COOKIE.length + 1).split(".") : [];
    forget((kept) => !kept || saved.includes(kept.slip));
  };

  // «files-kept» names what the server keeps of the files; the page itself ticks it.
  const isTyped = (field) =>
    field.name &&
    !NOT_TYPED.has(field.name) &&
    !field.name.endsWith("-kept") &&
    !["password", "file"].includes(field.type);

  const typedIn = (form) => {
    const secret = new Set([...form.elements].filter((field) => !isTyped(field)).map((field) => field.name));
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secret.has(name));
  };

  // A box without a tick is not in a form's data, where a hidden field that says nothing is.
  const saying = (pairs) => pairs && pairs.filter(([, value]) => value !== "");

  const same = (one, other) => JSON.stringify(saying(one)) === JSON.stringify(saying(other));

  const addRows = (form, pairs) => {
    for (const [name, value] of pairs) {
      const total = name.endsWith("-TOTAL_FORMS") && form.elements.namedItem(name);
      const button = total && total.closest(".formset-wrapper")?.querySelector(".add-row");
      while (button && Number(total.value) < Number(value)) {
        const before = total.value;
        button.click();
        if (total.value === before) {
          break;
        }
      }
    }
  };

  const fill = (form, pairs) => {
    addRows(form, pairs);
    for (const field of [...form.elements].filter(isTyped)) {
      const values = pairs.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = values.includes(field.value);
      } else if (field.type === "select-multiple") {
        for (const option of field.options) {
          option.selected = values.includes(option.value);
        }
      } else if (values.length && field.type !== "submit" && field.type !== "button") {
        field.value = values[0];
      } else {
        continue;
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };

  const button = (label, look, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = look;
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  };

  // Back to a form that was sent already, fetched anew: it is still that sending, not another one.
  const takeSlipAlong = (form) => {
    const [visit] = window.performance.getEntriesByType("navigation");
    const sent = window.history.state?.slip;
    if (visit?.type === "back_forward" && sent?.key === keyOf(form)) {
      slipField(form).value = sent.value;
    }
  };

  const offer = (form, key) => {
    const kept = read(key);
    const box = document.createElement("div");
    const card = document.createElement("section");
    const sentence = document.createElement("p");
    const buttons = document.createElement("p");
    const day = new Date(kept.at);
    const time = day.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit" });
    const date = day.toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" });
    const done = () => {
      window.sessionStorage.removeItem(key);
      box.remove();
    };
    box.className = "sc kept-offer";
    card.className = "card";
    card.setAttribute("role", "status");
    sentence.textContent = `Trang này có nội dung bạn nhập lúc ${time} ngày ${date} mà chưa lưu.`;
    buttons.className = "buttons";
    buttons.append(
      button("Khôi phục nội dung chưa lưu", "button", () => {
        fill(form, kept.pairs);
        done();
        form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      }),
      button("Bỏ nội dung đó", "button quiet", done),
    );
    card.append(sentence, buttons);
    box.append(card);
    form.before(box);
  };

  const megabytes = (size) => (size / 1024 / 1024).toLocaleString("vi-VN", { maximumFractionDigits: 1 });

  const sizeOf = (form) => {
    const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    return form.enctype === "multipart/form-data"
      ? new Blob(pairs.flat()).size
      : new URLSearchParams(pairs).toString().length;
  };

  // Sent, it could only be refused whole; here it stays where it was typed.
  const refuseTooLong = (form, size) => {
    form.previousElementSibling?.matches(".too-long") && form.previousElementSibling.remove();
    const box = document.createElement("div");
    box.className = "sc too-long";
    const sentence = document.createElement("p");
    sentence.className = "error faults";
    sentence.setAttribute("role", "alert");
    sentence.tabIndex = -1;
    sentence.textContent = `Chưa gửi: nội dung dài ${megabytes(size)} MB, mỗi lần gửi tối đa ${megabytes(MOST)} MB. `
      + "Nội dung bạn nhập vẫn còn ở dưới: rút gọn, hoặc đính kèm dưới dạng tệp.";
    box.append(sentence);
    form.before(box);
    sentence.focus();
  };

  const watch = (form) => {
    const key = keyOf(form);
    const offered = `${key}:before`;
    // Its author asked for something to be filled in: this is what is typed now, not what was before.
    if (slipField(form).hasAttribute("data-filled")) {
      write(key, { at: Date.now(), slip: slipOf(form).id, pairs: typedIn(form) });
    }
    const kept = read(key);
    // The form came back with what was typed: that is as unsaved as before.
    let unsaved = Boolean(kept) && same(kept.pairs, typedIn(form));
    const shown = unsaved ? null : typedIn(form);
    if (kept && !unsaved) {
      write(offered, kept);
      window.sessionStorage.removeItem(key);
    }
    if (read(offered)) {
      offer(form, offered);
    }

    const keep = () => {
      const pairs = typedIn(form);
      unsaved = !same(pairs, shown);
      if (unsaved) {
        write(key, { at: Date.now(), slip: slipOf(form).id, pairs });
      } else {
        window.sessionStorage.removeItem(key);
      }
    };
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);
    form.addEventListener("submit", (event) => {
      const size = sizeOf(form);
      if (size > MOST) {
        event.preventDefault();
        refuseTooLong(form, size);
        return;
      }
      leaving = true;
      const slip = slipField(form);
      window.history.replaceState({ ...window.history.state, [slip.name]: { key, value: slip.value } }, "");
    });
    if (!form.classList.contains("warn-unsaved-form")) {
      window.addEventListener("beforeunload", (event) => {
        if (unsaved && !leaving) {
          event.preventDefault();
        }
      });
    }
  };

  document.addEventListener("DOMContentLoaded", () => {
    forgetSaved();
    for (const slip of document.querySelectorAll('form input[name="slip"]')) {
      if (typedIn(slip.form).length) {
        takeSlipAlong(slip.form);
        watch(slip.form);
      }
    }
    for (const form of document.querySelectorAll("form[data-signs-out], #logout-form")) {
      form.addEventListener("submit", () => {
        leaving = true;
        forget(() => true);
      });
    }
  });

  // Back to a page that the browser kept as it was.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      leaving = false;
      forgetSaved();
    }
  });
})();
