// The verification desk: keys, the evidence beside the case, and what was typed kept. Works without.
"use strict";

(() => {
  const desk = document.querySelector("[data-desk]");
  if (!desk) return;
  const wide = window.matchMedia("(min-width: 1024px)");
  const form = desk.querySelector("[data-verdict]");
  const reason = form && form.elements.reason;

  // --- the list: folded on narrow screens, the present indicator in view
  const fold = desk.querySelector("[data-fold]");
  const arrange = () => {
    fold.open = wide.matches;
  };
  wide.addEventListener("change", arrange);
  arrange();
  const current = desk.querySelector(".desk-item[aria-current]");
  if (current && wide.matches) {
    const list = fold.getBoundingClientRect();
    const item = current.getBoundingClientRect();
    fold.scrollTop += item.top - list.top - list.height / 3;
  }

  // --- evidence: the first document by itself where there is room, the others when chosen
  const preview = desk.querySelector("#preview");
  if (preview && preview.dataset.previewFirst && wide.matches && window.htmx) {
    preview.textContent = preview.dataset.loading;
    window.htmx.ajax("GET", preview.dataset.previewFirst, { target: "#preview" });
  }
  desk.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.closest("[data-preview]")) preview.textContent = preview.dataset.loading;
  });
  desk.addEventListener("htmx:afterRequest", (event) => {
    const chosen = event.target.closest("[data-preview]");
    if (!chosen || !event.detail.successful) return;
    desk.querySelectorAll("[data-preview]").forEach((link) => link.removeAttribute("aria-current"));
    const file = desk.querySelector(`.desk-file [data-file="${chosen.dataset.file}"]`);
    if (file) file.setAttribute("aria-current", "true");
    const page = chosen.dataset.page && document.getElementById(chosen.dataset.page);
    (page || preview).scrollIntoView({ block: "start" });
  });
  desk.addEventListener("htmx:responseError", (event) => {
    // Whatever went wrong (a sign-in that ran out, say), the plain page says it in full.
    if (event.target.href) window.location.assign(event.target.href);
  });

  // --- the verdict: what it needs is asked for before it is sent
  const wanted = form && form.querySelector("[data-wanted-here]");
  const need = (field, text) => {
    wanted.textContent = text;
    field.focus();
  };
  let armed = null;
  const complete = (verdict) => {
    wanted.textContent = "";
    if (verdict === "accept") return true;
    armed = verdict;
    if (verdict === "change" && !form.querySelector("[name=level]:checked")) {
      need(form.querySelector("[name=level]"), reason.dataset.wantedLevel);
      return false;
    }
    if (!reason.value.trim()) {
      need(reason, reason.dataset.wanted);
      return false;
    }
    return true;
  };
  const press = (verdict) => {
    const button = form && form.querySelector(`[name=verdict][value=${verdict}]`);
    if (button) button.click();
  };

  // --- what is being typed survives a wrong click; it is forgotten once sent
  const drafts = {
    key: `desk:${window.location.pathname}`,
    read() {
      try {
        return JSON.parse(window.sessionStorage.getItem(this.key));
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value) window.sessionStorage.setItem(this.key, JSON.stringify(value));
        else window.sessionStorage.removeItem(this.key);
      } catch {
        // Storage may be off; the form itself still holds the text.
      }
    },
  };

  if (form) {
    const kept = drafts.read();
    if (kept && kept.version === form.dataset.kept && !reason.value) {
      reason.value = kept.reason;
      const level = form.querySelector(`[name=level][value="${kept.level}"]`);
      if (level) level.checked = true;
    }
    form.addEventListener("input", () => {
      const level = form.querySelector("[name=level]:checked");
      drafts.write({ version: form.dataset.kept, reason: reason.value, level: level ? level.value : "" });
    });
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[name=verdict]");
      if (button && !complete(button.value)) event.preventDefault();
    });
    form.addEventListener("submit", () => drafts.write(null));
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      if (event.target.type === "radio") {
        // Enter in a choice would press the first button, which accepts.
        event.preventDefault();
        armed = "change";
        reason.focus();
      } else if (event.target === reason && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        press(armed || (form.querySelector("[name=level]:checked") ? "change" : "ask"));
      }
    });
  }

  // --- single keys, which can be switched off
  const panel = desk.querySelector("[data-keys]");
  const toggle = panel && panel.querySelector("[name=keys_on]");
  const stored = () => {
    try {
      return window.localStorage.getItem("desk-keys") !== "off";
    } catch {
      return true;
    }
  };
  if (toggle) {
    panel.hidden = false;
    toggle.checked = stored();
    toggle.addEventListener("change", () => {
      try {
        window.localStorage.setItem("desk-keys", toggle.checked ? "on" : "off");
      } catch {
        // Without storage the choice holds for this page only.
      }
    });
  }
  const go = (address) => {
    if (address) window.location.assign(address);
  };
  const acts = {
    a: () => press("accept"),
    u: () => {
      if (!form) return;
      armed = "change";
      (form.querySelector("[name=level]:checked") || form.querySelector("[name=level]")).focus();
    },
    t: () => {
      if (!form) return;
      armed = "ask";
      reason.focus();
    },
    l: () => {
      if (listed) listed.focus();
    },
    j: () => go(desk.dataset.next),
    k: () => go(desk.dataset.previous),
    n: () => go(desk.dataset.left),
    arrowright: () => go(desk.dataset.next),
    arrowleft: () => go(desk.dataset.previous),
  };
  // A reason of the list is put where it can still be changed.
  const listed = form && form.querySelector("[data-reasons]");
  if (listed) {
    const take = () => {
      if (!listed.value) return;
      reason.value = reason.value.trim() ? `${reason.value.trim()}\n${listed.value}` : listed.value;
      listed.value = "";
      reason.dispatchEvent(new Event("input", { bubbles: true }));
    };
    // Not at every change: arrow keys pass by the reasons that come before the one wanted.
    listed.addEventListener("blur", take);
    listed.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      take();
      reason.focus();
    });
  }
  // A digit chooses that level, and the reason comes next.
  const choose = (digit) => {
    const level = form && form.querySelector(`[name=level][value="${digit}"]`);
    if (!level) return false;
    level.checked = true;
    level.dispatchEvent(new Event("input", { bubbles: true }));
    armed = "change";
    reason.focus();
    return true;
  };
  // Where a level is being chosen letters do nothing: a reason begun there must not accept what it objects to.
  const writes = (target) =>
    target.closest("textarea, select, input:not([type=radio]):not([type=checkbox]), [name=level], [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (toggle && !toggle.checked) return;
    const key = event.key.toLowerCase();
    if (/^\d$/.test(key) && (event.target.name === "level" || !writes(event.target))) {
      if (choose(key)) event.preventDefault();
      return;
    }
    if (event.target.name === "level" && key === "escape") event.target.blur();
    if (writes(event.target)) return;
    if (key.startsWith("arrow") && event.target !== document.body) return;
    if (!acts[key] || event.repeat) return;
    event.preventDefault();
    acts[key]();
  });
})();
