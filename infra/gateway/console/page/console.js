// Asks the gateway what happened twice a second and shows it. Everything shown comes from clients and functions:
// it is written as text, never as markup.

const POLL_MS = 500;
const RETRY_MS = 2000;
const PAST_KEPT = 500;
const ERRORS_KEPT = 50;
const ROWS_SHOWN = 100;
const LANES_SHOWN = 40;
const RATE_WINDOW_MS = 10_000;

const byId = (id) => document.getElementById(id);

const view = {
  state: null,
  past: [], // oldest first, as the gateway counts
  errors: [],
  clockOffset: 0, // the gateway's clock less ours, ms
  chosen: null,
  paused: false,
};

// --- talking to the gateway

async function poll() {
  if (!view.paused && !document.hidden) {
    try {
      const after = view.state ? view.state.latest : 0;
      const response = await fetch(`/_gateway/console/state?after=${after}`);
      const body = await response.json();
      if (!response.ok) throw new Error(body.message);
      take(body);
      showLink("live", "live");
    } catch (error) {
      const reason = error instanceof TypeError ? "not reachable" : error.message;
      showLink("lost", reason);
      setTimeout(poll, RETRY_MS);
      return;
    }
  }
  setTimeout(poll, POLL_MS);
}

function take(state) {
  if (view.state && view.state.run !== state.run) {
    // Another gateway: what this page knew is of no use, and what it was told now is only what came after that.
    view.state = null;
    view.past = [];
    view.errors = [];
    return;
  }
  view.state = state;
  view.clockOffset = state.now - Date.now();
  view.past = [...view.past, ...state.invocations].slice(-PAST_KEPT);
  view.errors = [...view.errors, ...state.errors].slice(-ERRORS_KEPT);
  if (state.invocations.length > 0) showInvocations();
  if (state.errors.length > 0) showErrors();
  showEnvironments();
}

async function act(action, body) {
  const response = await fetch(`/_gateway/console/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error((await response.json()).message);
}

// --- building rows

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-")) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

function cell(text, className = "", tone = "") {
  const made = element("td", { className, textContent: text });
  if (tone) made.dataset.tone = tone;
  return made;
}

// Keeps one child for each item, in the items' order, so that focus, selection and open details survive.
function sync(parent, items, key, create, update = () => {}) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) {
      known.delete(name);
    } else {
      child = create(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const gone of known.values()) gone.remove();
}

function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// --- words for numbers

const now = () => Date.now() + view.clockOffset;

function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

function clock(ms) {
  const moment = new Date(ms);
  const time = moment.toLocaleTimeString("en-GB");
  return `${time}.${String(moment.getMilliseconds()).padStart(3, "0")}`;
}

function status(invocation) {
  return invocation.status === null ? invocation.outcome : `${invocation.outcome} ${invocation.status}`;
}

function tone(invocation) {
  if (!invocation.ok || invocation.status >= 500) return "bad";
  return invocation.status >= 400 ? "cold" : "good";
}

// --- header and tiles

function showLink(state, text) {
  const link = byId("link");
  link.dataset.state = state;
  write(link, text);
}

function showTiles() {
  const { totals, environments } = view.state;
  const busy = environments.filter((each) => each.state === "busy").length;
  write(byId("tile-connections"), String(totals.connections));
  write(byId("tile-environments"), busy ? `${environments.length} (${busy} busy)` : String(environments.length));
  write(byId("tile-invocations"), totals.invocations.toLocaleString("en"));
  write(byId("tile-failures"), totals.failures.toLocaleString("en"));
  byId("tile-failures").dataset.bad = String(totals.failures > 0);
  write(byId("tile-rate"), rate());
  const times = view.past.filter((each) => each.ok).map((each) => each.duration).sort((a, b) => a - b);
  const at = (share) => duration(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
  write(byId("tile-duration"), times.length ? `${at(0.5)}, ${at(0.95)}` : "–");
}

// When more ended in the window than is kept, what is kept covers less than the window.
function rate() {
  const from = now() - RATE_WINDOW_MS;
  const recent = view.past.filter((each) => each.ended >= from);
  if (recent.length === 0) return "0";
  const covered = recent.length === PAST_KEPT ? now() - recent[0].ended : RATE_WINDOW_MS;
  const perSecond = (recent.length * 1000) / Math.max(covered, 1);
  return perSecond < 10 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

// --- connections

function showConnections() {
  const { connections, totals } = view.state;
  sync(byId("connections"), connections, (each) => each.connectionId, connectionRow, (row, each) => {
    write(row.children[1], span(now() - each.connectedAt));
    write(row.children[2], each.state === "open" ? `${span(now() - each.lastActiveAt)} ago` : each.state);
    row.setAttribute("aria-selected", String(each.connectionId === view.chosen));
  });
  byId("connections-empty").hidden = connections.length > 0;
  const more = totals.connections > connections.length;
  write(byId("connections-note"), more ? `the ${connections.length} active last of ${totals.connections}` : "");
  const reachable = connections.some((each) => each.connectionId === view.chosen && each.state === "open");
  byId("send").disabled = !reachable;
  byId("text").disabled = view.chosen === null;
}

function connectionRow(each) {
  const client = cell(`${each.sourceIp} ${each.userAgent}`, "fill");
  client.title = each.userAgent;
  const chooser = element("button", { type: "button", textContent: "Send…" });
  chooser.addEventListener("click", () => choose(each.connectionId));
  const closer = element("button", { type: "button", textContent: "Close" });
  closer.addEventListener("click", () => report(act("close", { connectionId: each.connectionId }), "closed"));
  const actions = element("td", { className: "actions" }, chooser, " ", closer);
  return element("tr", {}, cell(each.connectionId, "code"), cell(""), cell(""), client, actions);
}

function choose(connectionId) {
  view.chosen = connectionId;
  write(byId("receiver"), connectionId);
  write(byId("sent"), "");
  showConnections();
  byId("text").focus();
}

async function report(action, done) {
  const note = byId("sent");
  try {
    await action;
    note.dataset.tone = "good";
    write(note, `${done} ${clock(now())}`);
  } catch (error) {
    note.dataset.tone = "bad";
    write(note, error.message);
  }
}

// --- environments

function showEnvironments() {
  const environments = [...view.state.environments].sort(
    (a, b) => a.function.localeCompare(b.function) || a.pid - b.pid,
  );
  sync(byId("environments"), environments, (each) => each.pid, environmentRow, (row, each) => {
    write(row.children[2], each.state);
    row.children[2].dataset.tone = { starting: "cold", busy: "good", stopping: "bad" }[each.state] ?? "";
    write(row.children[3], each.invocations.toLocaleString("en"));
    write(row.children[4], each.initDuration ? duration(each.initDuration) : "–");
  });
  byId("environments-empty").hidden = environments.length > 0;
}

function environmentRow(each) {
  return element(
    "tr", {}, cell(each.function), cell(String(each.pid), "code"), cell(""), cell("", "number"), cell("", "number"),
  );
}

// --- errors and invocations

function showErrors() {
  sync(byId("errors"), [...view.errors].reverse(), (each) => each.sequence, (each) => {
    const what = each.summary || each.outcome;
    const where = [each.function, each.route].filter(Boolean).join(" · ") || "project";
    const summary = element(
      "summary", {},
      element("time", { textContent: clock(each.at) }),
      element("span", { textContent: `${where} · ${each.outcome}` }),
      element("strong", { textContent: what }),
    );
    const lines = [...each.trace];
    if (each.function && lines.length) lines.unshift("Traceback (most recent call last):");
    if (each.function) lines.push(what, "", `RequestId: ${each.id}`);
    return element("details", {}, summary, element("pre", { textContent: lines.join("\n") }));
  });
  byId("errors-empty").hidden = view.errors.length > 0;
}

function showInvocations() {
  const wanted = byId("filter").value.trim().toLowerCase();
  const matches = (each) => `${each.function} ${each.route} ${each.connectionId}`.toLowerCase().includes(wanted);
  const shown = view.past.filter(matches).slice(-ROWS_SHOWN).reverse();
  sync(byId("invocations"), shown, (each) => each.sequence, (each) => {
    const waited = each.ended - each.submitted - each.duration;
    const row = element(
      "tr", {},
      cell(clock(each.ended)), cell(each.function), cell(each.route), cell(each.connectionId, "code"),
      cell(duration(each.duration), "number"),
      each.cold ? cell(`cold ${duration(each.initDuration)}`, "", "cold") : cell("warm"),
      cell(status(each), "", tone(each)),
    );
    row.title = `RequestId ${each.id}, waited ${duration(Math.max(0, waited))} for an environment`;
    return row;
  });
  byId("invocations-empty").hidden = shown.length > 0;
}

// --- time line: a row for each environment, time from left to right

const SVG = "http://www.w3.org/2000/svg";
const LANE = 20;
const LABELS = 230;

function shape(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  if (text) made.textContent = text;
  return made;
}

function lanesIn(from) {
  const lanes = new Map();
  const lane = (each) => {
    const key = `${each.function} ${each.environment || "waiting"}`;
    if (!lanes.has(key)) lanes.set(key, { label: key, past: [], running: [] });
    return lanes.get(key);
  };
  for (const each of view.past) if (each.ended >= from) lane(each).past.push(each);
  for (const each of view.state.running) lane(each).running.push(each);
  return [...lanes.values()].sort((a, b) => a.label.localeCompare(b.label)).slice(0, LANES_SHOWN);
}

function showTimeline() {
  const to = now();
  const length = Number(byId("window").value) * 1000;
  const from = to - length;
  const lanes = lanesIn(from);
  byId("timeline-empty").hidden = lanes.length > 0;
  const box = byId("timeline");
  if (lanes.length === 0) {
    box.replaceChildren();
    return;
  }
  const width = box.clientWidth;
  const labels = Math.min(LABELS, width / 3);
  const x = (time) => labels + ((Math.max(time, from) - from) / length) * (width - labels - 8);
  const height = lanes.length * LANE + 24;
  const label = `${lanes.length} environments in the last ${span(length)}; the table of invocations has the same.`;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": label });
  drawGrid(svg, x, from, to, length, height);
  lanes.forEach((lane, index) => drawLane(svg, lane, index * LANE + 4, x, to));
  box.replaceChildren(svg);
}

function drawGrid(svg, x, from, to, length, height) {
  const step = length / 6;
  for (let time = Math.ceil(from / step) * step; time < to; time += step) {
    svg.append(shape("line", { class: "grid", x1: x(time), x2: x(time), y1: 0, y2: height - 18 }));
    svg.append(shape("text", { x: x(time) + 3, y: height - 6 }, clock(time).slice(0, 8)));
  }
}

function drawLane(svg, lane, y, x, to) {
  svg.append(shape("text", { x: 14, y: y + 12 }, lane.label));
  const bar = (kind, begin, end, title) => {
    const size = { x: x(begin), y, width: Math.max(2, x(end) - x(begin)), height: LANE - 6, rx: 2, class: kind };
    const made = shape("rect", size);
    made.append(shape("title", {}, title));
    svg.append(made);
  };
  for (const each of lane.past) {
    const begin = each.ended - each.duration;
    const title = `${each.route || each.function}  ${duration(each.duration)}  ${status(each)}  ${each.connectionId}`;
    if (each.cold) bar("cold", begin - each.initDuration, begin, `cold start, ${duration(each.initDuration)}`);
    bar(each.ok ? "ok" : "error", begin, each.ended, title);
  }
  for (const each of lane.running) bar("running", each.submitted, to, `${each.route || each.function}, running`);
}

// --- start

function redraw() {
  if (view.state && !view.paused && !document.hidden) {
    write(byId("project"), view.state.project);
    write(byId("address"), view.state.websocketUrl);
    showTiles();
    showConnections();
    showTimeline();
  }
  setTimeout(redraw, POLL_MS / 2);
}

byId("pause").addEventListener("click", () => {
  view.paused = !view.paused;
  byId("pause").setAttribute("aria-pressed", String(view.paused));
  byId("pause").textContent = view.paused ? "Go on" : "Pause";
  showLink(view.paused ? "paused" : "live", view.paused ? "paused" : "live");
});
byId("filter").addEventListener("input", showInvocations);
byId("sender").addEventListener("submit", (event) => {
  event.preventDefault();
  report(act("send", { connectionId: view.chosen, text: byId("text").value }), "sent");
});
byId("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("sender").requestSubmit();
});

// The time line is drawn to its width.
addEventListener("resize", () => view.state && showTimeline());

showErrors();
showInvocations();
poll();
redraw();
