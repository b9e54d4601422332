"use strict";
// Names, quotes and file names come from the web: they reach the page as text nodes and canvas text only.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = new Map(data.nodes.map((node) => [node.id, node]));
  const edgeById = new Map(data.edges.map((edge) => [edge.id, edge]));
  const edgesOf = new Map(data.nodes.map((node) => [node.id, []]));
  for (const edge of data.edges) {
    edgesOf.get(edge.from).push(edge);
    if (edge.to !== edge.from) edgesOf.get(edge.to).push(edge);
  }
  const off = { types: new Set(data.hidden), relations: new Set() };
  let forced = new Set(); // what is shown although its type is not: the selection
  let language = (navigator.language || "zh").startsWith("zh") ? "zh" : "en";
  let strong = new Set(); // nodes near the selection
  let labelled = new Set(); // edges of the selection
  let redraw = () => showNothing();
  const MAX_LABELS = 260;
  const FONT = getComputedStyle(document.body).fontFamily;

  const $ = (id) => document.getElementById(id);
  const t = (kind, key) => data.labels[language][kind]?.[key] ?? key;
  const page = (key) => t("page", key);

  /** An element; every value is set as text or as a plain attribute, never parsed. */
  function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Text whose direction cannot spill over to its neighbours. */
  const bdi = (text) => el("bdi", {}, text);

  const paths = {
    dot: "M8 2a6 6 0 1 0 .01 0z", square: "M2.5 2.5h11v11h-11z", diamond: "M8 1l7 7-7 7-7-7z", triangle: "M8 1.5l7 12.5H1z",
    triangleDown: "M8 14.5L1 2h14z", hexagon: "M4.5 2h7L15 8l-3.5 6h-7L1 8z",
    star: "M8 .8l2.1 4.9 5.3.4-4 3.5 1.2 5.2L8 12l-4.6 2.8 1.2-5.2-4-3.5 5.3-.4z",
  };
  function mark(type) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", "mark");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", paths[data.looks[type].shape]);
    path.setAttribute("fill", data.looks[type].color);
    path.setAttribute("stroke", "#4a4a4a");
    svg.append(path);
    return svg;
  }

  // ---- the graph

  const nodes = new vis.DataSet(data.nodes.map(({ name, label, keys, info, resolved, degree, left_out, ...node }) => node));
  const edges = new vis.DataSet(data.edges.map(({ evidence, start, end, status, weight, sources, ...edge }) => edge));
  const shows = (id) => !off.types.has(byId.get(id).group) || forced.has(id);
  const nodeView = new vis.DataView(nodes, { filter: (node) => shows(node.id) });
  const edgeView = new vis.DataView(edges, {
    filter: (edge) => !off.relations.has(edge.relation) && shows(edge.from) && shows(edge.to),
  });
  const network = new vis.Network($("graph"), { nodes: nodeView, edges: edgeView }, data.options);
  const fit = () => {
    network.fit({ animation: false });
    network.moveTo({ scale: network.getScale() * 0.93 }); // labels stand out beyond the nodes
  };
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) openNode(node);
    else if (edge !== undefined) openEdge(edge);
    else open(new Set(), null, showNothing);
  });
  network.on("hoverNode", () => { $("graph").style.cursor = "pointer"; });
  network.on("blurNode", () => { $("graph").style.cursor = "default"; });

  function refresh() {
    nodeView.refresh();
    edgeView.refresh();
  }

  /** Draw what is near the selection at full strength and the rest faintly. */
  function emphasize(near, bright) {
    const changed = [...labelled, ...bright].map((id) => ({ id, label: bright.has(id) ? t("relation", edgeById.get(id).relation) : " " }));
    strong = near;
    labelled = bright;
    edges.update(changed);
    // Setting the drawn objects directly: a DataSet tells all its views of every change, a second for 3,000 nodes.
    const plain = data.options.edges.color;
    const colors = { bright: { ...plain, color: "#52606d" }, faint: { ...plain, opacity: near.size ? 0.1 : plain.opacity } };
    for (const node of Object.values(network.body.nodes)) node.options.opacity = near.size && !near.has(node.id) ? 0.16 : 1;
    for (const edge of Object.values(network.body.edges)) edge.options.color = bright.has(edge.id) ? colors.bright : colors.faint;
    network.redraw();
  }

  // Labels are drawn here and not by vis: at their own size whatever the zoom, the best connected first, none over another.
  const byDegree = [...data.nodes].sort((a, b) => b.degree - a.degree);
  const widths = new Map();
  network.on("afterDrawing", (context) => {
    const scale = network.getScale();
    const { width, height } = $("graph").getBoundingClientRect();
    const taken = new Map();
    const drawn = [...byDegree.filter(({ id }) => strong.has(id)), ...(strong.size ? [] : byDegree)];
    let left = MAX_LABELS;
    context.save();
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const node of drawn) {
      if (!left) break;
      const at = network.body.nodes[node.id];
      if (!at) continue;
      const dom = network.canvasToDOM({ x: at.x, y: at.y });
      if (dom.x < 0 || dom.y < 0 || dom.x > width || dom.y > height) continue;
      const px = Math.min(15, 11 + Math.sqrt(node.degree) * 0.6);
      const text = scale < 0.6 && node.label.length > 12 ? `${node.label.slice(0, 11)}…` : node.label;
      context.font = `${px / scale}px ${FONT}`;
      if (!widths.has(text)) widths.set(text, context.measureText(text).width * scale + 10);
      const half = widths.get(text) / 2;
      const top = dom.y + node.size * scale + 2;
      const cells = [];
      for (let y = Math.floor(top / 9); y <= (top + px + 4) / 9; y += 1) {
        for (let x = Math.floor((dom.x - half) / 14); x <= (dom.x + half) / 14; x += 1) cells.push(`${x},${y}`);
      }
      if (cells.some((cell) => taken.has(cell))) continue;
      for (const cell of cells) taken.set(cell, true);
      left -= 1;
      context.lineWidth = 3 / scale;
      context.strokeStyle = "rgba(255,255,255,0.92)";
      context.strokeText(text, at.x, at.y + node.size + 2 / scale);
      context.fillStyle = "#1d2733";
      context.fillText(text, at.x, at.y + node.size + 2 / scale);
    }
    context.restore();
  });

  function open(near, bright, draw) {
    forced = near;
    redraw = draw;
    refresh();
    emphasize(near, bright ?? new Set());
    draw();
    $("panel").scrollTop = 0;
  }

  function openNode(id, move = false) {
    const own = edgesOf.get(id);
    const visible = own.filter((edge) => !off.relations.has(edge.relation));
    const other = (edge) => (edge.from === id ? edge.to : edge.from);
    const near = new Set([id, ...visible.map(other).filter((end) => !off.types.has(byId.get(end).group))]);
    open(near, new Set(visible.map((edge) => edge.id)), () => showNode(byId.get(id), own));
    network.selectNodes([id], false);
    if (move) network.fit({ nodes: [...near], minZoomLevel: 0.35, maxZoomLevel: 1.3, animation: { duration: 350 } });
  }

  function openEdge(id) {
    const edge = edgeById.get(id);
    open(new Set([edge.from, edge.to]), new Set([id]), () => showEdge(edge));
    network.setSelection({ nodes: [], edges: edgeView.get(id) ? [id] : [] });
  }

  // ---- the panel

  const show = (...children) => $("panel").replaceChildren(...children.flat(Infinity).filter((child) => child));
  const link = (id, text) => el("button", { class: "link", onclick: () => openNode(id, true) }, bdi(text ?? byId.get(id).name));
  const badge = (status) => (status ? el("span", { class: `badge ${status}` }, t("status", status)) : null);
  const period = ({ start, end }) => (start || end ? el("span", { class: "soft" }, ` ${start ?? "…"} – ${end ?? "…"}`) : null);
  const facts = (rows) => el("dl", {}, rows.filter(([, value]) => value).map(([key, value]) => [el("dt", {}, key), el("dd", {}, value)]));
  const kind = (type) => el("p", { class: "kind" }, mark(type), t("type", type));

  /** A quote with the words of both ends marked; offsets count code points. */
  function quote(evidence) {
    const { text, doc, published } = data.quotes[evidence.q];
    const characters = Array.from(text);
    const spans = ["s", "o"].filter((end) => evidence[end]).map((end) => [...evidence[end], end]).sort((a, b) => a[0] - b[0]);
    const parts = [];
    let at = 0;
    for (const [first, last, end] of spans) {
      if (first < at) continue;
      parts.push(characters.slice(at, first).join(""), el("mark", { class: end }, characters.slice(first, last).join("")));
      at = last;
    }
    parts.push(characters.slice(at).join(""));
    return el("blockquote", {}, parts, el("footer", {}, bdi(doc), published ? ` · ${published}` : ""));
  }

  function quotes(edge) {
    const more = edge.weight - edge.evidence.length;
    return [...edge.evidence.map(quote), more > 0 ? el("p", { class: "soft" }, `+ ${more} ${page("more")}`) : null];
  }

  function relationItem(id, edge) {
    const other = edge.from === id ? edge.to : edge.from;
    const organization = byId.get(other).info.organization;
    const body = edge.relation === "holds_post" && edge.from === id && byId.has(organization) ? link(organization) : null;
    const label = edge.weight > 1 ? `${page("evidence")} (${edge.weight})` : page("evidence");
    const details = el("details", { ontoggle: () => details.childElementCount > 1 || details.append(...quotes(edge).filter(Boolean)) },
      el("summary", {}, label, " ", el("button", { class: "link", onclick: () => openEdge(edge.id), "aria-label": page("details") }, "↗")));
    return el("li", {}, link(other), badge(edge.status), period(edge), body ? el("div", { class: "soft" }, body) : null, details);
  }

  function showNode(node, own) {
    const { info } = node;
    const groups = new Map();
    for (const edge of own) {
      const title = edge.from === node.id ? t("relation", edge.relation) : t("inverse", edge.relation);
      groups.set(title, [...(groups.get(title) ?? []), edge]);
    }
    const organization = info.organization && byId.has(info.organization) ? link(info.organization) : info.organization;
    const order = (edge) => data.relations.indexOf(edge.relation);
    const sections = [...groups].sort((a, b) => order(a[1][0]) - order(b[1][0]));
    show(
      el("h2", {}, bdi(node.name)), kind(node.group),
      node.resolved ? null : el("p", { class: "badge" }, page("unresolved")),
      facts([
        [page("aliases"), (info.aliases ?? []).length ? info.aliases.map((alias, i) => [i ? "、" : "", bdi(alias)]) : null],
        [page("organization"), organization], [page("home"), info.home], [page("source"), info.doc], [page("published"), info.published],
      ]),
      sections.map(([title, list]) => [el("h3", {}, `${title} · ${list.length}`), el("ul", {}, list.map((edge) => relationItem(node.id, edge)))]),
      node.left_out ? el("p", { class: "soft" }, `${page("notshown")}: ${node.left_out}`) : null,
    );
  }

  function showEdge(edge) {
    const best = edge.evidence[0];
    show(
      el("h2", {}, el("mark", { class: "s" }, link(edge.from)), ` ${t("relation", edge.relation)} `, el("mark", { class: "o" }, link(edge.to))),
      facts([
        [page("status"), badge(edge.status)], [page("period"), period(edge)], [page("confidence"), best.confidence.toFixed(2)],
        [page("rule"), best.rule], [page("sources"), String(edge.sources)],
      ]),
      el("h3", {}, `${page("evidence")} · ${edge.weight}`), quotes(edge),
    );
  }

  function showNothing() {
    const top = (type) => byDegree.filter((node) => node.group === type && node.degree).slice(0, 6);
    const lists = ["Initiative", "Person", "Organization", "Event"].map((type) => [type, top(type)]).filter(([, list]) => list.length);
    show(
      el("p", { class: "soft" }, data.nodes.length ? page("hint") : page("empty")),
      lists.map(([type, list]) => [
        el("h3", { class: "kind" }, mark(type), `${t("type", type)} · ${page("top")}`),
        el("ul", {}, list.map((node) => el("li", {}, link(node.id), el("span", { class: "soft" }, ` ${node.degree}`)))),
      ]),
    );
  }

  // ---- the search box

  let found = [];
  let chosen = 0;
  function rank(node, query) {
    let best = 0;
    for (const key of node.keys) {
      const share = query.length / key.length; // of two names that begin alike the shorter is the nearer
      if (key.startsWith(query)) best = Math.max(best, 1 + share);
      else if (key.includes(query)) best = Math.max(best, share);
    }
    return best;
  }
  function search() {
    const query = $("search").value.trim().toLowerCase();
    found = !query ? [] : data.nodes.map((node) => [rank(node, query), node]).filter(([score]) => score)
      .sort(([a, one], [b, two]) => b - a || two.degree - one.degree).slice(0, 40).map(([, node]) => node);
    chosen = 0;
    $("results").replaceChildren(...found.map((node, i) => el("li", { role: "option", id: `result-${i}`, onmousedown: () => choose(i) },
      mark(node.group), bdi(node.name.slice(0, 80)), el("small", { class: "soft" }, t("type", node.group)))));
    if (query && !found.length) $("results").append(el("li", { class: "soft" }, page("nothing")));
    $("results").hidden = !query;
    $("search").setAttribute("aria-expanded", String(Boolean(query)));
    point(0);
  }
  function point(index) {
    chosen = found.length ? (index + found.length) % found.length : 0;
    [...$("results").children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    if (found.length) {
      $("search").setAttribute("aria-activedescendant", `result-${chosen}`);
      $("results").children[chosen].scrollIntoView({ block: "nearest" });
    } else $("search").removeAttribute("aria-activedescendant");
  }
  function choose(index) {
    if (!found[index]) return;
    const { id } = found[index];
    closeResults();
    openNode(id, true);
  }
  function closeResults() {
    $("results").hidden = true;
    $("search").setAttribute("aria-expanded", "false");
  }
  $("search").addEventListener("input", search);
  $("search").addEventListener("focus", () => $("search").value && search());
  $("search").addEventListener("blur", closeResults);
  $("search").addEventListener("keydown", (event) => {
    const keys = { ArrowDown: () => point(chosen + 1), ArrowUp: () => point(chosen - 1), Enter: () => choose(chosen), Escape: closeResults };
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // ---- the legend and the words of the page

  const count = (list, key) => list.reduce((map, item) => map.set(item[key], (map.get(item[key]) ?? 0) + 1), new Map());
  const counts = { types: count(data.nodes, "group"), relations: count(data.edges, "relation") };
  function toggle(set, keys, hide) {
    for (const key of keys) if (hide) set.add(key); else set.delete(key);
    forced = new Set();
    network.unselectAll();
    refresh();
    emphasize(forced, forced);
    legend();
  }
  function legend() {
    for (const [group, name] of [["types", "type"], ["relations", "relation"]]) {
      $(group).replaceChildren(...data[group].map((key) => el("li", {}, el("button", {
        "aria-pressed": String(!off[group].has(key)), "data-key": key,
        onclick: () => { toggle(off[group], [key], !off[group].has(key)); $(group).querySelector(`[data-key="${key}"]`).focus(); },
      }, group === "types" ? mark(key) : null, t(name, key), el("b", {}, String(counts[group].get(key)))))));
    }
  }
  function words() {
    document.documentElement.lang = language;
    document.title = page("title");
    for (const element of document.querySelectorAll("[data-label]")) element.textContent = page(element.dataset.label);
    $("search").placeholder = page("search");
    $("search").setAttribute("aria-label", page("search"));
    const { documents, entities, statements, carried, dates } = data.counts;
    const number = (n, key) => el("span", {}, el("b", {}, n.toLocaleString("en")), ` ${page(key)}`);
    $("counts").replaceChildren(number(documents, "documents"), number(entities, "entities"), number(statements, "statements"),
      dates.length ? el("span", {}, dates[0] === dates[1] ? dates[0] : `${dates[0]} – ${dates[1]}`) : "");
    $("notice").textContent = carried < entities ? `${page("partial")} ${carried.toLocaleString("en")} / ${entities.toLocaleString("en")}` : "";
    legend();
    redraw();
  }
  $("fit").addEventListener("click", fit);
  $("all").addEventListener("click", () => toggle(off.relations, data.relations, false));
  $("none").addEventListener("click", () => toggle(off.relations, data.relations, true));
  $("language").addEventListener("click", () => { language = language === "zh" ? "en" : "zh"; words(); });
  words();
  fit();
})();
