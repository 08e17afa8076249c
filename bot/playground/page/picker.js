// Every select of Block Kit: a box that opens a list one can type into.
import { h, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { plain } from "./mrkdwn.js";
import { closePopover, openPopover } from "./popover.js";
import { fieldOf } from "./form.js";

/** Draw a select. `use` = {element, block, value, change(value, payload), surface, label}. */
export function picker(use) {
  const { element } = use;
  const multi = element.type.startsWith("multi_");
  const source = sourceOf(use);
  const list = () => use.value() || [];
  const chosen = () => (multi ? list() : use.value() === null ? [] : [use.value()]);
  const field = fieldOf(element.type);

  const box = h("button.picker-box", {
    type: "button",
    role: "combobox",
    "aria-haspopup": "listbox",
    "aria-expanded": "false",
    "aria-label": use.label,
    data: { focus: use.mark },
  });
  const chips = h("span.chips");
  const node = h(`div.picker${multi ? ".multi" : ""}`, {}, chips, box);

  const draw = () => {
    const values = chosen();
    const placeholder = plain(element.placeholder) || (multi ? "Select options" : "Select an option");
    const words = multi ? placeholder : values.length ? source.labelOf(values[0]) : placeholder;
    box.replaceChildren(
      h(`span.picker-text${!multi && values.length ? "" : ".placeholder"}`, {}, words),
      icon("chevron"),
    );
    box.setAttribute(
      "aria-label",
      [use.label, multi ? values.map(source.labelOf).join(", ") : words].filter(Boolean).join(": "),
    );
    chips.replaceChildren(
      ...(multi
        ? values.map((value) =>
            h(
              "span.chip",
              {},
              source.labelOf(value),
              h(
                "button",
                { type: "button", "aria-label": `Remove ${source.labelOf(value)}`, onclick: () => set(without(value)) },
                icon("close"),
              ),
            ),
          )
        : []),
    );
  };
  const same = (a, b) => source.idOf(a) === source.idOf(b);
  const without = (value) => list().filter((item) => !same(item, value));
  const set = (value) => {
    use.change(value, { [field]: value });
    draw();
  };
  const choose = (value) => {
    if (!multi) {
      closePopover({ refocus: true });
      set(value);
      return;
    }
    if (list().some((item) => same(item, value))) set(without(value));
    else if (!element.max_selected_items || list().length < element.max_selected_items) set([...list(), value]);
  };
  box.addEventListener("click", () => {
    if (box.getAttribute("aria-expanded") === "true") closePopover({ refocus: true });
    else
      openList({
        box,
        source,
        multi,
        choose,
        isChosen: (value) => chosen().some((item) => same(item, value)),
        label: use.label,
      });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      box.click();
    }
  });
  draw();
  return node;
}

function openList({ box, source, multi, choose, isChosen, label }) {
  const listId = freshId("list");
  const listbox = h("div.options", {
    role: "listbox",
    id: listId,
    "aria-label": label || "Options",
    "aria-multiselectable": String(multi),
  });
  const query = h("input.picker-query", {
    type: "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-controls": listId,
    role: "combobox",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
    "aria-label": `Search ${label || "options"}`,
    placeholder:
      source.minimum > 0 ? `Type at least ${source.minimum} character${source.minimum > 1 ? "s" : ""}…` : "Search…",
  });
  const panel = h("div.picker-list", {}, query, listbox);
  let rows = [];
  let active = -1;
  let asked = 0;

  const mark = (index) => {
    rows[active]?.classList.remove("active");
    active = index;
    const row = rows[active];
    if (!row) return query.removeAttribute("aria-activedescendant");
    row.classList.add("active");
    row.scrollIntoView({ block: "nearest" });
    return query.setAttribute("aria-activedescendant", row.id);
  };
  const show = async () => {
    const ticket = ++asked;
    const text = query.value.trim();
    if (text.length < source.minimum) {
      listbox.replaceChildren();
      rows = [];
      return;
    }
    if (source.remote) listbox.replaceChildren(h("p.menu-empty", {}, h("span.spinner"), " Loading…"));
    const groups = await source.find(text);
    if (ticket !== asked) return;
    rows = [];
    const pieces = groups.flatMap((group) => [
      group.label && h("div.option-group", { role: "presentation" }, group.label),
      ...group.values.map((value) => {
        const row = h(
          "div.option",
          {
            role: "option",
            id: freshId("option"),
            "aria-selected": String(isChosen(value)),
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => {
              choose(value);
              refreshMarks();
            },
          },
          h(
            "span",
            {},
            h("span.menu-label", {}, source.labelOf(value)),
            source.detailOf(value) && h("span.menu-detail", {}, source.detailOf(value)),
          ),
          icon("check"),
        );
        row.value = value;
        rows.push(row);
        return row;
      }),
    ]);
    listbox.replaceChildren(...pieces.filter(Boolean));
    if (!rows.length) listbox.append(h("p.menu-empty", {}, "No results"));
    mark(
      Math.max(
        0,
        rows.findIndex((row) => isChosen(row.value)),
      ),
    );
  };
  const refreshMarks = () => rows.forEach((row) => row.setAttribute("aria-selected", String(isChosen(row.value))));

  let wait = 0;
  query.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, source.remote ? 200 : 0);
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (rows.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      rows[active]?.click();
    } else if (event.key === "Tab") closePopover({ refocus: true });
  });
  openPopover(box, panel, { width: "anchor" });
  query.focus({ preventScroll: true });
  show();
}

/** Where the choices come from: {labelOf, detailOf, idOf, find(text) -> [{label, values}], minimum, remote}. */
function sourceOf({ element, surface, suggest }) {
  const kind = element.type.replace("multi_", "");
  const has = (words, text) => words.toLowerCase().includes(text.toLowerCase());
  const options = {
    labelOf: (option) => plain(option.text),
    detailOf: (option) => plain(option.description),
    idOf: (option) => option.value,
    minimum: 0,
  };
  if (kind === "external_select") {
    const groupsOf = (answer) =>
      answer.option_groups
        ? answer.option_groups.map((group) => ({ label: plain(group.label), values: group.options }))
        : [{ values: answer.options || [] }];
    return {
      ...options,
      remote: true,
      minimum: element.min_query_length ?? 3,
      find: async (text) => groupsOf(await suggest(text)),
    };
  }
  if (kind === "static_select") {
    const groups = element.option_groups
      ? element.option_groups.map((group) => ({ label: plain(group.label), values: group.options }))
      : [{ values: element.options || [] }];
    return {
      ...options,
      find: async (text) =>
        groups
          .map((group) => ({ ...group, values: group.values.filter((option) => has(plain(option.text), text)) }))
          .filter((group) => group.values.length),
    };
  }
  const scene = surface.scene;
  const people = kind === "users_select";
  const labelOf = people ? (id) => scene.nameOf(id) || id : (id) => scene.channelLabel(id);
  const ids = () => (people ? scene.peopleIds() : scene.channelIds(element.filter, kind === "channels_select"));
  return {
    labelOf,
    detailOf: () => "",
    idOf: (id) => id,
    minimum: 0,
    find: async (text) => [{ values: ids().filter((id) => has(labelOf(id), text)) }],
  };
}
