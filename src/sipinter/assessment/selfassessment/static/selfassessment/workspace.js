// Saves the indicator's form as one goes. Without this file its buttons do the same.
"use strict";

(() => {
  // On a narrow screen the present view may lie outside the row of views.
  document.querySelector(".ws-views [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

  // The list of indicators stands open beside the page where there is room, and is folded where not.
  const menu = document.querySelector(".ws-menu");
  const wide = window.matchMedia("(min-width: 1024px)");
  const arrange = () => {
    if (menu) menu.open = wide.matches;
  };
  wide.addEventListener("change", arrange);
  arrange();

  const form = document.querySelector("form[data-answer]");
  if (!form || !window.htmx) return;

  const WAIT_FOR_TYPING = 1200;
  const REFUSALS = [403, 409, 422];
  const LONGEST_PAUSE = 60000;
  const notice = document.getElementById("answer-notice");
  const boxes = [...form.querySelectorAll('input[name="tick"]')];
  const levelOf = (box) => Number(box.value);
  let timer = 0;
  let dirty = "unsaved" in form.dataset;
  let busy = false;
  let refused = notice.childElementCount > 0;
  let afterSave = null;
  let pause = 5000;

  const save = () => {
    window.clearTimeout(timer);
    if (!refused) window.htmx.trigger(form, "ws:save");
  };
  const touched = (wait) => {
    dirty = true;
    window.clearTimeout(timer);
    if (!refused) timer = window.setTimeout(save, wait);
  };

  // A level holds all below it: ticking fills downwards, unticking empties upwards, 0 stands alone.
  const cascade = (box) => {
    const level = levelOf(box);
    for (const other of boxes) {
      const at = levelOf(other);
      if (other === box) continue;
      if (box.checked && level === 0) other.checked = false;
      else if (box.checked && at === 0) other.checked = false;
      else if (box.checked && at < level) other.checked = true;
      else if (!box.checked && level > 0 && at > level) other.checked = false;
    }
  };

  form.addEventListener("change", (event) => {
    if (event.target.name === "tick") {
      cascade(event.target);
      touched(150);
    } else if (event.target.name === "note") touched(0);
  });
  form.addEventListener("input", (event) => {
    if (event.target.name === "note") touched(WAIT_FOR_TYPING);
  });

  form.addEventListener("htmx:beforeRequest", () => {
    busy = true;
    dirty = false;
  });
  // What came back with a refusal is shown too: it says what was kept.
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === notice && REFUSALS.includes(event.detail.xhr.status)) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    busy = false;
    const { status } = event.detail.xhr;
    const next = afterSave;
    afterSave = null;
    if (status === 200 || status === 401) {
      // After a sign-in that ran out (401) the server keeps what was typed until the person is back.
      pause = 5000;
      if (next && dirty) finish(next);
      else if (next) next();
      else if (status === 401) document.getElementById("signed-out")?.scrollIntoView({ block: "center" });
      return;
    }
    dirty = true;
    refused = REFUSALS.includes(status);
    if (refused) notice.firstElementChild?.scrollIntoView({ block: "center" });
    else {
      // No answer, or a fault of the server: the page says so; try again, less and less often.
      timer = window.setTimeout(save, pause);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    }
  });

  // Going elsewhere in the page waits until what was typed is saved.
  const finish = (next) => {
    afterSave = next;
    if (!busy) save();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.target || link.hasAttribute("download") || link.getAttribute("href").startsWith("#")) return;
    if ("discard" in link.dataset) {
      dirty = false;
      return;
    }
    if (refused || !(dirty || busy)) return;
    event.preventDefault();
    finish(() => window.location.assign(link.href));
  });
  form.addEventListener("submit", (event) => {
    if (busy && !refused) {
      // Its answer carries the version that this form must send.
      event.preventDefault();
      const { submitter } = event;
      afterSave = () => form.requestSubmit(submitter);
      return;
    }
    window.clearTimeout(timer);
    dirty = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
})();
