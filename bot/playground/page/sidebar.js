// The left side: workspace, who one is, channels, the app.
import { avatar, freshId, h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, openMenu, openPopover } from "./popover.js";
import { act, go, now, store } from "./store.js";
import { cityOf, clockTime } from "./time.js";
import { tellFailure } from "./toast.js";

export function closeDrawer() {
  document.body.classList.remove("drawer");
  document.getElementById("menu-button").setAttribute("aria-expanded", "false");
}

/** Draw the sidebar into `host` (a nav element). */
export function renderSidebar(host) {
  const { state, route } = store;
  const me = state.people.find((person) => person.id === state.me);
  const time = clockTime(now(), state.zone);
  const rooms = state.channels.filter((room) => !room.archived);
  reconcile(host, [
    {
      key: "name",
      print: state.workspace.name,
      build: () => h("h1.workspace-name", {}, state.workspace.name, h("span.workspace-kind", {}, "Playground")),
    },
    { key: "me", print: [me.id, me.name, me.zone, time].join(), build: (old) => switcher(old, me, time) },
    {
      key: "channels",
      print: JSON.stringify([rooms, route.place, route.id]),
      build: () =>
        group(
          "Channels",
          rooms.map((room) =>
            entry({
              label: room.name,
              sign: h("span.room-sign", {}, room.private ? "🔒" : "#"),
              unread: room.unread,
              current: route.place === "room" && route.id === room.id,
              dim: !room.joined,
              choose: () => go({ place: "room", id: room.id }),
            }),
          ),
          addChannel(),
        ),
    },
    {
      key: "apps",
      print: JSON.stringify([state.app.name, state.dm?.unread, route.place, state.workspace.connected]),
      build: () =>
        group("Apps", [
          entry({
            label: state.app.name,
            sign: avatar(state.app.name, "app"),
            unread: state.dm?.unread || 0,
            current: route.place === "app",
            choose: () =>
              go({ place: "app", tab: state.dm?.unread ? "messages" : state.app.home_tab ? "home" : "messages" }),
            after: h(`span.presence${state.workspace.connected ? ".on" : ""}`, {
              title: state.workspace.connected ? "Connected" : "Not connected",
            }),
          }),
        ]),
    },
    {
      key: "foot",
      print: "",
      build: () => h("p.sidebar-foot", {}, "A workspace on your own machine. Nothing here leaves it."),
    },
  ]);
}

function switcher(old, me, time) {
  const words = h(
    "span.me-words",
    {},
    h("span.me-label", {}, "You are"),
    h("strong", {}, me.name),
    h("span.me-zone", {}, `${cityOf(me.zone)}, ${time}`),
  );
  const parts = [avatar(me.name), words, icon("chevron")];
  if (old) {
    old.replaceChildren(...parts);
    return old;
  }
  const node = h(
    "button.me",
    { type: "button", "aria-haspopup": "menu", "aria-expanded": "false", title: "Be somebody else" },
    parts,
  );
  node.addEventListener("click", () =>
    openMenu(
      node,
      [
        ...store.state.people
          .filter((person) => !person.is_bot && !person.deleted)
          .map((person) => ({
            label: person.name,
            detail: `${cityOf(person.zone)}, ${clockTime(now(), person.zone)}${person.title ? ` · ${person.title}` : ""}`,
            icon: avatar(person.name),
            choose: () => go({ me: person.id }),
          })),
        {
          label: "Travel to another time zone…",
          detail: "Slack tells the app, as when somebody moves",
          icon: icon("clock"),
          choose: () => travel(node),
        },
      ],
      { label: "Be somebody else" },
    ),
  );
  return node;
}

function travel(anchor) {
  ask(anchor, {
    label: "Your time zone",
    value: store.state.zone,
    choices: Intl.supportedValuesOf?.("timeZone") || [],
    done: "Move there",
    give: async (zone) => {
      const answer = await act({ do: "zone", zone });
      if (!answer.ok) tellFailure(answer, "Moving");
    },
  });
}

function group(title, entries, ...more) {
  return h("section.rooms", {}, h("h2", {}, title), h("ul", {}, entries, more));
}

function addChannel() {
  const node = h(
    "button.room.dim",
    { type: "button", "aria-haspopup": "dialog", "aria-expanded": "false" },
    h("span.room-sign", {}, icon("plus")),
    h("span.room-name", {}, "Add a channel"),
  );
  node.addEventListener("click", () =>
    ask(node, {
      label: "Name of the new channel",
      placeholder: "study-group",
      done: "Create",
      give: async (name) => {
        const answer = await act({ do: "create_channel", name });
        if (answer.ok) go({ place: "room", id: answer.channel });
        else tellFailure(answer, "Creating the channel");
      },
    }),
  );
  return h("li", {}, node);
}

/** A small form with one field at `anchor`. */
function ask(anchor, { label, placeholder, value = "", choices, done, give }) {
  const id = freshId("ask");
  const field = h("input.field", {
    id,
    type: "text",
    placeholder,
    value,
    list: choices && `${id}-list`,
    autocomplete: "off",
  });
  const form = h(
    "form.ask",
    { role: "dialog", "aria-label": label },
    h("label", { for: id }, label),
    field,
    choices &&
      h(
        "datalist",
        { id: `${id}-list` },
        choices.map((choice) => h("option", { value: choice })),
      ),
    h("div.row-end", {}, h("button.button.primary", { type: "submit" }, done)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    closePopover();
    if (field.value.trim()) give(field.value.trim());
  });
  openPopover(anchor, form);
  field.focus();
  field.select();
}

function entry({ label, sign, unread, current, dim, choose, after }) {
  return h(
    "li",
    {},
    h(
      `button.room${unread ? ".unread" : ""}${dim ? ".dim" : ""}`,
      {
        type: "button",
        "aria-current": current ? "page" : null,
        onclick: () => {
          choose();
          closeDrawer();
        },
      },
      sign,
      h("span.room-name", {}, label),
      after,
      unread > 0 && h("span.badge", { "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)),
    ),
  );
}
