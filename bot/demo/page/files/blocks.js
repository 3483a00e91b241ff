// Draws Block Kit: the blocks that Seen uses, and the plain ones beside them.
//
// `act(element, block, chosen)` is called when something is pressed or chosen; `typed` holds what stands in fields.

import { el } from "./dom.js";
import { confirmation, menu } from "./overlay.js";
import { date, emoji, link, person, place, text } from "./text.js";

export function draw(blocks, context) {
  return blocks.map((block) => {
    const make = BLOCKS[block.type];
    return make ? make(block, context) : el("div", { class: "block unknown" }, `(A “${block.type}” block, which this page can't draw.)`);
  });
}

const BLOCKS = {
  header: (block) => el("h2", { class: "block header" }, text(block.text)),
  divider: () => el("hr", { class: "block" }),
  section: (block, context) => el("div", { class: "block section" },
    el("div", { class: "section-text" },
      block.text && el("div", { class: "text" }, text(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", { class: "text" }, text(field))))),
    block.accessory && element(block.accessory, block, context)),
  context: (block) => el("div", { class: "block context" }, block.elements.map((piece) =>
    piece.type === "image" ? image(piece) : el("span", {}, text(piece)))),
  actions: (block, context) => el("div", { class: "block actions" }, block.elements.map((each) => element(each, block, context))),
  image: (block) => el("figure", { class: "block" }, block.title && el("figcaption", {}, text(block.title)), image(block)),
  rich_text: (block) => el("div", { class: "block rich" }, block.elements.map(rich)),
  table,
  input,
};

function image(piece) {
  // No outside resources: a picture from elsewhere is named, not loaded.
  if (piece.slack_file) return el("img", { src: `pictures/${encodeURIComponent(piece.slack_file.id)}`, alt: piece.alt_text });
  return piece.image_url?.startsWith("data:") ? el("img", { src: piece.image_url, alt: piece.alt_text }) : el("span", { class: "picture" }, piece.alt_text);
}

// ── Rich text ────────────────────────────────────────────────────────────────────────────────────────────────────

function rich(piece) {
  if (piece.type === "rich_text_list") {
    const items = piece.elements.map((item) => el("li", {}, inlines(item.elements)));
    return el(piece.style === "ordered" ? "ol" : "ul", { class: `indent${piece.indent ?? 0}` }, items);
  }
  const tag = { rich_text_quote: "blockquote", rich_text_preformatted: "pre" }[piece.type] ?? "p";
  return el(tag, {}, inlines(piece.elements));
}

function inlines(elements) {
  return elements.map((piece) => {
    const style = piece.style ?? {};
    let node = inline(piece);
    if (style.code) node = el("code", {}, node);
    if (style.strike) node = el("s", {}, node);
    if (style.italic) node = el("em", {}, node);
    if (style.bold) node = el("strong", {}, node);
    return node;
  });
}

function inline(piece) {
  switch (piece.type) {
    case "text": return piece.text;
    case "emoji": return emoji(piece.name);
    case "date": return date(piece.timestamp, piece.format, piece.fallback);
    case "link": return link(piece.url, piece.text);
    case "user": return person(piece.user_id);
    case "channel": return place(piece.channel_id);
    case "broadcast": return el("span", { class: "mention loud" }, `@${piece.range}`);
    case "usergroup": return el("span", { class: "mention" }, `@${piece.usergroup_id}`);
    default: return "";
  }
}

// ── Tables ───────────────────────────────────────────────────────────────────────────────────────────────────────

function table(block) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) => el("tr", {}, cells.map((cell, number) => {
    const setting = settings[number] ?? {};
    const classes = [setting.align && `align-${setting.align}`, setting.is_wrapped === false && "one-line"].filter(Boolean);
    return el(tag, { class: classes.join(" ") || null, scope: tag === "th" ? "col" : null }, content(cell));
  }));
  const [head, ...body] = block.rows;
  return el("div", { class: "block table" }, el("table", {}, el("thead", {}, row(head, "th")), el("tbody", {}, body.map((cells) => row(cells, "td")))));
}

function content(cell) {
  if (cell.type === "rich_text") return cell.elements.map((piece) => (piece.type === "rich_text_section" ? inlines(piece.elements) : rich(piece)));
  return String(cell.text ?? cell.value ?? "");
}

// ── Elements ─────────────────────────────────────────────────────────────────────────────────────────────────────

function element(given, block, context) {
  const make = ELEMENTS[given.type];
  return make ? make(given, block, context) : el("span", { class: "unknown" }, `(${given.type})`);
}

const ELEMENTS = {
  button(given, block, context) {
    const node = el("button", {
      class: `button ${given.style ?? ""}`, type: "button", "data-action": given.action_id, "aria-label": given.accessibility_label,
      onclick: () => sure(given, () => press(node, context, () => context.act(given, block))),
    }, text(given.text));
    return node;
  },
  overflow(given, block, context) {
    const node = el("button", {
      class: "button more", type: "button", "aria-label": "More", "aria-haspopup": "menu", "data-action": given.action_id,
      onclick: () => menu(node, given.options.map((option) => ({
        label: text(option.text), hint: option.description && text(option.description),
        do: () => sure(given, () => press(node, context, () => context.act(given, block, option.value))),
      }))),
    }, "⋯");
    return node;
  },
  static_select(given, block, context) {
    const initial = context.typed?.[given.action_id] ?? given.initial_option?.value ?? "";
    const options = given.options ?? given.option_groups.flatMap((group) => group.options);
    const node = el("select", {
      class: "select", "data-action": given.action_id,
      onchange: () => (block.type === "input" ? keep(context, given, node.value) : sure(given, () => context.act(given, block, node.value))),
    }, el("option", { value: "" }, given.placeholder ? text(given.placeholder) : "Choose…"),
    options.map((option) => el("option", { value: option.value, selected: option.value === initial }, text(option.text))));
    return node;
  },
  radio_buttons: (given, block, context) => choices(given, block, context, "radio"),
  checkboxes: (given, block, context) => choices(given, block, context, "checkbox"),
  datetimepicker(given, block, context) {
    const chosen = context.typed?.[given.action_id] ?? given.initial_date_time;
    const local = (at) => new Date((at - new Date(at * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
    const node = el("input", {
      class: "field", type: "datetime-local", "data-action": given.action_id, id: `field-${block.block_id}`, value: chosen ? local(chosen) : null,
      onchange: () => {
        const at = Math.floor(new Date(node.value).getTime() / 1000);
        return block.type === "input" ? keep(context, given, at) : context.act(given, block, at);
      },
    });
    return node;
  },
  plain_text_input(given, block, context) {
    const attributes = {
      class: "field", "data-action": given.action_id, id: `field-${block.block_id}`, maxlength: given.max_length,
      placeholder: given.placeholder && given.placeholder.text, value: context.typed?.[given.action_id] ?? given.initial_value ?? "",
      oninput: (event) => keep(context, given, event.target.value),
    };
    return given.multiline ? el("textarea", { ...attributes, rows: 8 }) : el("input", { ...attributes, type: "text", autocomplete: "off" });
  },
  image,
};
ELEMENTS.email_text_input = ELEMENTS.url_text_input = ELEMENTS.number_input = ELEMENTS.plain_text_input;

function choices(given, block, context, kind) {
  const initial = (given.initial_options ?? [given.initial_option]).filter(Boolean).map((option) => option.value);
  const told = () => [...group.querySelectorAll("input:checked")].map((each) => each.value);
  const changed = () => {
    const chosen = kind === "radio" ? told()[0] : told();
    return block.type === "input" ? keep(context, given, chosen) : context.act(given, block, chosen);
  };
  const group = el("div", { class: "choices", role: "group" }, given.options.map((option) => el("label", {},
    el("input", { type: kind, name: `${block.block_id}-${given.action_id}`, value: option.value, checked: initial.includes(option.value), onchange: changed }),
    text(option.text), option.description && el("small", {}, text(option.description)))));
  return group;
}

function input(block, context) {
  const error = context.errors?.[block.block_id];
  return el("div", { class: `block input${error ? " wrong" : ""}` },
    el("label", { class: "label", for: `field-${block.block_id}` }, text(block.label), block.optional && el("span", { class: "optional" }, " (optional)")),
    element(block.element, block, context),
    error ? el("div", { class: "error", role: "alert" }, error) : block.hint && el("div", { class: "hint" }, text(block.hint)));
}

function keep(context, given, value) {
  if (context.typed) context.typed[given.action_id] = value;
}

function sure(given, go) {
  if (given.confirm) confirmation(given.confirm, go);
  else go();
}

async function press(node, context, go) {
  node.classList.add("busy");
  try {
    await go();
  } finally {
    node.classList.remove("busy");
  }
}
