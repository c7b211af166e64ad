// Keys, palette, toasts and unsent text. Every page works without this file; it only saves steps.
"use strict";

document.documentElement.dataset.script = "";
const $ = (selector, root = document) => root.querySelector(selector);
const writing = (element) => element.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
const shown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;

// Keys. An element says which key presses it (data-key), or which key after a `g` leads there (data-go).
let afterG = false;

// The row in use: the one with the focus, else the one that the page is open at.
const inUse = () => document.activeElement.closest?.(".row, tr") ?? $("tr[aria-current]");

function press(key) {
  const own = inUse()?.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
  if (own) return own.click(), true;
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(shown);
  if (!target) return false;
  if (target.matches("textarea, input:not([type=radio], [type=checkbox])")) target.focus();
  else target.click();
  if (target.dataset.then) $(target.dataset.then)?.focus();
  return true;
}

function step(by) {
  const links = [...document.querySelectorAll(".row__link, [data-row]")];
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement.closest?.(".row, tr")?.querySelector(".row__link, [data-row]"));
  const next = links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + by, 0), links.length - 1)];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

// x chooses the row in use, for what is done to several at once.
function pick() {
  const box = $(".row__pick, [data-pick]", inUse() ?? document.createElement("i"));
  if (!box || !shown(box)) return false;
  box.click();
  $("#many-more")?.setAttribute("open", "");
  return true;
}

function single(key) {
  if (afterG) {
    afterG = false;
    const place = $(`[data-go="${CSS.escape(key)}"]`);
    if (place) location.href = place.href;
    return Boolean(place);
  }
  if (key === "g") return (afterG = true);
  if (key === "j" || key === "k") return step(key === "j" ? 1 : -1) || press(key);
  if (key === "x") return pick();
  if (key === "/") return openPalette();
  if (key === "?") return Boolean($("#keys")) && ($("#keys").showModal(), true);
  return press(key);
}

// A field of a dialog that was closed this instant still has the focus, and nobody writes into it.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey) return;
  const strong = event.ctrlKey || event.metaKey;
  if (strong && event.key.toLowerCase() === "k") return openPalette() && event.preventDefault();
  if (strong && event.key === "Enter") return event.target.form?.requestSubmit(sender(event.target.form));
  if (strong || (writing(event.target) && shown(event.target)) || $("dialog[open]") || document.documentElement.dataset.keys === "off") return;
  if (single(event.key)) event.preventDefault();
});

const sender = (form) => [...form.querySelectorAll(".button--main[type=submit]")].find(shown);

// Palette
function openPalette() {
  const palette = $("#palette");
  if (!palette) return false;
  palette.showModal();
  palette.dispatchEvent(new Event("found"));
  return true;
}

// The form of a dialog comes when it is opened, as it is then; what somebody wrote into it stays. Where it cannot come,
// its page opens instead.
async function openDialog(dialog, address) {
  if (!dialog || dialog.open || dialog.ariaBusy) return;
  if (address && !("written" in dialog.dataset)) {
    dialog.ariaBusy = "true";
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    dialog.ariaBusy = null;
    if (!answer?.ok || answer.redirected) return void (location.href = address);
    dialog.innerHTML = await answer.text();
  }
  dialog.showModal();
}
document.addEventListener("input", (event) => {
  const dialog = event.target.closest?.("dialog.dialog");
  if (dialog) dialog.dataset.written = "";
});

document.addEventListener("keydown", (event) => {
  const palette = event.target.closest?.("#palette");
  if (!palette || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [$("input", palette), ...palette.querySelectorAll("li a")];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  stops[(at + stops.length) % stops.length].focus();
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const closest = (selector) => event.target.closest(selector);
  const opener = closest("[data-open]");
  if (opener) {
    opener.dataset.open === "palette" ? openPalette() : openDialog(document.getElementById(opener.dataset.open), opener.href);
    event.preventDefault();
  }
  const entry = closest("#palette [data-press]");
  if (entry) {
    $("#palette").close();
    if (press(entry.dataset.press)) event.preventDefault();
  }
  const words = closest("[data-write]");
  if (words && !event.ctrlKey && !event.metaKey && write($(words.dataset.write), $("[data-words]", words).textContent, words.dataset.wording)) {
    words.closest("details")?.removeAttribute("open");
    event.preventDefault();
  }
  const copied = closest("[data-copy]");
  if (copied) copy($(copied.dataset.copy));
  if (event.target.matches("dialog")) event.target.close();
  closest("[data-close]")?.closest("dialog")?.close();
  closest("[data-dismiss]")?.closest("[data-toast]").remove();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go-on-change]")) event.target.form.requestSubmit();
});

// The words stay chosen, so that whoever may not write to the clipboard copies them with a key.
function copy(textarea) {
  textarea.focus();
  textarea.select();
  navigator.clipboard?.writeText(textarea.value).catch(() => {});
}

// A saved answer goes to where the cursor is.
function write(textarea, words, wording) {
  if (!textarea) return false;
  textarea.focus();
  // The server answers the draft with the same field to be unchecked; until then this one says which wording it is.
  if (wording) $("#blockers").insertAdjacentHTML("beforeend", `<input type="hidden" name="wording" value="${Number(wording)}">`);
  textarea.setRangeText(words, textarea.selectionStart, textarea.selectionEnd, "end");
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// Toasts go after ten seconds, unless somebody is on them.
function fade(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast) : toast.remove()), 10000);
}
document.querySelectorAll("[data-toast]").forEach(fade);

// A second press of the same button changes nothing: the server knows the key, and the button rests meanwhile.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.method === "get") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  if (form.matches("[data-forget]")) sessionStorage.clear();
});
function rest(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
}
document.addEventListener("htmx:beforeRequest", (event) => event.target.closest("form[data-sent]") && event.preventDefault());
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(rest));
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("form[data-sent]") && rest(event.target.closest("form")));

// What is written and not sent survives a reload in this tab; the page says which keys arrived, and those are forgotten.
function unsent(textarea) {
  const place = `unsent:${textarea.dataset.unsent}`;
  const kept = JSON.parse(sessionStorage.getItem(place) || "null");
  if (kept && (textarea.dataset.sent || "").split(" ").includes(kept.key)) sessionStorage.removeItem(place);
  else if (kept?.text) textarea.value = kept.text;
  // This button lets the server write on in the text: what this tab kept is older from then on.
  textarea.form?.addEventListener("submit", (event) => event.submitter?.hasAttribute("data-writes-on") && sessionStorage.removeItem(place));
  textarea.addEventListener("input", () => {
    const key = textarea.form.elements.key?.value;
    sessionStorage.setItem(place, JSON.stringify({ key, text: textarea.value }));
  });
}
const prepare = (root) => root.querySelectorAll?.("textarea[data-unsent]").forEach(unsent);
prepare(document);
document.addEventListener("htmx:load", (event) => event.target !== document.body && prepare(event.target));

// A field that plays a part only beside certain values of another is in sight only beside them.
function beside() {
  for (const field of document.querySelectorAll("[data-beside]")) {
    const [name, ...values] = field.dataset.beside.split(" ");
    field.hidden = !values.includes($(`[name="${CSS.escape(name)}"]`, field.closest("form"))?.value);
  }
}
document.addEventListener("change", beside);
beside();
