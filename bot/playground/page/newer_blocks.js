// Tables, cards, containers, plans and videos.
import { h, imageUrl, link, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { elementNode } from "./elements.js";
import { plain, textNodes } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

function cellNodes(cell, scene) {
  if (cell?.type === "rich_text") return richText(cell, scene);
  return String(cell?.text ?? cell?.value ?? "");
}

export function table(block, surface) {
  const settings = block.column_settings || [];
  const [head, ...body] = block.rows || [];
  const alignOf = (index) => settings[index]?.align || (body[0]?.[index]?.type === "raw_number" ? "right" : "left");
  const draw = (tag) => (row) =>
    h(
      "tr",
      {},
      row.map((cell, index) =>
        h(
          `${tag}${settings[index]?.is_wrapped ? ".wrapped" : ""}`,
          { scope: tag === "th" ? "col" : null, style: { "text-align": alignOf(index) } },
          cellNodes(cell, surface.scene),
        ),
      ),
    );
  return h(
    "div.table-wrap",
    { tabindex: "0", role: "region", "aria-label": "Table" },
    h("table.data", {}, head && h("thead", {}, draw("th")(head)), h("tbody", {}, body.map(draw("td")))),
  );
}

/** A table with sorting and pages, both on the client. */
export function dataTable(block, surface) {
  const [head = [], ...rows] = block.rows || [];
  const size = block.page_size || 5;
  let page = 0;
  let order = null;
  const body = h("tbody");
  const place = h("span.muted");
  const valueOf = (cell) =>
    cell?.type === "raw_number" ? Number(cell.value ?? cell.text) : String(cell?.text ?? "").toLowerCase();
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const step = (by) => {
    page = Math.max(0, Math.min(pages - 1, page + by));
    draw();
  };
  const heads = head.map((cell, column) =>
    h(
      "th",
      { scope: "col" },
      h(
        "button.link-button",
        {
          type: "button",
          onclick: () => {
            order = { column, down: order?.column === column && !order.down };
            page = 0;
            draw();
          },
        },
        String(cell?.text ?? ""),
      ),
    ),
  );
  const draw = () => {
    const sorted = [...rows];
    if (order) {
      sorted.sort((a, b) => {
        const [x, y] = [valueOf(a[order.column]), valueOf(b[order.column])];
        return (x < y ? -1 : x > y ? 1 : 0) * (order.down ? -1 : 1);
      });
    }
    heads.forEach((node, column) =>
      node.setAttribute("aria-sort", order?.column === column ? (order.down ? "descending" : "ascending") : "none"),
    );
    body.replaceChildren(
      ...sorted.slice(page * size, (page + 1) * size).map((row) =>
        h(
          "tr",
          {},
          row.map((cell, index) =>
            h(
              index === (block.row_header_column_index || 0) ? "th" : "td",
              {
                scope: index === (block.row_header_column_index || 0) ? "row" : null,
                style: { "text-align": cell?.type === "raw_number" ? "right" : "left" },
              },
              cellNodes(cell, surface.scene),
            ),
          ),
        ),
      ),
    );
    place.textContent = `Page ${page + 1} of ${pages}`;
  };
  draw();
  return h(
    "div.data-table",
    {},
    h(
      "div.table-wrap",
      { tabindex: "0", role: "region", "aria-label": block.caption || "Table" },
      h("table.data", {}, h("caption", {}, block.caption || ""), h("thead", {}, h("tr", {}, heads)), body),
    ),
    pages > 1 &&
      h(
        "div.pager",
        {},
        h("button.button.small", { type: "button", onclick: () => step(-1) }, "Previous"),
        place,
        h("button.button.small", { type: "button", onclick: () => step(1) }, "Next"),
      ),
  );
}

export function card(block, surface) {
  const picture = (image, kind) =>
    image &&
    h(`img.${kind}`, {
      src: imageUrl(image),
      alt: image.alt_text || "",
      loading: "lazy",
    });
  const words = (spec, object) => object && h(spec, {}, textNodes(object, surface.scene));
  return h(
    "article.card",
    {},
    picture(block.hero_image, "card-hero"),
    h(
      "div.card-head",
      {},
      picture(block.icon, "card-icon"),
      h("div", {}, words("div.card-title", block.title), words("div.muted", block.subtitle)),
    ),
    words("div.card-body", block.body),
    words("div.muted", block.subtext),
    block.actions?.length > 0 &&
      h(
        "div.elements",
        {},
        block.actions.map((element) => elementNode(element, block, surface)),
      ),
  );
}

export function carousel(block, surface, draw) {
  return h(
    "div",
    { role: "group", "aria-label": "Cards", tabindex: "0" },
    (block.elements || []).map((item) => draw({ ...item, type: "card" }, surface)),
  );
}

export function container(block, surface, draw) {
  const children = h(
    "div.container-body",
    {},
    (block.child_blocks || []).map((child) => draw(child, surface)),
  );
  const title = h(
    "span",
    {},
    h(
      "strong",
      {},
      block.rich_text_title ? richText(block.rich_text_title, surface.scene) : textNodes(block.title, {}),
    ),
    block.subtitle && h("span.muted", {}, " ", textNodes(block.subtitle, {})),
  );
  const frame = `container width-${block.width || "standard"}${block.has_header_divider ? " ruled" : ""}`;
  if (!block.is_collapsible) return h("div", { class: frame }, h("div.container-head", {}, title), children);
  const summary = h("summary.container-head", {}, icon("chevron"), title);
  return h("details", { class: frame, open: !block.default_collapsed }, summary, children);
}

const STATUS = { pending: "To do", in_progress: "In progress", complete: "Complete", error: "Error" };

export function taskCard(block, surface) {
  const status = STATUS[block.status] ? block.status : "pending";
  const sign =
    { complete: icon("check"), error: icon("warning"), in_progress: h("span.spinner") }[status] || h("span.ring");
  const parts = [
    block.details && richText(block.details, surface.scene),
    block.output && richText(block.output, surface.scene),
    block.sources?.length &&
      h(
        "div.sources",
        {},
        block.sources.map((source) => link(source.url, source.text || source.url)),
      ),
  ].filter(Boolean);
  const head = [
    h("span.task-sign", { title: STATUS[status] }, sign),
    h("span", {}, block.title),
    h("span.visually-hidden", {}, ` (${STATUS[status]})`),
  ];
  if (!parts.length) return h(`div.task.${status}`, {}, h("div.task-head", {}, head));
  return h(`details.task.${status}`, {}, h("summary.task-head", {}, head), h("div.task-body", {}, parts));
}

export function plan(block, surface) {
  return h(
    "div.plan",
    {},
    h("div.plan-title", {}, block.title),
    (block.tasks || []).map((task) => taskCard(task, surface)),
  );
}

export function video(block) {
  return h(
    "div.video",
    {},
    h("div.video-title", {}, block.title_url ? link(block.title_url, plain(block.title)) : plain(block.title)),
    block.description && h("div.muted", {}, plain(block.description)),
    h(
      "div.video-frame",
      { role: "img", "aria-label": block.alt_text || "Video" },
      block.thumbnail_url && h("img", { src: safeUrl(block.thumbnail_url), alt: "", loading: "lazy" }),
      icon("video"),
    ),
    h("div.muted", {}, [block.author_name, block.provider_name].filter(Boolean).join(" · ")),
  );
}
