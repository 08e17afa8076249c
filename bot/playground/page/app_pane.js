// What stands in the middle for the app itself: the Home and About tabs.
import { avatar, h } from "./dom.js";
import { scene, store } from "./store.js";
import { textNodes } from "./mrkdwn.js";
import { Surface } from "./surfaces.js";

let surface = null;
let owner = "";

/** Draw the Home tab into `host`. */
export function renderHome(host) {
  const { home, app, me } = store.state;
  if (owner !== me || !surface) {
    owner = me;
    surface = new Surface({ kind: "home" });
    host.replaceChildren();
  }
  if (!home) {
    host.replaceChildren(
      h(
        "div.empty",
        {},
        avatar(app.name, "app"),
        h("h2", {}, `${app.name} has not drawn this page yet`),
        h("p.muted", {}, "It does so when you open it and the bot is running."),
      ),
    );
    return;
  }
  if (!host.querySelector(":scope > .home")) host.replaceChildren(h("div.home.blocks"));
  surface.show(host.querySelector(":scope > .home"), home.blocks);
}

/** Draw the About tab. */
export function renderAbout(host) {
  const { app } = store.state;
  const commands = app.commands.map((command) =>
    h(
      "li",
      {},
      h("strong", {}, command.name),
      " ",
      h("code", {}, command.usage),
      h("div.muted", {}, command.description),
    ),
  );
  const shortcuts = app.shortcuts.map((shortcut) =>
    h(
      "li",
      {},
      h("strong", {}, shortcut.name),
      h("span.muted", {}, shortcut.kind === "global" ? " from the ⚡ menu" : " from a message's menu"),
      h("div.muted", {}, shortcut.description),
    ),
  );
  host.replaceChildren(
    h(
      "div.about",
      {},
      h(
        "div.about-head",
        {},
        avatar(app.name, "app"),
        h("div", {}, h("h2", {}, app.name), h("p.muted", {}, textNodes(app.description || "", scene))),
      ),
      commands.length > 0 && h("section", {}, h("h3", {}, "Slash commands"), h("ul", {}, commands)),
      shortcuts.length > 0 && h("section", {}, h("h3", {}, "Shortcuts"), h("ul", {}, shortcuts)),
    ),
  );
}
