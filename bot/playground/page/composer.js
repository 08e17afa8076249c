// The box one writes in: messages, slash commands with their suggestions, the shortcuts menu.
import { h, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./popover.js";
import { act, go, roomId, store } from "./store.js";
import { tellFailure, toast } from "./toast.js";

const drafts = new Map();

/** A composer whose `aim()` names where it writes: {key, placeholder, thread, disabled}; `onSend` hears of lines. */
export function composer(aim, onSend) {
  const listId = freshId("commands");
  const list = h("div.suggestions", { role: "listbox", id: listId, "aria-label": "Slash commands", hidden: true });
  const area = h("textarea.composer-text", {
    rows: 1,
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
  });
  const send = h(
    "button.icon-button.send",
    { type: "button", title: "Send (Enter)", "aria-label": "Send", onclick: () => submit() },
    icon("send"),
  );
  const shortcuts = h(
    "button.icon-button",
    {
      type: "button",
      title: "Shortcuts",
      "aria-label": "Shortcuts",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("bolt"),
  );
  const slash = h(
    "button.icon-button.slash-button",
    {
      type: "button",
      title: "Slash commands",
      "aria-label": "Slash commands",
      onclick: () => {
        area.value = "/";
        typed();
        area.focus();
      },
    },
    h("span.slash", {}, "/"),
  );
  const note = h("p.composer-note");
  const node = h(
    "div.composer",
    {},
    list,
    h("div.composer-box", {}, area, h("div.composer-row", {}, shortcuts, slash, h("span.grow"), send)),
    note,
  );
  let active = 0;
  let key = "";
  let line = Promise.resolve();
  let waiting = 0;

  shortcuts.addEventListener("click", () =>
    openMenu(
      shortcuts,
      store.state.app.shortcuts
        .filter((one) => one.kind === "global")
        .map((one) => ({
          label: one.name,
          detail: `${one.description} · ${store.state.app.name}`,
          icon: icon("bolt"),
          choose: async () => {
            const answer = await act({ do: "shortcut", callback_id: one.callback_id });
            if (!answer.ok) tellFailure(answer, `“${one.name}”`);
          },
        })),
      { label: "Shortcuts" },
    ),
  );

  const matches = () =>
    /^\/\S*$/.test(area.value) && !aim().thread
      ? store.state.app.commands.filter((command) => command.name.startsWith(area.value) || area.value === "/")
      : [];
  const suggest = () => {
    const commands = document.activeElement === area ? matches() : [];
    active = Math.min(active, Math.max(0, commands.length - 1));
    list.replaceChildren(
      h("p.suggestions-title", {}, "Commands of this workspace"),
      ...commands.map((command, index) =>
        h(
          `div.suggestion${index === active ? ".active" : ""}`,
          {
            role: "option",
            id: `${listId}-${index}`,
            "aria-selected": String(index === active),
            onpointerdown: (event) => {
              event.preventDefault();
              complete(command);
            },
          },
          h("span", {}, h("strong", {}, command.name), " ", h("span.muted", {}, command.usage)),
          h("span.menu-detail", {}, `${command.description} · ${store.state.app.name}`),
        ),
      ),
    );
    list.hidden = !commands.length;
    area.setAttribute("aria-expanded", String(commands.length > 0));
    if (commands.length) area.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else area.removeAttribute("aria-activedescendant");
    return commands;
  };
  const complete = (command) => {
    area.value = `${command.name} `;
    typed();
    area.focus();
  };
  const fit = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 200)}px`;
  };
  const typed = () => {
    drafts.set(key, area.value);
    send.classList.toggle("ready", area.value.trim() !== "");
    fit();
    suggest();
  };

  const submit = () => {
    const text = area.value.trim();
    const { thread, disabled } = aim();
    if (!text || disabled) return;
    const [, command, rest] = /^(\/\S+)\s*([\s\S]*)$/.exec(text) || [];
    if (command && thread) {
      toast("Slash commands cannot be used in threads.", "error");
      return;
    }
    const origin = key;
    area.value = "";
    typed();
    onSend();
    waiting += 1;
    node.classList.add("sending");
    const { me } = store.route;
    const room = writeTo();
    // One after another, for whoever wrote it and where: people type faster than an app acks.
    line = line.then(async () => {
      const channel = await room;
      const answer = !channel
        ? { ok: false, message: "There is no conversation with the app yet." }
        : await act(
            command
              ? { do: "command", channel, command, text: rest }
              : { do: "send", channel, text, thread_ts: thread || null },
            me,
          );
      waiting -= 1;
      node.classList.toggle("sending", waiting > 0);
      if (!answer.ok) takeBack(origin, text, answer, command);
    });
  };
  const takeBack = (origin, text, answer, command) => {
    tellFailure(answer, command || "Your message");
    if (key !== origin) drafts.set(origin, text);
    else if (!area.value) {
      area.value = text;
      typed();
    }
  };

  area.addEventListener("input", () => {
    active = 0;
    typed();
  });
  area.addEventListener("focus", suggest);
  area.addEventListener("blur", suggest);
  area.addEventListener("keydown", (event) => {
    const commands = list.hidden ? [] : matches();
    if (commands.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + commands.length) % commands.length;
      suggest();
    } else if (
      commands.length &&
      (event.key === "Tab" || (event.key === "Enter" && commands[active].name !== area.value))
    ) {
      event.preventDefault();
      complete(commands[active]);
    } else if (commands.length && event.key === "Escape") {
      event.preventDefault();
      list.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
  });

  /** Follow the conversation in view: its draft, its placeholder, whether one may write. */
  const update = () => {
    const goal = aim();
    area.placeholder = goal.placeholder;
    area.setAttribute("aria-label", goal.placeholder);
    area.disabled = Boolean(goal.disabled);
    node.classList.toggle("off", Boolean(goal.disabled));
    note.textContent = goal.disabled || "";
    if (goal.key === key) return;
    key = goal.key;
    area.value = drafts.get(key) || "";
    typed();
  };
  return { node, update, focus: () => area.focus({ preventScroll: true }) };
}

/** The conversation to write to; the app's DM is opened when it does not exist yet. */
async function writeTo() {
  const known = roomId();
  if (known || store.route.place !== "app") return known;
  if (store.route.tab !== "messages") go({ place: "app", tab: "messages" });
  return (await act({ do: "open_app", tab: "messages" })).dm;
}
