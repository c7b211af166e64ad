// The chat window of Answerable: one script, no library. Before the person agrees it asks for nothing but the words of the window,
// and sets and stores nothing. After that the secret of this one chat lies in sessionStorage until the page is closed.
//   <script src="https://care.example.org/static/chat.js" data-chat="the-name-of-the-source" defer></script>
(() => {
  "use strict";
  const script = document.currentScript, { chat, theme = "", open: atOnce } = script.dataset;
  const language = script.dataset.language || document.documentElement.lang || navigator.language || "en";
  const base = `${new URL(script.src).origin}/chat/${chat}`, kept = `answerable-chat-${chat}`;
  const LABELS = { en: "Chat with us", pt: "Fale conosco", pl: "Napisz do nas" };
  const NOBODY = {
    en: "The chat cannot be reached now. Nothing was sent or stored. Close this window and try again in a while.",
    pt: "O chat não pode ser alcançado agora. Nada foi enviado nem guardado. Feche esta janela e tente de novo daqui a pouco.",
    pl: "Czat jest teraz nieosiągalny. Nic nie wysłano ani nie zapisano. Zamknij to okno i spróbuj ponownie za chwilę.",
  };
  let [token = "", seenTo = 0] = stored().split("/"), about, words, last = 0, key = "", unseen = [], listening = false, stop;

  function stored(value) {
    try {
      if (value === null) sessionStorage.removeItem(kept);
      else if (value !== undefined) sessionStorage.setItem(kept, value);
      return sessionStorage.getItem(kept) || "";
    } catch { return value || ""; } // a browser that stores nothing has a chat until the page is left
  }

  function ask(path, { body, ...more } = {}) {
    const headers = { ...more.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    if (body && !(body instanceof FormData)) { headers["Content-Type"] = "application/json"; body = JSON.stringify(body); }
    return fetch(`${base}/${path}?language=${encodeURIComponent(language)}`,
      { method: body ? "POST" : "GET", credentials: "omit", cache: "no-store", ...more, headers, body });
  }

  function make(name, given = {}, ...inside) {
    const made = document.createElement(name);
    for (const [name, value] of Object.entries(given)) name in made ? (made[name] = value) : made.setAttribute(name, value);
    made.append(...inside);
    return made;
  }

  const SHEET = `
    :host { --ink:#23211d; --soft:#5a554b; --paper:#fffefb; --sunken:#ece9e1; --edge:#857e70; --main:#0c5a6d; --on:#fff; --late:#a1261d;
      all:initial; position:fixed; inset-block-end:1rem; inset-inline-end:1rem; z-index:2147483000; font:400 1rem/1.5 system-ui,sans-serif; color:var(--ink); }
    @media (prefers-color-scheme: dark) { :host(:not([data-theme=light])) { --ink:#ece8df; --soft:#b8b1a4; --paper:#1e1d1a; --sunken:#292723; --edge:#8b8477; --main:#86cbdc; --on:#0b2329; --late:#ffa79b; color-scheme:dark; } }
    :host([data-theme=dark]) { --ink:#ece8df; --soft:#b8b1a4; --paper:#1e1d1a; --sunken:#292723; --edge:#8b8477; --main:#86cbdc; --on:#0b2329; --late:#ffa79b; color-scheme:dark; }
    * { box-sizing:border-box; margin:0; font:inherit; color:inherit; }
    [hidden] { display:none !important; }
    button { min-height:2.75rem; padding:.25rem 1rem; border:1px solid var(--edge); border-radius:8px; background:none; cursor:pointer; }
    .main { border-color:var(--main); background:var(--main); color:var(--on); font-weight:600; }
    :focus-visible { outline:3px solid var(--main); outline-offset:2px; }
    section { display:flex; flex-direction:column; gap:.75rem; inline-size:min(24rem, calc(100vw - 2rem)); max-block-size:min(40rem, calc(100vh - 2rem));
      overflow:auto; padding:1rem; border:1px solid var(--edge); border-radius:12px; background:var(--paper); box-shadow:0 8px 32px #0004; }
    .row { display:flex; flex-wrap:wrap; align-items:center; justify-content:space-between; gap:.5rem; }
    .inside { display:contents; }
    h2 { font-size:1.125rem; font-weight:650; }
    a { color:var(--main); }
    .log { flex:1 1 12rem; min-block-size:8rem; overflow:auto; display:grid; align-content:start; gap:.5rem; }
    .log > div { max-inline-size:85%; padding:.5rem .75rem; border-radius:8px; background:var(--sunken); white-space:pre-wrap; overflow-wrap:anywhere; }
    .log > .you { justify-self:end; border:1px solid var(--edge); background:none; }
    small { display:block; font-size:.8125rem; color:var(--soft); }
    label { display:block; }
    form { display:grid; gap:.5rem; }
    textarea, input { inline-size:100%; min-height:2.75rem; padding:.5rem; border:1px solid var(--edge); border-radius:8px; background:none; }
    .bad { color:var(--late); }`;

  const host = make("div", { lang: language });
  if (theme) host.dataset.theme = theme;
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(SHEET);
  root.adoptedStyleSheets = [sheet];
  const opener = make("button", { type: "button", className: "main", "aria-expanded": "false", onclick: show });
  const title = make("h2", { id: "title" }), closer = make("button", { type: "button", textContent: "×", onclick: hide });
  const body = make("div", { className: "inside" }), told = make("p", { role: "status" });
  const frame = make("section", { role: "dialog", "aria-labelledby": "title", hidden: true, onkeydown: e => { if (e.key === "Escape") hide(); } },
    make("div", { className: "row" }, title, closer), body, told);
  root.append(opener, frame);
  let log, text, files;
  label();

  function label() {
    const name = words?.title || script.dataset.label || ours(LABELS);
    title.textContent ||= name;
    opener.textContent = unseen.length && frame.hidden ? `${name} (${unseen.length})` : name;
  }

  function ours(texts) { return texts[language.slice(0, 2).toLowerCase()] || texts.en; }

  function say(sentence, bad) { told.textContent = sentence; told.className = bad ? "bad" : ""; }

  async function show() {
    frame.hidden = false; opener.hidden = true; opener.setAttribute("aria-expanded", "true");
    try {
      if (!about) {
        about = await (await ask("about")).json();
        if (!about.words) return say(about.error, true);
        words = about.words; title.textContent = about.title; closer.setAttribute("aria-label", words.close);
      }
      if (token) chatView(); else agreeView();
      seen();
    } catch { say(words ? words.waiting : ours(NOBODY), true); about = words && about; }
  }

  function hide() { frame.hidden = true; opener.hidden = false; opener.setAttribute("aria-expanded", "false"); label(); opener.focus(); }

  function agreeView() {
    const agree = make("button", { type: "button", className: "main", textContent: words.agree, onclick: begin });
    const more = about.privacy_link ? [make("p", {}, make("a", { href: about.privacy_link, target: "_blank", rel: "noopener", textContent: words.privacy_page }))] : [];
    body.replaceChildren(make("p", { textContent: about.privacy }), ...more, agree);
    log = null; agree.focus();
  }

  async function begin() {
    const answer = await ask("chats", { body: { agreement: about.agreement, language: about.language } }).catch(() => null);
    const given = answer && await answer.json();
    if (!answer?.ok) { about = null; return say(given?.error || words.waiting, true); }
    token = given.token; seenTo = 0; stored(token); last = 0; say(""); chatView();
  }

  function chatView() {
    if (!log) {
      log = make("div", { className: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabIndex: 0 }); last = 0;
      text = make("textarea", { id: "text", rows: 3, maxLength: 20000, onkeydown: e => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); send(); } } });
      files = make("input", { id: "files", type: "file", multiple: true });
      const form = make("form", { onsubmit: e => { e.preventDefault(); send(); } },
        make("label", { htmlFor: "text", textContent: words.message }), text,
        make("label", { htmlFor: "files", textContent: words.file }), files,
        make("div", { className: "row" }, make("button", { className: "main", textContent: words.send }),
          make("button", { type: "button", textContent: words.end, onclick: end })));
      body.replaceChildren(log, form, ...about.addresses.map(address));
      stop?.abort(); // what came while the window was closed is asked for again, to be shown
    }
    text.focus(); listen();
  }

  function address(name) {
    const phone = name === "phone", field = make("input", { id: `at-${name}`, type: phone ? "tel" : "email", autocomplete: phone ? "tel" : "email" });
    return make("form", { noValidate: true, onsubmit: async e => {
      e.preventDefault();
      const answer = await ask("address", { body: { namespace: name, value: field.value } }).catch(() => null);
      const given = answer && await answer.json();
      answer?.ok ? say(words.kept) : say(given?.error || words.waiting, true);
    } }, make("small", { textContent: words.leave }),
      make("label", { htmlFor: field.id, textContent: phone ? words.telephone : words.email }), field,
      make("div", {}, make("button", { textContent: words.keep })));
  }

  async function send() {
    const said = text.value.trim();
    if (!said && !files.files.length) return;
    key ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");
    const form = new FormData();
    form.append("key", key); form.append("text", said); form.append("page", location.origin + location.pathname);
    for (const file of files.files) form.append("files", file);
    const answer = await ask("lines", { body: form }).catch(() => null);
    if (answer?.ok) { key = ""; text.value = ""; files.value = ""; return say(words.received); }
    if (answer?.status === 401) return over();
    say((answer && (await answer.json()).error) || words.broken, true);
  }

  async function end() { await ask("end", { body: {} }).catch(() => null); over(); }

  function over() {
    token = ""; stored(null); log = null; unseen = [];
    const again = make("button", { type: "button", textContent: words.again, onclick: () => { say(""); agreeView(); } });
    body.replaceChildren(again); say(words.ended); if (!frame.hidden) again.focus();
  }

  async function listen() {
    if (listening) return;
    listening = true;
    for (let pause = 1; token; pause = Math.min(pause * 2, 30)) {
      try {
        stop = new AbortController();
        const answer = await ask("live", { headers: { "Last-Event-ID": String(last) }, signal: stop.signal });
        if (answer.status === 401) { if (words) over(); else { token = ""; stored(null); } break; }
        if (answer.ok) { pause = 0.5; if (words && told.textContent === words.waiting) say(""); await read(answer.body.getReader()); }
      } catch { if (stop.signal.aborted) pause = 0.1; else if (words) say(words.waiting, true); }
      await new Promise(go => setTimeout(go, pause * 1000));
    }
    listening = false;
  }

  async function read(reader) {
    const decoder = new TextDecoder();
    for (let rest = "";;) {
      const { value, done } = await reader.read();
      if (done || !token) return reader.cancel();
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = parts.pop();
      for (const part of parts) { const data = part.match(/^data: (.*)$/m); if (data) take(JSON.parse(data[1])); }
    }
  }

  function take(line) {
    if (line.id <= last) return;
    if (log) {
      last = line.id;
      const who = line.us ? line.agent || about.desk : words.you, at = new Date(line.at);
      const when = make("time", { dateTime: line.at, textContent: at.toLocaleTimeString(language, { timeStyle: "short" }) });
      log.append(make("div", { className: line.us ? "us" : "you" }, make("small", {}, `${who} · `, when), line.text,
        ...line.files.map(name => make("small", { textContent: name }))));
      log.scrollTop = log.scrollHeight;
    }
    if (line.us && line.id > seenTo && !unseen.includes(line.id)) unseen.push(line.id);
    label(); seen();
  }

  function seen() {
    if (!unseen.length || !log || frame.hidden || document.visibilityState !== "visible") return;
    const lines = unseen; unseen = []; seenTo = Math.max(...lines); stored(`${token}/${seenTo}`);
    ask("seen", { body: { lines }, keepalive: true }).then(answer => answer.ok || unseen.push(...lines), () => unseen.push(...lines));
  }

  document.addEventListener("visibilitychange", seen);
  const begun = () => { document.body.append(host); if (atOnce) show(); else if (token) listen(); };
  document.body ? begun() : document.addEventListener("DOMContentLoaded", begun);
})();
