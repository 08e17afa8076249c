// Building and re-using DOM nodes. Data only ever enters the page as text or as an attribute, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** h("button.primary", {onclick, title}, "Save") -> element; null and false children are left out. */
export function h(spec, attributes, ...children) {
  return furnish(document, spec, attributes, children);
}

/** The same for SVG elements. */
export function svg(spec, attributes, ...children) {
  return furnish(null, spec, attributes, children);
}

function furnish(html, spec, attributes, children) {
  const [tag, ...classes] = spec.split(".");
  const node = html ? html.createElement(tag || "div") : document.createElementNS(SVG, tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") node[name] = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") for (const [key, item] of Object.entries(value)) node.style.setProperty(key, item);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * Make the children of `parent` be `items` [{key, print, build}], keeping each node whose key and print are unchanged.
 * A kept node is never moved, so focus, scroll position and half-typed text survive.
 */
export function reconcile(parent, items) {
  const old = new Map();
  for (const node of [...parent.children]) old.set(node.dataset.key, node);
  const wanted = items.map((item) => {
    const node = old.get(item.key);
    if (node && node.print === item.print) return node;
    const fresh = item.build(node);
    fresh.dataset.key = item.key;
    fresh.print = item.print;
    return fresh;
  });
  const keep = new Set(wanted);
  for (const node of [...parent.childNodes]) if (!keep.has(node)) node.remove();
  let place = parent.firstChild;
  for (const node of wanted) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
}

/** Run `change`, then give the focus and the text selection back to the element that stands where they were. */
export function keepingFocus(root, change) {
  const active = document.activeElement;
  const inside = active && root.contains(active) ? active : null;
  const mark = inside?.dataset.focus;
  const selection =
    inside && typeof inside.selectionStart === "number" ? [inside.selectionStart, inside.selectionEnd] : null;
  change();
  if (!mark || document.activeElement === inside) return;
  const heir = [...root.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === mark);
  if (!heir) return;
  heir.focus({ preventScroll: true });
  if (selection && typeof heir.setSelectionRange === "function" && heir.type !== "number" && heir.type !== "email") {
    heir.setSelectionRange(...selection);
  }
}

/** Fold text longer than about five lines behind "See more". */
export function folded(content, long) {
  if (!long) return content;
  const body = h("div.folded", {}, content);
  const toggle = h(
    "button.link-button",
    {
      type: "button",
      "aria-expanded": "false",
      onclick: () => {
        const open = body.classList.toggle("open");
        toggle.setAttribute("aria-expanded", String(open));
        toggle.textContent = open ? "See less" : "See more";
      },
    },
    "See more",
  );
  return h("div", {}, body, toggle);
}

/** An address that may stand in a link, or null. */
export function safeUrl(text) {
  try {
    const url = new URL(text, location.href);
    return ["http:", "https:", "mailto:", "slack:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** Where the picture of an image block or element is: its address, or the file that was uploaded for it. */
export function imageUrl(image) {
  const file = image.slack_file;
  return safeUrl(image.image_url || file?.url || (file?.id && `/shown/${encodeURIComponent(file.id)}`));
}

export function link(url, ...children) {
  const href = safeUrl(url);
  if (!href) return h("span", {}, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

let serial = 0;
/** A fresh id to tie labels, hints and listboxes to their controls. */
export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

/** A coloured square with a person's initials; the colour follows from the name. */
export function avatar(name, kind = "") {
  const words = String(name || "?")
    .replace(/[^\p{L}\p{N} ]/gu, " ")
    .trim()
    .split(/\s+/);
  const initials = (words[0]?.[0] || "?") + (words.length > 1 ? words[words.length - 1][0] : "");
  let hue = 0;
  for (const char of String(name)) hue = (hue * 31 + char.codePointAt(0)) % 360;
  return h(
    `span.avatar${kind ? `.${kind}` : ""}`,
    { "aria-hidden": "true", style: { "--hue": String(hue) } },
    initials.toUpperCase(),
  );
}
