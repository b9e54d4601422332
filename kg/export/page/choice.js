// ---- what is shown: by the filters, and by what is in focus

const noFilters = () => ({
  types: new Set(data.aside), relations: new Set(), from: 0, to: Infinity, confidence: 0, sources: 1,
  degree: Number(edges.length > 0), doc: "", straight: false, limit: data.first,
});
let filters = noFilters();
let focus = { kind: "all" }; // or node (with a depth, 0: in the whole graph), edge, path
let shown = { nodes: [], edges: [], near: new Set(), bright: new Set(), places: null, cut: 0 };
const MAX_NEAR = 200;
const MAX_PATHS = 6;

/** Whether a piece of evidence passes the filters of time, confidence and document. */
function passes(said) {
  const [text, doc, date] = data.quotes[said[0]];
  const time = bins.of(data.dates[date]);
  const [file, title] = data.docs[doc];
  return said[2] >= filters.confidence && (time === null ? filters.from === 0 && filters.to >= bins.list.length - 1
    : filters.from <= time && time <= filters.to)
    && (!filters.doc || file.toLowerCase().includes(filters.doc) || (title ?? "").toLowerCase().includes(filters.doc));
}

/** The edges that pass the filters. */
function keptEdges() {
  const all = filters.from === 0 && filters.to >= bins.list.length - 1 && !filters.confidence && !filters.doc;
  const open = (node) => !filters.types.has(node.type) && !(filters.straight && node.type === "Post");
  const list = filters.straight ? [...edges, ...straight()] : edges;
  return list.filter((edge) => {
    if (filters.relations.has(edge.relation) || !open(edge.from) || !open(edge.to)) return false;
    if (all) return edge.sources >= filters.sources;
    const left = edge.said.filter(passes);
    return left.length && (filters.sources < 2 || new Set(left.map(([quote]) => data.quotes[quote][1])).size >= filters.sources);
  });
}

const neighbours = (list) => {
  const found = new Map();
  for (const edge of list) {
    for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      if (!found.has(one)) found.set(one, []);
      found.get(one).push([other, edge]);
    }
  }
  return found;
};

/** Nodes by their steps from one, the best ranked first, until there are too many. */
function around(start, depth, near) {
  const steps = new Map([[start, 0]]);
  let wave = [start];
  let cut = 0;
  for (let step = 1; step <= depth; step += 1) {
    const next = new Map();
    for (const node of wave) {
      for (const [other] of near.get(node) ?? []) if (!steps.has(other) && !next.has(other)) next.set(other, node);
    }
    const list = [...next.keys()].sort((a, b) => a.i - b.i);
    const kept = list.slice(0, Math.max(0, MAX_NEAR * depth - steps.size));
    cut += list.length - kept.length;
    for (const node of kept) steps.set(node, step);
    wave = kept;
  }
  return { steps, cut };
}

/** All shortest paths, at most MAX_PATHS, the surest first; each is a list of edges. */
function shortestPaths(from, to, near) {
  const steps = new Map([[from, 0]]);
  let wave = [from];
  while (wave.length && !steps.has(to)) {
    const next = [];
    for (const node of wave) {
      for (const [other] of near.get(node) ?? []) {
        if (!steps.has(other)) { steps.set(other, steps.get(node) + 1); next.push(other); }
      }
    }
    wave = next;
  }
  if (!steps.has(to) || from === to) return [];
  const sure = (edge) => edge.said[0][2];
  const found = [];
  const back = (node, path) => {
    if (found.length >= MAX_PATHS * 20) return;
    if (node === from) found.push(path);
    const before = new Map(); // of parallel edges the surest
    for (const [other, edge] of near.get(node) ?? []) {
      if (steps.get(other) !== steps.get(node) - 1) continue;
      if (!before.has(other) || sure(edge) > sure(before.get(other))) before.set(other, edge);
    }
    for (const edge of before.values()) back(otherEnd(edge, node), [edge, ...path]);
  };
  back(to, []);
  const weakest = (path) => Math.min(...path.map(sure));
  return found.sort((a, b) => weakest(b) - weakest(a)).slice(0, MAX_PATHS);
}

/** What the filters and the focus leave, and where it stands. */
function choose() {
  const kept = keptEdges();
  const near = neighbours(kept);
  const degree = (node) => near.get(node)?.length ?? 0;
  const pick = (list, edgeList, more = {}) => ({ nodes: list, edges: edgeList, near: new Set(), bright: new Set(), places: null, cut: 0, ...more });
  const within = (list, set) => list.filter((edge) => set.has(edge.from) && set.has(edge.to));

  if (focus.kind === "path") {
    focus.paths = shortestPaths(focus.from, focus.to, near);
    const steps = new Map([[focus.from, 0]]);
    for (const path of focus.paths) {
      let at = focus.from;
      path.forEach((edge, n) => { at = otherEnd(edge, at); steps.set(at, n + 1); });
    }
    if (!steps.has(focus.to)) steps.set(focus.to, 1);
    const used = new Set(focus.paths.flat());
    return pick([...steps.keys()], [...used], { bright: used, places: inColumns(steps) });
  }
  if (focus.kind === "node" && focus.depth) {
    const { steps, cut } = around(focus.node, focus.depth, near);
    const list = within(kept, new Set(steps.keys()));
    const bright = new Set(list.filter((edge) => edge.from === focus.node || edge.to === focus.node));
    return pick([...steps.keys()], list, { bright, places: inRings(focus.node, steps, list), cut });
  }
  const fits = nodes.filter((node) => !filters.types.has(node.type) && !(filters.straight && node.type === "Post") && degree(node) >= filters.degree);
  let base = fits.slice(0, filters.limit);
  if (filters.degree) { // of a large graph, not those of the first that are tied to none of them
    const first = new Set(base);
    base = base.filter((node) => near.get(node).some(([other]) => first.has(other)));
  }
  const more = { cut: fits.length - base.length };
  if (focus.kind === "node") {
    const own = (near.get(focus.node) ?? []).slice(0, MAX_NEAR);
    more.near = new Set([focus.node, ...own.map(([other]) => other)]);
    more.bright = new Set(own.map(([, edge]) => edge));
  } else if (focus.kind === "edge") {
    more.near = new Set([focus.edge.from, focus.edge.to]);
    more.bright = new Set([focus.edge]);
  }
  const all = new Set([...base, ...(more.near ?? [])]);
  return pick([...all], [...new Set([...within(kept, all), ...(more.bright ?? [])])], { ...more, places: inPlace([...all]) });
}

