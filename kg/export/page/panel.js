// ---- the panel: what is in focus, in words

const MANY = 25; // items of a list, before one asks for more
const AROUND = 40; // characters of a long quote around what it is quoted for
const show = (...children) => $("panel").replaceChildren(...children.flat(Infinity).filter((child) => child));
const heading = (...children) => el("h2", { tabindex: "-1" }, ...children);

/** A link to a focus: a click goes there, and it can be copied or opened in another window. */
function linkTo(place, ...children) {
  return el("a", { href: `#${hashOf(place)}`, onclick: (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(place, { read: true });
  } }, ...children);
}
const link = (node) => linkTo({ kind: "node", node, depth: focus.depth ?? 0 }, bdi(node.name));
const badge = (status) => (status ? el("span", { class: `badge ${status}` }, t("status", status)) : null);
const period = ({ start, end }) => (start || end ? el("span", { class: "soft" }, ` ${start ?? "…"} – ${end ?? "…"}`) : null);
const facts = (list) => el("dl", {}, list.filter(([, value]) => value).map(([key, value]) => [el("dt", {}, page(key)), el("dd", {}, value)]));
const kind = (type) => el("p", { class: "kind" }, mark(type), t("type", type));
const button = (key, onclick, more = {}) => el("button", { type: "button", onclick, ...more }, page(key));

/** A list that shows its first items, and the rest when asked. */
function listOf(items, draws) {
  const list = el("ul", {}, items.slice(0, MANY).map(draws));
  if (items.length > MANY) {
    const more = el("li", {}, el("button", { type: "button", onclick: () => { more.replaceWith(...items.slice(MANY).map(draws)); } },
      `${page("rest")} (${amount(items.length - MANY)})`));
    list.append(more);
  }
  return list;
}

/** A quote with the words of both ends marked, and where it stands; a long one is cut around them unless wanted in full. */
function quote(said, full = false) {
  const { text, file, title, published, subject, object, rule, confidence } = evidence(said);
  const characters = Array.from(text);
  const spans = [[subject, "s"], [object, "o"]].filter(([span]) => span).sort(([a], [b]) => a[0] - b[0]);
  const cut = !full && characters.length > 3 * AROUND;
  const begin = cut ? Math.max(0, (spans[0]?.[0][0] ?? 0) - AROUND) : 0;
  const end = cut ? Math.max(begin + 2 * AROUND, (spans.at(-1)?.[0][1] ?? 0) + AROUND) : characters.length;
  const parts = [begin ? "…" : ""];
  let at = begin;
  for (const [[first, last], role] of spans) {
    if (first < at) continue;
    parts.push(characters.slice(at, first).join(""), el("mark", { class: role }, characters.slice(first, last).join("")));
    at = last;
  }
  parts.push(characters.slice(at, end).join(""), end < characters.length ? "…" : "");
  return el("blockquote", {}, parts, el("footer", {}, title ? [bdi(title), " · "] : null, bdi(file), published ? ` · ${published}` : "",
    full ? el("span", { class: "rule" }, `${page("rule")} ${rule} · ${page("confidence")} ${confidence.toFixed(2)}`) : null));
}
const quotes = (edge, full) => [
  ...edge.said.map((said) => quote(said, full)), edge.more ? el("p", { class: "soft" }, `+ ${amount(edge.more)} ${page("more")}`) : null,
];

function relationItem(node, edge) {
  const other = otherEnd(edge, node);
  const body = edge.relation === "holds_post" && edge.from === node ? nodes[other.organization] : null;
  const details = el("details", { ontoggle: () => details.childElementCount > 1 || details.append(...quotes(edge).filter(Boolean)) },
    el("summary", {}, edge.weight > 1 ? `${page("evidence")} (${edge.weight})` : page("evidence")));
  return el("li", {},
    el("div", { class: "head" }, el("div", {}, link(other), badge(edge.status)), edge.dates.length ? el("time", { class: "soft" }, edge.dates.at(-1)) : null),
    body || edge.start || edge.end ? el("div", { class: "soft" }, body ? link(body) : null, period(edge)) : null,
    el("div", { class: "claim" }, linkTo({ kind: "edge", edge }, page("details")), details));
}

/** How far around a node the picture goes, and the way to another node. */
function tools(node) {
  const depth = (value, text) => el("button", {
    type: "button", "aria-pressed": String(focus.depth === value), onclick: () => { go({ kind: "node", node, depth: value }); pressed($("panel"), "[aria-pressed=true]"); },
  }, text);
  return [
    el("div", { class: "tools", role: "group", "aria-label": page("depth") },
      el("span", { class: "soft" }, page("depth")), depth(0, page("everything")), [1, 2, 3].map((value) => depth(value, String(value)))),
    el("div", { class: "tools" }, button("pathfrom", () => pickPath(node), { id: "pick" })),
  ];
}
const pressed = (root, selector) => root.querySelector(selector)?.focus();

function pickPath(node) {
  picking = node;
  const input = el("input", { type: "search", id: "target", autocomplete: "off", spellcheck: "false", placeholder: page("pathto"), "aria-label": page("pathto") });
  const list = el("ul", { class: "results", hidden: "" });
  $("pick").replaceWith(el("div", { class: "finder" }, input, list));
  finder(input, list, (found) => goPath(node, found));
  input.focus();
}

function showNode(node) {
  const groups = groupBy(node.edges, (edge) => t(edge.from === node ? "relation" : "inverse", edge.relation));
  const order = (edge) => data.relations.indexOf(edge.relation);
  const latest = (edge) => edge.dates.at(-1) ?? "";
  const sections = [...groups].sort(([, [a]], [, [b]]) => order(a) - order(b));
  const organization = nodes[node.organization] ? link(nodes[node.organization]) : node.organization;
  show(
    heading(bdi(node.name)), kind(node.type), node.unresolved ? el("p", { class: "badge" }, page("unresolved")) : null, tools(node),
    facts([
      ["aliases", node.aliases.length ? node.aliases.map((alias, i) => [i ? "、" : "", bdi(alias)]) : null],
      ["organization", organization], ["home", node.home], ["source", node.doc], ["published", node.published],
    ]),
    sections.map(([title, list]) => [
      el("h3", {}, `${title} · ${list.length}`),
      listOf(list.sort((a, b) => latest(b).localeCompare(latest(a)) || b.weight - a.weight), (edge) => relationItem(node, edge)),
    ]),
    node.left_out ? el("p", { class: "soft" }, `${page("notshown")}: ${amount(node.left_out)}`) : null,
  );
}

function showEdge(edge) {
  const best = evidence(edge.said[0]);
  show(
    heading(el("mark", { class: "s" }, link(edge.from)), ` ${t("relation", edge.relation)} `, el("mark", { class: "o" }, link(edge.to))),
    facts([
      ["status", badge(edge.status)], ["period", period(edge)], ["confidence", best.confidence.toFixed(2)],
      ["rule", best.rule], ["sources", amount(edge.sources)],
    ]),
    el("h3", {}, `${page("evidence")} · ${amount(edge.weight)}`), quotes(edge, true),
  );
}

function showPath({ from, to, paths }) {
  show(
    heading(link(from), " — ", link(to)),
    paths.length ? el("p", { class: "soft" }, `${page("paths")}: ${paths.length} · ${page("steps")}: ${paths[0].length}`) : el("p", {}, page("nopath")),
    paths.map((path, n) => {
      let at = from;
      return [paths.length > 1 ? el("h3", {}, `${page("path")} ${n + 1}`) : null, el("ol", { class: "path" }, path.map((edge) => {
        const last = at;
        at = otherEnd(edge, at);
        const forward = edge.from === last;
        const claim = (edge.held ?? edge);
        return el("li", {}, el("div", {}, link(last), ` ${forward ? "" : "← "}`, linkTo({ kind: "edge", edge: claim }, relationName(edge)),
          ` ${forward ? "→ " : ""}`, link(at), badge(edge.status)), quote(claim.said[0]));
      }))];
    }),
  );
}

function showNothing() {
  const top = (type) => byDegree.filter((node) => node.type === type && node.degree).slice(0, 6);
  const lists = ["Initiative", "Person", "Organization", "Event"].map((type) => [type, top(type)]).filter(([, list]) => list.length);
  show(
    el("p", { class: "soft" }, nodes.length ? page("hint") : page("empty")),
    lists.map(([type, list]) => [
      el("h3", { class: "kind" }, mark(type), `${t("type", type)} · ${page("top")}`),
      el("ul", {}, list.map((node) => el("li", {}, link(node), el("span", { class: "soft" }, ` ${node.degree}`)))),
    ]),
  );
}

function read() {
  ({ node: () => showNode(focus.node), edge: () => showEdge(focus.edge), path: () => showPath(focus), all: showNothing })[focus.kind]();
}

