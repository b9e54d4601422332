// ---- taking away what is shown

function download(name, type, ...parts) {
  const url = URL.createObjectURL(new Blob(parts, { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** The edges shown, one a line. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function csv() {
  const names = ["subject", "subject_type", "relation", "object", "object_type", "status", "start", "end", "published", "sources",
    "statements", "confidence", "rule", "document", "quote"];
  const lines = shown.edges.map((edge) => {
    const best = evidence(edge.said[0]);
    return [edge.from.name, edge.from.type, edge.held ? edge.name : edge.relation, edge.to.name, edge.to.type, edge.status, edge.start, edge.end,
      best.published, edge.sources, edge.weight, best.confidence.toFixed(2), best.rule, best.file, best.text];
  });
  const cell = (value) => `"${String(value ?? "").replace(/^(?=\s*[=+\-@＝＋－＠\t\r\n])/, "'").replaceAll('"', '""')}"`;
  return [names, ...lines].map((line) => line.map(cell).join(",")).join("\r\n");
}

const legal = (text) => text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Cs}]/gu, "\ufffd"); // in XML

/** The view as an SVG element: what the canvas shows, in the same places. */
function picture() {
  const scale = network.getScale();
  const { clientWidth: width, clientHeight: height } = $("graph");
  const { x: left, y: top } = network.DOMtoCanvas({ x: 0, y: 0 });
  const lines = shown.edges.map((edge) => {
    const { from, to, via } = course(edge);
    const far = Math.hypot(to.x - via.x, to.y - via.y) || 1;
    const end = { x: to.x + ((via.x - to.x) * edge.to.size) / far, y: to.y + ((via.y - to.y) * edge.to.size) / far };
    const { color, opacity } = network.body.edges[edge.i].options.color;
    return svg("path", {
      d: `M${from.x} ${from.y}Q${via.x} ${via.y} ${end.x} ${end.y}`, fill: "none", stroke: color, "stroke-opacity": opacity,
      "stroke-width": 1 + Math.min(4, Math.log2(edge.weight)), "marker-end": "url(#arrow)",
    }, svg("title", {}, legal(`${edge.from.name} ${relationName(edge)} ${edge.to.name}`)));
  });
  const marks = shown.nodes.map((node) => {
    const { x, y } = place(node);
    const { shape, color } = data.looks.types[node.type];
    const size = node.size / 6.5;
    return svg("path", {
      d: shapes[shape], transform: `translate(${x} ${y}) scale(${size}) translate(-8 -8)`, fill: color, stroke: "#4a4a4a",
      "stroke-width": 1 / size, opacity: shown.near.size && !shown.near.has(node) ? 0.14 : 1,
    }, svg("title", {}, legal(node.name)));
  });
  const words = labels().map(({ text, px, x, y, color }) => svg("text", {
    x, y, "font-size": px / scale, "text-anchor": "middle", "dominant-baseline": "text-before-edge", fill: color, stroke: paint.halo,
    "stroke-width": px / scale / 4, "stroke-linejoin": "round", "paint-order": "stroke",
  }, legal(text)));
  return svg("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `${left} ${top} ${width / scale} ${height / scale}`, "font-family": "sans-serif" },
    svg("defs", {}, svg("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 6, markerHeight: 6, markerUnits: "userSpaceOnUse", orient: "auto" },
      svg("path", { d: "M0 0L8 4L0 8z", fill: paint.edge }))),
    svg("rect", { x: left, y: top, width: width / scale, height: height / scale, fill: paint.stage }),
    ...lines, ...marks, ...words);
}

function png() {
  const source = $("graph").querySelector("canvas");
  const copy = el("canvas", { width: source.width, height: source.height });
  const context = copy.getContext("2d");
  context.fillStyle = paint.stage;
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(source, 0, 0);
  copy.toBlob((blob) => download("graph.png", "image/png", blob));
}

/** On paper the picture is drawn anew, in light colours, and every quote is there. */
function setUpPrinting() {
  let undo = [];
  window.addEventListener("beforeprint", () => {
    const before = shade();
    if (before !== "light") theme("light");
    const paper = picture();
    paper.setAttribute("class", "paper");
    $("stage").append(paper);
    undo = [() => paper.remove(), () => before !== "light" && theme(before)];
    for (const details of $("panel").querySelectorAll("details:not([open])")) {
      details.open = true;
      details.dispatchEvent(new Event("toggle")); // its own comes too late
      undo.push(() => { details.open = false; });
    }
  });
  window.addEventListener("afterprint", () => { for (const step of undo) step(); });
}

function setUpFiles() {
  $("png").addEventListener("click", png);
  $("svg").addEventListener("click", () => download("graph.svg", "image/svg+xml", new XMLSerializer().serializeToString(picture())));
  $("csv").addEventListener("click", () => download("graph.csv", "text/csv", "\ufeff", csv()));
  $("graphml").hidden = !data.graphml;
  if (data.graphml) $("graphml").setAttribute("href", data.graphml);
}

