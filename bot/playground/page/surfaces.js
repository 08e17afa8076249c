// Where blocks live (a message, the Home tab, a modal): each has a form, and a way to tell the app what was done.
import { act, scene } from "./store.js";
import { FormState } from "./form.js";
import { tellFailure } from "./toast.js";
import { keepingFocus } from "./dom.js";
import { printOf, renderBlocks } from "./blocks.js";

export class Surface {
  /** `address` is what the server calls the surface: {kind, view_id?, channel?, ts?}. */
  constructor(address) {
    this.address = address;
    this.kind = address.kind === "ephemeral" ? "message" : address.kind;
    this.form = new FormState();
    this.errors = {};
    this.scene = scene;
  }

  /** Show `blocks` in `host`, keeping what the person has typed and where the focus is. */
  show(host, blocks) {
    this.host = host;
    this.form.adopt(blocks);
    keepingFocus(host, () => renderBlocks(host, blocks, this));
  }

  async press(block, element, payload, button) {
    if (button?.classList.contains("busy")) return;
    button?.classList.add("busy");
    button?.setAttribute("aria-busy", "true");
    const answer = await act({
      do: "press",
      surface: this.address,
      block_id: block.block_id,
      action_id: element.action_id,
      payload,
      state: this.form.values(),
    });
    button?.classList.remove("busy");
    button?.removeAttribute("aria-busy");
    if (!answer.ok) tellFailure(answer, "That action");
  }

  async suggest(block, element, query) {
    const answer = await act({
      do: "suggest",
      surface: this.address,
      block_id: block.block_id,
      action_id: element.action_id,
      query,
    });
    if (!answer.ok) tellFailure(answer, "Loading the options");
    return answer.ok ? answer : { options: [] };
  }

  /** The person changed a field: its complaint goes. */
  touched(block) {
    if (!this.errors[block.block_id]) return;
    delete this.errors[block.block_id];
    const node = [...this.host.querySelectorAll("[data-block]")].find(
      (candidate) => candidate.dataset.block === block.block_id,
    );
    if (!node) return;
    node.classList.remove("invalid");
    node.querySelector(":scope > .complaint")?.remove();
    node.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    node.print = printOf(block, this);
  }
}
