// Small comforts; every page works without this file.
(() => {
  "use strict";
  const live = () => document.getElementById("live");
  const say = (words) => { const box = live(); if (box) { box.textContent = words; } };

  // A double tap must not send twice; the server refuses a repeat anyway.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent === "1") { event.preventDefault(); return; }
    if (!form.hasAttribute("hx-post") && form.method === "post") {
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 8000);
    }
    stamp(form);
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

  // Focus follows a swap, and its sentence is read aloud.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail && event.detail.ctx ? event.detail.ctx.target : null;
    const scope = target && target.isConnected ? target : document;
    const told = scope.querySelector ? scope.querySelector("[data-say]") || document.querySelector("[data-say]") : null;
    if (told) { say(told.dataset.say); }
    const focus = document.querySelector("[data-focus]");
    if (focus) { focus.removeAttribute("data-focus"); focus.focus(); }
  });

  // A failed request says so in words and offers to try again.
  const failed = (event) => {
    const bar = document.getElementById("trouble");
    if (!bar) { return; }
    bar.hidden = false;
    const again = bar.querySelector("button");
    const source = event.detail && event.detail.ctx ? event.detail.ctx.sourceElement : null;
    again.onclick = () => {
      bar.hidden = true;
      const form = source && source.closest ? source.closest("form") : null;
      if (form) { form.requestSubmit(); } else { location.reload(); }
    };
    say(bar.textContent);
  };
  document.addEventListener("htmx:error", failed);

  // Minutes left, by the server's clock: data-due and data-now are its milliseconds.
  const began = Date.now();
  const tick = () => document.querySelectorAll("[data-due]").forEach((node) => {
    const left = Math.floor((Number(node.dataset.due) - Number(node.dataset.now) - (Date.now() - began)) / 60000);
    const abs = Math.abs(left);
    const words = abs < 60 ? `${abs} phút` : abs < 1440 ? `${Math.floor(abs / 60)} giờ ${String(abs % 60).padStart(2, "0")}` : `${Math.floor(abs / 1440)} ngày`;
    node.textContent = (left >= 0 ? "còn " : "quá hạn ") + words;
  });
  setInterval(tick, 20000);

  // The sum of a split while it is typed.
  const sums = () => document.querySelectorAll("[data-sum-of]").forEach((out) => {
    let total = 0;
    document.querySelectorAll(`input[data-part="${out.dataset.sumOf}"]`).forEach((field) => { total += Number(field.value.replace(/\D/g, "")) || 0; });
    const wanted = Number(out.dataset.wanted);
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
  document.addEventListener("input", (event) => { if (event.target.dataset && event.target.dataset.part) { sums(); daily(event.target); } });

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
  const press = (item, key) => {
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
      press(item, key);
    }
  });
  // Once a checklist is decided the next one that waits has the focus; after the last, the way on.
  document.addEventListener("htmx:after:swap", (event) => {
    const target = event.detail && event.detail.ctx ? event.detail.ctx.target : null;
    if (!target || !target.matches || !target.matches("[data-key-item]")) { return; }
    const list = items();
    const at = list.findIndex((node) => node.id === target.id);
    if (at < 0) { return; } // refused: the reason stands in its place
    standOn(list.find((node, index) => index > at && node.matches("[data-waits]")));
  });
})();
