// The interactive elements that stand in actions, sections, inputs and cards.
import { h, freshId, imageUrl, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { plain, textNodes } from "./mrkdwn.js";
import { askConfirm, openMenu } from "./popover.js";
import { picker } from "./picker.js";
import { textField } from "./inputs.js";
import { cityOf, fromWallClock, wallClock } from "./time.js";
import { fieldOf } from "./form.js";

/**
 * Draw one element of a block. `surface` = {kind, form, scene, press, suggest}; `label` names the control when it stands
 * under an input's label, whose id is `labelId`.
 */
export function elementNode(element, block, surface, { label, labelId, hintId } = {}) {
  const draw = DRAW[element.type];
  if (!draw) return h("span.unsupported", {}, `Unsupported element: ${element.type}`);
  const mark = JSON.stringify([block.block_id, element.action_id]);
  const acts = block.type !== "input" || block.dispatch_action;
  const value = () => surface.form.get(block.block_id, element.action_id);
  const press = async (payload, node) => {
    if (element.confirm && !(await askConfirm(element.confirm, surface.scene))) return false;
    surface.press(block, element, payload, node);
    return true;
  };
  const change = (fresh, payload) => {
    surface.form.set(block.block_id, element.action_id, fresh);
    surface.touched?.(block);
    if (acts && payload) press(payload);
  };
  const spoken = label || element.accessibility_label || plain(element.placeholder) || "";
  return draw({
    element,
    block,
    surface,
    value,
    change,
    press,
    acts,
    mark,
    label: spoken,
    labelId,
    hintId,
    suggest: (query) => surface.suggest(block, element, query),
  });
}

const DRAW = {
  button: buttonNode,
  workflow_button: ({ element }) => h("button.button", { type: "button", disabled: true }, plain(element.text)),
  overflow: overflowNode,
  checkboxes: (use) => choices(use, "checkbox"),
  radio_buttons: (use) => choices(use, "radio"),
  static_select: picker,
  external_select: picker,
  users_select: picker,
  conversations_select: picker,
  channels_select: picker,
  multi_static_select: picker,
  multi_external_select: picker,
  multi_users_select: picker,
  multi_conversations_select: picker,
  multi_channels_select: picker,
  datepicker: (use) => dated(use, "date", (text) => text || null),
  timepicker: (use) => dated(use, "time", (text) => text || null),
  datetimepicker: dateTimeNode,
  plain_text_input: textField,
  number_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  rich_text_input: textField,
  file_input: ({ element, labelId }) =>
    h(
      "div.file-input",
      {},
      h("button.button", { type: "button", disabled: true, "aria-describedby": labelId }, "Upload a file"),
      h(
        "span.muted",
        {},
        `Files cannot be uploaded here${element.filetypes ? ` (${element.filetypes.join(", ")})` : ""}`,
      ),
    ),
  image: ({ element }) =>
    h("img.element-image", {
      src: imageUrl(element),
      alt: element.alt_text,
      loading: "lazy",
    }),
  feedback_buttons: feedbackNode,
  icon_button: ({ element, press, mark }) =>
    h(
      "button.icon-button",
      {
        type: "button",
        title: plain(element.text),
        "aria-label": element.accessibility_label || plain(element.text),
        data: { focus: mark },
        onclick: (event) => press({ value: element.value }, event.currentTarget),
      },
      icon("trash"),
    ),
};

function buttonNode({ element, press, mark }) {
  const style = ["primary", "danger"].includes(element.style) ? `.${element.style}` : "";
  const node = h(
    `button.button${style}`,
    { type: "button", "aria-label": element.accessibility_label, data: { focus: mark, action: element.action_id } },
    h("span.button-text", {}, textNodes(element.text, {})),
  );
  node.addEventListener("click", async () => {
    const agreed = await press(element.value === undefined ? {} : { value: element.value }, node);
    const url = agreed && element.url && safeUrl(element.url);
    if (url) window.open(url, "_blank", "noopener,noreferrer");
  });
  return node;
}

function overflowNode({ element, press, mark }) {
  const node = h(
    "button.icon-button.overflow",
    {
      type: "button",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      "aria-label": element.accessibility_label || "More actions",
      data: { focus: mark, action: element.action_id },
    },
    icon("more"),
  );
  node.addEventListener("click", () =>
    openMenu(
      node,
      (element.options || []).map((option) => ({
        label: plain(option.text),
        detail: plain(option.description),
        choose: async () => {
          const agreed = await press({ selected_option: option }, node);
          const url = agreed && option.url && safeUrl(option.url);
          if (url) window.open(url, "_blank", "noopener,noreferrer");
        },
      })),
      { label: "More actions", align: "end" },
    ),
  );
  return node;
}

function choices({ element, surface, value, change, mark, label, labelId, hintId }, type) {
  const single = type === "radio";
  const held = value();
  const selected = (single ? [held] : held || []).filter(Boolean).map((option) => option.value);
  const name = freshId("choice");
  const boxes = [];
  const group = h("div.choices", {
    role: single ? "radiogroup" : "group",
    "aria-labelledby": labelId,
    "aria-describedby": hintId,
    "aria-label": labelId ? null : label,
  });
  (element.options || []).forEach((option, index) => {
    const box = h("input", {
      type,
      name,
      value: option.value ?? "",
      checked: selected.includes(option.value),
      data: { focus: `${mark}${index}` },
    });
    box.addEventListener("change", () => {
      const picked = (element.options || []).filter((_, at) => boxes[at].checked);
      if (single) change(picked[0] ?? null, { selected_option: picked[0] ?? null });
      else change(picked, { selected_options: picked });
    });
    boxes.push(box);
    group.append(
      h(
        "label.choice",
        {},
        box,
        h(
          "span",
          {},
          h("span.choice-text", {}, textNodes(option.text, surface.scene)),
          option.description && h("span.choice-detail", {}, textNodes(option.description, surface.scene)),
        ),
      ),
    );
  });
  return group;
}

function dated({ element, value, change, acts, mark, label, labelId, hintId }, type, read) {
  const field = fieldOf(element.type);
  const node = h("input.field", {
    type,
    value: value() || "",
    "aria-label": labelId ? null : label || type,
    "aria-labelledby": labelId,
    "aria-describedby": hintId,
    data: { focus: mark, action: element.action_id },
  });
  settled(
    node,
    acts,
    () => change(read(node.value), { [field]: read(node.value) }),
    () => change(read(node.value), null),
  );
  if (type === "time" && element.timezone)
    return h("span.with-note", {}, node, h("span.muted", {}, `${cityOf(element.timezone)} time`));
  return node;
}

function dateTimeNode({ surface, value, change, acts, mark, label, labelId, hintId }) {
  const zone = surface.scene.zone;
  const node = h("input.field", {
    type: "datetime-local",
    value: value() ? wallClock(value(), zone) : "",
    "aria-label": labelId ? null : label || "Date and time",
    "aria-labelledby": labelId,
    "aria-describedby": hintId,
    data: { focus: mark },
  });
  const read = () => (node.value ? fromWallClock(node.value.slice(0, 16), zone) : null);
  settled(
    node,
    acts,
    () => change(read(), { selected_date_time: read() }),
    () => change(read(), null),
  );
  return h("span.with-note", {}, node, h("span.muted", {}, `${cityOf(zone)} time`));
}

/** A date input reports each typed digit: hold every one, but tell the app only when the person leaves or presses Enter. */
function settled(node, acts, tell, hold) {
  let told = node.value;
  const settle = () => {
    if (node.value === told) return;
    told = node.value;
    tell();
  };
  let typing = false;
  node.addEventListener("keydown", (event) => {
    typing = true;
    if (event.key === "Enter") settle();
  });
  node.addEventListener("pointerdown", () => {
    typing = false;
  });
  node.addEventListener("change", () => {
    hold();
    if (!typing || !acts) settle();
  });
  node.addEventListener("blur", settle);
}

function feedbackNode({ element, press, mark }) {
  const one = (button, name, glyph) =>
    button &&
    h(
      "button.button.small",
      {
        type: "button",
        "aria-label": button.accessibility_label || plain(button.text),
        data: { focus: mark + name },
        onclick: (event) => press({ value: button.value }, event.currentTarget),
      },
      glyph,
      " ",
      plain(button.text),
    );
  return h("span.feedback", {}, one(element.positive_button, "+", "👍"), one(element.negative_button, "-", "👎"));
}
