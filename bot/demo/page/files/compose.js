// The box messages are written in: Enter sends, "/" begins a command, "@" a mention.

import { el } from "./dom.js";
import { menu } from "./overlay.js";

export function composer({ hint, send, offer, suggestions = [], shortcuts = [] }) {
  const box = el("textarea", {
    class: "box", rows: 1, placeholder: hint, "aria-label": hint,
    oninput: () => { grow(); suggest(); },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
      if (event.key === "Tab" && list.childElementCount) { event.preventDefault(); list.querySelector("button").click(); }
      if (event.key === "Escape") list.replaceChildren();
    },
  });
  const list = el("div", { class: "suggest" });
  const go = el("button", { class: "send", type: "button", "aria-label": "Send", onclick: submit }, "➤");

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
    go.classList.toggle("ready", Boolean(box.value.trim()));
  }
  function write(text) {
    box.value = text;
    list.replaceChildren();
    grow();
    box.focus();
  }
  function suggest() {
    const typed = box.value;
    const fitting = /^\/\S*$/.test(typed) ? offer.commands.filter(([name]) => name.startsWith(typed)) : [];
    list.replaceChildren(...fitting.map(([name, usage, what]) => el("button", { type: "button", onclick: () => write(`${name} `) },
      el("strong", {}, name), ` ${usage}`, el("small", {}, what))));
    if (/(^|\s)@\w*$/.test(typed)) {
      const start = typed.slice(typed.lastIndexOf("@") + 1);
      list.replaceChildren(...offer.people.filter((name) => name.startsWith(start)).slice(0, 6).map((name) =>
        el("button", { type: "button", onclick: () => write(`${typed.slice(0, typed.lastIndexOf("@"))}@${name} `) }, el("strong", {}, `@${name}`))));
    }
  }
  function submit() {
    const typed = box.value.trim();
    if (!typed) return;
    write("");
    send(typed);
  }

  const plus = shortcuts.length ? el("button", {
    class: "icon", type: "button", "aria-label": "Shortcuts", title: "Shortcuts", onclick: () => menu(plus, shortcuts),
  }, "⚡") : null;
  const node = el("div", { class: "composer" },
    suggestions.length ? el("div", { class: "tips", "aria-label": "Things to try" }, el("span", {}, "Try:"),
      suggestions.map((tip) => el("button", { type: "button", title: tip.shows, onclick: () => write(tip.text) }, tip.text))) : null,
    list,
    el("div", { class: "frame" }, box, el("div", { class: "tools" }, plus,
      el("button", { class: "icon", type: "button", "aria-label": "Mention Seen", title: "Mention Seen", onclick: () => write(`${box.value}@${offer.app} `) }, "@"),
      el("span", { class: "hint" }, "Enter to send"), go)));
  node.write = write;
  return node;
}
