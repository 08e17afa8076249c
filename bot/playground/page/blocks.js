// Block Kit blocks as DOM nodes.
import { folded, freshId, h, imageUrl, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { chart } from "./charts.js";
import { elementNode } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richText } from "./rich_text.js";
import { dayOf } from "./time.js";
import { card, carousel, container, dataTable, plan, table, taskCard, video } from "./newer_blocks.js";

/** Bring `parent` in line with `blocks`; a block that did not change keeps its nodes. */
export function renderBlocks(parent, blocks, surface) {
  const seen = new Map();
  reconcile(
    parent,
    (blocks || []).map((block, index) => {
      const id = block.block_id || `at-${index}`;
      const count = seen.get(id) || 0;
      seen.set(id, count + 1);
      return { key: `${id}/${count}`, print: printOf(block, surface), build: () => blockNode(block, surface) };
    }),
  );
}

/** What a drawn block depends on: its content, its complaint, and for a date in its text what "today" is. */
export function printOf(block, surface) {
  const content = JSON.stringify(block);
  const dated = content.includes("!date^") || content.includes('"type":"date"');
  const { scene } = surface;
  return [content, surface.errors?.[block.block_id] || "", dated ? dayOf(scene.now(), scene.zone) : ""].join("|");
}

export function blockNode(block, surface) {
  const draw = DRAW[block.type];
  if (!draw) return h("p.unsupported", {}, `This client cannot show a ${block.type} block.`);
  const node = draw(block, surface);
  node.classList.add("block", `block-${block.type}`);
  return node;
}

const DRAW = {
  section,
  actions: (block, surface) =>
    h(
      "div.elements",
      {},
      (block.elements || []).map((element) => elementNode(element, block, surface)),
    ),
  context_actions: (block, surface) =>
    h(
      "div.elements",
      {},
      (block.elements || []).map((element) => elementNode(element, block, surface)),
    ),
  context: (block, surface) =>
    h(
      "div",
      {},
      (block.elements || []).map((element) =>
        element.type === "image"
          ? h("img.context-image", {
              src: imageUrl(element),
              alt: element.alt_text,
              loading: "lazy",
            })
          : h("span.context-text", {}, textNodes(element, surface.scene)),
      ),
    ),
  divider: () => h("hr"),
  header: (block) =>
    h(`h${Math.min(6, (block.level || 1) + 2)}.level-${block.level || 1}`, {}, textNodes(block.text, {})),
  image,
  input,
  rich_text: (block, surface) => richText(block, surface.scene),
  markdown: (block) => h("div.markdown", {}, markdown(block.text)),
  alert,
  table,
  data_table: dataTable,
  data_visualization: chart,
  video,
  card,
  carousel: (block, surface) => carousel(block, surface, blockNode),
  container: (block, surface) => container(block, surface, blockNode),
  plan: (block, surface) => plan(block, surface),
  task_card: taskCard,
  file: (block) => h("p.muted", {}, `File ${block.external_id || ""}`),
};

function section(block, surface) {
  const words = block.text && h("div.section-text", {}, textNodes(block.text, surface.scene));
  const length = block.text?.text || "";
  const long = surface.kind !== "modal" && !block.expand && (length.length > 700 || length.split("\n").length > 10);
  const main = h(
    "div.section-main",
    {},
    words && folded(words, long),
    block.fields &&
      h(
        "div.fields",
        {},
        block.fields.map((field) => h("div.section-field", {}, textNodes(field, surface.scene))),
      ),
  );
  const beside = block.accessory && ["image", "button", "overflow", "workflow_button"].includes(block.accessory.type);
  const node = h(`div${block.accessory ? `.with-accessory${beside ? "" : ".control"}` : ""}`, {}, main);
  if (block.accessory) {
    node.append(h("div.accessory", {}, elementNode(block.accessory, block, surface, { label: labelOf(block) })));
  }
  return node;
}

function labelOf(block) {
  return plain(block.text || "")
    .replace(/[*_~`]/g, "")
    .split("\n")[0]
    .slice(0, 80);
}

function image(block) {
  const address = imageUrl(block);
  return h(
    "figure",
    {},
    block.title && h("figcaption", {}, textNodes(block.title, {})),
    h("img", { src: address, alt: block.alt_text || "", loading: "lazy" }),
  );
}

function input(block, surface) {
  const ids = { label: freshId("label"), hint: freshId("hint"), error: freshId("error") };
  const complaint = surface.errors?.[block.block_id];
  const described = [complaint && ids.error, block.hint && ids.hint].filter(Boolean).join(" ") || null;
  const control = elementNode(block.element, block, surface, {
    label: plain(block.label),
    labelId: ids.label,
    hintId: described,
  });
  const focusable = control.matches("input, textarea") ? control : control.querySelector("input, textarea");
  const node = h(
    `div${complaint ? ".invalid" : ""}`,
    { data: { block: block.block_id } },
    h(
      "div.input-label",
      {
        id: ids.label,
        onclick: () => focusable?.type !== "checkbox" && focusable?.type !== "radio" && focusable?.focus(),
      },
      textNodes(block.label, {}),
      block.optional && h("span.muted", {}, " (optional)"),
    ),
    control,
    complaint && h("p.complaint", { id: ids.error, role: "alert" }, icon("warning"), h("span", {}, complaint)),
    block.hint && h("p.hint", { id: ids.hint }, textNodes(block.hint, {})),
  );
  if (complaint && focusable) focusable.setAttribute("aria-invalid", "true");
  return node;
}

function alert(block, surface) {
  const level = ["info", "warning", "error", "success"].includes(block.level) ? block.level : "default";
  const sign = { warning: "warning", error: "warning", success: "check" }[level] || "info";
  return h(
    `div.alert.${level}`,
    { role: level === "error" ? "alert" : "note" },
    icon(sign),
    h("div", {}, textNodes(block.text, surface.scene)),
  );
}
