// A conversation: day dividers, messages, the side panel of a thread.
import { avatar, folded, h, link, reconcile, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { emojiOf } from "./emoji.js";
import { mrkdwn, textNodes } from "./mrkdwn.js";
import { openMenu } from "./popover.js";
import { act, go, now, scene, store } from "./store.js";
import { clockTime, dayName, dayOf, format } from "./time.js";
import { Surface } from "./surfaces.js";
import { tellFailure } from "./toast.js";

const GROUP_SECONDS = 300;

/** Bring `list` (a scrolling element) in line with the top-level messages of a conversation. */
export function renderConversation(list, channel, messages) {
  const replies = new Map();
  for (const message of messages)
    if (isReply(message)) replies.set(message.thread_ts, [...(replies.get(message.thread_ts) || []), message]);
  render(
    list,
    channel,
    messages.filter((message) => !isReply(message)),
    { replies, dividers: true },
  );
}

/** The same for one thread: its first message, then the answers. */
export function renderThread(list, channel, messages, ts) {
  const thread = messages.filter((message) => message.ts === ts || message.thread_ts === ts);
  render(list, channel, thread, { replies: new Map(), inThread: true });
}

function repliesWords(count) {
  return `${count} ${count === 1 ? "reply" : "replies"}`;
}

function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** A list that stays at its end when it, or what is in it, changes its height. */
export function messageList(label) {
  const list = h("div.messages", { role: "log", "aria-label": label, tabindex: "0" });
  const toEnd = () => {
    if (list.atEnd) list.scrollTop = list.scrollHeight;
  };
  list.atEnd = true;
  list.addEventListener("scroll", () => {
    list.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  });
  list.addEventListener("load", toEnd, true);
  new ResizeObserver(toEnd).observe(list);
  return list;
}

/** Go to the end of a list and stay there: whoever wrote something waits for what comes next. */
export function showEnd(list) {
  list.atEnd = true;
  list.scrollTop = list.scrollHeight;
}

function render(list, channel, messages, { replies, dividers, inThread }) {
  const atEnd = list.dataset.room !== channel || list.atEnd;
  if (list.dataset.room !== channel) list.replaceChildren();
  list.dataset.room = channel;
  const today = dayOf(now(), scene.zone);
  const items = [];
  let before = null;
  for (const message of messages) {
    const day = dayOf(Number(message.ts), scene.zone);
    if (dividers && (!before || day !== dayOf(Number(before.ts), scene.zone))) {
      items.push({
        key: `day ${day}`,
        print: today,
        build: () => h("div.day", { role: "separator" }, h("span", {}, dayName(Number(message.ts), now(), scene.zone))),
      });
      before = null;
    }
    const follows =
      Boolean(before) &&
      before.user === message.user &&
      before.ephemeral === message.ephemeral &&
      Number(message.ts) - Number(before.ts) < GROUP_SECONDS &&
      !message.subtype &&
      !before.subtype;
    const answers = replies.get(message.ts) || [];
    items.push({
      key: `${message.ts}${message.ephemeral ? "e" : ""}`,
      print: JSON.stringify([message, follows, answers.length, answers.at(-1)?.ts, today, scene.nameOf(message.user)]),
      build: (old) => messageNode(old, channel, message, { follows, answers, inThread }),
    });
    before = message;
    if (inThread && message === messages[0] && messages.length > 1) {
      items.push({
        key: "replies",
        print: String(messages.length),
        build: () => h("div.replies", {}, repliesWords(messages.length - 1)),
      });
      before = null;
    }
  }
  reconcile(list, items);
  if (atEnd) showEnd(list);
}

function messageNode(old, channel, message, { follows, answers, inThread }) {
  const node = old || h("article.message", { tabindex: "-1" });
  node.surface ||= new Surface({ kind: message.ephemeral ? "ephemeral" : "message", channel, ts: message.ts });
  node.blocks ||= h("div.blocks");
  const name = scene.nameOf(message.user) || (message.is_bot ? store.state.app.name : message.user);
  const ts = Number(message.ts);
  node.className = `message${follows ? " follows" : ""}${message.ephemeral ? " ephemeral" : ""}`;
  node.setAttribute("aria-label", `${name}, ${clockTime(ts, scene.zone)}`);
  const time = h(
    "time.stamp",
    {
      datetime: new Date(ts * 1000).toISOString(),
      title: format(ts, scene.zone, { dateStyle: "full", timeStyle: "medium" }),
    },
    clockTime(ts, scene.zone),
  );
  if (message.subtype?.startsWith("channel_")) {
    node.replaceChildren(time, h("p.event", {}, h("strong", {}, name), " ", mrkdwn(message.text, scene)));
    return node;
  }
  if (message.blocks?.length) node.surface.show(node.blocks, message.blocks);
  const text =
    !message.blocks?.length &&
    message.text &&
    h(
      "div.message-text",
      {},
      folded(mrkdwn(message.text, scene), message.text.length > 1500 || message.text.split("\n").length > 20),
    );
  const edited = message.edited && h("span.edited", {}, "(edited)");
  const body = [
    message.ephemeral && h("p.only-you", {}, icon("eye"), "Only visible to you"),
    !follows && h("header.by", {}, h("strong.name", {}, name), message.is_bot && h("span.app-badge", {}, "APP"), time),
    text,
    message.blocks?.length > 0 && node.blocks,
    edited,
    (message.attachments || []).map((item) => attachment(item)),
    (message.files || []).map(file),
    reactions(message),
    answers.length > 0 &&
      h(
        "button.thread-link",
        { type: "button", onclick: () => go({ thread: message.ts }) },
        icon("reply"),
        repliesWords(answers.length),
        h("span.muted", {}, `Last at ${clockTime(Number(answers.at(-1).ts), scene.zone)}`),
      ),
  ];
  const gutter = follows
    ? h("span.gutter", {}, time.cloneNode(true))
    : h("span.gutter", {}, avatar(name, message.is_bot ? "app" : ""));
  // The blocks' container is moved only when it is new: moving it would lose the focus in it.
  if (old && node.content && node.content.contains(node.blocks) && message.blocks?.length) {
    replaceAround(node.content, body.flat(Infinity).filter(Boolean), node.blocks);
    node.firstChild.replaceWith(gutter);
    node.querySelector(":scope > .tools")?.replaceWith(tools(channel, message, inThread));
    return node;
  }
  node.content = h("div.content", {}, body);
  node.replaceChildren(gutter, node.content, tools(channel, message, inThread));
  return node;
}

/** Make `wanted` the children of `parent` without ever taking `fixed` out of the document. */
function replaceAround(parent, wanted, fixed) {
  for (const child of [...parent.childNodes]) if (child !== fixed) child.remove();
  const at = wanted.indexOf(fixed);
  fixed.before(...wanted.slice(0, at));
  fixed.after(...wanted.slice(at + 1));
}

function tools(channel, message, inThread) {
  if (message.ephemeral) return h("div.tools");
  const shortcuts = store.state.app.shortcuts.filter((shortcut) => shortcut.kind === "message");
  const more = h(
    "button.icon-button",
    {
      type: "button",
      "aria-label": "More message actions",
      title: "More message actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("more"),
  );
  more.addEventListener("click", () =>
    openMenu(
      more,
      [
        ...shortcuts.map((shortcut) => ({
          label: shortcut.name,
          detail: `${shortcut.description} · ${store.state.app.name}`,
          icon: icon("bolt"),
          choose: async () => {
            const answer = await act({ do: "shortcut", callback_id: shortcut.callback_id, channel, ts: message.ts });
            if (!answer.ok) tellFailure(answer, `“${shortcut.name}”`);
          },
        })),
        {
          label: "Copy text",
          icon: icon("plus"),
          choose: () => navigator.clipboard?.writeText(message.text).catch(() => {}),
        },
      ],
      { label: "Message actions", align: "end" },
    ),
  );
  return h(
    "div.tools",
    {},
    !inThread &&
      h(
        "button.icon-button",
        {
          type: "button",
          "aria-label": "Reply in thread",
          title: "Reply in thread",
          onclick: () => go({ thread: message.thread_ts || message.ts }),
        },
        icon("reply"),
      ),
    more,
  );
}

function attachment(item) {
  const surface = new Surface({ kind: "message" });
  const host = h("div.blocks");
  if (item.blocks) surface.show(host, item.blocks);
  return h(
    "div.attachment",
    { style: item.color ? { "border-color": `#${String(item.color).replace("#", "")}` } : null },
    item.title && h("strong", {}, item.title_link ? link(item.title_link, item.title) : item.title),
    item.text && h("div", {}, textNodes(item.text, scene)),
    item.blocks && host,
  );
}

function file(item) {
  const address = safeUrl(item.url_private || item.permalink || "");
  if (String(item.mimetype || "").startsWith("image/") || /^(png|jpe?g|gif|svg|webp)$/.test(item.filetype || "")) {
    return h(
      "figure.block-image",
      {},
      h("figcaption", {}, item.title || item.name),
      h("img", { src: address, alt: item.alt_txt || item.title || item.name || "Image", loading: "lazy" }),
    );
  }
  return h(
    "p.file",
    {},
    icon("file"),
    link(address || "", item.title || item.name || "File"),
    h("span.muted", {}, item.size ? ` ${Math.ceil(item.size / 1024)} KB` : ""),
  );
}

function reactions(message) {
  const entries = Object.entries(message.reactions || {});
  return (
    entries.length > 0 &&
    h(
      "div.reactions",
      {},
      entries.map(([name, people]) =>
        h(
          "span.reaction",
          {
            title: `${people.map((id) => scene.nameOf(id) || id).join(", ")} reacted with :${name}:`,
          },
          emojiOf(name) || `:${name}:`,
          " ",
          String(people.length),
        ),
      ),
    )
  );
}
