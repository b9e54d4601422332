// ---- where we are: the address names what is in focus

const clean = (id) => id.replace(/\p{Cs}/gu, "\ufffd"); // a lone surrogate cannot be part of an address
const byId = new Map(nodes.map((node) => [clean(node.id), node]));
function hashOf(place) {
  const id = (node) => encodeURIComponent(clean(node.id));
  if (place.kind === "node") return id(place.node) + (place.depth ? `&depth=${place.depth}` : "");
  if (place.kind === "path") return `${id(place.from)}&path=${id(place.to)}`;
  if (place.kind === "edge") return `${id(place.edge.from)}&${place.edge.relation}=${id(place.edge.to)}${place.edge.status ? `&status=${place.edge.status}` : ""}`;
  return "";
}
function placeOf(hash) {
  try {
    const [first, ...rest] = hash.replace(/^#/, "").split("&");
    const node = byId.get(decodeURIComponent(first));
    if (!node) return { kind: "all", unknown: first !== "" };
    const options = new Map(rest.map((part) => part.split("=").map(decodeURIComponent)));
    if (options.has("path") && byId.has(options.get("path"))) return { kind: "path", from: node, to: byId.get(options.get("path")) };
    const edge = node.edges.find((one) => one.from === node && options.get(one.relation) === clean(one.to.id) && (one.status ?? "") === (options.get("status") ?? ""));
    if (edge) return { kind: "edge", edge };
    return { kind: "node", node, depth: [1, 2, 3].find((depth) => String(depth) === options.get("depth")) ?? 0 };
  } catch {
    return { kind: "all", unknown: true };
  }
}

let picking = null; // the node from which a path is wanted
let [at, last] = [0, 0]; // how far we are in what can be gone back and forward
const address = document.URL.split("#")[0]; // in a notebook "#" alone would be the notebook's
function go(place, options = {}) {
  const hash = hashOf(place);
  if (hash !== hashOf(focus)) {
    at += 1;
    last = at;
    history.pushState({ at }, "", `${address}#${hash}`);
  }
  arrive(place, options);
}
const goPath = (from, to) => from !== to && go({ kind: "path", from, to }, { read: true });
function meet(node) {
  if (picking && picking !== node) goPath(picking, node);
  else go({ kind: "node", node, depth: focus.depth ?? 0 }, { still: true });
}
function arrive(place, { still = false, read: reading = false } = {}) {
  const apart = ({ kind, depth }) => kind === "path" || (kind === "node" && depth > 0);
  const before = focus;
  focus = place;
  picking = null;
  draw();
  read();
  $("panel").scrollTop = 0;
  if (apart(focus) || (apart(before) && focus.kind === "all")) fit();
  else if (focus.kind !== "all" && (!still || apart(before))) fit();
  if (reading) $("panel").querySelector("h2")?.focus();
  $("back").disabled = at === 0;
  $("forward").disabled = at === last;
}
window.addEventListener("popstate", ({ state }) => {
  if (state) at = state.at;
  else {
    at += 1;
    last = at;
    history.replaceState({ at }, "");
  }
  arrive(placeOf(location.hash));
});

// ---- the words of the page

/** What is shown, of how much. */
function says() {
  const parts = [`${amount(shown.nodes.length)} ${page("nodes")} · ${amount(shown.edges.length)} ${page("edges")}`];
  if (shown.cut) parts.push(`${page("cut")} ${amount(shown.cut)}`);
  if (nodes.length < data.counts.entities) parts.push(`${page("partial")} ${amount(nodes.length)} / ${amount(data.counts.entities)}`);
  if (focus.unknown) parts.push(page("unknown"));
  $("notice").textContent = parts.join(" · ");
  frame.setAttribute("aria-label", `${page("canvas")}: ${parts[0]}`);
}
function words() {
  document.documentElement.lang = language;
  document.title = page("title");
  for (const element of document.querySelectorAll("[data-label]")) element.textContent = page(element.dataset.label);
  for (const element of document.querySelectorAll("[data-name]")) {
    element.setAttribute("aria-label", page(element.dataset.name));
    if (element.type === "search") element.placeholder = page(element.dataset.name);
    else if (element.tagName === "BUTTON") element.title = page(element.dataset.name);
  }
  const { documents, entities, statements, dates } = data.counts;
  const number = (n, key) => el("span", {}, el("b", {}, amount(n)), ` ${page(key)}`);
  $("counts").replaceChildren(number(documents, "documents"), number(entities, "entities"), number(statements, "statements"),
    dates.length ? el("span", {}, dates[0] === dates[1] ? dates[0] : `${dates[0]} – ${dates[1]}`) : "",
    data.versions.kg ? el("span", {}, `kg ${data.versions.kg}`) : "");
  $("versions").replaceChildren(...Object.entries(data.versions).flatMap(([name, version]) => [el("dt", {}, name), el("dd", {}, version)]));
  legend();
  controls();
  draw();
  read();
}
const dark = matchMedia("(prefers-color-scheme: dark)");
const shade = () => document.documentElement.dataset.theme;

// ---- start

frame.setAttribute("role", "application");
finder($("search"), $("results"), (node) => go({ kind: "node", node, depth: 0 }, { read: true }));
const actions = {
  back: () => at > 0 && history.back(),
  forward: () => at < last && history.forward(),
  fit: () => fit(shown.nodes),
  theme: () => theme(shade() === "dark" ? "light" : "dark"),
  language: () => { language = language === "zh" ? "en" : "zh"; words(); },
  help: () => $("about").showModal(),
};
for (const [id, action] of Object.entries(actions)) $(id).addEventListener("click", action);
const keys = { "/": () => $("search").focus(), "[": actions.back, "]": actions.forward, f: actions.fit, d: actions.theme, l: actions.language, "?": actions.help };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("about").open) return;
  if (event.key === "Escape") {
    if ($("take").open) $("take").open = false;
    else if (picking) { picking = null; read(); pressed($("panel"), "#pick"); }
    else go({ kind: "all" });
  } else if (keys[event.key] && !event.target.matches("input:not([type=range], [type=checkbox]), select, textarea")) {
    event.preventDefault();
    keys[event.key]();
  }
});
$("take").addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !$("take").contains(relatedTarget)) $("take").open = false; });
let wide = innerWidth;
window.addEventListener("resize", () => { // a phone's height changes as one scrolls
  if (innerWidth !== wide) fit();
  wide = innerWidth;
});
dark.addEventListener("change", () => theme(dark.matches ? "dark" : "light"));
$("box").open = !matchMedia("(max-width: 860px)").matches;
history.replaceState({ at }, "");
setUpFilters();
setUpFiles();
setUpPrinting();
theme(dark.matches ? "dark" : "light");
words();
arrive(placeOf(location.hash));
fit();
