// Instants in a person's zone. Everything is computed from unix seconds and an IANA zone name.

const formats = new Map();

/** Format a unix time in a zone with Intl options. */
export function format(seconds, zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formats.has(key)) {
    try {
      formats.set(key, new Intl.DateTimeFormat("en-US", { ...options, timeZone: zone }));
    } catch {
      formats.set(key, new Intl.DateTimeFormat("en-US", { ...options, timeZone: "UTC" }));
    }
  }
  return formats.get(key).format(new Date(seconds * 1000));
}

/** "09:05" */
export function clockTime(seconds, zone) {
  return format(seconds, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** "2030-03-04": the local date, fit for comparing days. */
export function dayOf(seconds, zone) {
  const parts = format(seconds, zone, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/");
  return `${parts[2]}-${parts[0]}-${parts[1]}`;
}

/** "Today", "Yesterday" or "Monday, March 4". */
export function dayName(seconds, now, zone) {
  const day = dayOf(seconds, zone);
  if (day === dayOf(now, zone)) return "Today";
  if (day === dayOf(now - 86400, zone)) return "Yesterday";
  const sameYear = day.slice(0, 4) === dayOf(now, zone).slice(0, 4);
  return format(seconds, zone, {
    weekday: "long",
    month: "long",
    day: "numeric",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

/** "2030-03-04T09:05", as a datetime-local input holds it. */
export function wallClock(seconds, zone) {
  return `${dayOf(seconds, zone)}T${clockTime(seconds, zone)}`;
}

/** The unix time at which a zone's clocks show "2030-03-04T09:05". A skipped hour moves forward. */
export function fromWallClock(text, zone) {
  const wanted = Date.parse(`${text}Z`) / 1000;
  let guess = wanted;
  for (let round = 0; round < 3; round += 1) {
    guess += wanted - Date.parse(`${wallClock(guess, zone)}Z`) / 1000;
  }
  return Math.round(guess);
}

/** Fill the tokens of a <!date^…> mention: {date_short_pretty}, {time}, … */
export function fillDate(pattern, seconds, zone, now) {
  const at = (options) => format(seconds, zone, options);
  const pretty = (otherwise) => {
    const day = dayOf(seconds, zone);
    if (day === dayOf(now, zone)) return "today";
    if (day === dayOf(now - 86400, zone)) return "yesterday";
    if (day === dayOf(now + 86400, zone)) return "tomorrow";
    return otherwise;
  };
  const short = () => at({ month: "short", day: "numeric", year: "numeric" });
  const long = () => at({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
  const plain = () => at({ month: "long", day: "numeric", year: "numeric" });
  const tokens = {
    date_num: () => dayOf(seconds, zone),
    date_slash: () => at({ month: "2-digit", day: "2-digit", year: "numeric" }),
    date: plain,
    date_pretty: () => pretty(plain()),
    date_short: short,
    date_short_pretty: () => pretty(short()),
    date_long: long,
    date_long_pretty: () => pretty(long()),
    time: () => clockTime(seconds, zone),
    time_secs: () => at({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    ago: () => ago(seconds, now),
  };
  const filled = pattern.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
  return filled.charAt(0).toUpperCase() + filled.slice(1);
}

function ago(seconds, now) {
  const distance = Math.abs(now - seconds);
  const [count, unit] =
    distance < 3600
      ? [distance / 60, "minute"]
      : distance < 86400
        ? [distance / 3600, "hour"]
        : [distance / 86400, "day"];
  const number = Math.max(1, Math.round(count));
  const phrase = `${number} ${unit}${number === 1 ? "" : "s"}`;
  return seconds <= now ? `${phrase} ago` : `in ${phrase}`;
}

/** "Lisbon" of "Europe/Lisbon". */
export function cityOf(zone) {
  return String(zone || "UTC")
    .split("/")
    .pop()
    .replaceAll("_", " ");
}
