// The live page: a note from the server names ids, and the page fetches itself again and mends what differs.
"use strict";

(() => {
  const main = document.getElementById("main");
  const address = document.body.dataset.live;
  if (!address || !window.EventSource) return;

  let missed = false;
  let waiting = 0;
  let refreshed = 0;
  let source;

  // Regions: data-patch holds children with ids, mended one by one; data-swap is replaced whole while nobody is in it.
  async function refresh() {
    waiting = 0;
    refreshed = Date.now();
    if (document.hidden) return void (missed = true);
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const region of document.querySelectorAll("[data-patch], [data-swap]")) {
      const next = fresh.getElementById(region.id);
      if (!next) continue;
      if (region.dataset.patch !== undefined) mend(region, next);
      else if (!region.contains(document.activeElement) && region.innerHTML !== next.innerHTML) swap(region, next);
    }
  }

  function swap(region, next) {
    const open = [...region.querySelectorAll("details[open]")].map((d) => d.id);
    region.replaceChildren(...next.childNodes);
    open.forEach((id) => id && document.getElementById(id)?.setAttribute("open", ""));
    window.htmx?.process(region);
  }

  // News after a rest is shown at once; a rush is gathered, and the pages of many people do not ask all at the same moment.
  function soon() {
    const rush = Date.now() - refreshed < 1000;
    waiting ||= setTimeout(refresh, rush ? 200 + Math.random() * 200 : Math.random() * 80);
  }

  function mend(region, fresh) {
    const focused = document.activeElement?.closest?.("[data-v]");
    const wanted = [...fresh.querySelectorAll("[data-v]")];
    const ids = new Set(wanted.map((item) => item.id));
    for (const old of region.querySelectorAll("[data-v]")) if (!ids.has(old.id) && old !== focused) old.remove();
    const at = wanted.findIndex((item) => item.id === focused?.id);
    let above = 0;
    wanted.forEach((item, place) => {
      const old = document.getElementById(item.id);
      if (old) return renew(old, item);
      if (place < at) above += 1;
      else put(region, item);
    });
    for (const group of region.querySelectorAll("[data-group]")) {
      const next = fresh.ownerDocument.getElementById(group.id);
      if (next) group.firstElementChild.innerHTML = next.firstElementChild.innerHTML;
      else if (!group.contains(document.activeElement)) group.remove();
    }
    tell(above);
  }

  function renew(old, item) {
    if (old.dataset.v === item.dataset.v) return;
    const held = old.contains(document.activeElement);
    old.className = item.className;
    old.dataset.v = item.dataset.v;
    old.replaceChildren(...item.childNodes);
    if (held) old.querySelector("a, button")?.focus({ preventScroll: true });
    window.htmx?.process(old);
  }

  function put(region, item) {
    const before = item.previousElementSibling;
    const group = item.closest("[data-group]");
    if (group && !document.getElementById(group.id)) open(region, group);
    const list = group ? document.getElementById(group.id).querySelector("ol") : region;
    const after = before?.id && document.getElementById(before.id);
    if (after && after.parentNode === list) after.after(item);
    else list.prepend(item);
    window.htmx?.process(item);
  }

  function open(region, group) {
    const next = group.nextElementSibling?.id && document.getElementById(group.nextElementSibling.id);
    const empty = group.cloneNode(true);
    empty.querySelector("ol").replaceChildren();
    next ? next.before(empty) : region.append(empty);
  }

  function tell(above) {
    const line = document.getElementById("above");
    if (!line) return;
    line.hidden = !above;
    line.querySelector("[data-count]").textContent = above || "";
  }

  // Stream. The browser sends Last-Event-ID by itself; after a long gap the page fetches itself once.
  function listen() {
    source = new EventSource(address);
    source.addEventListener("open", () => {
      document.getElementById("offline").hidden = true;
      if (missed) (missed = false), soon();
    });
    source.addEventListener("note", (event) => heard(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      missed = true;
      setTimeout(() => (document.getElementById("offline").hidden = source.readyState === EventSource.OPEN), 5000);
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 3000 + Math.random() * 4000);
    });
  }

  function heard(note) {
    const mine = main.querySelector("[data-case]")?.dataset.case;
    if (note.kind === "presence") return mine === String(note.case) && here();
    if (!mine || mine === String(note.case)) soon();
  }

  // Presence: who reads and who writes, asked for by saying that I am here.
  let doing = "reading";
  let lately = 0;
  async function here() {
    const place = document.getElementById("presence");
    if (!place?.dataset.src || document.hidden) return;
    const body = new URLSearchParams({ doing });
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const answer = await fetch(place.dataset.src, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
    if (answer?.ok) place.innerHTML = await answer.text();
  }
  document.addEventListener("input", (event) => {
    if (!event.target.matches("textarea[data-unsent]") || Date.now() - lately < 4000) return;
    lately = Date.now();
    doing = "writing";
    here();
    clearTimeout(document.quiet);
    document.quiet = setTimeout(() => ((doing = "reading"), here()), 8000);
  });

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && missed) (missed = false), soon();
    if (!document.hidden) here();
  });
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && (listen(), soon()));
  document.getElementById("above")?.querySelector("button")?.addEventListener("click", () => location.reload());
  listen();
  here();
  setInterval(here, 20000);
})();
