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
  // Of a list: the cases that were heard of, when its counts were asked for, and what waits above the row in use.
  const named = new Set();
  const most = 40;
  const rest = 10000;
  let everything = false;
  let counted = Date.now() - rest;
  const above = new Set();

  // One request is on its way at a time; what is heard meanwhile is asked for together, in the next one.
  async function refresh() {
    waiting = 0;
    if (document.hidden) return void (missed = true);
    if (busy) return void (again = true);
    busy = true;
    refreshed = Date.now();
    const page = main.querySelector("[data-news]");
    const list = main.querySelector("[data-rows]");
    if (page) await news(page);
    else if (!list || everything || named.size > most) await whole();
    else await rows(list);
    busy = false;
    if (again) (again = false), soon();
  }

  async function ask(place) {
    const answer = await fetch(place, { headers: { "X-Live": "1" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  // The page itself, after a time of not hearing: data-swap is replaced whole while nobody is in it, rows are mended.
  async function whole() {
    if (!document.querySelector("[data-rows], [data-swap]")) return;
    everything = false;
    named.clear();
    const fresh = await ask(location.href);
    if (!fresh) return void (everything = true);
    swapAll(fresh);
    const list = main.querySelector("[data-rows]");
    if (list) mend(list, fresh, new Set([...list.querySelectorAll("[data-v]"), ...fresh.querySelectorAll("#rows [data-v]")].map((row) => row.id)));
  }

  // A list asks for the rows of the cases it heard of, and for its counts not more often than they can be read.
  async function rows(list) {
    const cases = [...named];
    named.clear();
    const due = Date.now() - counted >= rest;
    if (due) counted = Date.now();
    else clearTimeout(list.later), (list.later = setTimeout(refresh, rest - Date.now() + counted));
    if (!cases.length && !due) return;
    const asked = new URLSearchParams([...cases.map((id) => ["case", id]), ...(due ? [["counts", 1]] : [])]);
    const fresh = await ask(`${list.dataset.rows}&${asked}`);
    if (!fresh) return void cases.forEach((id) => named.add(id));
    swapAll(fresh);
    mend(list, fresh, new Set(cases.map((id) => `case-${id}`)));
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

  // The rows with these ids become what they are in `fresh`: renewed, moved to their place, new, or gone.
  function mend(list, fresh, ids) {
    for (const id of ids) {
      const old = document.getElementById(id);
      const item = fresh.getElementById(id);
      if (!item) old ? leave(old) : above.delete(id);
      else if (!old) arrive(list, item);
      else if (old.dataset.key === item.dataset.key && groupOf(old) === groupOf(item)) renew(old, item);
      else move(list, old, item);
    }
    tidy(list);
  }

  const groupOf = (row) => row.closest("[data-group]")?.id;
  const inUse = (row) => row.contains(document.activeElement) || (getSelection()?.type === "Range" && getSelection().containsNode(row, true));

  // A row that somebody is on stays under the hand; it goes when the hand does.
  function later(row, then) {
    row.addEventListener("focusout", () => setTimeout(() => (inUse(row) ? later(row, then) : (then(), tidy(row.closest("[data-rows]") || main)))), { once: true });
  }

  function leave(row) {
    inUse(row) ? later(row, () => row.remove()) : row.remove();
  }

  function move(list, old, item) {
    if (inUse(old)) {
      const place = item.cloneNode(true);
      const group = item.closest("[data-group]").cloneNode(true);
      renew(old, item);
      return later(old, () => (choose(old, place), old.remove(), put(list, place, group)));
    }
    choose(old, item);
    old.remove();
    arrive(list, item);
  }

  function arrive(list, item) {
    const used = document.activeElement?.closest?.("[data-rows] [data-v]");
    if (used && item.dataset.key < used.dataset.key) return void above.add(item.id);
    above.delete(item.id);
    put(list, item, item.closest("[data-group]"));
  }

  function renew(old, item) {
    if (old.dataset.v === item.dataset.v) return;
    const held = old.contains(document.activeElement) && (document.activeElement.matches("input") ? "input" : "a, button");
    choose(old, item);
    old.className = item.className;
    old.dataset.v = item.dataset.v;
    old.replaceChildren(...item.childNodes);
    if (held) old.querySelector(held)?.focus({ preventScroll: true });
    window.htmx?.process(old);
  }

  // A row that was chosen stays chosen.
  function choose(old, item) {
    const [was, is] = [old, item].map((row) => row.querySelector("input[type=checkbox]"));
    if (was && is) is.checked = was.checked;
  }

  function put(list, item, group) {
    const here = document.getElementById(group.id) || open(list, group, item.dataset.key);
    insert(here.querySelector("ol"), item);
  }

  function open(list, group, key) {
    const empty = group.cloneNode(true);
    empty.querySelector("ol").replaceChildren();
    const groups = [...list.querySelectorAll("[data-group]")];
    const next = groups.find((each) => each.querySelector("[data-v]")?.dataset.key > key);
    if (next) next.before(empty);
    else if (groups.length) groups.at(-1).after(empty);
    else list.querySelector(".above-line").after(empty);
    return empty;
  }

  function tidy(list) {
    for (const group of list.querySelectorAll("[data-group]")) {
      const count = group.querySelectorAll("[data-v]").length;
      count ? (group.querySelector("[data-count]").textContent = count) : group.remove();
    }
    if (list.querySelector("[data-group]")) list.querySelector(".empty")?.remove();
    tell(above.size);
  }

  function tell(count) {
    const line = document.getElementById("above");
    if (!line) return;
    line.hidden = !count;
    line.querySelector("[data-above]").textContent = count || "";
  }

  // A link from outside may name a message that stands above what is shown.
  const message = /^#m-(\d+)$/.exec(location.hash);
  if (message && !document.getElementById(message[0].slice(1)) && document.querySelector("#earlier[data-since]"))
    location.replace(`?message=${message[1]}${message[0]}`);

  // Stream. The browser sends Last-Event-ID by itself; after a long gap the page fetches itself once.
  function listen() {
    source = new EventSource(address);
    source.addEventListener("open", () => {
      document.getElementById("offline").hidden = true;
      if (missed) (missed = false), (everything = true), soon();
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
    const list = main.querySelector("[data-rows]");
    if (note.kind === "gap") everything = true;
    else if (list && note.case) named.add(note.case);
    else if (list) return;
    if (!mine || note.kind === "gap" || note.you || mine === String(note.case)) soon();
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
    if (!document.hidden && missed) (missed = false), (everything = true), soon();
    if (!document.hidden) here();
  });
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => event.persisted && (listen(), (everything = true), soon()));
  document.getElementById("above")?.querySelector("button")?.addEventListener("click", () => location.reload());
  listen();
  here();
  setInterval(here, 20000);
})();
