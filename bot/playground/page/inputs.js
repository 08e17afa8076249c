// The fields one types into.
import { h } from "./dom.js";
import { fieldOf, richTextOf, wordsOf } from "./form.js";
import { plain } from "./mrkdwn.js";

const TYPES = { plain_text_input: "text", number_input: "text", email_text_input: "email", url_text_input: "url" };

/** Draw a text, number, e-mail, link or rich text input. */
export function textField({ element, value, change, acts, mark, label, labelId, hintId }) {
  const rich = element.type === "rich_text_input";
  const long = rich || element.multiline;
  const held = rich ? wordsOf(value()) : (value() ?? "");
  const attributes = {
    value: held,
    placeholder: plain(element.placeholder) || null,
    inputmode: element.type === "number_input" ? (element.is_decimal_allowed ? "decimal" : "numeric") : null,
    autocomplete: "off",
    "aria-labelledby": labelId,
    "aria-label": labelId ? null : label,
    "aria-describedby": hintId,
    data: { focus: mark, action: element.action_id },
  };
  const node = long
    ? h("textarea.field", { rows: Math.min(12, Math.max(3, element.min_lines || 4)), ...attributes })
    : h("input.field", { type: TYPES[element.type], ...attributes });
  const read = () => (rich ? richTextOf(node.value) : node.value || null);
  const payload = () => ({ [fieldOf(element.type)]: read() });
  const moments = acts ? element.dispatch_action_config?.trigger_actions_on || ["on_enter_pressed"] : [];

  const counter = h("span.counter", { "aria-hidden": "true" });
  const count = () => {
    const left = (element.max_length ?? Infinity) - node.value.length;
    counter.textContent = left < 50 ? String(left) : "";
  };
  count();
  node.addEventListener("input", () => {
    count();
    change(read(), moments.includes("on_character_entered") ? payload() : null);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (long && event.shiftKey)) return;
    if (moments.includes("on_enter_pressed")) {
      event.preventDefault();
      event.stopPropagation();
      change(read(), payload());
    }
  });
  return h("span.counted", {}, node, counter);
}
