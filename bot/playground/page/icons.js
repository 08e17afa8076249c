// The page's icons, drawn as strokes on a 20 by 20 grid.
import { svg } from "./dom.js";

const PATHS = {
  hash: "M4 7.5h12M4 12.5h12M8.5 3.5l-2 13M13.5 3.5l-2 13",
  send: "M3.5 4l13.5 6-13.5 6 2-6zM5.5 10H11",
  bolt: "M11 2.5L4.5 11H9l-1 6.5L15.5 9H11z",
  close: "M5 5l10 10M15 5L5 15",
  back: "M12.5 4.5L7 10l5.5 5.5",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  clock: "M10 2.75a7.25 7.25 0 1 0 0 14.5a7.25 7.25 0 1 0 0-14.5M10 6v4.3l2.8 1.7",
  reply: "M3.5 4.5h13v8.5H9l-3.5 3v-3h-2z",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  chevron: "M5.5 7.75L10 12.25l4.5-4.5",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  warning: "M10 3L18 16.5H2zM10 8v4M10 14.3h.01",
  info: "M10 2.75a7.25 7.25 0 1 0 0 14.5a7.25 7.25 0 1 0 0-14.5M10 9.2v4.5M10 6.4h.01",
  eye: "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10zM10 7.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5",
  video: "M3 5h9.5v10H3zM12.5 9l4.5-2.5v7L12.5 11",
  plus: "M10 4v12M4 10h12",
  file: "M5.5 2.75h6l3.5 3.5v11h-9.5zM11.5 2.75v3.5H15",
  trash: "M4 6h12M8 6V4h4v2M6 6l.7 10h6.6L14 6",
};

export function icon(name) {
  return svg(
    `svg.icon.icon-${name}`,
    { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true", focusable: "false" },
    svg("path", {
      d: PATHS[name],
      fill: "none",
      stroke: "currentColor",
      "stroke-width": name === "more" ? 2.4 : 1.6,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}
