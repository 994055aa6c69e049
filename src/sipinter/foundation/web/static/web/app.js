// Small comforts. Every page works without this file.
"use strict";

(() => {
  // The error summary takes the focus when a page opens with one.
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();

  // <button data-confirm="…"> asks before it submits.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  });

  // A form is sent once: the second click does nothing until an answer came or the page is shown again.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  // What htmx could not send, or what broke on the server, is said above the content.
  const say = (kind) => {
    const place = document.getElementById("notices");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "note note-error";
    note.setAttribute("role", "alert");
    const text = document.createElement("p");
    text.textContent = place.dataset[kind];
    note.append(document.createElement("span"), text);
    place.replaceChildren(note);
  };
  // What asks by itself (data-quiet) neither says anything nor takes away what was said.
  const quiet = (event) => event.target.closest?.("[data-quiet]");
  document.addEventListener("htmx:sendError", (event) => quiet(event) || say("lost"));
  document.addEventListener("htmx:timeout", (event) => quiet(event) || say("lost"));
  document.addEventListener("htmx:responseError", (event) => {
    if (quiet(event)) return;
    const { status } = event.detail.xhr;
    if (status >= 500 && status !== 503) say("broken"); // 503 brings its own sentence
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (quiet(event)) return;
    const place = document.getElementById("notices");
    if (place) place.replaceChildren();
  });

  // Drop-down menus close on Escape, on a click elsewhere and when the focus leaves.
  const closeMenus = (except) =>
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details.menu")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // The sign-in ran out: the answer (401) is a note with a link. It goes on top, what was typed stays in place.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answer = event.detail;
    if (answer.xhr.status !== 401) return;
    const earlier = document.getElementById("signed-out");
    if (earlier) earlier.remove();
    answer.shouldSwap = true;
    answer.isError = false;
    answer.target = document.querySelector("#main > .wrap");
    answer.swapOverride = "afterbegin";
    answer.selectOverride = "#signed-out";
  });

  // <select data-submit> sends its form when it changes (the form's button stays for those without scripts).
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submit]")) event.target.form.requestSubmit();
  });
})();
