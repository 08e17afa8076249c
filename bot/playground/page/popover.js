// Things that open over the page at a control: menus, lists, the confirmation of a button.
import { h, freshId } from "./dom.js";
import { plain, textNodes } from "./mrkdwn.js";

let current = null;

/** Close what is open; true when something was. */
export function closePopover({ refocus = false } = {}) {
  if (!current) return false;
  const { node, anchor, onclose } = current;
  current = null;
  node.remove();
  anchor.setAttribute("aria-expanded", "false");
  onclose?.();
  if (refocus && anchor.isConnected) anchor.focus();
  return true;
}

/** Show `node` at `anchor`; it lives in the innermost dialog so that a modal's focus trap includes it. */
export function openPopover(anchor, node, { onclose, align = "start", width } = {}) {
  closePopover();
  const host = anchor.closest("[role=dialog], [role=alertdialog]") || document.body;
  node.classList.add("popover");
  host.append(node);
  anchor.setAttribute("aria-expanded", "true");
  current = { node, anchor, onclose, align, width };
  place(anchor, node, align, width);
}

function place(anchor, node, align, width) {
  const box = anchor.getBoundingClientRect();
  if (width === "anchor") node.style.width = `${Math.max(box.width, 180)}px`;
  const { offsetWidth, offsetHeight } = node;
  let left = align === "end" ? box.right - offsetWidth : box.left;
  left = Math.max(8, Math.min(left, innerWidth - offsetWidth - 8));
  const below = innerHeight - box.bottom - 12;
  const top = offsetHeight <= below || below >= box.top ? box.bottom + 4 : Math.max(8, box.top - offsetHeight - 4);
  node.style.left = `${left}px`;
  node.style.top = `${top}px`;
  node.style.maxHeight = `${Math.max(120, (top > box.top ? innerHeight - top : box.top - top) - 8)}px`;
}

document.addEventListener(
  "pointerdown",
  (event) => {
    if (current && !current.node.contains(event.target) && !current.anchor.contains(event.target)) closePopover();
  },
  true,
);
addEventListener("resize", () => closePopover());
// What lies under it may scroll: it follows its anchor, and goes when the anchor has gone out of sight.
document.addEventListener(
  "scroll",
  (event) => {
    if (!current || current.node.contains(event.target) || !event.target.contains?.(current.anchor)) return;
    const { node, anchor, align, width } = current;
    const box = anchor.getBoundingClientRect();
    if (box.bottom < 0 || box.top > innerHeight) closePopover();
    else place(anchor, node, align, width);
  },
  true,
);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Escape" && closePopover({ refocus: true })) {
      event.stopPropagation();
      event.preventDefault();
    }
  },
  true,
);

/** A menu of [{label, detail, icon, href, choose}] below `anchor`. */
export function openMenu(anchor, items, { label, align = "start" } = {}) {
  const menu = h("div.menu", { role: "menu", "aria-label": label });
  for (const item of items) {
    menu.append(
      h(
        "button.menu-item",
        {
          type: "button",
          role: "menuitem",
          tabindex: "-1",
          onclick: () => {
            closePopover({ refocus: true });
            item.choose();
          },
        },
        item.icon,
        h("span", {}, h("span.menu-label", {}, item.label), item.detail && h("span.menu-detail", {}, item.detail)),
      ),
    );
  }
  if (!items.length) menu.append(h("p.menu-empty", {}, "Nothing here yet"));
  menu.addEventListener("keydown", (event) => rove(event, [...menu.querySelectorAll("[role=menuitem]")]));
  openPopover(anchor, menu, { align });
  menu.querySelector("[role=menuitem]")?.focus();
}

/** Up, Down, Home, End move the focus among `nodes`. */
function rove(event, nodes) {
  const index = nodes.indexOf(document.activeElement);
  const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: nodes.length - 1 }[event.key];
  if (next === undefined || !nodes.length) return;
  event.preventDefault();
  nodes[(next + nodes.length) % nodes.length].focus();
}

/** Keep Tab inside `dialog`. */
export function trapFocus(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const stops = [...dialog.querySelectorAll("a[href], button, input, textarea, select, [tabindex='0']")].filter(
      (node) => !node.disabled && node.tabIndex >= 0 && node.getClientRects().length,
    );
    if (!stops.length) return;
    const first = stops[0];
    const last = stops[stops.length - 1];
    const active = document.activeElement;
    if (event.shiftKey && (active === first || !dialog.contains(active) || active === dialog)) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && (active === last || !dialog.contains(active))) {
      event.preventDefault();
      first.focus();
    }
  });
}

/** Ask as a Block Kit confirm object says; resolves to whether the person agreed. */
export function askConfirm(confirm, scene) {
  return new Promise((resolve) => {
    const before = document.activeElement;
    const title = freshId("confirm");
    const finish = (agreed) => {
      backdrop.remove();
      if (before?.isConnected) before.focus();
      resolve(agreed);
    };
    const agree = h(
      `button.button.${confirm.style === "danger" ? "danger" : "primary"}`,
      { type: "button", onclick: () => finish(true) },
      plain(confirm.confirm) || "Yes",
    );
    const dialog = h(
      "div.confirm",
      { role: "alertdialog", "aria-modal": "true", "aria-labelledby": title },
      h("h2", { id: title }, plain(confirm.title) || "Are you sure?"),
      h("p", {}, textNodes(confirm.text, scene)),
      h(
        "div.row-end",
        {},
        h("button.button", { type: "button", onclick: () => finish(false) }, plain(confirm.deny) || "Cancel"),
        agree,
      ),
    );
    dialog.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        finish(false);
      }
    });
    trapFocus(dialog);
    const backdrop = h("div.backdrop.confirm-backdrop", {}, dialog);
    document.body.append(backdrop);
    agree.focus();
  });
}
