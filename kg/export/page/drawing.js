// ---- the picture

const nodeSet = new vis.DataSet();
const edgeSet = new vis.DataSet();
const MAX_LABELS = 260;
const FONT = getComputedStyle(document.body).fontFamily;
let paint = {};
const network = new vis.Network($("graph"), { nodes: nodeSet, edges: edgeSet }, data.looks.options);
const frame = $("graph").firstElementChild; // what vis lets the keyboard reach

/** Reads the colours of the style sheet's theme, which a canvas does not follow by itself. */
function theme(name) {
  document.documentElement.dataset.theme = name;
  const style = getComputedStyle(document.documentElement);
  paint = Object.fromEntries(["ink", "soft", "halo", "edge", "bright", "stage"].map((key) => [key, style.getPropertyValue(`--${key}`).trim()]));
  const groups = Object.fromEntries(Object.entries(data.looks.types).map(([type, { color, shape }]) => {
    const plain = { background: color, border: name === "dark" ? "#11161c" : "#4a4a4a" };
    const chosen = { background: color, border: paint.ink };
    return [type, { shape, color: { ...plain, highlight: chosen, hover: chosen } }];
  }));
  network.setOptions({ groups });
  nodeSet.clear();
  edgeSet.clear();
  drawn = new Map();
  draw();
}

/** Bends the edges of one pair apart; "clockwise" turns with the direction of the edge. */
function curves(list) {
  const found = new Map();
  const pairs = groupBy(list, ({ from, to }) => (from.i < to.i ? `${from.i} ${to.i}` : `${to.i} ${from.i}`));
  for (const group of pairs.values()) {
    group.forEach((edge, i) => {
      const bend = (i - (group.length - 1) / 2) * Math.min(0.3, 1.2 / group.length);
      const type = bend >= 0 === edge.from.i < edge.to.i ? "curvedCW" : "curvedCCW";
      found.set(edge, group.length > 1 ? { enabled: true, type, roundness: Math.abs(bend) } : false);
    });
  }
  return found;
}

let drawn = new Map(); // what vis holds, by key, as text: it is told of changes alone
function update(set, prefix, items) {
  const ids = new Set(items.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !ids.has(id)));
  set.update(items.filter((item) => {
    const [key, text] = [prefix + item.id, JSON.stringify(item)];
    if (set.get(item.id) && drawn.get(key) === text) return false;
    drawn.set(key, text);
    return true;
  }));
}

/** Draws what the filters and the focus leave; what is near the focus at full strength and the rest faintly. */
function draw() {
  shown = choose();
  const places = shown.places;
  update(nodeSet, "n", shown.nodes.map((node) => {
    const [x, y] = places.get(node);
    return { id: node.i, group: node.type, size: node.size, x: Math.round(x), y: Math.round(y) };
  }));
  const bends = curves(shown.edges);
  update(edgeSet, "e", shown.edges.map((edge) => ({
    id: edge.i, from: edge.from.i, to: edge.to.i, smooth: bends.get(edge), width: 1 + Math.min(4, Math.log2(edge.weight)),
  })));
  const ids = new Set([...shown.near].map((node) => node.i));
  const bright = new Set([...shown.bright].map((edge) => edge.i));
  for (const [id, node] of Object.entries(network.body.nodes)) node.options.opacity = ids.size && !ids.has(Number(id)) ? 0.14 : 1;
  const plain = { highlight: paint.bright, hover: paint.bright, inherit: false };
  for (const edge of Object.values(network.body.edges)) {
    const strong = bright.has(edge.id);
    edge.options.color = { ...plain, color: strong ? paint.bright : paint.edge, opacity: strong ? 1 : ids.size ? 0.12 : 0.75 };
  }
  const chosen = focus.kind === "node" ? [focus.node] : focus.kind === "path" ? [focus.from, focus.to] : [];
  network.setSelection({ nodes: chosen.filter((node) => places.has(node)).map((node) => node.i), edges: focus.kind === "edge" ? [focus.edge.i] : [] },
    { highlightEdges: false });
  network.redraw();
  says();
}

/** Moves the view so that nodes fill the stage, with room for their labels. */
function fit(list = shown.near.size ? [...shown.near] : shown.nodes, largest = 1.25) {
  if (!list.length) return;
  const at = list.map((node) => shown.places.get(node));
  const [xs, ys] = [at.map(([x]) => x), at.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const { clientWidth, clientHeight } = $("graph");
  const room = (size, span) => Math.max(60, size) / (span + 30);
  const margin = Math.min(list.length < 80 ? 170 : 100, clientWidth / 4);
  const scale = Math.min(largest, room(clientWidth - margin, right - left), room(clientHeight - 100, bottom - top));
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + 5 / scale }, scale });
}

// Labels are drawn here and not by vis: at their own size whatever the zoom, the best connected first, none over another;
// then those of the edges in focus, where there is room left.
const widths = new Map();
let hovered = null;
const place = (node) => ({ x: network.body.nodes[node.i].x, y: network.body.nodes[node.i].y });
/** Both ends of an edge as it is drawn, and the point that it bends towards. */
function course(edge) {
  const [from, to] = [place(edge.from), place(edge.to)];
  return { from, to, via: network.body.edges[edge.i].edgeType.getViaNode?.() ?? { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 } };
}
function labels() {
  const scale = network.getScale();
  const { clientWidth, clientHeight } = $("graph");
  const taken = new Set();
  const found = [];
  const put = (text, at, px, below, color) => {
    const dom = network.canvasToDOM(at);
    if (dom.x < 0 || dom.y < 0 || dom.x > clientWidth || dom.y > clientHeight) return;
    const half = (textWidth(text) * px) / 2 + 3;
    const top = dom.y + below * scale;
    const cells = [];
    for (let y = Math.floor(top / 8); y <= (top + px + 2) / 8; y += 1) {
      for (let x = Math.floor((dom.x - half) / 12); x <= (dom.x + half) / 12; x += 1) cells.push(x * 10007 + y);
    }
    if (cells.some((cell) => taken.has(cell))) return;
    for (const cell of cells) taken.add(cell);
    found.push({ text, px, x: at.x, y: at.y + below, color });
  };
  const ends = [...(hovered ? [hovered] : []), ...(focus.kind === "node" ? [focus.node] : focus.kind === "path" ? [focus.from, focus.to] : [])];
  const list = shown.near.size ? [...shown.near] : shown.nodes;
  for (const node of [...ends, ...list.filter((one) => !ends.includes(one)).sort((a, b) => b.degree - a.degree || a.i - b.i)]) {
    if (found.length >= MAX_LABELS) break;
    if (!network.body.nodes[node.i]) continue;
    const text = scale < 0.6 && node.label.length > 12 ? `${node.label.slice(0, 11)}…` : node.label;
    put(text, place(node), Math.min(15, 11 + Math.sqrt(node.degree) * 0.6), node.size + 3 / scale, paint.ink);
  }
  for (const edge of shown.edges) {
    if (!network.body.edges[edge.i] || !(shown.bright.has(edge) || (edge.name && shown.edges.length < 80))) continue;
    const { from, to, via } = course(edge);
    put(relationName(edge), { x: (from.x + 2 * via.x + to.x) / 4, y: (from.y + 2 * via.y + to.y) / 4 }, 11, -7 / scale, paint.soft);
  }
  return found;
}
function textWidth(text) {
  if (!widths.has(text)) {
    const context = network.canvas.getContext();
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.font = `100px ${FONT}`;
    widths.set(text, context.measureText(text).width / 100);
    context.restore();
  }
  return widths.get(text);
}
network.on("afterDrawing", (context) => {
  const scale = network.getScale();
  context.save();
  Object.assign(context, { textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 3.5 / scale, strokeStyle: paint.halo });
  for (const { text, px, x, y, color } of labels()) {
    context.fillStyle = color;
    context.font = `${px / scale}px ${FONT}`;
    context.strokeText(text, x, y);
    context.fillText(text, x, y);
  }
  context.restore();
});

// ---- the picture by pointer and keyboard

const edgeByNumber = (id) => edges[id] ?? straightEdges.find((edge) => edge.i === id);
network.on("click", ({ nodes: [node], edges: [edge], event }) => {
  if (node !== undefined) (event.srcEvent.shiftKey && focus.kind === "node" ? goPath(focus.node, nodes[node]) : meet(nodes[node]));
  else if (edge !== undefined) go({ kind: "edge", edge: edgeByNumber(edge).held ?? edgeByNumber(edge) });
  else go({ kind: "all" });
});
function hover(node) {
  hovered = node;
  frame.style.cursor = node ? "pointer" : "default";
}
network.on("hoverNode", ({ node }) => hover(nodes[node]));
network.on("blurNode", () => hover(null));

/** The nearest node to the focus in a direction. */
function nextNode(dx, dy) {
  const start = focus.kind === "node" && shown.places.get(focus.node);
  const { x, y } = network.getViewPosition();
  const [sx, sy] = start || [x, y];
  let best = null;
  for (const node of shown.nodes) {
    const [ox, oy] = shown.places.get(node).map((value, i) => value - [sx, sy][i]);
    const ahead = ox * dx + oy * dy;
    const aside = Math.abs(ox * dy) + Math.abs(oy * dx);
    if (node === focus.node || (start && (ahead <= 0 || aside > ahead))) continue;
    const far = Math.hypot(ahead, 2 * aside);
    if (!best || far < best.far) best = { node, far };
  }
  return best?.node;
}
frame.addEventListener("keydown", (event) => {
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const scale = network.getScale();
  if (arrows[event.key] && event.shiftKey) {
    const { x, y } = network.getViewPosition();
    const [dx, dy] = arrows[event.key];
    network.moveTo({ position: { x: x + (dx * 80) / scale, y: y + (dy * 80) / scale } });
  } else if (arrows[event.key]) {
    const node = nextNode(...arrows[event.key]);
    if (node) go({ kind: "node", node, depth: focus.depth ?? 0 }, { still: true });
  } else if ("+=-".includes(event.key)) network.moveTo({ scale: scale * (event.key === "-" ? 0.8 : 1.25) });
  else return;
  event.preventDefault();
});

