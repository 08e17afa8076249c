// The client: which conversation is in view, and drawing everything when something changed.
import { avatar, h } from "./dom.js";
import { icon } from "./icons.js";
import { renderAbout, renderHome } from "./app_pane.js";
import { clockBar } from "./clockbar.js";
import { composer } from "./composer.js";
import { messageList, renderConversation, renderThread, showEnd } from "./messages.js";
import { renderModal } from "./modal.js";
import { closePopover } from "./popover.js";
import { closeDrawer, renderSidebar } from "./sidebar.js";
import { act, go, hush, listen, markRead, onChange, readRoute, refresh, roomId, store } from "./store.js";
import { tellFailure, toast } from "./toast.js";

const at = (id) => document.getElementById(id);
const clock = clockBar();
const list = messageList("Messages");
const threadList = messageList("Thread");
const mainBox = composer(() => aimOf(""), () => showEnd(list));
const threadBox = composer(() => aimOf(store.route.thread), () => showEnd(threadList));
const home = h("div.pane-scroll", { tabindex: "-1" });
const about = h("div.pane-scroll", { tabindex: "-1" });
const head = h("div.pane-head");
const tabs = h("div.tabs", { role: "tablist", "aria-label": "App" });
let opened = "";

/** Where a composer writes, and why it may not. */
function aimOf(thread) {
  const { state, route } = store;
  const id = roomId();
  const room = state?.channels.find((one) => one.id === id);
  const name = route.place === "app" ? state?.app.name : `#${room?.name ?? ""}`;
  const disabled =
    route.place === "app" && state?.app.read_only
      ? "Sending messages to this app has been turned off."
      : room && !room.joined
        ? `You are not a member of #${room.name}.`
        : room?.archived
          ? "This channel is archived."
          : "";
  return {
    key: [state?.me, route.place, route.id, thread].join("/"),
    thread,
    disabled,
    placeholder: thread ? "Reply…" : `Message ${name ?? ""}`,
  };
}

function draw() {
  const { state, route } = store;
  at("banner").replaceChildren(
    ...[
      !store.reachable
        ? "The playground does not answer. Trying again…"
        : state && !state.workspace.connected
          ? `${state.app.name} is not connected yet. Commands and buttons work once the bot is running.`
          : "",
    ]
      .filter(Boolean)
      .map((words) => h("p", {}, icon("warning"), words)),
  );
  if (!state) return;
  document.title = `${state.workspace.name} · ${state.app.name} playground`;
  renderSidebar(at("sidebar"));
  clock.update();
  drawHead();
  const id = roomId();
  const tab = route.place === "app" ? route.tab : "messages";
  list.hidden = mainBox.node.hidden = tab !== "messages";
  home.hidden = tab !== "home";
  about.hidden = tab !== "about";
  if (tab === "home") renderHome(home);
  else if (tab === "about") renderAbout(about);
  else renderConversation(list, id ?? "none", state.messages);
  mainBox.update();
  drawThread(id);
  renderModal(at("modals"), state.views);
  if (tab === "messages" && document.visibilityState === "visible") markRead(id, state.messages.at(-1)?.ts);
}

function drawHead() {
  const { state, route } = store;
  if (route.place === "app") {
    head.print = "app";
    head.replaceChildren(h("h2", {}, avatar(state.app.name, "app"), state.app.name, h("span.app-badge", {}, "APP")));
    const names = [
      state.app.home_tab && ["home", "Home"],
      state.app.messages_tab && ["messages", "Messages"],
      ["about", "About"],
    ].filter(Boolean);
    if (tabs.childElementCount !== names.length) {
      tabs.replaceChildren(
        ...names.map(([tab, label]) =>
          h(
            "button.tab",
            { type: "button", role: "tab", data: { tab }, onclick: () => go({ place: "app", tab }) },
            label,
          ),
        ),
      );
    }
    for (const node of tabs.children) {
      node.setAttribute("aria-selected", String(node.dataset.tab === route.tab));
      node.tabIndex = node.dataset.tab === route.tab ? 0 : -1;
    }
    tabs.hidden = false;
    return;
  }
  tabs.hidden = true;
  const room = state.channels.find((one) => one.id === route.id);
  const change = (what) => async () => {
    const answer = await act({ do: what, channel: room.id });
    if (!answer.ok) tellFailure(answer, "That");
  };
  const print = JSON.stringify(room);
  if (head.print === print) return;
  head.print = print;
  head.replaceChildren(
    ...[
      h("h2", {}, room ? `${room.private ? "🔒" : "#"} ${room.name}` : "Not found"),
      room && h("span.topic", {}, room.topic),
      room && h("span.members", {}, `${room.members.length} members`),
      room && !room.joined && h("button.button.small", { type: "button", onclick: change("join") }, "Join"),
      room?.joined &&
        !room.has_app &&
        h("button.button.small", { type: "button", onclick: change("add_app") }, `Add ${state.app.name}`),
      room?.joined &&
        room.has_app &&
        h(
          "button.button.small.quiet",
          { type: "button", onclick: change("remove_app") },
          `Remove ${state.app.name}`,
        ),
      room?.joined &&
        room.has_app &&
        h("button.button.small.quiet", { type: "button", onclick: change("leave") }, "Leave"),
    ].filter(Boolean),
  );
}
tabs.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const nodes = [...tabs.children];
  const next = nodes[(nodes.indexOf(document.activeElement) + step + nodes.length) % nodes.length];
  next.focus();
  next.click();
});

function drawThread(id) {
  const panel = at("thread");
  const { thread } = store.route;
  const open = Boolean(thread) && store.state.messages.some((message) => message.ts === thread);
  panel.hidden = !open;
  document.body.classList.toggle("with-thread", open);
  if (!open) return;
  if (!panel.childElementCount) {
    panel.append(
      h(
        "header.pane-head",
        {},
        h("h2", {}, "Thread"),
        h("span.grow"),
        h(
          "button.icon-button",
          { type: "button", "aria-label": "Close thread", onclick: () => go({ thread: "" }) },
          icon("close"),
        ),
      ),
      threadList,
      threadBox.node,
    );
  }
  if (threadList.thread !== thread) {
    threadList.thread = thread;
    threadList.dataset.room = "";
  }
  renderThread(threadList, id, store.state.messages, thread);
  threadBox.update();
}

async function arrive() {
  const before = store.route;
  store.route = readRoute();
  if (!store.route.me) store.route.me = before.me;
  closePopover();
  closeDrawer();
  await refresh();
  if (!store.state) {
    setTimeout(arrive, 1000);
    return;
  }
  if (before.me !== store.route.me || !opened) listen();
  const { route, state } = store;
  const place = `${route.me}/${route.place}/${route.tab}`;
  if (route.place === "app" && (route.tab === "home" || route.tab === "messages") && place !== opened)
    act({ do: "open_app", tab: route.tab });
  opened = place;
  if (matchMedia("(hover: hover)").matches && !state.views.length) (route.thread ? threadBox : mainBox).focus();
}

at("pane").append(head, tabs, list, home, about, mainBox.node);
at("clock").append(clock.node);
at("menu-button").append(icon("menu"));
at("menu-button").addEventListener("click", () => {
  const open = document.body.classList.toggle("drawer");
  at("menu-button").setAttribute("aria-expanded", String(open));
  if (open) at("sidebar").querySelector("button")?.focus();
});
at("scrim").addEventListener("click", closeDrawer);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.classList.contains("drawer")) {
    closeDrawer();
    at("menu-button").focus();
  }
});
// A browser holds six connections to one server: a tab that nobody sees gives its stream back.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") hush();
  else if (opened) {
    listen();
    refresh();
  }
});
addEventListener("hashchange", arrive);
addEventListener("unhandledrejection", (event) =>
  toast(`The page stumbled: ${event.reason?.message || event.reason}`, "error"),
);
onChange(draw);
arrive().then(() => {
  document.body.dataset.ready = "true";
});
