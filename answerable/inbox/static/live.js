// The live page: a note from the server names ids, and the page fetches what changed and mends itself.
"use strict";

(() => {
  const main = document.getElementById("main");
  const address = document.body.dataset.live;
  if (!address || !window.EventSource) return;

  let missed = false;
  let waiting = 0;
  let busy = false;
  let again = false;
  let refreshed = 0;
  let source;

  // One request is on its way at a time; what is heard meanwhile is asked for together, in the next one.
  async function refresh() {
    waiting = 0;
    if (document.hidden) return void (missed = true);
    if (busy) return void (again = true);
    busy = true;
    refreshed = Date.now();
    await (main.querySelector("[data-news]") ? news(main.querySelector("[data-news]")) : whole());
    busy = false;
    if (again) (again = false), soon();
  }

  async function ask(place) {
    const answer = await fetch(place, { headers: { "X-Live": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // Regions: data-patch holds children with ids, mended one by one; data-swap is replaced whole while nobody is in it.
  async function whole() {
    if (!document.querySelector("[data-patch], [data-swap]")) return;
    const fresh = await ask(location.href);
    if (!fresh) return;
    swapAll(fresh);
    for (const region of document.querySelectorAll("[data-patch]")) {
      const next = fresh.getElementById(region.id);
      if (next) mend(region, next);
    }
  }

  // A case knows how far it has read its journal, and asks for what came after.
  async function news(page) {
    const since = document.getElementById("earlier")?.dataset.since;
    const asked = new URLSearchParams({ after: page.dataset.seq, ...(since && { since }) });
    const fresh = await ask(`${page.dataset.news}?${asked}`);
    if (!fresh) return;
    page.dataset.seq = fresh.querySelector("[data-seq]").dataset.seq;
    swapAll(fresh);
    const line = document.getElementById("timeline");
    for (const item of fresh.querySelectorAll("#timeline > [data-v]")) {
      const old = document.getElementById(item.id);
      if (old) renew(old, item);
      else insert(line, item);
    }
  }

  function swapAll(fresh) {
    for (const region of document.querySelectorAll("[data-swap]")) {
      const next = fresh.getElementById(region.id);
      if (next && !region.contains(document.activeElement) && region.innerHTML !== next.innerHTML) swap(region, next);
    }
  }

  // Each entry says its place: data-key grows from top to bottom.
  function insert(list, item) {
    const next = [...list.children].find((each) => each.dataset.key > item.dataset.key);
    next ? next.before(item) : list.append(item);
    window.htmx?.process(item);
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

  // A link from outside may name a message that stands above what is shown.
  const named = /^#m-(\d+)$/.exec(location.hash);
  if (named && !document.getElementById(named[0].slice(1)) && document.querySelector("#earlier[data-since]"))
    location.replace(`?message=${named[1]}${named[0]}`);

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
