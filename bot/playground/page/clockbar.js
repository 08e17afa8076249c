// The top bar: the workspace's time, and the ways to move it on.
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { closePopover, openPopover } from "./popover.js";
import { act, now, store } from "./store.js";
import { cityOf, format, wallClock } from "./time.js";
import { tellFailure, toast } from "./toast.js";

const ABOUT = "The bot lives in this time: move it on and reminders that fall due are sent.";

export function clockBar() {
  const time = h("strong.clock-time");
  const place = h("span.clock-place");
  const face = h(
    "button.clock-face",
    { type: "button", title: ABOUT, "aria-haspopup": "dialog", "aria-expanded": "false" },
    icon("clock"),
    h("span", {}, time, " ", place),
  );
  face.addEventListener("click", () => (closePopover() ? null : openPicker(face)));
  const buttons = JUMPS.map(([jump, label, title]) =>
    h("button.clock-jump", { type: "button", title, onclick: () => move({ jump }) }, label),
  );
  const node = h(
    "div.clock",
    { role: "group", "aria-label": "The workspace's clock" },
    face,
    h("span.clock-jumps", {}, buttons),
  );
  const update = () => {
    if (!store.state) return;
    const { zone } = store.state;
    time.textContent = format(now(), zone, {
      weekday: "short",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    place.textContent = cityOf(zone);
  };
  setInterval(update, 5000);
  return { node, update };
}

const JUMPS = [
  ["hour", "+1 hour", "Move the workspace's clock on by an hour"],
  ["tomorrow", "Tomorrow 08:59", "Move on to 08:59 of the next day, where this person lives"],
  ["friday", "Next Friday", "Move on to the next Friday, 15:59, where this person lives"],
];

const FULL = {
  weekday: "long",
  month: "long",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
};

async function move(jump) {
  const answer = await act({ do: "clock", ...jump });
  if (!answer.ok) tellFailure(answer, "Moving the clock");
  else toast(`It is now ${format(answer.now, store.state.zone, FULL)} in ${cityOf(store.state.zone)}.`);
}

function openPicker(face) {
  const moment = h("input.field", {
    type: "datetime-local",
    id: "clock-moment",
    value: wallClock(now() + 60, store.state.zone),
  });
  const form = h(
    "form.clock-form",
    { role: "dialog", "aria-label": "Move the clock" },
    h("p", {}, ABOUT),
    h(
      "div.clock-form-jumps",
      {},
      JUMPS.map(([jump, label, title]) =>
        h(
          "button.button",
          {
            type: "button",
            title,
            onclick: () => {
              closePopover();
              move({ jump });
            },
          },
          label,
        ),
      ),
    ),
    h("label", { for: "clock-moment" }, `Pick a moment (${cityOf(store.state.zone)} time)`),
    h("div.row", {}, moment, h("button.button.primary", { type: "submit" }, "Go")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    closePopover();
    move({ jump: "moment", moment: moment.value });
  });
  openPopover(face, form, { align: "start" });
  moment.focus();
}
