// Slack's mrkdwn, and plain text, as DOM nodes.
import { h, link } from "./dom.js";
import { emojiOf, withEmoji } from "./emoji.js";
import { fillDate } from "./time.js";

/** The nodes of a text object or of a plain string (taken as mrkdwn). `scene` knows names, zone and time. */
export function textNodes(object, scene) {
  if (object === null || object === undefined) return [];
  if (typeof object === "string") return mrkdwn(object, scene);
  if (object.type === "plain_text") return lines(object.emoji === false ? object.text : withEmoji(object.text));
  return mrkdwn(object.text || "", scene);
}

/** The words of a text object, without any markup. */
export function plain(object) {
  return withEmoji(typeof object === "string" ? object : object?.text || "");
}

function unescapeText(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function lines(text) {
  return String(text ?? "")
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

/** Blocks first (preformatted, quotes), then what stands in the lines. */
export function mrkdwn(text, scene) {
  const nodes = [];
  const parts = String(text).split(/```\n?([\s\S]*?)\n?```/);
  parts.forEach((part, index) => {
    if (index % 2) nodes.push(h("pre.code-block", {}, plainCode(part)));
    else if (part) nodes.push(...quotesAndLines(index ? part.replace(/^\n/, "") : part, scene));
  });
  return nodes;
}

function quotesAndLines(text, scene) {
  const nodes = [];
  let quote = [];
  let between = false;
  const endQuote = () => {
    if (!quote.length) return;
    nodes.push(
      h(
        "blockquote",
        {},
        quote.flatMap((line, index) => (index ? [h("br"), ...inline(line, scene)] : inline(line, scene))),
      ),
    );
    quote = [];
    between = false;
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    if (quoted) {
      quote.push(line.slice(quoted[0].length));
      continue;
    }
    endQuote();
    if (between) nodes.push(h("br"));
    nodes.push(...inline(line, scene));
    between = true;
  }
  endQuote();
  return nodes;
}

// A style mark opens where a word begins and closes where one ends, as in Slack.
const TOKEN = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\p{L}\\p{N}*])\\*(?![\\s*])([^*\\n]*[^\\s*])\\*(?![\\p{L}\\p{N}*])",
    "(?<![\\p{L}\\p{N}_])_(?![\\s_])([^\\n]*?[^\\s_])_(?![\\p{L}\\p{N}_])",
    "(?<![\\p{L}\\p{N}~])~(?![\\s~])([^~\\n]*[^\\s~])~(?![\\p{L}\\p{N}~])",
    ":([a-z0-9_+-]+(?:::skin-tone-\\d)?):",
  ].join("|"),
  "gu",
);

function inline(text, scene) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, code, angle, bold, italic, strike, emoji] = match;
    if (match.index > end) nodes.push(unescapeText(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code !== undefined) nodes.push(h("code", {}, plainCode(code)));
    else if (angle !== undefined) nodes.push(mention(angle, whole, scene));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold, scene)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic, scene)));
    else if (strike !== undefined) nodes.push(h("s", {}, inline(strike, scene)));
    else nodes.push(emojiNode(emoji) || whole);
  }
  if (end < text.length) nodes.push(unescapeText(text.slice(end)));
  return nodes;
}

function plainCode(text) {
  return unescapeText(text.replace(/<(https?:[^|>]+)(?:\|([^>]*))?>/g, (_, url, label) => label || url));
}

export function emojiNode(code) {
  const character = emojiOf(code);
  return (
    character &&
    h("span.emoji", { role: "img", "aria-label": code.replaceAll("_", " "), title: `:${code}:` }, character)
  );
}

function mention(inside, whole, scene) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescapeText(inside.slice(bar + 1));
  if (target.startsWith("@")) return userMention(target.slice(1), scene, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), scene, label);
  const date = /^!date\^(-?\d+)\^([^^]+)(?:\^(.+))?$/.exec(target);
  if (date) return dateMention(Number(date[1]), date[2], date[3], label, scene);
  if (target.startsWith("!")) {
    const name = target.slice(1).split("^")[0];
    return h(
      "span.mention.loud",
      {},
      ["channel", "here", "everyone"].includes(name) ? `@${name}` : label || `@${name}`,
    );
  }
  if (/^(https?:|mailto:|slack:)/i.test(target)) {
    const url = unescapeText(target);
    return link(url, label === null ? url.replace(/^mailto:/i, "") : withEmoji(label));
  }
  return unescapeText(whole);
}

export function userMention(id, scene, label) {
  const name = scene.nameOf(id) || label || id;
  return h(`span.mention${id === scene.me ? ".loud" : ""}`, {}, `@${name}`);
}

export function channelMention(id, scene, label) {
  return h("span.mention", {}, `#${scene.channelName(id) || label || id}`);
}

export function dateMention(seconds, pattern, url, fallback, scene) {
  const text = fillDate(unescapeText(pattern), seconds, scene.zone, scene.now());
  const node = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fallback || text }, text);
  return url ? link(unescapeText(url), node) : node;
}
