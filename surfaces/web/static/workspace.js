// Everything here is a convenience: without this file every link and form still works.
"use strict";
(() => {
  const body = document.body;
  const columns = document.querySelector("[data-page-channel]");
  const here = columns ? Number(columns.dataset.pageChannel) : null;
  const openThread = columns && columns.dataset.pageThread ? Number(columns.dataset.pageThread) : null;
  const past = Boolean(columns && "past" in columns.dataset);
  const announcer = document.getElementById("announcer");
  const dialog = document.getElementById("dialog");
  const unreadKey = "unread:" + body.dataset.me;

  const parse = (html) => document.createRange().createContextualFragment(html);
  const ask = (url, options = {}) =>
    fetch(url, { credentials: "same-origin", ...options, headers: { "X-Matchpoint": "script", ...options.headers } });

  // `randomUUID` is missing where the workspace is served over plain http.
  const nonce = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  // Who was signed in last in this browser: once it is somebody else, what is fetched is no longer for this page.
  const me = body.dataset.me;
  if (me) localStorage.setItem("me", me);
  const isStillMe = () => localStorage.getItem("me") === me;

  // What has arrived in other channels, remembered over page changes of this tab.
  const unread = new Set(JSON.parse(sessionStorage.getItem(unreadKey) || "[]"));
  const showUnread = () => {
    sessionStorage.setItem(unreadKey, JSON.stringify([...unread]));
    for (const link of document.querySelectorAll("a[data-channel]")) {
      const is = unread.has(Number(link.dataset.channel));
      link.classList.toggle("has-unread", is);
      link.querySelector(".unread").hidden = !is;
    }
    for (const menu of document.querySelectorAll("details.menu")) {
      const any = menu.querySelector("a.has-unread") !== null;
      menu.firstElementChild.classList.toggle("has-unread", any);
      menu.querySelector("summary .unread").hidden = !any;
    }
  };

  // Put a new version in the place of an element without losing the focus or an open question.
  const swap = (old, fresh) => {
    const asked = old.querySelector(":popover-open");
    if (asked) {
      asked.addEventListener("toggle", () => setTimeout(() => old.isConnected && swap(old, fresh)), { once: true });
      return;
    }
    const stops = "a[href],button,input,textarea,select";
    const focused = document.activeElement;
    const at = [...old.querySelectorAll(stops)].indexOf(focused);
    const whole = old === focused;
    old.replaceWith(fresh);
    // The same button, else one that does the same with something newer, else what stands in its place.
    const does = (one) => one.tagName + (one.getAttribute("href") || (one.value || "").split(" ")[0]);
    const all = [...fresh.querySelectorAll(stops)];
    const same = at >= 0 && focused.matches("a, button[name=do]")
      && (all.find((one) => does(one) === does(focused) && one.value === focused.value) || all.find((one) => does(one) === does(focused)));
    const target = whole ? fresh : at >= 0 ? same || all[at] || fresh : null;
    if (target) target.focus({ preventScroll: true });
  };

  // Put a message where it belongs: over its old version, or in the order of the numbers.
  const place = (list, html) => {
    const article = parse(html).querySelector("article");
    if (!article) return;
    const old = document.getElementById(article.id);
    if (old) {
      if (old.outerHTML !== article.outerHTML) swap(old, article);
      return;
    }
    const number = Number(article.dataset.message);
    const next = [...list.querySelectorAll("article")].find((a) => Number(a.dataset.message) > number);
    article.classList.add("arrived");
    list.insertBefore(article, next || null);
    const empty = document.querySelector(".empty");
    if (empty) empty.remove();
    announcer.textContent = article.dataset.announce;
  };

  // One request per message at a time; a change that comes meanwhile makes one more.
  const loading = new Map();
  const load = async (message, list, inside) => {
    const key = (inside ? "t" : "m") + message;
    if (loading.has(key)) { loading.set(key, true); return; }
    loading.set(key, false);
    try {
      const answer = await ask(`/c/${here}/m/${message}${inside ? "?inside=1" : ""}`);
      if (answer.ok) place(list, await answer.text());
    } catch { /* the next change or page brings it */ }
    const again = loading.get(key);
    loading.delete(key);
    if (again) load(message, list, inside);
  };

  const onMessage = ({ channel, message, thread }) => {
    if (document.querySelector("[data-home]")) refreshHome();
    if (channel !== here) {
      unread.add(channel);
      if (document.querySelector(`a[data-channel="${channel}"]`)) showUnread();
      else refreshMenu();
      return;
    }
    const list = document.getElementById("messages");
    const replies = document.getElementById("replies");
    if (thread) {
      if (document.getElementById("m" + thread)) load(thread, list, false);
      if (thread === openThread) load(message, replies, true);
    } else {
      if (!past || document.getElementById("m" + message)) load(message, list, false);
      if (message === openThread) load(message, replies, true);
    }
  };

  let homeTimer = 0;
  const refreshHome = () => {
    clearTimeout(homeTimer);
    homeTimer = setTimeout(async () => {
      const old = document.getElementById("home");
      if (!old || dialog.open) return;
      try {
        const answer = await ask(location.pathname + location.search);
        const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("home");
        if (fresh && fresh.innerHTML !== old.innerHTML) swap(old, fresh);
      } catch { /* the next change brings it */ }
    }, 300);
  };

  // A channel that is not in the menu yet: ask for the menu anew.
  const refreshMenu = async () => {
    try {
      const answer = await ask(location.pathname + location.search);
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelectorAll("header.side nav");
      document.querySelectorAll("header.side nav").forEach((old, i) => fresh[i] && old.replaceChildren(...fresh[i].childNodes));
    } catch { /* the next change brings it */ }
    showUnread();
  };

  // The stream: only while the page is looked at, so that many tabs do not use up the browser's connections.
  let source = null;
  let last = body.dataset.change;
  const listen = () => {
    if (last === undefined || source || document.hidden || !isStillMe()) return;
    source = new EventSource("/events?after=" + encodeURIComponent(last));
    const remember = (event) => { if (Number(event.lastEventId) > Number(last)) last = event.lastEventId; };
    source.addEventListener("message", (event) => { remember(event); onMessage(JSON.parse(event.data)); });
    source.addEventListener("home", (event) => { remember(event); refreshHome(); refreshMenu(); });
    source.addEventListener("reload", () => location.reload());
    source.addEventListener("error", () => { if (source && source.readyState === 2) { hush(); setTimeout(listen, 5000); } });
  };
  const hush = () => { if (source) { source.close(); source = null; } };
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  addEventListener("storage", () => (isStillMe() ? listen() : hush()));
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);

  const showDialog = (content) => {
    dialog.replaceChildren(content);
    if (!dialog.open) dialog.showModal();
    const first = [".errors", "input:not([type=hidden]),textarea,select", "[data-close]"]
      .map((wanted) => dialog.querySelector(wanted)).find(Boolean);
    if (first) first.focus();
  };

  // Say what went wrong where it was tried; what was typed stays. A page that answers brings its own words, unless it
  // is in the language of somebody who has signed in since.
  const trouble = (form, status = 0, html = "") => {
    const box = document.getElementById(status === 403 ? "stale" : "unsent").content.firstElementChild.cloneNode(true);
    const page = status === 403 ? null : new DOMParser().parseFromString(html, "text/html").querySelector(".page");
    const words = page ? [page.querySelector("h1").textContent, page.querySelector("p").textContent]
      : [...box.children].map((part) => part.textContent);
    const put = (into) => into.querySelectorAll("h2, p").forEach((part, i) => { part.textContent = words[i]; });
    if (form.matches("[data-composer]")) { complain(form, form.elements.text, words.join(". ")); return; }
    if (!form.matches(".dialog-form")) {
      const told = document.getElementById("told").content.cloneNode(true);
      put(told);
      showDialog(told);
      return;
    }
    put(box);
    form.querySelectorAll(".errors").forEach((old) => old.remove());
    form.querySelector("#form-title").after(box);
    if (!dialog.open) dialog.showModal();
    box.focus();
  };

  const send = async (form, button) => {
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    if (button) button.setAttribute("aria-busy", "true");
    const text = form.matches("[data-composer]") ? form.elements.text : null;
    try {
      const data = new FormData(form, button);
      const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(data) });
      const go = answer.headers.get("X-Go");
      if (go) { dialog.open && dialog.close(); location.assign(go); return; }
      const html = answer.status === 204 ? "" : await answer.text();
      if (answer.headers.get("X-Show") === "dialog") showDialog(parse(html));
      else if (!answer.ok && answer.status !== 422) { trouble(form, answer.status, html); return; }
      else if (dialog.open && answer.status === 204) dialog.close();
      if (text && answer.ok) {
        if (answer.status === 204 || text.value.startsWith("/")) text.value = "";
        form.elements.request.value = nonce();
      }
      if (text) complain(form, text, answer.status === 422 ? html : "");
      for (const said of (answer.headers.get("X-Message") || "").split(",").filter(Boolean)) {
        const [channel, message, thread] = said.split(" ").map(Number);
        onMessage({ channel, message, thread: thread || null });
      }
    } catch {
      trouble(form);
    } finally {
      form.removeAttribute("aria-busy");
      if (button) button.removeAttribute("aria-busy");
    }
  };

  const complain = (form, text, words) => {
    const old = form.querySelector(".error");
    if (old) old.remove();
    text.removeAttribute("aria-invalid");
    if (!words) return;
    text.setAttribute("aria-invalid", "true");
    const line = document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = words;
    form.prepend(line);
    text.focus();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // A form that has a page of its own is answered with a page.
    if (!form.matches("form[data-live]") || (form.matches(".dialog-form") && !dialog.contains(form))) return;
    event.preventDefault();
    for (const open of form.querySelectorAll(":popover-open")) open.hidePopover();
    send(form, event.submitter);
  });

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest && event.target.closest("form[data-composer]");
    if (form && event.key === "Enter" && !event.shiftKey && !event.isComposing && matchMedia("(hover: hover)").matches) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // Escape, or the back button of a phone, is pressed by mistake as well: what was typed into a dialog is nowhere else.
  const isTyped = (field) => (field.matches("select") ? [...field.options].some((one) => one.selected !== one.defaultSelected && one.value)
    : /radio|checkbox/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const isKept = () => {
    const fields = [...dialog.querySelectorAll("input:not([type=hidden]), textarea, select")];
    const typed = fields.length && (dialog.querySelector(".errors") || fields.some(isTyped));
    return Boolean(typed) && !confirm(dialog.dataset.lose);
  };
  // Of two cancellations in a row a browser lets the second one through; the key it does not.
  let asked = false;
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    if (isKept()) event.preventDefault();
    else asked = true;
  });
  dialog.addEventListener("cancel", (event) => {
    if (!asked && isKept()) event.preventDefault();
    asked = false;
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("dialog [data-close]")) { event.preventDefault(); dialog.close(); }
    for (const menu of document.querySelectorAll("details.persona[open], details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keyup", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.persona[open], details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  for (const keys of document.querySelectorAll(".keys")) keys.hidden = false;
  if (here !== null) unread.delete(here);
  showUnread();
  // Who pressed a button of Home finds the answer there, not the top of the page.
  const told = document.querySelector("main .errors") || document.querySelector("#reply article");
  if (told) told.focus();
  listen();
})();
