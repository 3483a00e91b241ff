// The page: places on the left, a conversation or Home in the middle, a thread on the right, modals above.

import { draw } from "./blocks.js";
import { composer } from "./compose.js";
import { el, replace } from "./dom.js";
import { act, follow, glance, me } from "./link.js";
import { dialog, menu, notice } from "./overlay.js";
import { clock, divider, know, markup, now, set } from "./text.js";

const at = (id) => document.getElementById(id);
const here = { place: null, tab: "messages", thread: null };
const seen = {};
let state = null;
let drawn = {};

// ── What has changed is drawn anew, the rest is left alone ───────────────────────────────────────────────────────

function changed(name, value) {
  const written = JSON.stringify(value);
  const different = drawn[name] !== written;
  drawn[name] = written;
  return different;
}

function show(next) {
  state = next;
  me.name = state.users[state.me].name;
  know(state.users, Object.fromEntries(state.channels.map((channel) => [channel.id, channel.name])));
  if (!messagesOf(here.place)) enter(state.channels[0]?.id ?? state.app.direct);
  if (here.thread && !find(here.thread)) here.thread = null;
  set(state.firm);
  firm();
  side();
  top();
  middle();
  thread();
  modal();
}

const messagesOf = (place) => state.messages[place];
const find = (ts) => messagesOf(here.place)?.find((message) => message.ts === ts);
const inThread = (message) => message.thread_ts && message.thread_ts !== message.ts;
const isDirect = () => here.place === state.app.direct;
const nameOf = (place) => state.channels.find((channel) => channel.id === place)?.name;

function enter(place, tab = "messages") {
  Object.assign(here, { place, tab, thread: null });
  drawn = { modal: drawn.modal, pace: drawn.pace, happenings: drawn.happenings, clock: drawn.clock };
}

function go(place, tab = "messages") {
  enter(place, tab);
  if (place === state.app.direct) act("look", { tab });
  show(state);
}

// ── The side ─────────────────────────────────────────────────────────────────────────────────────────────────────

function side() {
  const heard = Object.entries(state.messages).map(([place, messages]) => [place, messages.filter((each) => each.user !== state.me).length]);
  for (const [place, count] of heard) if (place === here.place || !(place in seen)) seen[place] = count;
  const fresh = Object.fromEntries(heard.map(([place, count]) => [place, count > seen[place]]));
  const told = [state.me, state.team, state.channels, here.place, here.tab, fresh];
  if (!changed("side", told)) return;
  at("team").textContent = state.team;
  const people = Object.values(state.users).filter((user) => user.can_try);
  replace(at("who"), people.map((user) => el("option", { value: user.name, selected: user.name === me.name }, `${user.real_name} (${user.role})`)));
  const entry = (sign, name, place) => el("button", {
    type: "button", class: `place${here.place === place ? " here" : ""}${fresh[place] ? " fresh" : ""}`,
    "aria-current": here.place === place ? "page" : null, onclick: () => go(place),
  }, el("span", { class: "sign", "aria-hidden": true }, sign), name, fresh[place] && el("span", { class: "dot", "aria-label": "new" }));
  replace(at("places"),
    el("h2", {}, "Channels"), state.channels.map((channel) => entry(channel.private ? "🔒" : channel.shared ? "⇄" : "#", channel.name, channel.id)),
    el("h2", {}, "Apps"), entry("👁", state.users[state.app.user].real_name, state.app.direct));
}

at("who").addEventListener("change", (event) => {
  me.name = event.target.value;
  history.replaceState(null, "", `?as=${encodeURIComponent(me.name)}`);
  here.place = here.thread = null;
  drawn = {};
  for (const place of Object.keys(seen)) delete seen[place];
  glance(show);
});

// ── The firm's day ───────────────────────────────────────────────────────────────────────────────────────────────

function firm() {
  at("firm").hidden = !state.firm;
  if (!state.firm) return;
  const { runs, speed, speeds, happenings } = state.firm;
  if (changed("pace", [runs, speed])) {
    const order = (wanted) => act("clock", { runs, speed, ...wanted });
    replace(at("pace"),
      el("button", { type: "button", class: "hold", "aria-pressed": String(!runs), onclick: () => order({ runs: !runs }) }, runs ? "❚❚ Pause" : "▶ Go on"),
      el("label", {}, "Speed ", el("select", { "aria-label": "Speed", onchange: (event) => order({ runs: true, speed: Number(event.target.value) }) },
        speeds.map((each) => el("option", { value: String(each), selected: each === speed }, `${each} ×`)))));
  }
  if (changed("happenings", happenings)) {
    const line = (each) => el("li", {}, el("time", {}, clock(new Date(each.at))), ` ${each.text}`);
    replace(at("latest"), happenings.length ? [el("time", {}, clock(new Date(happenings[0].at))), ` ${happenings[0].text}`] : "");
    replace(at("happenings"), happenings.map(line));
  }
  tick();
}

function tick() {
  if (!state?.firm) return;
  const date = now();
  const shown = `${date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "short" })} ${clock(date)}`;
  if (changed("clock", shown)) at("clock").textContent = shown;
}

setInterval(tick, 250);

// ── The middle ───────────────────────────────────────────────────────────────────────────────────────────────────

function top() {
  if (!changed("top", [here.place, here.tab])) return;
  const app = state.users[state.app.user].real_name;
  const tab = (name, label) => el("button", { type: "button", role: "tab", "aria-selected": String(here.tab === name), onclick: () => go(here.place, name) }, label);
  const channel = state.channels.find((each) => each.id === here.place);
  replace(at("top"), isDirect()
    ? [el("h1", {}, app), el("div", { class: "tabs", role: "tablist" }, tab("home", "Home"), tab("messages", "Messages"))]
    : [el("h1", {}, `# ${channel.name}`), channel.shared && el("span", { class: "badge" }, "shared with another company"), !channel.has_app && el("span", { class: "badge" }, `${app} is not in this channel`)]);
  replace(at("compose"), here.tab === "home" ? [] : composer({
    hint: isDirect() ? `Message ${app}` : `Message #${channel.name}`,
    offer: offered(),
    suggestions: state.offer.tips,
    shortcuts: state.offer.global_shortcuts.map(([callback, name]) => ({ label: name, hint: app, do: () => act("shortcut", { callback }) })),
    send: (typed) => act(typed.startsWith("/") ? "command" : "say", { channel: here.place, text: typed }),
  }));
}

function offered() {
  const others = Object.values(state.users).map((user) => user.name).filter((name) => name !== me.name && name !== "slackbot");
  return { commands: state.offer.commands, people: others, app: state.users[state.app.user].name };
}

function middle() {
  if (here.tab === "home") {
    if (!changed("middle", state.home)) return;
    const blocks = state.home ? draw(state.home.blocks, { act: pressing({ view: "home" }) }) : el("p", { class: "empty" }, "Nothing here yet.");
    replace(at("stream"), el("div", { class: "home", "data-home": true }, blocks));
    return;
  }
  const messages = messagesOf(here.place);
  if (!changed("middle", messages)) return;
  const shown = messages.filter((message) => !inThread(message));
  keepingDown(at("scroll"), shown, () => replace(at("stream"), stream(shown, false)));
}

function thread() {
  at("thread").hidden = !here.thread;
  document.body.classList.toggle("with-thread", Boolean(here.thread));
  if (!here.thread) { drawn.thread = drawn.threadOf = null; return; }
  if (changed("threadOf", [here.place, here.thread])) {
    replace(at("thread-compose"), composer({
      hint: "Reply…", offer: offered(),
      send: (typed) => typed.startsWith("/")
        ? notice("Slash commands don't work in threads. Mention Seen instead.")
        : act("say", { channel: here.place, text: typed, thread: here.thread }),
    }));
  }
  const messages = messagesOf(here.place).filter((message) => message.ts === here.thread || message.thread_ts === here.thread);
  if (changed("thread", messages)) keepingDown(at("thread-scroll"), messages, () => replace(at("thread-stream"), stream(messages, true)));
}

at("thread-close").addEventListener("click", () => { here.thread = null; show(state); });

function keepingDown(scroll, messages, redraw) {
  const newest = messages.at(-1);
  const isMine = newest && newest.ts !== scroll.dataset.newest && (newest.only_me || newest.user === state.me);
  const atEnd = isMine || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80 || !scroll.dataset.newest;
  redraw();
  scroll.dataset.newest = newest?.ts ?? "";
  if (!atEnd) return;
  scroll.scrollTop = scroll.scrollHeight;
  const last = scroll.querySelector(".message:last-of-type");  // an answer taller than the window is read from its top
  if (last && last.offsetHeight > scroll.clientHeight) scroll.scrollTop -= last.offsetHeight - scroll.clientHeight + 16;
}

// ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────

function stream(messages, threaded) {
  const nodes = [];
  let before = null;
  for (const message of messages) {
    const when = new Date(Number(message.ts) * 1000);
    if (!threaded && before?.toDateString() !== when.toDateString()) nodes.push(el("div", { class: "day" }, el("span", {}, divider(when))));
    before = when;
    nodes.push(drawMessage(message, when, threaded));
  }
  return nodes.length ? nodes : el("p", { class: "empty" }, isDirect() ? "Ask me about a customer, a job or an invoice." : "Nothing has been said here yet.");
}

function drawMessage(message, when, threaded) {
  const author = state.users[message.user];
  const isApp = message.user === state.app.user;
  const answers = threaded ? [] : messagesOf(here.place).filter((each) => inThread(each) && each.thread_ts === message.ts);
  const body = message.blocks.length ? draw(message.blocks, { act: pressing({ channel: here.place, ts: message.ts }) }) : el("div", { class: "text" }, markup(message.text));
  return el("article", { class: `message${message.only_me ? " only-me" : ""}`, "data-ts": message.ts },
    avatar(author, isApp),
    el("div", { class: "said" },
      message.only_me && el("div", { class: "private" }, "👁 Only visible to you"),
      el("div", { class: "line" }, el("strong", {}, author.real_name), isApp && el("span", { class: "app" }, "APP"),
        el("time", { datetime: when.toISOString() }, clock(when))),
      body,
      message.edited && el("small", { class: "edited" }, "(edited)"),
      answers.length > 0 && el("button", { type: "button", class: "answers", onclick: () => openThread(message.ts) },
        `${answers.length} ${answers.length === 1 ? "reply" : "replies"}`)),
    tools(message, threaded));
}

function tools(message, threaded) {
  if (message.only_me) return null;
  const more = el("button", { type: "button", class: "icon", "aria-label": "More actions", title: "More actions", onclick: () => menu(more, shortcuts(message)) }, "⋮");
  return el("div", { class: "tools-over" },
    !threaded && el("button", { type: "button", class: "icon", "aria-label": "Reply in thread", title: "Reply in thread", onclick: () => openThread(message.ts) }, "💬"),
    state.offer.message_shortcuts.length > 0 && more);
}

function shortcuts(message) {
  const app = state.users[state.app.user].real_name;
  return state.offer.message_shortcuts.map(([callback, name]) => ({ label: name, hint: app, do: () => act("shortcut", { callback, channel: here.place, ts: message.ts }) }));
}

function openThread(ts) {
  here.thread = ts;
  show(state);
  at("thread-compose").querySelector("textarea")?.focus();
}

const COLOURS = 6; // as many as the style sheet has

function avatar(user, isApp) {
  if (isApp) return el("span", { class: "avatar app-avatar", "aria-hidden": true });
  const initials = user.real_name.split(" ").map((word) => word[0]).slice(0, 2).join("");
  const colour = [...user.name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % COLOURS;
  return el("span", { class: `avatar colour${colour}`, "aria-hidden": true }, initials);
}

function pressing(on) {
  return (element, block, chosen) => act("press", { on, action: element.action_id, block: block.block_id, ...(chosen === undefined ? {} : { chosen }) });
}

// ── Modals ───────────────────────────────────────────────────────────────────────────────────────────────────────

let typed = { id: null, values: {} };

function modal() {
  const view = state.modal;
  if (!changed("modal", view)) return;
  const box = at("windows");
  const open = box.firstElementChild;
  if (!view) {
    replace(box);
    open?.restore();
    return;
  }
  if (typed.id !== view.id) typed = { id: view.id, values: {} };
  const close = () => act("close");
  const send = async () => {
    const button = box.querySelector("[data-submit]");
    button?.classList.add("busy");
    await act("submit", { values: typed.values });
    button?.classList.remove("busy");
  };
  const said = (object, otherwise) => object?.text || otherwise;
  const node = dialog(said(view.title, ""), close,
    el("header", {}, el("h1", {}, said(view.title, "")), el("button", { class: "icon close", type: "button", "aria-label": "Close", onclick: () => act("close", { everything: true }) }, "✕")),
    el("form", { class: "body", onsubmit: (event) => { event.preventDefault(); if (view.submit) send(); } },
      draw(view.blocks, { act: pressing({ view: view.id }), typed: typed.values, errors: view.errors }),
      el("button", { type: "submit", hidden: true })),
    el("footer", {},
      el("button", { class: "button", type: "button", onclick: close }, said(view.close, view.nested ? "Back" : "Cancel")),
      view.submit && el("button", { class: "button solid primary", type: "button", "data-submit": true, onclick: send }, said(view.submit, "Submit"))));
  node.restore = open ? open.restore : node.restore;
  replace(box, node);
  (node.querySelector(".field") ?? node.querySelector(".close")).focus();
}

follow(show);
