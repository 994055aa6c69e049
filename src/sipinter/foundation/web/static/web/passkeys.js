// Passkeys: <form data-passkey="add|use|sign-in"> asks the browser for one and sends what it answers.
// The options stand in data-options, or (sign-in) are fetched from the form's address when asked for.
"use strict";

(() => {
  const usable = window.PublicKeyCredential && window.webauthnJSON && window.isSecureContext;

  const options = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const made = async (form) => {
    const asked = (await options(form)).creation_options;
    const box = form.elements.namedItem("passwordless");
    const chosen = asked.publicKey.authenticatorSelection;
    chosen.residentKey = box && box.checked ? "required" : "discouraged";
    chosen.requireResidentKey = Boolean(box && box.checked);
    if (chosen.requireResidentKey) chosen.userVerification = "required";
    return window.webauthnJSON.create(asked);
  };

  const shown = async (form) => window.webauthnJSON.get((await options(form)).request_options);

  const ask = async (form) => {
    const refused = form.querySelector("[data-passkey-refused]");
    if (refused) refused.hidden = true;
    try {
      const credential = await (form.dataset.passkey === "add" ? made(form) : shown(form));
      form.elements.namedItem("credential").value = JSON.stringify(credential);
      form.submit();
    } catch {
      if (refused) refused.hidden = false; // turned down, timed out, no such key
    }
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const button = form.querySelector("[data-passkey-ask]");
    const unable = form.querySelector("[data-passkey-unable]");
    if (!usable) return;
    if (unable) unable.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => ask(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault(); // the return key
      ask(form);
    });
  });
})();
