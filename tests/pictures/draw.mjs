// Turns Slack views into pages of HTML with a renderer that is not ours.
// Reads {now, users, pictures: [{name, kind, ...}]} on standard input, writes NAME.html into the folder named first.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = process.argv[2];
const require = createRequire(resolve("package.json"));
const { now, users: named, pictures } = JSON.parse(readFileSync(0, "utf8"));
// People and channels, told apart as Slack does: by the first letter of their ids.
const channels = named.filter(({ id }) => id.startsWith("C"));
const users = named.filter(({ id }) => !id.startsWith("C"));

// The renderer says "today" by the machine's clock; here it is the story's.
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) { parts.length ? super(...parts) : super(now * 1000); }
  static now() { return now * 1000; }
};
const React = require("react");
const { renderToStaticMarkup } = require("react-dom/server");
const { Message } = require("slack-blocks-to-jsx");
const style = readFileSync(require.resolve("slack-blocks-to-jsx/dist/style.css"), "utf8");
const frame = readFileSync(new URL("frame.css", import.meta.url), "utf8");

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const blocks = (them) => renderToStaticMarkup(
  React.createElement(Message, { blocks: them, name: "Seen", logo: "", withoutWrapper: true, theme: "light", data: { users, channels } }));
// It writes "Today" large wherever it stands; Slack does so only where a date begins the line. And it adds a hint of its own.
const body = (them) => `<div id="slack_blocks_to_jsx" data-theme="light">${blocks(them)}</div>`
  .replace(/ (Today|Yesterday|Tomorrow)\b/g, (word) => word.toLowerCase())
  .replaceAll("<p>↵ Please &#x27;enter&#x27; to submit</p>", "");
const clock = (at) => new RealDate((at ?? now) * 1000).toISOString().slice(11, 16);

function message({ from = "Seen", blocks: them, text, private: only = false, at }) {
  const app = from === "Seen" ? '<b class="app">APP</b>' : "";
  const said = them ? body(them) : `<p>${escaped(text).replace(/@seen/g, '<b class="mention">@seen</b>')}</p>`;
  const who = `<div class="who"><b>${from}</b>${app}<time>${clock(at)}</time></div>`;
  const eyes = only ? '<div class="only">Only visible to you</div>' : "";
  return `<div class="message ${only ? "private" : ""}"><div class="face ${from.toLowerCase()}">${from[0]}</div><div class="said">${eyes}${who}${said}</div></div>`;
}

function thread({ channel, messages }) {
  const [first, ...replies] = messages;
  return `<div class="thread"><h2>Thread <small># ${channel}</small></h2>${message(first)}<hr data-text="${replies.length} replies">${replies.map(message).join("")}</div>`;
}

function modal({ view }) {
  const submit = view.submit ? `<button class="go">${escaped(view.submit.text)}</button>` : "";
  return `<div class="modal"><h1>${escaped(view.title.text)}<i>×</i></h1><div class="inside">${body(view.blocks)}</div><footer><button>${escaped(view.close.text)}</button>${submit}</footer></div>`;
}

const home = ({ view }) => `<div class="home"><nav><b>Seen</b><u>Home</u><span>Messages</span><span>About</span></nav>${body(view.blocks)}</div>`;
const draw = { message, thread, modal, home };

for (const picture of pictures) {
  const page = `<!doctype html><meta charset="utf-8"><style>${style}\n${frame}</style><body>${draw[picture.kind](picture)}`;
  writeFileSync(join(folder, `${picture.name}.html`), page);
}
