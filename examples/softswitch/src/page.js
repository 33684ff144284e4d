// Asks for the state once a second and shows it.
const safe = text => String(text).replace(/[<&"]/g, c => ({ "<": "&lt;", "&": "&amp;", '"': "&quot;" })[c]);
const cell = (text, number) => `<td class="${number ? "number" : ""}">${safe(text ?? "–")}</td>`;
const show = (id, html) => document.getElementById(id).innerHTML = html;
const rows = (head, all) => `<tr>${head.map(h => `<th class="${h[1] ? "number" : ""}">${h[0]}</th>`).join("")}</tr>`
  + (all.join("") || `<tr><td class="muted" colspan="${head.length}">none</td></tr>`);
let chosen = null;

// MOS from 1 to 4.5 (the best that there is is 4.8), look by look, with the last one in figures.
function mos(looks) {
  const known = looks.slice(-30), last = known.filter(m => m != null).at(-1);
  const point = (m, n) => `${n * 4},${(24 - (m - 1) / 3.8 * 22).toFixed(1)}`;
  const line = known.map((m, n) => m == null ? "" : point(m, n)).filter(p => p).join(" ");
  const colour = last >= 4 ? "#1d8a3a" : last >= 3.4 ? "#c98a00" : "#b3261e";
  return `<td><svg width="122" height="26"><line x1="0" x2="122" y1="${24 - 3 / 3.8 * 22}" y2="${24 - 3 / 3.8 * 22}" stroke="#e3e6eb"/>`
    + `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="1.6"/></svg> ${last == null ? "–" : last.toFixed(2)}</td>`;
}

// Nodes in columns by their depth, the half from the party above that to it, each with its time in the last tick.
function draw(leg) {
  const nodes = {}, edges = [];
  let half = "Up", hears = "";
  for (const line of leg.graph.split("\n")) {
    const edge = line.match(/^\s*(n\d+)\s*->\s*(n\d+)\s*\[label="([^"]*)"/), node = line.match(/^\s*(n\d+)\s*\[label="([^"]*)"/);
    half = line.match(/subgraph cluster_(\w+)/)?.[1] ?? half;
    hears = line.match(/^\s*label="(hears [^"]*)"/)?.[1] ?? hears;
    if (edge) edges.push({ from: edge[1], to: edge[2], rate: edge[3] });
    else if (node) nodes[node[1]] = { half, text: node[2].split("\\n"), busy: leg.nodes.find(n => `NodeId(${node[1].slice(1)})` === n.node)?.busy_ns };
  }
  const depth = {}, rowsAt = {};
  const deep = (id, seen) => depth[id] ??= seen.includes(id) ? 0 : 1 + Math.max(-1, ...edges.filter(e => e.to === id && nodes[e.from]?.half === nodes[id].half).map(e => deep(e.from, seen.concat(id))));
  const most = Math.max(1, ...Object.values(nodes).map(n => n.busy ?? 0));
  for (const id in nodes) {
    const key = nodes[id].half + deep(id, []), row = rowsAt[key] = (rowsAt[key] ?? -1) + 1;
    Object.assign(nodes[id], { x: 8 + depth[id] * 148, y: (nodes[id].half === "Up" ? 22 : 110) + row * 56 });
  }
  const all = Object.values(nodes), width = Math.max(300, ...all.map(n => n.x + 130)), height = Math.max(120, ...all.map(n => n.y + 58));
  const arrows = edges.filter(e => nodes[e.from] && nodes[e.to]).map(({ from, to, rate }) => {
    const [a, b] = [nodes[from], nodes[to]];
    return `<line x1="${a.x + 118}" y1="${a.y + 20}" x2="${b.x - 2}" y2="${b.y + 20}" stroke="#8b97a8" marker-end="url(#tip)"><title>${safe(rate)}</title></line>`;
  });
  const boxes = all.map(n => `<rect x="${n.x}" y="${n.y}" width="118" height="42" rx="6" fill="hsl(212 70% ${97 - 17 * (n.busy ?? 0) / most}%)" stroke="#7aa2cc"/>`
    + `<text x="${n.x + 8}" y="${n.y + 17}" font-size="12">${safe(n.text[0])}</text><text x="${n.x + 8}" y="${n.y + 33}" font-size="11" fill="#5d6a7b">${n.busy == null ? "idle" : n.busy + " ns"}</text>`);
  show("which", `${safe(leg.party)}, ${safe(leg.session)}${hears ? "; " + safe(hears) : ""}; darker: more time in its last tick`);
  show("graph", `<svg width="${width}" height="${height}"><defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#8b97a8"/></marker></defs>`
    + `<text x="8" y="13" font-size="11" fill="#7d8796">from the phone</text><text x="8" y="102" font-size="11" fill="#7d8796">to the phone</text>${arrows.join("")}${boxes.join("")}</svg>`);
}

// Ticks by their time on a logarithmic scale from 1 µs to 10 ms.
function histogram(w) {
  const bars = Array(64).fill(0), at = us => Math.max(0, Math.min(63, Math.floor(Math.log10(Math.max(us, 1)) * 16)));
  for (const [start, end, count] of w.buckets) bars[at((start + end) / 2)] += count;
  const most = Math.max(1, ...bars), height = n => n && 4 + 46 * Math.log(n + 1) / Math.log(most + 1);
  const mark = (us, name, colour) => `<line x1="${at(us) * 6 + 3}" x2="${at(us) * 6 + 3}" y1="4" y2="56" stroke="${colour}"><title>${name}: ${us} µs</title></line>`;
  const ticks = ["1 µs", "10", "100", "1 ms", "10"].map((t, n) => `<text x="${Math.min(n * 96, 372)}" y="70" font-size="10" fill="#7d8796">${t}</text>`).join("");
  return `<p style="margin:.2em 0">worker ${w.worker}: ${w.sessions} sessions, load ${(w.load * 100).toFixed(1)} %, p50 ${w.p50.toFixed(0)}, p99 ${w.p99.toFixed(0)}, <b>p99.9 ${w.p999.toFixed(0)} µs</b>, late ${w.xruns} times</p>`
    + `<svg width="390" height="74">${bars.map((n, i) => `<rect x="${i * 6}" y="${56 - height(n)}" width="5" height="${height(n)}" fill="#6f9bd1"/>`).join("")}${mark(w.p999, "p99.9", "#b3261e")}${ticks}</svg>`;
}

function calls(state) {
  const figures = [["received", 1], ["lost", 1], ["late", 1], ["concealed_ms", 1], ["delay_ms", 1]];
  const head = [["call"], ["from → to"], ["state"], ["time", 1], ["leg"], ["codec in / out"], ["MOS over time"], ["received", 1], ["lost", 1], ["late", 1], ["concealed ms", 1], ["buffer ms", 1], ["jitter ms", 1], ["round trip ms", 1], ["sent", 1]];
  const time = s => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  const call = c => cell(c.id) + cell(`${c.from} → ${c.to}`) + `<td><span class="state ${c.state.replace(" ", "-")}">${safe(c.state)}</span></td>` + cell(time(c.seconds), 1);
  const leg = l => cell(l.party) + cell(l.codecs.join(" / ")) + mos(l.mos) + figures.map(([k]) => cell(l[k], 1)).join("")
    + cell(l.jitter_ms.toFixed(1), 1) + cell(l.round_trip_ms?.toFixed(1), 1) + cell(l.sent, 1);
  const row = (c, l, n) => `<tr class="${n ? "" : "first "}${l ? "leg" : ""} ${l?.session === chosen ? "chosen" : ""}" data-session="${l?.session ?? ""}">`
    + (n ? "<td colspan=4></td>" : call(c)) + (l ? leg(l) : "<td colspan=11></td>") + "</tr>";
  show("calls", rows(head, state.calls.flatMap(c => (c.legs.length ? c.legs : [null]).map((l, n) => row(c, l, n)))));
}

async function refresh() {
  const state = await (await fetch("/state")).json();
  const legs = state.calls.flatMap(c => c.legs), leg = legs.find(l => l.session === chosen) ?? legs[0];
  chosen = leg?.session ?? null;
  const tile = (name, value, bad) => `<div class="tile ${bad ? "bad" : ""}"><b>${safe(value)}</b><span class="muted">${name}</span></div>`;
  show("up", `up ${state.seconds} s · ${state.registered.length ? "registered: " + safe(state.registered.join(", ")) : "nobody has registered yet"}`);
  show("tiles", tile("calls", state.calls.length + state.more) + tile("sessions", state.sessions) + tile("datagrams in", state.received) + tile("out", state.sent)
    + tile("RTCP in / out", state.reports.join(" / ")) + tile("not sent", state.unsent, state.unsent) + tile("from strangers", state.foreign, state.foreign)
    + tile("lost egress", state.workers.reduce((n, w) => n + w.egress_dropped, 0)));
  show("more", state.more ? `the newest; ${state.more} more` : "");
  calls(state);
  show("rooms", rows([["number"], ["members"], ["talks"]], state.rooms.map(r => `<tr>${cell("*" + r.number)}${cell(r.members.join(", ") || "empty")}${cell(r.talks)}</tr>`)));
  show("workers", state.workers.map(histogram).join(""));
  if (leg) draw(leg); else { show("graph", ""); show("which", "none"); }
}
document.getElementById("calls").addEventListener("click", event => { chosen = event.target.closest("tr")?.dataset.session || chosen; refresh(); });
refresh().finally(() => setInterval(refresh, 1000));
