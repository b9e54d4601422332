// ---- where nodes stand: the build placed the first of them; the rest find room when they are shown

const CELL = 26;
const cellKey = (column, row) => column * 100003 + row;
const GOLDEN = Math.PI * (3 - Math.sqrt(5));

function inPlace(list) {
  const taken = new Set();
  const places = new Map();
  const turns = new Map();
  const span = (node, x, y) => {
    const wide = Math.ceil((node.size + 12) / CELL);
    const found = [];
    for (let dx = -wide; dx <= wide; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) found.push(cellKey(Math.round(x / CELL) + dx, Math.round(y / CELL) + dy));
    }
    return found;
  };
  for (const node of list) {
    if (!node.placed) continue;
    places.set(node, [node.x, node.y]);
    for (const cell of span(node, node.x, node.y)) taken.add(cell);
  }
  for (const node of list) {
    if (node.placed) continue;
    const start = cellKey(node.x, node.y);
    for (let turn = turns.get(start) ?? 0; ; turn += 1) {
      const radius = CELL * 1.2 * Math.sqrt(turn);
      const [x, y] = [node.x + Math.cos(turn * GOLDEN) * radius, node.y + Math.sin(turn * GOLDEN) * radius];
      const cells = span(node, x, y);
      if (cells.some((cell) => taken.has(cell))) continue;
      for (const cell of cells) taken.add(cell);
      places.set(node, [x, y]);
      turns.set(start, turn + 1);
      break;
    }
  }
  return places;
}

/** A node in the middle, its neighbours around it, theirs around those; each ring is ordered by the one within. */
function inRings(start, steps, list) {
  const near = neighbours(list);
  const children = new Map([...steps.keys()].map((node) => [node, []]));
  const order = [...steps.keys()].sort((a, b) => steps.get(a) - steps.get(b));
  for (const node of order) {
    const parent = (near.get(node) ?? []).map(([other]) => other).filter((other) => steps.get(other) === steps.get(node) - 1)
      .sort((a, b) => children.get(a).length - children.get(b).length || a.i - b.i)[0];
    if (parent) children.get(parent).push(node);
  }
  const kinds = (node) => data.types.indexOf(node.type);
  for (const group of children.values()) group.sort((a, b) => kinds(a) - kinds(b) || a.i - b.i);
  const leaves = new Map();
  for (const node of [...order].reverse()) {
    leaves.set(node, Math.max(1, children.get(node).reduce((sum, child) => sum + leaves.get(child), 0)));
  }
  const places = new Map();
  const depth = Math.max(...steps.values(), 1);
  const rings = [0];
  for (let step = 1; step <= depth; step += 1) {
    const count = order.filter((node) => steps.get(node) === step).length;
    rings.push(Math.max(rings[step - 1] + (step === 1 ? 190 : 130), (count * 50) / (2 * Math.PI)));
  }
  const put = (node, first, last, turn) => {
    const step = steps.get(node);
    const angle = (first + last) / 2;
    const crowded = leaves.get(start) > 24 ? (turn % 3) * 46 : 0;
    const radius = step ? rings[step] + crowded : 0;
    places.set(node, [Math.cos(angle) * radius * 1.25, Math.sin(angle) * radius]);
    let at = first;
    children.get(node).forEach((child, i) => {
      const share = ((last - first) * leaves.get(child)) / leaves.get(node);
      put(child, at, at + share, i);
      at += share;
    });
  };
  put(start, -Math.PI / 2, 1.5 * Math.PI, 0);
  return places;
}

/** Paths from left to right: a column a step. */
function inColumns(steps) {
  const places = new Map();
  const stagger = Math.max(...steps.values()) > 3 ? 70 : 0; // room for labels beside each other
  for (const [step, list] of groupBy([...steps.keys()], (node) => steps.get(node))) {
    list.forEach((node, i) => places.set(node, [step * 260, (i - (list.length - 1) / 2) * 120 + (step % 2) * stagger]));
  }
  return places;
}

