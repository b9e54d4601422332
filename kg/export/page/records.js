// Names, quotes and file names come from the web: they reach the page as text nodes and canvas text only.

const data = JSON.parse(document.getElementById("data").textContent);

// ---- the records, which the page carries as columns

const rows = ({ ...columns }, count) => Array.from({ length: count }, (_, i) => {
  const row = { i };
  for (const name in columns) if (columns[name][i] !== undefined) row[name] = columns[name][i];
  return row;
});
const nodes = rows(data.nodes, data.nodes.id?.length ?? 0);
const edges = rows(data.edges, data.edges.from?.length ?? 0);
for (const node of nodes) {
  node.label ??= node.name;
  node.size *= data.looks.types[node.type].scale ?? 1;
  node.edges = [];
  node.aliases ??= [];
}
for (const edge of edges) {
  edge.from = nodes[edge.from];
  edge.to = nodes[edge.to];
  edge.weight = edge.said.length + (edge.more ?? 0);
  edge.dates = edge.said.map(([quote]) => data.dates[data.quotes[quote][2]]).filter(Boolean).sort();
  edge.sources ??= new Set(edge.said.map(([quote]) => data.quotes[quote][1])).size;
  edge.from.edges.push(edge);
  if (edge.to !== edge.from) edge.to.edges.push(edge);
}
function groupBy(list, key) {
  const groups = new Map();
  for (const item of list) {
    const name = key(item);
    if (groups.has(name)) groups.get(name).push(item);
    else groups.set(name, [item]);
  }
  return groups;
}
const otherEnd = (edge, node) => (edge.from === node ? edge.to : edge.from);
const byDegree = [...nodes].sort((a, b) => b.degree - a.degree || a.i - b.i);

/** One piece of evidence; offsets count code points within the quote. */
function evidence([quote, rule, confidence, s0, s1, o0, o1]) {
  const [text, doc, date] = data.quotes[quote];
  const [file, title] = data.docs[doc];
  return {
    text, file, title, published: data.dates[date], rule: data.rules[rule], confidence: confidence / 100,
    subject: s0 < 0 ? null : [s0, s1], object: o0 < 0 ? null : [o0, o1],
  };
}

/** A person's posts as edges straight to the bodies: made when first asked for. */
let straightEdges = null;
function straight() {
  straightEdges ??= edges.filter((edge) => edge.relation === "holds_post").flatMap((held) => held.to.edges
    .filter((edge) => edge.relation === "post_in" && edge.from === held.to)
    .map((edge, n) => ({ ...held, i: edges.length + held.i * 8 + (n % 8), to: edge.to, held, name: held.to.title ?? held.to.name })));
  return straightEdges;
}

// ---- words and elements

const $ = (id) => document.getElementById(id);
let language = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
const t = (kind, key) => data.labels[language][kind]?.[key] ?? key;
const page = (key) => t("page", key);
const relationName = (edge) => edge.name ?? t("relation", edge.relation);
const amount = (number) => number.toLocaleString("en");

/** An element; every value is set as text or as a plain attribute, never parsed. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}
function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Text whose direction cannot spill over to its neighbours. */
const bdi = (text) => el("bdi", {}, text);

const shapes = {
  dot: "M8 2a6 6 0 1 0 .01 0z", square: "M2.5 2.5h11v11h-11z", diamond: "M8 1l7 7-7 7-7-7z", triangle: "M8 1.5l7 12.5H1z",
  triangleDown: "M8 14.5L1 2h14z", hexagon: "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
  star: "M8 .8l2.1 4.9 5.3.4-4 3.5 1.2 5.2L8 12l-4.6 2.8 1.2-5.2-4-3.5 5.3-.4z",
};
const mark = (type) => svg("svg", { viewBox: "0 0 16 16", class: "mark", "aria-hidden": "true" },
  svg("path", { d: shapes[data.looks.types[type].shape], fill: data.looks.types[type].color, stroke: "#4a4a4a" }));

