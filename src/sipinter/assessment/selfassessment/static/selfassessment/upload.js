// Sends files in pieces (tus 1.0): with progress, going on where it stopped after a lost connection, a
// reload or a new start of the browser. Without this file the form sends them in one piece.
"use strict";

(() => {
  const box = document.querySelector("[data-uploads]");
  const form = document.querySelector("form[data-answer]");
  if (!box || !form) return;

  const PIECE = 4 * 1024 * 1024; // as much as the server keeps at a time (foundation/evidence/tus/parts.py)
  const DELAYS = [0, 1000, 2000, 4000, 8000, 15000, 30000, 30000, 60000, 60000];
  const ANNOUNCED = 25;
  const HOUR = 3600 * 1000;
  const { endpoint, owner, script, accept } = box.dataset;
  const limit = Number(box.dataset.limit);
  const input = document.getElementById("id_files");
  const button = box.querySelector("button");
  const list = box.querySelector("[data-rows]");
  const voice = box.querySelector("[role=status]");
  const template = box.querySelector("template");
  const prefix = `sipinter-${owner}-${endpoint}-`;
  const headers = { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value };
  const language = document.documentElement.lang;
  let rows = [];

  const say = (kind, values = {}) =>
    Object.entries(values).reduce((text, [key, value]) => text.replaceAll(`{${key}}`, value), template.dataset[kind]);
  const announce = (text) => {
    voice.textContent = text;
  };
  const megabytes = (bytes) => Math.max(0.1, bytes / 1024 / 1024).toLocaleString(language, { maximumFractionDigits: 1 });
  const fingerprint = (file) => Promise.resolve(`${prefix}${file.name}-${file.size}-${file.lastModified}`);

  let loading = null;
  const library = () => {
    loading ??= new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = script;
      element.addEventListener("load", () => resolve(window.tus));
      element.addEventListener("error", () => {
        loading = null;
        element.remove();
        reject(new Error(script));
      });
      document.head.append(element);
    });
    return loading;
  };

  class Row {
    constructor(name) {
      this.name = name;
      this.node = template.content.firstElementChild.cloneNode(true);
      this.text = this.node.querySelector("[data-text]");
      this.bar = this.node.querySelector("progress");
      this.again = this.node.querySelector("[data-again]");
      this.remove = this.node.querySelector("[data-cancel]");
      this.node.querySelector("[data-name]").textContent = name;
      this.bar.setAttribute("aria-label", name);
      for (const part of this.node.querySelectorAll("[data-of]")) part.textContent = ` ${name}`;
      list.append(this.node);
    }

    state(state, text) {
      this.node.dataset.state = state;
      this.text.textContent = text;
      this.bar.hidden = !["sending", "waiting", "stopped"].includes(state);
      this.again.hidden = state !== "stopped";
      this.remove.hidden = state === "done" || state === "refused";
    }

    is(...states) {
      return states.includes(this.node.dataset.state);
    }

    progress(sent, total) {
      const percent = total ? Math.floor((100 * sent) / total) : 100;
      this.bar.value = percent;
      this.state("sending", say("sending", { percent, total: megabytes(total) }));
      const step = Math.floor(percent / ANNOUNCED);
      if (step !== this.step && percent < 100) announce(`${this.name}: ${percent}%`);
      this.step = step;
    }

    drop() {
      this.node.remove();
      rows = rows.filter((row) => row !== this);
    }
  }

  const unfit = (file) => {
    const kinds = accept.split(",");
    const extension = file.name.includes(".") ? `.${file.name.split(".").pop().toLowerCase()}` : "";
    if (!file.size) return say("empty");
    if (file.size > limit) return say("large", { size: megabytes(file.size) });
    return extension && !kinds.includes(extension) ? say("kind") : "";
  };

  // What the browser remembers of uploads to this indicator that did not come to their end.
  const remembered = () =>
    Object.keys(window.localStorage)
      .filter((key) => key.startsWith(`tus::${prefix}`))
      .map((key) => ({ key, ...JSON.parse(window.localStorage.getItem(key)) }));
  const forgetOld = () => {
    const before = Date.now() - Number(box.dataset.hours) * HOUR;
    for (const entry of remembered())
      if (new Date(entry.creationTime).getTime() < before) window.localStorage.removeItem(entry.key);
  };
  const offer = (entry) => {
    const row = new Row(entry.metadata.filename);
    row.state("left", say("left"));
    row.remove.addEventListener("click", () => {
      window.localStorage.removeItem(entry.key);
      window.fetch(entry.uploadUrl, { method: "DELETE", headers: { ...headers, "Tus-Resumable": "1.0.0" } });
      row.drop();
      announce(say("cancelled", { name: entry.metadata.filename }));
    });
    row.key = entry.key;
    rows.push(row);
  };

  const refused = (error) => {
    const answer = error.originalResponse;
    const isText = (answer?.getHeader("Content-Type") ?? "").startsWith("text/plain");
    return isText && answer.getStatus() !== 409 ? answer.getBody() : "";
  };
  const mayRetry = (row) => (error) => {
    const status = error.originalResponse?.getStatus() ?? 0;
    const again = status === 0 || status >= 500 || [409, 423, 429].includes(status);
    if (again) {
      if (!row.is("waiting")) announce(say("waiting"));
      row.state("waiting", say("waiting"));
    }
    return again;
  };

  const refresh = () => window.htmx.ajax("GET", window.location.pathname, {
    target: "#evidence-list", select: "#evidence-list", swap: "outerHTML",
  });

  const send = (tus, row, file) => new Promise((resolve) => {
    const end = (state, text) => {
      row.state(state, text);
      announce(state === "done" ? text : `${row.name}: ${text}`);
      row.upload = null;
      resolve();
    };
    row.upload = new tus.Upload(file, {
      endpoint, headers, fingerprint,
      metadata: { filename: file.name },
      chunkSize: PIECE,
      retryDelays: DELAYS,
      removeFingerprintOnSuccess: true,
      onShouldRetry: mayRetry(row),
      onProgress: (sent, total) => row.progress(sent, total),
      onError: (error) => {
        const sentence = refused(error);
        const status = error.originalResponse?.getStatus() ?? 0;
        if (sentence && status !== 401) end("refused", sentence);
        else end("stopped", sentence || say(status === 403 ? "denied" : "stopped"));
      },
      onSuccess: ({ lastResponse }) => {
        const sentence = lastResponse.getHeader("X-Sentence");
        end("done", sentence ? decodeURIComponent(sentence) : say("done", { name: file.name }));
        refresh();
      },
    });
    row.stop = () => {
      const { upload } = row;
      row.upload = null;
      upload?.abort(true).catch(() => {});
      resolve();
    };
    row.upload.findPreviousUploads().then((found) => {
      if (row.is("cancelled")) return;
      if (found.length) row.upload.resumeFromPreviousUpload(found[0]);
      row.state("sending", say("starting"));
      row.upload.start();
    });
  });

  // One after the other: on a weak link one file gets the whole of it.
  let queue = Promise.resolve();
  const enqueue = (row, file) => {
    row.state("queued", say("queued"));
    queue = queue.then(async () => {
      if (row.is("cancelled")) return;
      try {
        await send(await library(), row, file);
      } catch {
        row.state("stopped", say("stopped"));
        announce(`${row.name}: ${say("stopped")}`);
      }
    });
  };
  const cancel = (row) => {
    row.state("cancelled", "");
    row.stop?.();
    row.drop();
    announce(say("cancelled", { name: row.name }));
    input.focus();
  };

  const chosen = (file) => {
    const row = new Row(file.name);
    rows.push(row);
    const fault = unfit(file);
    if (fault) {
      row.state("refused", fault);
      announce(`${file.name}: ${fault}`);
      return;
    }
    for (const old of rows.filter((other) => other.key?.startsWith(`tus::${prefix}${file.name}-${file.size}-`))) {
      row.goesOn = true;
      old.drop();
    }
    row.file = file;
    row.state("ready", say(row.goesOn ? "goeson" : "ready", { size: megabytes(file.size) }));
    row.remove.addEventListener("click", () => cancel(row));
    row.again.addEventListener("click", () => enqueue(row, file));
  };

  // The rows hold the files from here on; the field stays filled, so that saving the form sends them too.
  input.addEventListener("change", () => {
    for (const row of rows.filter((other) => other.is("ready", "refused", "done"))) row.drop();
    [...input.files].forEach(chosen);
  });
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const ready = rows.filter((row) => row.is("ready"));
    if (!ready.length) {
      if (!rows.some((row) => row.is("refused"))) input.focus();
      return;
    }
    input.value = "";
    for (const row of ready) enqueue(row, row.file);
  });

  const busy = () => rows.some((row) => row.is("queued", "sending", "waiting"));
  window.addEventListener("online", () => {
    for (const row of rows.filter((other) => other.is("stopped") && other.file)) enqueue(row, row.file);
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy()) event.preventDefault();
  });

  box.dataset.live = "";
  forgetOld();
  remembered().forEach(offer);
})();
