// ---- the legend and the filters

/** Publication dates by day, month or year, whichever gives not too many. */
const bins = (() => {
  const day = (date) => `${date}-01-01`.slice(0, 10);
  const dates = data.dates.filter((date) => !Number.isNaN(Date.parse(day(date)))).map(day).sort();
  if (!dates.length) return { list: [], of: () => null };
  const [first, last] = [dates[0], dates.at(-1)].map((date) => new Date(date));
  const days = (last - first) / 864e5;
  const length = days <= 124 ? 10 : days <= 6 * 366 ? 7 : 4;
  const list = [];
  for (const at = new Date(`${first.toISOString().slice(0, length)}-01-01`.slice(0, 10)); at <= last;) {
    list.push(at.toISOString().slice(0, length));
    if (length === 10) at.setUTCDate(at.getUTCDate() + 1);
    else at.setUTCMonth(at.getUTCMonth() + (length === 7 ? 1 : 12));
  }
  const index = new Map(list.map((bin, i) => [bin, i]));
  return { list, of: (date) => (date ? index.get(day(date).slice(0, length)) ?? null : null) };
})();

const countBy = (list, key) => new Map([...groupBy(list, (item) => item[key])].map(([name, items]) => [name, items.length]));
const counts = { types: countBy(nodes, "type"), relations: countBy(edges, "relation") };

/** Changes filters, and draws what they leave. */
let waiting = 0;
function filterBy(change) {
  Object.assign(filters, change);
  legend();
  controls();
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(() => {
    draw();
    if (focus.kind === "path") read();
  });
}

function legend() {
  for (const [group, name] of [["types", "type"], ["relations", "relation"]]) {
    const held = document.activeElement?.dataset?.key;
    $(group).replaceChildren(...data[group].map((key) => el("li", {}, el("button", {
      type: "button", "aria-pressed": String(!filters[group].has(key)), "data-key": key,
      onclick: () => {
        const off = new Set(filters[group]);
        if (!off.delete(key)) off.add(key);
        filterBy({ [group]: off });
      },
    }, group === "types" ? mark(key) : null, t(name, key), el("b", {}, amount(counts[group].get(key)))))));
    if (held) $(group).querySelector(`[data-key="${held}"]`)?.focus();
  }
}

/** The filters that are not the legend: their values, and what they say. */
function controls() {
  const last = Math.max(0, bins.list.length - 1);
  const to = Math.min(filters.to, last);
  $("time").hidden = bins.list.length < 2;
  const values = { from: filters.from, to, confidence: filters.confidence, sources: filters.sources, degree: filters.degree };
  const texts = { from: bins.list[filters.from], to: bins.list[to], confidence: (filters.confidence / 100).toFixed(2) };
  for (const [id, value] of Object.entries(values)) {
    $(id).value = value;
    $(id).setAttribute("aria-valuetext", texts[id] ?? String(value));
    const output = $(`${id}-value`);
    if (output) output.textContent = texts[id] ?? `≥ ${value}`;
  }
  $("period").textContent = last ? `${bins.list[filters.from]} – ${bins.list[to]}` : "";
  [...$("histogram").children].forEach((bar, i) => bar.setAttribute("class", filters.from <= i && i <= to ? "in" : "out"));
  $("straight").checked = filters.straight;
  $("limit").value = String(filters.limit);
  if (document.activeElement !== $("doc")) $("doc").value = filters.doc;
}

function setUpFilters() {
  const heights = new Array(bins.list.length).fill(0);
  for (const edge of edges) for (const date of edge.dates) if (bins.of(date) !== null) heights[bins.of(date)] += 1;
  const most = Math.max(1, ...heights);
  $("histogram").setAttribute("viewBox", `0 0 ${Math.max(1, bins.list.length)} 40`);
  $("histogram").append(...heights.map((height, i) => svg("rect", {
    x: i + 0.08, width: 0.84, y: 40 - (height ? Math.max(2, (38 * height) / most) : 0), height: 40,
  }, svg("title", {}, `${bins.list[i]}: ${height}`))));
  for (const id of ["from", "to"]) $(id).max = Math.max(0, bins.list.length - 1);
  $("sources").max = Math.min(20, Math.max(1, ...edges.map((edge) => edge.sources)));
  $("degree").max = Math.min(50, Math.max(1, ...nodes.map((node) => node.degree)));
  const limits = [200, 500, 1500, 3000, 5000].filter((limit) => limit < nodes.length || limit === data.first);
  $("limit").append(...limits.map((limit) => el("option", { value: limit }, amount(limit))));
  $("limit").parentElement.hidden = nodes.length <= 200;
  for (const id of ["from", "to", "confidence", "sources", "degree"]) {
    $(id).addEventListener("input", () => {
      const value = Number($(id).value);
      const other = { from: { to: Math.max(value, filters.to) }, to: { from: Math.min(value, filters.from) } }[id];
      filterBy({ ...other, [id]: value });
    });
  }
  $("doc").addEventListener("input", () => filterBy({ doc: $("doc").value.trim().toLowerCase() }));
  $("straight").addEventListener("change", () => filterBy({ straight: $("straight").checked }));
  $("limit").addEventListener("change", () => filterBy({ limit: Number($("limit").value) }));
  $("all").addEventListener("click", () => filterBy({ relations: new Set() }));
  $("none").addEventListener("click", () => filterBy({ relations: new Set(data.relations) }));
  $("reset").addEventListener("click", () => filterBy(noFilters()));
}

