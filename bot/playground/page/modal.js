// Modals: the stack of views that the app opened for the person.
import { avatar, freshId, h } from "./dom.js";
import { icon } from "./icons.js";
import { elementsOf } from "./form.js";
import { plain } from "./mrkdwn.js";
import { closePopover, trapFocus } from "./popover.js";
import { act, store } from "./store.js";
import { Surface } from "./surfaces.js";
import { tellFailure, toast } from "./toast.js";

const surfaces = new Map(); // view id -> Surface: the views below the top keep what was filled in
let shown = null; // {id, hash, blockIds, nodes…} of the view on top
let before = null; // what had the focus when the first modal opened

/** Show the top of `views` in `host`, or nothing. */
export function renderModal(host, views) {
  for (const id of surfaces.keys()) if (!views.some((view) => view.id === id)) surfaces.delete(id);
  const view = views[views.length - 1];
  if (!view) {
    if (shown) {
      shown = null;
      closePopover();
      host.replaceChildren();
      document.getElementById("client").inert = false;
      if (before?.isConnected) before.focus();
    }
    return;
  }
  if (!shown) {
    before = document.activeElement;
    closePopover();
    document.getElementById("client").inert = true;
  }
  if (shown?.id !== view.id) {
    shown = frame(view.id);
    host.replaceChildren(shown.backdrop);
  }
  draw(view, views.length > 1);
}

function frame(id) {
  const titleId = freshId("title");
  const body = h("div.modal-body", { tabindex: "-1" });
  const title = h("h1", { id: titleId });
  const back = h(
    "button.icon-button",
    { type: "button", "aria-label": "Back", title: "Back", onclick: () => close(false) },
    icon("back"),
  );
  const exit = h(
    "button.icon-button.modal-exit",
    { type: "button", "aria-label": "Close", title: "Close", onclick: () => close(true) },
    icon("close"),
  );
  const badge = h("span.modal-badge");
  const cancel = h("button.button.modal-close", { type: "button", onclick: () => close(false) });
  const submit = h("button.button.primary.modal-submit", { type: "button", onclick: () => send() });
  const dialog = h(
    "div.modal",
    { role: "dialog", "aria-modal": "true", "aria-labelledby": titleId, tabindex: "-1" },
    h("header.modal-head", {}, back, badge, title, exit),
    body,
    h("footer.modal-foot", {}, cancel, submit),
  );
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      close(false);
    } else if (
      event.key === "Enter" &&
      !event.defaultPrevented &&
      !event.isComposing &&
      (event.metaKey ||
        event.ctrlKey ||
        (event.target.matches("input.field") && ["text", "email", "url"].includes(event.target.type)))
    ) {
      event.preventDefault();
      send();
    }
  });
  trapFocus(dialog);
  return {
    id,
    dialog,
    body,
    title,
    back,
    badge,
    cancel,
    submit,
    blockIds: null,
    pending: false,
    backdrop: h("div.backdrop", {}, dialog),
  };
}

function draw(view, stacked) {
  const first = shown.blockIds === null;
  if (!surfaces.has(view.id)) surfaces.set(view.id, new Surface({ kind: "modal", view_id: view.id }));
  const surface = surfaces.get(view.id);
  const blockIds = view.blocks.map((block) => block.block_id);
  const turned = !first && !blockIds.some((id) => shown.blockIds.includes(id));
  const known = new Set([...surface.form.fields.keys()]);
  if (turned) surface.errors = {};
  surface.show(shown.body, view.blocks);
  shown.title.textContent = plain(view.title);
  shown.badge.replaceChildren(avatar(store.state.app.name, "app"));
  shown.back.hidden = !stacked;
  shown.badge.hidden = stacked;
  shown.cancel.textContent = plain(view.close) || (view.submit ? "Cancel" : "Close");
  shown.submit.hidden = !view.submit;
  shown.submit.label = plain(view.submit);
  paintSubmit();
  shown.blockIds = blockIds;
  if (turned) shown.body.scrollTop = 0;
  const wanted = elementsOf(view.blocks).find(
    ([block, element]) => element.focus_on_load && !known.has(JSON.stringify([block.block_id, element.action_id])),
  );
  if (wanted) focusOn(JSON.stringify([wanted[0].block_id, wanted[1].action_id]));
  else if (first || !shown.dialog.contains(document.activeElement)) shown.dialog.focus();
}

function focusOn(mark) {
  const node = [...shown.body.querySelectorAll("[data-focus]")].find((candidate) =>
    candidate.dataset.focus.startsWith(mark),
  );
  node?.focus();
}

function paintSubmit() {
  const { submit, pending } = shown;
  submit.disabled = pending;
  submit.replaceChildren(pending ? h("span.spinner") : "", submit.label || "Submit");
  shown.dialog.setAttribute("aria-busy", String(pending));
}

async function send() {
  const mine = shown;
  if (mine.pending || mine.submit.hidden) return;
  const surface = surfaces.get(mine.id);
  mine.pending = true;
  paintSubmit();
  const answer = await act({ do: "submit", view_id: mine.id, state: surface.form.values() });
  mine.pending = false;
  if (shown !== mine) {
    if (!answer.ok) tellFailure(answer, "Submitting");
    return;
  }
  paintSubmit();
  if (!answer.ok) {
    toast(
      answer.error === "operation_timeout" || answer.error === "dispatch_failed"
        ? "We had some trouble connecting. Try again?" + ` (${answer.error})`
        : answer.message,
      "error",
    );
    return;
  }
  surface.errors = answer.errors || {};
  const wrong = Object.keys(surface.errors);
  if (!wrong.length) return;
  const view = store.state.views.find((one) => one.id === mine.id);
  if (!view) return;
  surface.show(mine.body, view.blocks);
  const field = mine.body.querySelector(".invalid");
  if (!field) toast(Object.values(surface.errors).join(" "), "error");
  field?.scrollIntoView({ block: "center" });
  field?.querySelector("input, textarea, button")?.focus({ preventScroll: true });
}

async function close(all) {
  const mine = shown;
  if (mine.closing) return;
  mine.closing = true;
  const answer = await act({ do: "close", view_id: mine.id, close_all: all });
  mine.closing = false;
  if (!answer.ok && answer.error !== "dispatch_failed" && answer.error !== "operation_timeout")
    tellFailure(answer, "Closing");
}
