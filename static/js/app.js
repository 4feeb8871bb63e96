// Small comforts; every page works without this file.
(() => {
  "use strict";
  const live = () => document.getElementById("live");
  const say = (words) => { const box = live(); if (box) { box.textContent = words; } };

  const SENDING = "Đang gửi…";
  // The pressed button says that it is being sent; a failed or answered send gives its words back.
  const pressed = new Map();
  const press = (form, button) => {
    if (!button || pressed.has(form)) { return; }
    const card = form.closest("article") || form;
    pressed.set(form, { button, words: [...button.childNodes], card });
    button.replaceChildren(SENDING);
    card.setAttribute("aria-busy", "true");
    say(SENDING);
  };
  const release = (form) => {
    const held = pressed.get(form);
    if (!held) { return; }
    pressed.delete(form);
    held.button.replaceChildren(...held.words);
    held.card.removeAttribute("aria-busy");
  };

  // A double tap must not send twice; the server refuses a repeat anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent === "1") { event.preventDefault(); return; }
    if (!form.hasAttribute("hx-post")) {
      unsent.delete(form);
      if (isCutOff()) { event.preventDefault(); unsent.set(form, event.submitter); trouble("lost"); return; }
    }
    if (!form.hasAttribute("hx-post") && form.method === "post") {
      form.dataset.sent = "1";
      if (document.body.classList.contains("phone")) { press(form, event.submitter); }
      setTimeout(() => { delete form.dataset.sent; release(form); }, 8000);
    }
    stamp(form);
  });
  // Coming back with the browser's own button shows the page as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) { [...pressed.keys()].forEach((form) => { delete form.dataset.sent; release(form); }); }
  });

  // The phone mints the visit's UUID and says when the tap happened (domain.md section 7).
  const stamp = (form) => {
    const now = new Date().toISOString();
    form.querySelectorAll("input[data-mint]").forEach((field) => {
      if (!field.dataset.minted && window.crypto && crypto.randomUUID) {
        field.value = crypto.randomUUID();
        field.dataset.minted = "1";
      }
    });
    form.querySelectorAll("input[data-tapped]").forEach((field) => { if (!field.value) { field.value = now; } });
    form.querySelectorAll("input[data-sent-at]").forEach((field) => { field.value = now; });
  };
  document.addEventListener("htmx:config:request", (event) => {
    const source = event.detail.ctx.sourceElement;
    const form = source && source.closest ? source.closest("form") : null;
    if (!form) { return; }
    stamp(form);
    const body = event.detail.ctx.request.body;
    if (body && body.set) {
      form.querySelectorAll("input[data-mint],input[data-tapped],input[data-sent-at]").forEach((field) => body.set(field.name, field.value));
    }
  });

  // Focus follows a swap (or comes to the error of a page: the first wrong field when there is one),
  // and its sentence is read aloud.
  const focus = () => {
    const place = document.querySelector("[data-focus]");
    if (!place) { return; }
    const wrong = place.dataset.focus === "field" ? document.querySelector("main [aria-invalid=true]") : null;
    place.removeAttribute("data-focus");
    (wrong || place).focus();
  };
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail && event.detail.ctx ? event.detail.ctx.target : null;
    const scope = target && target.isConnected ? target : document;
    const told = scope.querySelector ? scope.querySelector("[data-say]") || document.querySelector("[data-say]") : null;
    if (told) { say(told.dataset.say); }
    focus();
  });
  focus();

  // What could not be sent stays in its form. One button sends all of it again: the same pressed
  // buttons, the same UUIDs, so that what did arrive after all is not recorded twice.
  const unsent = new Map();
  const name = (form, button) => {
    const who = form.closest("article")?.querySelector("h2")?.textContent.trim();
    const what = (button || (form.matches?.("a") ? form : null))?.textContent.trim() || "";
    return who && what ? `“${what}” của ${who}` : what ? `“${what}”` : "yêu cầu vừa rồi";
  };
  const trouble = (kind) => {
    const bar = document.getElementById("trouble");
    if (!bar) { return; }
    bar.hidden = unsent.size === 0;
    if (kind) { bar.querySelectorAll("[data-words]").forEach((node) => { node.hidden = node.dataset.words !== kind; }); }
    const names = [...unsent].map(([form, button]) => name(form, button)).join(", ");
    bar.querySelectorAll("[data-what]").forEach((node) => { node.textContent = names; });
    bar.querySelector("button").onclick = () => {
      const again = [...unsent];
      bar.hidden = true;
      again.forEach(([form, button]) => {
        if (!form.isConnected || form.matches("a")) { unsent.delete(form); }
        if (!form.isConnected) { return; }
        if (form.matches("a")) { if (again.length === 1) { form.click(); } } else if (form.matches("form")) { form.requestSubmit(button && button.isConnected ? button : null); } else { location.reload(); }
      });
    };
    if (kind) { say(bar.querySelector(`[data-words="${kind}"]`).textContent); }
  };
  // A swap may take the form away, and htmx then names another element: the first one is the form.
  const senders = new WeakMap();
  const sent = (event) => {
    const ctx = event.detail?.ctx;
    const source = ctx?.sourceElement;
    if (ctx && !senders.has(ctx)) { senders.set(ctx, source?.closest?.("form") || source); }
    return { form: senders.get(ctx), button: ctx?.request?.submitter || null };
  };
  const failed = (event, kind) => {
    const { form, button } = sent(event);
    release(form);
    unsent.set(form, button);
    trouble(kind);
  };
  // A board asks again only while somebody can see it.
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.target.matches && event.target.matches("[data-while-seen]")) { event.preventDefault(); }
  });
  document.addEventListener("htmx:before:request", (event) => { const { form, button } = sent(event); press(form, button); });
  document.addEventListener("htmx:finally:request", (event) => release(sent(event).form));
  document.addEventListener("htmx:error", (event) => failed(event, "lost"));
  // A busy server saved nothing: its answer must not wipe what was typed.
  document.addEventListener("htmx:before:response", (event) => {
    const status = event.detail.ctx.response.status;
    if (status === 429 || status >= 500) { event.preventDefault(); failed(event, "busy"); return; }
    if (unsent.delete(sent(event).form)) { trouble(""); }
  });
  window.addEventListener("beforeunload", (event) => { if ([...unsent.keys()].some((form) => form.isConnected && !form.matches("a"))) { event.preventDefault(); } });
  // Without any signal a link would trade the page, and what was not sent, for the browser's own.
  const isCutOff = () => !navigator.onLine && document.body.classList.contains("phone");
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || !isCutOff() || link.origin !== location.origin || link.hash) { return; }
    event.preventDefault();
    unsent.set(link, null);
    trouble(unsent.size === 1 ? "away" : "lost");
  });
  window.addEventListener("online", () => {
    [...unsent.keys()].filter((form) => form.matches("a")).forEach((link) => unsent.delete(link));
    trouble("");
  });

  // A search is a POST (no name in a URL): the tab keeps the words while it may go back to them, so
  // that coming back from a household finds them again. The chosen filter is in view.
  const words = document.querySelector("input[data-kept]");
  document.querySelectorAll(".chips [aria-current]").forEach((chip) => {
    const row = chip.parentElement;
    row.scrollLeft = chip.offsetLeft + (chip.offsetWidth - row.clientWidth) / 2;
  });
  if (words) {
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    const kept = isBack && !words.value ? sessionStorage.getItem("words") : "";
    if (!isBack) { sessionStorage.removeItem("words"); }
    words.form.addEventListener("submit", () => sessionStorage.setItem("words", words.value), true);
    document.addEventListener("DOMContentLoaded", () => { if (kept) { words.value = kept; words.form.requestSubmit(); } });
  }

  // Minutes left, by the server's clock: data-due and data-now are its milliseconds.
  const began = Date.now();
  const tick = () => document.querySelectorAll("[data-due]").forEach((node) => {
    const rest = (Number(node.dataset.due) - Number(node.dataset.now) - (Date.now() - began)) / 60000;
    const left = rest >= 0 ? Math.floor(rest) : Math.min(-1, Math.ceil(rest)); // as reporting.rules has it
    const abs = Math.abs(left);
    const hours = Math.floor((abs % 1440) / 60);
    const words = abs < 60 ? `${abs} phút` : abs < 1440 ? `${Math.floor(abs / 60)} giờ ${String(abs % 60).padStart(2, "0")}` : `${Math.floor(abs / 1440)} ngày${hours ? ` ${hours} giờ` : ""}`;
    node.textContent = (left >= 0 ? "còn " : "quá hạn ") + words;
  });
  setInterval(tick, 20000);

  // The sum of a split while it is typed.
  const sums = () => document.querySelectorAll("[data-sum-of]").forEach((out) => {
    let total = 0;
    document.querySelectorAll(`input[data-part="${out.dataset.sumOf}"]`).forEach((field) => { total += Number(field.value.replace(/\D/g, "")) || 0; });
    const less = document.getElementById(out.dataset.less || ""); // what is there already of a target
    const wanted = less ? Math.max(0, Number(out.dataset.target) - (Number(less.value.replace(/\D/g, "")) || 0)) : Number(out.dataset.wanted);
    const gap = total - wanted;
    const vn = (n) => n.toLocaleString("vi-VN");
    out.textContent = gap === 0 ? `${vn(total)} · đủ` : `${vn(total)} · ${gap > 0 ? "thừa" : "thiếu"} ${vn(Math.abs(gap))}`;
    out.className = gap === 0 ? "ok strong" : "bad strong";
  });
  // A target's flat share of a day: whole / days, half up (both whole numbers, so exact enough).
  const daily = (field) => document.querySelectorAll(`[data-day-of="${field.id}"]`).forEach((out) => {
    const amount = Number(field.value.replace(/\D/g, "")) || 0;
    out.textContent = Math.round(amount / Number(out.dataset.days)).toLocaleString("vi-VN");
  });
  document.addEventListener("input", (event) => { if (event.target.dataset && event.target.dataset.part) { sums(); daily(event.target); } else if (document.querySelector(`[data-less="${event.target.id}"]`)) { sums(); } });

  // Folded for a phone, open where there is room.
  if (window.matchMedia("(min-width: 861px)").matches) {
    document.querySelectorAll("details[data-open-wide]").forEach((fold) => { fold.open = true; });
  }

  // A slip with a temporary password is printed from the page that shows it once.
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // Review by keyboard: J next, K previous, D accept, T return (Enter sends, Esc leaves). While a
  // remark is open D and T do nothing: they are letters of the remark.
  const items = () => [...document.querySelectorAll("[data-key-item]")];
  const standOn = (node) => {
    if (!node) { return; }
    if (!node.matches("a")) { node.setAttribute("tabindex", "-1"); }
    node.focus();
    node.scrollIntoView({ block: "nearest" });
  };
  const pressKey = (item, key) => {
    const button = item.querySelector(`[data-key="${key}"]`);
    if (!button) { return; }
    button.click();
    const remark = button.matches("summary") ? item.querySelector("[data-key-remark]") : null;
    if (remark) { remark.focus(); }
  };
  document.addEventListener("keydown", (event) => {
    const item = event.target.closest ? event.target.closest("[data-key-item]") : null;
    const open = item ? item.querySelector("details[open]") : null;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (event.key === "Escape" && open) { open.open = false; standOn(item); event.preventDefault(); return; }
    if (/input|textarea|select/i.test(event.target.tagName)) { return; }
    const list = items();
    const at = list.indexOf(item);
    const key = event.key.toLowerCase();
    if ((key === "j" || key === "k") && list.length) {
      event.preventDefault();
      standOn(list[Math.min(list.length - 1, Math.max(0, at + (key === "j" ? 1 : -1)))]);
    } else if ((key === "d" || key === "t") && item && !open) {
      event.preventDefault();
      pressKey(item, key);
    }
  });
  // Once a checklist is decided the next one that waits has the focus; after the last, the way on.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail && event.detail.ctx ? event.detail.ctx.target : null;
    if (!target || !target.matches || !target.matches("[data-key-item]")) { return; }
    const list = items();
    const at = list.findIndex((node) => node.id === target.id);
    if (at < 0 || list[at].querySelector("[role=alert]")) { return; } // refused: the reason has the focus
    if (list[at].querySelector("[data-stay]")) { standOn(list[at]); return; } // a call: not decided yet
    standOn(list.find((node, index) => index > at && node.matches("[data-waits]")));
  });
})();
