// What opens above the page: menus, questions before a deed, modals, and short notices.

import { el, replace } from "./dom.js";
import { text } from "./text.js";

let openMenu = null;

function closeMenu() {
  openMenu?.remove();
  openMenu = null;
}

document.addEventListener("click", (event) => {
  if (openMenu && !openMenu.contains(event.target) && event.target !== openMenu.anchor) closeMenu();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && openMenu) {
    openMenu.anchor.focus();
    closeMenu();
    event.stopPropagation();
  }
}, true);

export function menu(anchor, items) {
  const again = openMenu?.anchor === anchor;
  closeMenu();
  if (again) return;
  const node = el("div", { class: "menu", role: "menu" }, items.map((item) => el("button", {
    type: "button", role: "menuitem", onclick: () => { closeMenu(); item.do(); },
  }, el("span", {}, item.label), item.hint && el("small", {}, item.hint))));
  document.body.append(node);
  const where = anchor.getBoundingClientRect();
  const size = node.getBoundingClientRect();
  node.style.left = `${Math.max(8, Math.min(where.left, innerWidth - size.width - 8))}px`;
  node.style.top = `${where.bottom + size.height + 8 > innerHeight ? where.top - size.height - 4 : where.bottom + 4}px`;
  node.anchor = anchor;
  openMenu = node;
  node.querySelector("button")?.focus();
}

// A window above everything else. The focus stays inside, and goes back where it was.
export function dialog(label, close, ...content) {
  const before = document.activeElement;
  const node = el("div", { class: "veil" }, el("div", { class: "dialog", role: "dialog", "aria-modal": true, "aria-label": label }, content));
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Tab") return;
    const stops = [...node.querySelectorAll("button, input, select, textarea, a[href]")].filter((each) => !each.disabled);
    const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
    }
  });
  node.restore = () => before?.isConnected && before.focus();
  return node;
}

export function confirmation(given, go) {
  const end = () => { node.remove(); node.restore(); };
  const node = dialog(given.title.text, end,
    el("h1", {}, text(given.title)),
    el("div", { class: "body" }, el("div", { class: "text" }, text(given.text))),
    el("footer", {},
      el("button", { class: "button", type: "button", onclick: end }, text(given.deny)),
      el("button", { class: `button solid ${given.style === "danger" ? "danger" : "primary"}`, type: "button", "data-confirm": true, onclick: () => { end(); go(); } }, text(given.confirm))));
  document.body.append(node);
  node.querySelector("[data-confirm]").focus();
}

let fading = null;

export function notice(said, lasting = false) {
  const node = document.getElementById("notice");
  replace(node, said);
  node.classList.toggle("shown", Boolean(said));
  clearTimeout(fading);
  if (said && !lasting) fading = setTimeout(() => node.classList.remove("shown"), 6000);
}
