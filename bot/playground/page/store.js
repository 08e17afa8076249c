// The page's copy of what one person sees, and the way to the server.

export const store = {
  state: null,
  /** {me, place: "room"|"app", id, tab, thread}; mirrored in the address after the #. */
  route: { me: "", place: "app", id: "", tab: "home", thread: "" },
  reachable: true,
  ahead: 0, // seconds the workspace's clock is ahead of this browser's
};

const listeners = [];
/** Call `listener` whenever there is something new to draw. */
export function onChange(listener) {
  listeners.push(listener);
}
function tell() {
  for (const listener of listeners) listener();
}

export function now() {
  return Date.now() / 1000 + store.ahead;
}

/** The id of the conversation in view, null when the app's DM does not exist yet. */
export function roomId() {
  const { route, state } = store;
  if (route.place === "room") return route.id;
  return route.tab === "messages" ? (state?.dm?.id ?? null) : null;
}

/** "#U1/C2", "#U1/C2/1700000000.000100" (a thread), "#U1/app/home". */
export function readRoute() {
  const [me, place, rest, thread] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (place === "app") return { me, place: "app", id: "", tab: rest || "home", thread: thread || "" };
  if (place) return { me, place: "room", id: place, tab: "", thread: rest || "" };
  return { me: me || "", place: "app", id: "", tab: "home", thread: "" };
}

export function go(change) {
  const hash = hashOf({ ...store.route, thread: "", ...change });
  if (hash !== location.hash) location.hash = hash;
}

function hashOf(route) {
  const where = route.place === "app" ? `app/${route.tab}` : route.id;
  return `#${route.me}/${where}${route.thread ? `/${route.thread}` : ""}`;
}

let round = null;
let again = false;

/** Fetch the state and draw it. A call that comes while one is under way gets one more round, and waits for it. */
export function refresh() {
  again = true;
  round ||= (async () => {
    try {
      while (again) {
        again = false;
        await fetchState();
      }
    } finally {
      round = null;
    }
  })();
  return round;
}

async function fetchState() {
  const wanted = store.route;
  const query = new URLSearchParams({ as: wanted.me });
  if (wanted.place === "room") query.set("channel", wanted.id);
  else if (wanted.tab === "messages") query.set("channel", "dm");
  try {
    const answer = await fetch(`/page/state?${query}`, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const state = await answer.json();
    if (wanted.me !== store.route.me || wanted.id !== store.route.id || wanted.tab !== store.route.tab) {
      again = true;
      return;
    }
    store.state = state;
    store.reachable = true;
    store.ahead = state.now - Date.now() / 1000;
    if (wanted.me !== state.me) {
      store.route = { ...wanted, me: state.me }; // the address names nobody who can act (any more)
      history.replaceState(null, "", hashOf(store.route));
      if (events) listen();
    }
  } catch {
    store.reachable = false;
  }
  tell();
}

/** Do something as the chosen person; resolves to the answer, {ok: false, error, message} when it came to nothing. */
export async function act(deed, me = store.route.me) {
  try {
    const answer = await fetch("/page/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: me, act: deed }),
    });
    if (!answer.ok) return { ok: false, error: "page_error", message: await answer.text() };
    const result = await answer.json();
    refresh();
    return result;
  } catch {
    return { ok: false, error: "unreachable", message: "The playground does not answer. Is it still running?" };
  }
}

const marks = new Map();
/** The person has seen the conversation up to `ts`. */
export function markRead(channel, ts) {
  const key = `${store.route.me}/${channel}`;
  if (!channel || !ts || (marks.get(key) || "") >= ts) return;
  marks.set(key, ts);
  fetch("/page/read", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ as: store.route.me, channel, ts }),
  }).then(refresh, () => marks.delete(key));
}

let events = null;
let pause = 0;
/** Listen to what changes for the chosen person. */
export function listen() {
  events?.close();
  events = new EventSource(`/page/events?${new URLSearchParams({ as: store.route.me })}`);
  events.onmessage = () => {
    pause ||= setTimeout(() => {
      pause = 0;
      refresh();
    }, 25);
  };
  events.onerror = () => {
    store.reachable = false;
    tell();
  };
}
/** Stop listening. */
export function hush() {
  events?.close();
}
addEventListener("pagehide", hush);

/** What drawing needs to know about the workspace: names, the person's zone, the time. */
export const scene = {
  get me() {
    return store.state.me;
  },
  get zone() {
    return store.state.zone;
  },
  now,
  nameOf: (id) => store.state.people.find((person) => person.id === id)?.name,
  channelName: (id) => store.state.channels.find((room) => room.id === id)?.name,
  channelLabel: (id) => {
    const name = scene.channelName(id);
    if (name) return `# ${name}`;
    return id === store.state.dm?.id ? store.state.app.name : id;
  },
  peopleIds: () => store.state.people.filter((person) => !person.deleted).map((person) => person.id),
  channelIds: (filter, channelsOnly) => {
    const include = filter?.include;
    const rooms = store.state.channels
      .filter(
        (room) =>
          !room.archived &&
          (!room.private || !channelsOnly) &&
          (!include || include.includes(room.private ? "private" : "public")),
      )
      .map((room) => room.id);
    const dm = store.state.dm && !channelsOnly && !filter?.exclude_bot_users && (!include || include.includes("im"));
    return dm ? [...rooms, store.state.dm.id] : rooms;
  },
};
