// What the client holds for a surface's inputs; the same rules as FormState in form.py.

// element type -> [field of the state value, field that presets it, value when empty]
const FIELDS = {
  plain_text_input: ["value", "initial_value", null],
  number_input: ["value", "initial_value", null],
  email_text_input: ["value", "initial_value", null],
  url_text_input: ["value", "initial_value", null],
  rich_text_input: ["rich_text_value", "initial_value", null],
  static_select: ["selected_option", "initial_option", null],
  external_select: ["selected_option", "initial_option", null],
  radio_buttons: ["selected_option", "initial_option", null],
  checkboxes: ["selected_options", "initial_options", []],
  multi_static_select: ["selected_options", "initial_options", []],
  multi_external_select: ["selected_options", "initial_options", []],
  users_select: ["selected_user", "initial_user", null],
  multi_users_select: ["selected_users", "initial_users", []],
  conversations_select: ["selected_conversation", "initial_conversation", null],
  multi_conversations_select: ["selected_conversations", "initial_conversations", []],
  channels_select: ["selected_channel", "initial_channel", null],
  multi_channels_select: ["selected_channels", "initial_channels", []],
  datepicker: ["selected_date", "initial_date", null],
  timepicker: ["selected_time", "initial_time", null],
  datetimepicker: ["selected_date_time", "initial_date_time", null],
  file_input: ["files", "", []],
};

/** The name of the state field of an element type: "selected_option", "value", … */
export function fieldOf(type) {
  return FIELDS[type]?.[0];
}

/** [block, element] of every interactive element, also inside containers. */
export function elementsOf(blocks) {
  return (blocks || []).flatMap((block) => {
    if (block.type === "container") return elementsOf(block.child_blocks);
    if (block.type === "carousel") return elementsOf(block.elements);
    if (block.type === "card") return (block.actions || []).map((element) => [block, element]);
    if (block.type === "input") return [[block, block.element]];
    if (block.type === "section" && block.accessory) return [[block, block.accessory]];
    if (block.type === "actions" || block.type === "context_actions")
      return (block.elements || []).map((element) => [block, element]);
    return [];
  });
}

export class FormState {
  constructor() {
    this.fields = new Map();
  }

  /** Take over newly shown blocks: an input with both ids unchanged keeps the person's value. */
  adopt(blocks) {
    const fresh = new Map();
    for (const [block, element] of elementsOf(blocks)) {
      if (!FIELDS[element.type]) continue;
      const key = FormState.key(block.block_id, element.action_id);
      const before = this.fields.get(key);
      const [, preset, empty] = FIELDS[element.type];
      const value = before?.element.type === element.type ? before.value : (element[preset] ?? empty);
      fresh.set(key, { block, element, value });
    }
    this.fields = fresh;
  }

  static key(blockId, actionId) {
    return JSON.stringify([blockId, actionId]);
  }

  get(blockId, actionId) {
    return this.fields.get(FormState.key(blockId, actionId))?.value ?? null;
  }

  set(blockId, actionId, value) {
    const field = this.fields.get(FormState.key(blockId, actionId));
    if (field) field.value = value;
  }

  /** The `state.values` of Slack's payloads. */
  values() {
    const result = {};
    for (const { block, element, value } of this.fields.values()) {
      const [name, , empty] = FIELDS[element.type];
      const state = { type: element.type, [name]: value ?? empty };
      if (element.type === "timepicker" && element.timezone) state.timezone = element.timezone;
      (result[block.block_id] ||= {})[element.action_id] = state;
    }
    return result;
  }
}

/** A rich_text block that says `text`, one section per line break kept inside; null when empty. */
export function richTextOf(text) {
  if (!text) return null;
  return { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] };
}

/** The words of a rich_text block. */
export function wordsOf(richText) {
  const walk = (node) =>
    node.text ??
    (node.elements || []).map(walk).join(node.type === "rich_text" || node.type === "rich_text_list" ? "\n" : "");
  return richText ? walk(richText) : "";
}
