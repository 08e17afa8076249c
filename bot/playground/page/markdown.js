// Standard Markdown for the `markdown` block: headings, lists, task lists, quotes, tables, fences, inline marks.
import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

export function markdown(text) {
  const rows = String(text).replaceAll("\r\n", "\n").split("\n");
  const nodes = [];
  let at = 0;
  const takeWhile = (test) => {
    const taken = [];
    while (at < rows.length && test(rows[at])) taken.push(rows[at++]);
    return taken;
  };
  while (at < rows.length) {
    const row = rows[at];
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(row);
    if (/^\s*$/.test(row)) at += 1;
    else if (/^```/.test(row)) {
      at += 1;
      const code = takeWhile((line) => !/^```/.test(line));
      at += 1;
      nodes.push(h("pre.code-block", {}, code.join("\n")));
    } else if (heading) {
      at += 1;
      nodes.push(
        h(`h${Math.min(6, heading[1].length + 2)}.md-heading.level-${heading[1].length}`, {}, inline(heading[2])),
      );
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(row)) {
      at += 1;
      nodes.push(h("hr"));
    } else if (/^>/.test(row)) {
      nodes.push(
        h(
          "blockquote",
          {},
          markdown(
            takeWhile((line) => /^>/.test(line))
              .map((line) => line.replace(/^> ?/, ""))
              .join("\n"),
          ),
        ),
      );
    } else if (ITEM.test(row)) nodes.push(list(takeWhile((line) => ITEM.test(line) || /^\s+\S/.test(line))));
    else if (row.includes("|") && /^\s*\|?\s*:?-+:?\s*(\||$)/.test(rows[at + 1] || ""))
      nodes.push(table(takeWhile((line) => line.includes("|"))));
    else {
      const lines = takeWhile((line) => line.trim() && !/^(#{1,6}\s|```|>)/.test(line) && !ITEM.test(line));
      nodes.push(
        h(
          "p",
          {},
          lines.flatMap((line, index) => (index ? [h("br"), ...inline(line)] : inline(line))),
        ),
      );
    }
  }
  return nodes;
}

const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function list(rows) {
  const root = { indent: -1, items: [] };
  const stack = [root];
  for (const row of rows) {
    const match = ITEM.exec(row);
    if (!match) {
      const last = stack[stack.length - 1];
      if (last.text !== undefined) last.text += ` ${row.trim()}`;
      continue;
    }
    const item = {
      indent: match[1].length,
      ordered: /\d/.test(match[2]),
      start: parseInt(match[2], 10),
      text: match[3],
      items: [],
    };
    while (stack[stack.length - 1].indent >= item.indent) stack.pop();
    stack[stack.length - 1].items.push(item);
    stack.push(item);
  }
  const draw = (items) =>
    items.length > 0 &&
    h(
      items[0].ordered ? "ol" : "ul",
      { start: items[0].ordered ? items[0].start : null },
      items.map((item) => {
        const task = /^\[([ xX])\]\s+(.*)$/.exec(item.text);
        const mark = task && h("input", { type: "checkbox", checked: task[1] !== " ", disabled: true });
        return h(task ? "li.task" : "li", {}, mark, inline(task ? task[2] : item.text), draw(item.items));
      }),
    );
  return draw(root.items);
}

function table(rows) {
  const cells = (row) =>
    row
      .trim()
      .replace(/^\||\|$/g, "")
      .split("|")
      .map((cell) => cell.trim());
  const aligns = cells(rows[1]).map((cell) => (/^:.*:$/.test(cell) ? "center" : /:$/.test(cell) ? "right" : "left"));
  const draw = (tag, row) =>
    h(
      "tr",
      {},
      cells(row).map((cell, index) => h(tag, { style: { "text-align": aligns[index] || "left" } }, inline(cell))),
    );
  return h(
    "div.table-wrap",
    {},
    h(
      "table.data",
      {},
      h("thead", {}, draw("th", rows[0])),
      h(
        "tbody",
        {},
        rows.slice(2).map((row) => draw("td", row)),
      ),
    ),
  );
}

const TOKEN =
  /`([^`]+)`|!?\[([^\]]*)\]\(([^)\s]+)\)|\*\*([^*]+(?:\*[^*]+)*)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|(?<!\w)_([^_]+)_(?!\w)|~~([^~]+)~~|(https?:\/\/[^\s<>)]+)/g;

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, code, label, url, bold, bold2, italic, italic2, strike, bare] = match;
    nodes.push(withEmoji(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (code) nodes.push(h("code", {}, code));
    else if (url) nodes.push(link(url, label || url));
    else if (bold || bold2) nodes.push(h("strong", {}, inline(bold || bold2)));
    else if (italic || italic2) nodes.push(h("em", {}, inline(italic || italic2)));
    else if (strike) nodes.push(h("s", {}, inline(strike)));
    else if (bare) nodes.push(link(bare, bare));
    else nodes.push(whole);
  }
  nodes.push(withEmoji(text.slice(end)));
  return nodes;
}
