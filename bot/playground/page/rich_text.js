// The rich_text block.
import { h, link } from "./dom.js";
import { channelMention, dateMention, emojiNode, userMention } from "./mrkdwn.js";

const BULLETS = ["disc", "circle", "square"];
const NUMBERS = ["decimal", "lower-alpha", "lower-roman"];

export function richText(block, scene) {
  return h(
    "div.rich-text",
    {},
    (block.elements || []).map((element) => part(element, scene)),
  );
}

function part(element, scene) {
  const children = element.elements || [];
  if (element.type === "rich_text_list") {
    const ordered = element.style === "ordered";
    const depth = Math.min(8, element.indent || 0);
    const styles = ordered ? NUMBERS : BULLETS;
    return h(
      ordered ? "ol" : "ul",
      {
        start: ordered && element.offset ? element.offset + 1 : null,
        style: { "margin-left": `${depth * 1.5}em`, "list-style-type": styles[depth % 3] },
        class: element.border ? "bordered" : null,
      },
      children.map((item) => h("li", {}, run(item.elements, scene))),
    );
  }
  if (element.type === "rich_text_quote") return h("blockquote", {}, run(children, scene));
  if (element.type === "rich_text_preformatted") return h("pre.code-block", {}, run(children, scene));
  return h("div.rich-line", {}, run(children, scene));
}

function run(elements, scene) {
  return (elements || []).map((element) => styled(word(element, scene), element.style));
}

function word(element, scene) {
  switch (element.type) {
    case "text":
      return broken(element.text);
    case "link":
      return link(element.url, element.text || element.url);
    case "emoji":
      return emojiNode(element.name) || `:${element.name}:`;
    case "user":
      return userMention(element.user_id, scene);
    case "channel":
      return channelMention(element.channel_id, scene);
    case "usergroup":
      return h("span.mention", {}, `@${element.usergroup_id}`);
    case "broadcast":
      return h("span.mention.loud", {}, `@${element.range}`);
    case "date":
      return dateMention(element.timestamp, element.format || "{date_pretty}", element.url, element.fallback, scene);
    case "color":
      return h("span.colour", {}, h("span.swatch", { style: { background: element.value } }), element.value);
    case "tag":
      return h("span.pill", {}, element.text);
    default:
      return element.text || "";
  }
}

function broken(text) {
  return String(text ?? "")
    .split("\n")
    .flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function styled(content, style) {
  let node = content;
  if (style?.code) node = h("code", {}, node);
  if (style?.bold) node = h("strong", {}, node);
  if (style?.italic) node = h("em", {}, node);
  if (style?.strike) node = h("s", {}, node);
  if (style?.underline) node = h("u", {}, node);
  return node;
}
