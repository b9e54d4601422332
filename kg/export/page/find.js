// ---- the search: by name, alias, pinyin and initials

const pinyin = new Map(Object.entries(data.pinyin));

/** What a name is found by: itself in lower case, its pinyin and its initials. */
function searchKeys(name) {
  const text = name.slice(0, 100).toLowerCase();
  const read = Array.from(text.matchAll(/[\u3400-\u9fff]+|[^\u3400-\u9fff]+/g), ([word]) => (
    pinyin.get(word)?.split(" ") ?? Array.from(word, (character) => pinyin.get(character) ?? character))).flat();
  return [text, read.join(""), read.map((syllable) => syllable[0]).join("")];
}
let searched = null; // [key, node], made when something is first searched for
function rank(query) {
  searched ??= nodes.flatMap((node) => [...new Set([node.name, ...node.aliases].flatMap(searchKeys))].map((key) => [key, node]));
  const best = new Map();
  for (const [key, node] of searched) {
    const at = key.indexOf(query);
    if (at < 0) continue;
    const score = (at ? 0 : 1) + query.length / key.length; // of two names that begin alike the shorter is the nearer
    if (score > (best.get(node) ?? 0)) best.set(node, score);
  }
  return [...best].sort(([one, a], [two, b]) => b - a || two.degree - one.degree || one.i - two.i).slice(0, 120).map(([node]) => node);
}

/** Makes an input a search box: the arrows choose, Enter takes, Escape closes. */
function finder(input, list, take) {
  let found = [];
  let chosen = 0;
  list.id ||= `${input.id}-results`;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-controls": list.id, "aria-expanded": "false", "aria-autocomplete": "list" })) input.setAttribute(name, value);
  list.setAttribute("role", "listbox");
  const option = (i) => $(`${list.id}-${i}`);
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const point = (index) => {
    option(chosen)?.setAttribute("aria-selected", "false");
    chosen = found.length ? (index + found.length) % found.length : 0;
    option(chosen)?.setAttribute("aria-selected", "true");
    option(chosen)?.scrollIntoView({ block: "nearest" });
    if (found.length) input.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    if (!found[index]) return;
    close();
    take(found[index]);
  };
  const search = () => {
    const query = input.value.trim().toLowerCase();
    const groups = groupBy(query ? rank(query) : [], (node) => node.type);
    const most = Math.max(6, Math.ceil(30 / groups.size)); // of each type, that all are seen
    for (const [type, group] of groups) groups.set(type, group.slice(0, most));
    found = [...groups.values()].flat();
    let i = 0;
    list.replaceChildren(...[...groups].map(([type, group]) => el("li", { role: "group", "aria-label": t("type", type) },
      el("span", { class: "kind", role: "presentation" }, t("type", type)),
      group.map((node) => {
        const index = i++;
        return el("div", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); choose(index); } },
          mark(node.type), bdi(node.name.slice(0, 80)), el("small", { class: "soft" }, hintOf(node)));
      }))));
    if (query && !found.length) list.append(el("li", { class: "soft" }, page("nothing")));
    list.hidden = !query;
    input.setAttribute("aria-expanded", String(Boolean(query)));
    point(0);
  };
  input.addEventListener("input", search);
  input.addEventListener("focus", () => input.value && search());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const keys = { ArrowDown: () => point(chosen + 1), ArrowUp: () => point(chosen - 1), Enter: () => choose(chosen), Escape: close };
    if (!keys[event.key] || (event.key === "Escape" && list.hidden)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
}

/** What tells a namesake from another: a post, or a place. */
function hintOf(node) {
  const post = node.edges.find((edge) => edge.relation === "holds_post" && edge.from === node);
  return post ? post.to.name.slice(0, 24) : node.home ?? "";
}

