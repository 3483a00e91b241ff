// Makes elements. Text is only ever set as text, so nothing that customers wrote can become markup.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...real(children));
  return node;
}

export function replace(node, ...children) {
  node.replaceChildren(...real(children));
}

// `condition && element` leaves a false behind.
function real(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
