// Short notices, mostly of what went wrong.
import { h } from "./dom.js";
import { icon } from "./icons.js";

const WORDS = {
  dispatch_failed: "failed with the error “dispatch_failed”: the app is not connected.",
  operation_timeout: "failed because the app did not respond in time (operation_timeout).",
};

/** Tell of a refused or failed answer of `act`; `what` is what the person did: "/prep", "Your click". */
export function tellFailure(answer, what) {
  const words = WORDS[answer.error];
  toast(words ? `${what} ${words}` : answer.message || `${what} did not work.`, "error");
}

export function toast(words, kind = "info") {
  const host = document.getElementById("toasts");
  const close = () => node.remove();
  const node = h(
    `div.toast.${kind}`,
    { role: kind === "error" ? "alert" : "status" },
    icon(kind === "error" ? "warning" : "info"),
    h("span", {}, words),
    h("button.icon-button", { type: "button", "aria-label": "Dismiss", onclick: close }, icon("close")),
  );
  host.append(node);
  while (host.children.length > 3) host.firstChild.remove();
  setTimeout(close, 9000);
}
