// The data_visualization block as inline SVG: pie, bar, line and area.
import { h, svg } from "./dom.js";

const HEIGHT = 240;
const SERIES = 6;

export function chart(block) {
  const { type } = block.chart || {};
  const drawing = type === "pie" ? pie(block.chart) : axes(block.chart || {});
  return h("figure.chart", {}, h("figcaption", {}, block.title), drawing.node, legend(drawing.names));
}

const colour = (index) => `var(--series-${index % SERIES})`;
const round = (number) => Math.round(number * 10) / 10;
const label = (value) => (Math.abs(value) >= 10000 ? `${round(value / 1000)}k` : String(Math.round(value * 100) / 100));

function legend(names) {
  if (names.length < 1) return null;
  return h(
    "ul.legend",
    {},
    names.map((name, index) => h("li", {}, h("span.swatch", { style: { background: colour(index) } }), name)),
  );
}

function frame(description, children, width, height = HEIGHT) {
  return svg("svg.plot", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": description }, children);
}

function pie({ segments = [] }) {
  const total = segments.reduce((sum, segment) => sum + Number(segment.value), 0) || 1;
  let angle = -Math.PI / 2;
  const [cx, cy, radius] = [110, 110, 96];
  const slices = segments.map((segment, index) => {
    const share = Number(segment.value) / total;
    const start = angle;
    angle += share * Math.PI * 2;
    const tip = svg("title", {}, `${segment.label}: ${label(segment.value)} (${Math.round(share * 100)} %)`);
    if (share > 0.9999) return svg("circle", { cx, cy, r: radius, fill: colour(index) }, tip);
    const at = (turn) => `${round(cx + radius * Math.cos(turn))} ${round(cy + radius * Math.sin(turn))}`;
    return svg(
      "path.slice",
      {
        d: `M${cx} ${cy}L${at(start)}A${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(angle)}Z`,
        fill: colour(index),
      },
      tip,
    );
  });
  const names = segments.map(
    (segment) => `${segment.label} — ${label(Number(segment.value))} (${Math.round((segment.value / total) * 100)} %)`,
  );
  return { names, node: frame(`Pie chart: ${names.join(", ")}`, slices, 220, 220) };
}

function axes({ type, series = [], axis_config: axis = {} }) {
  const categories = axis.categories || series[0]?.data?.map((point) => point.label) || [];
  const valueAt = (one, category, index) =>
    Number((one.data || []).find((point) => point.label === category)?.value ?? one.data?.[index]?.value ?? 0);
  const all = series.flatMap((one) => categories.map((category, index) => valueAt(one, category, index)));
  const scale = steps(Math.min(0, ...all), Math.max(0, ...all));
  const width = innerWidth < 560 ? 330 : 480; // drawn smaller where it is shown smaller, so that words stay legible
  const box = { left: axis.y_label ? 58 : 42, right: width - 10, top: 12, bottom: HEIGHT - (axis.x_label ? 46 : 28) };
  const y = (value) => round(box.bottom - ((value - scale.low) / (scale.high - scale.low)) * (box.bottom - box.top));
  const slot = (box.right - box.left) / Math.max(1, categories.length);
  const x = (index) => round(box.left + slot * (index + 0.5));

  const grid = scale.ticks.map((tick) => [
    svg(`line.${tick === 0 ? "axis" : "grid"}`, { x1: box.left, x2: box.right, y1: y(tick), y2: y(tick) }),
    svg("text.tick", { x: box.left - 7, y: y(tick) + 4, "text-anchor": "end" }, label(tick)),
  ]);
  const every = Math.ceil(
    categories.length /
      Math.max(1, Math.floor((box.right - box.left) / (Math.max(...categories.map((c) => c.length), 1) * 6.5 + 10))),
  );
  const names = categories.map(
    (category, index) =>
      index % every === 0 && svg("text.tick", { x: x(index), y: box.bottom + 17, "text-anchor": "middle" }, category),
  );
  const titles = [
    axis.x_label &&
      svg("text.axis-title", { x: (box.left + box.right) / 2, y: HEIGHT - 8, "text-anchor": "middle" }, axis.x_label),
    axis.y_label &&
      svg(
        "text.axis-title",
        { transform: `translate(13 ${(box.top + box.bottom) / 2}) rotate(-90)`, "text-anchor": "middle" },
        axis.y_label,
      ),
  ];
  const tip = (one, category, value) => svg("title", {}, `${one.name}, ${category}: ${label(value)}`);
  const bars = () =>
    series.map((one, order) =>
      categories.map((category, index) => {
        const value = valueAt(one, category, index);
        const wide = Math.min(46, (slot * 0.72) / series.length);
        const left = x(index) - (wide * series.length) / 2 + wide * order;
        return svg(
          "rect",
          {
            x: round(left),
            width: round(Math.max(1, wide - 1.5)),
            y: Math.min(y(value), y(0)),
            height: Math.max(1, Math.abs(y(value) - y(0))),
            rx: 2,
            fill: colour(order),
          },
          tip(one, category, value),
        );
      }),
    );
  const curves = () =>
    series.map((one, order) => {
      const points = categories.map((category, index) => [x(index), y(valueAt(one, category, index))]);
      if (!points.length) return null;
      const path = `M${points.map((point) => point.join(" ")).join("L")}`;
      return [
        type === "area" &&
          svg("path.area", {
            d: `${path}L${points[points.length - 1][0]} ${y(0)}L${points[0][0]} ${y(0)}Z`,
            fill: colour(order),
          }),
        svg("path.line", { d: path, stroke: colour(order) }),
        points.map(([cx, cy], index) =>
          svg(
            "circle",
            { cx, cy, r: 3, fill: colour(order) },
            tip(one, categories[index], valueAt(one, categories[index], index)),
          ),
        ),
      ];
    });
  const described = series.map(
    (one) =>
      `${one.name}: ${categories.map((category, index) => `${category} ${label(valueAt(one, category, index))}`).join(", ")}`,
  );
  return {
    names: series.map((one) => one.name),
    node: frame(
      `${type} chart. ${described.join(". ")}`,
      [grid, type === "bar" ? bars() : curves(), names, titles],
      width,
    ),
  };
}

/** About five round ticks from low to high. */
function steps(low, high) {
  const span = high - low || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => span / candidate <= 5);
  const first = Math.floor(low / step) * step;
  const last = Math.max(first + step, Math.ceil(high / step) * step);
  const ticks = [];
  for (let index = 0; first + index * step <= last + step / 1000; index += 1)
    ticks.push(Math.round((first + index * step) * 1e6) / 1e6);
  return { low: first, high: last, ticks };
}
