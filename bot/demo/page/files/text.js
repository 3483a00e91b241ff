// Text as Slack shows it: its markup ("mrkdwn"), emoji by name, and dates in the reader's own zone.

import { el } from "./dom.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", eyes: "👀", warning: "⚠️", grey_question: "❔", question: "❓",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", mag: "🔍", bust_in_silhouette: "👤", bell: "🔔", no_bell: "🔕",
  no_entry: "⛔", x: "❌", email: "📧", envelope: "✉️", incoming_envelope: "📨", wave: "👋", bulb: "💡", lock: "🔒",
  thumbsup: "👍", thumbsdown: "👎", "+1": "👍", "-1": "👎", arrows_counterclockwise: "🔄", tada: "🎉",
  information_source: "ℹ️", telephone_receiver: "📞", calendar: "📅", robot_face: "🤖", shield: "🛡️",
};

let people = {};
let places = {};

export function know(users, channels) {
  people = users;
  places = channels;
}

export function emoji(name) {
  const sign = EMOJI[name];
  return sign ? el("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, sign) : `:${name}:`;
}

// ── Dates ────────────────────────────────────────────────────────────────────────────────────────────────────────

// The firm's time: ours, unless its clock says otherwise.
let told = null;

export function set(firm) {
  told = firm && { ...firm, since: performance.now() };
}

export function now() {
  return new Date(told ? told.now + (told.runs ? (performance.now() - told.since) * told.speed : 0) : Date.now());
}

const day = (at, options) => at.toLocaleDateString("en-GB", options);
const midnight = (at) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

function pretty(at, otherwise) {
  const days = Math.round((midnight(at) - midnight(now())) / 86_400_000);
  return { 0: "today", "-1": "yesterday", 1: "tomorrow" }[days] ?? otherwise;
}

function ago(at) {
  const minutes = Math.round((now() - at) / 60_000);
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return count < 1 && unit === "minute" ? "just now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

const short = (at) => day(at, { day: "numeric", month: "short", ...(at.getFullYear() === now().getFullYear() ? {} : { year: "numeric" }) });
const medium = (at) => day(at, { day: "numeric", month: "long", year: "numeric" });
const long = (at) => day(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const TOKENS = {
  date_num: (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`,
  date: medium, date_short: short, date_long: long, date_long_full: long,
  date_pretty: (at) => pretty(at, medium(at)), date_short_pretty: (at) => pretty(at, short(at)),
  date_long_pretty: (at) => pretty(at, long(at)), day_divider_pretty: (at) => pretty(at, long(at)),
  time: clock, time_secs: (at) => at.toLocaleTimeString("en-GB"), ago,
};

export function clock(at) {
  return at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

export function date(timestamp, format, fallback) {
  const at = new Date(Number(timestamp) * 1000);
  if (Number.isNaN(at.getTime())) return fallback ?? "";
  const said = format.replace(/\{(\w+)\}/g, (whole, token) => TOKENS[token]?.(at) ?? whole);
  const first = /^\{\w*pretty\}/.test(format) ? said[0].toUpperCase() + said.slice(1) : said;
  return el("time", { class: "date", datetime: at.toISOString(), title: at.toLocaleString("en-GB", { dateStyle: "full", timeStyle: "short" }) }, first);
}

export function divider(at) {
  const said = pretty(at, day(at, { weekday: "long", day: "numeric", month: "long" }));
  return said[0].toUpperCase() + said.slice(1);
}

// ── Mentions and links ───────────────────────────────────────────────────────────────────────────────────────────

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

export function person(id) {
  return el("span", { class: "mention" }, `@${people[id]?.name ?? id}`);
}

export function place(id, name) {
  return el("span", { class: "mention" }, `#${places[id] ?? name ?? id}`);
}

export function link(url, label) {
  const safe = /^(https?:|mailto:)/i.test(url);
  return safe ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label || url.replace(/^mailto:/, "")) : (label || url);
}

function angle(inside) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return person(target.slice(1));
  if (target.startsWith("#")) return place(target.slice(1), label);
  if (target.startsWith("!date^")) {
    const [, timestamp, format] = target.split("^");
    return date(timestamp, format, label);
  }
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, label || `@${target.slice(1).split("^")[0]}`);
  return link(unescape(target), label ? unescape(label) : undefined);
}

// ── Markup ───────────────────────────────────────────────────────────────────────────────────────────────────────

const PIECES = [
  [/```([\s\S]+?)```/, (m) => el("pre", {}, unescape(m[1].replace(/^\n/, "")))],
  [/`([^`\n]+)`/, (m) => el("code", {}, unescape(m[1]))],
  [/<([^<>\s][^<>]*)>/, (m) => angle(m[1])],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/u, (m) => el("strong", {}, markup(m[1]))],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/u, (m) => el("em", {}, markup(m[1]))],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/u, (m) => el("s", {}, markup(m[1]))],
  [/:([a-z0-9_+-]+):/, (m) => emoji(m[1])],
  [/^&gt; ?(.*)$/m, (m) => el("blockquote", {}, markup(m[1]))],
];

export function markup(text) {
  const nodes = [];
  let rest = text;
  while (rest) {
    let first = null;
    for (const [pattern, make] of PIECES) {
      const found = pattern.exec(rest);
      if (found && (!first || found.index < first.found.index)) first = { found, make };
    }
    if (!first) break;
    if (first.found.index) nodes.push(unescape(rest.slice(0, first.found.index)));
    nodes.push(first.make(first.found));
    rest = rest.slice(first.found.index + first.found[0].length);
  }
  if (rest) nodes.push(unescape(rest));
  return nodes;
}

// A text object of Block Kit.
export function text(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return markup(object.text);
  if (object.emoji === false) return [unescape(object.text)];
  return unescape(object.text).split(/(:[a-z0-9_+-]+:)/).map((piece) => (/^:[a-z0-9_+-]+:$/.test(piece) ? emoji(piece.slice(1, -1)) : piece));
}
