// The line to the server: what is seen, and what is done.

import { notice } from "./overlay.js";

export const me = { name: new URLSearchParams(location.search).get("as") ?? "" };

export async function act(what, details = {}) {
  try {
    const answer = await fetch("/do", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ as: me.name, what, ...details }) });
    const said = await answer.json();
    if (said.error) notice(said.error);
    return !said.error;
  } catch {
    notice("The demo has ended. Start it again with: seen demo --web", true);
    return false;
  }
}

// Asks again and again, and is answered when something has changed.
export async function follow(show) {
  let known = -1;
  let asked = me.name;
  let lost = false;
  for (;;) {
    try {
      if (asked !== me.name) [asked, known] = [me.name, -1];
      const answer = await fetch(`/state?as=${encodeURIComponent(me.name)}&known=${known}`);
      const state = await answer.json();
      if (state.error) throw new Error(state.error);
      if (asked !== me.name) continue;
      if (lost) location.reload();
      known = state.version;
      show(state);
    } catch {
      lost = true;
      notice("The demo has ended. Start it again with: seen demo --web", true);
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}

// What somebody else sees has to be asked for at once, not when it changes next.
export async function glance(show) {
  const answer = await fetch(`/state?as=${encodeURIComponent(me.name)}&known=-1`);
  show(await answer.json());
}
