// Starts the Slack of the package emulate (0.12.2) on a free port of 127.0.0.1, and prints "ready URL".
// Reads {"seed": …} on standard input. Its own command line can't subscribe an app to events; hence this, which leans on
// the package's inside and needs exactly that version.
//
// Two addresses are added. POST /subscribe {"url", "events"}: from now on the app is told of these events there, by the
// names that a manifest has for them. GET /stored: what no method of Slack's reads back (ephemeral messages, views).
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const dist = resolve("node_modules/emulate/dist");
const load = (name) => import(pathToFileURL(join(dist, name)).href);

// The Slack plugin lives in a file whose name is a hash; it is found by the name it declares.
const file = readdirSync(dist).find((name) => name.startsWith("dist-") && name.endsWith(".js")
  && readFileSync(join(dist, name), "utf8").includes("var slackPlugin = {"));
if (!file) throw new Error("emulate has changed inside: no Slack plugin found");
const { slackPlugin, getSlackStore } = await load(file);

// emulate tells of every message as "message". Slack tells an app of what it has subscribed to: of messages in direct
// conversations, and of mentions, as an event of its own.
function subscribed(event, events, slack) {
  if (event.type !== "message") return events.includes(event.type) ? event : null;
  const channel = slack.channels.findOneBy("channel_id", event.channel);
  if (channel?.is_im) return events.includes("message.im") ? { ...event, channel_type: "im" } : null;
  const bot = slack.bots.all().find((each) => each.user_id);
  const mentioned = bot && !event.subtype && event.user !== bot.user_id && event.text?.includes(`<@${bot.user_id}>`);
  return mentioned && events.includes("app_mention") ? { ...event, type: "app_mention" } : null;
}

const register = slackPlugin.register;
slackPlugin.register = function (app, store, webhooks, ...others) {
  const slack = getSlackStore(store);
  const dispatch = webhooks.dispatch.bind(webhooks);
  let events = [];
  webhooks.dispatch = async (type, action, payload, ...rest) => {
    const event = subscribed(payload.event, events, slack);
    if (event) await dispatch(event.type, action, { ...payload, event }, ...rest);
  };
  app.post("/subscribe", async (c) => {
    const wanted = await c.req.json();
    events = wanted.events;
    webhooks.register({ url: wanted.url, events: ["*"], active: true, owner: "slack" });
    return c.json({ ok: true });
  });
  app.get("/stored", (c) => c.json({ ephemeral: slack.ephemeralMessages.all(), views: slack.views.all() }));
  return register.call(this, app, store, webhooks, ...others);
};

const { seed } = JSON.parse(readFileSync(0, "utf8"));
const { createEmulator } = await load("api.js");
const emulator = await createEmulator({ service: "slack", port: 0, hostname: "127.0.0.1", seed: { slack: seed } });
console.log("ready", emulator.url);
