// Words of a message are chosen, with the pointer or with arrows, and go into the form as what shows a criterion. Without
// this file somebody writes the words into the form by hand.
"use strict";

const told = (text) => [...text].length;

// The text of a message as it was written: without the names of its marks.
function texts(quote) {
  const walk = document.createTreeWalker(quote, NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => (node.parentElement.closest("i") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
  });
  const found = [];
  while (walk.nextNode()) found.push(walk.currentNode);
  return found;
}
const whole = (quote) => texts(quote).map((node) => node.data).join("");

// How far into the text a place of the page is.
function before(quote, container, offset) {
  const range = new Range();
  range.setStart(quote, 0);
  range.setEnd(container, offset);
  const part = range.cloneContents();
  part.querySelectorAll("i").forEach((label) => label.remove());
  return part.textContent.length;
}

function place(quote, at) {
  for (const node of texts(quote)) {
    if (at <= node.length) return [node, at];
    at -= node.length;
  }
  return [quote, quote.childNodes.length];
}

let chosen = null;

function choose(quote, start, end) {
  const [first, from] = place(quote, start), [last, to] = place(quote, end);
  getSelection().setBaseAndExtent(first, from, last, to);
  chosen = { quote, start, end };
}

document.addEventListener("selectionchange", () => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const quote = range.commonAncestorContainer.parentElement?.closest("[data-text]") ?? range.commonAncestorContainer.closest?.("[data-text]");
  if (!quote) return;
  const start = before(quote, range.startContainer, range.startOffset);
  const end = before(quote, range.endContainer, range.endOffset);
  if (end > start) chosen = { quote, start, end };
});

// Arrows walk from word to word; with the shift key the choice grows and shrinks at its end.
document.addEventListener("keydown", (event) => {
  const quote = event.target.closest?.("[data-text]");
  if (!quote || !["ArrowLeft", "ArrowRight"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const words = [...whole(quote).matchAll(/[\p{L}\p{N}]+/gu)].map((word) => [word.index, word.index + word[0].length]);
  if (!words.length) return;
  const own = chosen?.quote === quote ? chosen : null;
  const first = own ? words.findIndex((word) => word[1] > own.start) : -1;
  const last = own ? words.findLastIndex((word) => word[0] < own.end) : -1;
  const step = event.key === "ArrowRight" ? 1 : -1;
  const next = Math.min(Math.max((event.shiftKey || step > 0 ? last : first) + step, 0), words.length - 1);
  event.shiftKey && own ? choose(quote, own.start, Math.max(words[next][1], words[first][1])) : choose(quote, ...words[next]);
  event.preventDefault();
});

document.addEventListener("mousedown", (event) => event.target.closest("[data-mark]") && event.preventDefault());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-mark]");
  if (!button) return;
  const says = document.getElementById("marked"), form = document.getElementById("form");
  if (!chosen) return void (says.textContent = says.dataset.none);
  const text = whole(chosen.quote), words = text.slice(chosen.start, chosen.end);
  const lead = words.length - words.trimStart().length;
  form.elements[`${button.dataset.mark}shown_by`].value = words.trim();
  form.elements[`${button.dataset.mark}at`].value = `${chosen.quote.dataset.text}:${told(text.slice(0, chosen.start + lead))}`;
  says.textContent = `${says.dataset.said} “${words.trim()}”`;
});
