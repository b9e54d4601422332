// usage: node read.mjs FILE.graphml|FILE.gexf|FILE.json — what graphology reads, as JSON.
import { readFileSync } from "node:fs";
import { DOMParser } from "@xmldom/xmldom";
import graphology from "graphology";
import gexf from "graphology-gexf/node/index.js";
import graphml from "graphology-graphml/node/index.js";

globalThis.DOMParser = DOMParser;
const path = process.argv[2];
const text = readFileSync(path, "utf-8");
const Graph = graphology.MultiGraph; // the stricter MultiDirectedGraph refuses a GEXF without edges
const read = {
  gexf: () => gexf.parse(Graph, text),
  graphml: () => graphml.parse(Graph, text),
  json: () => graphology.MultiDirectedGraph.from(JSON.parse(text)),
};
const graph = read[path.split(".").pop()]();
console.log(JSON.stringify({
  nodes: Object.fromEntries(graph.mapNodes((key, attributes) => [key, attributes])),
  edges: graph.mapEdges((key, attributes, source, target) => ({ key, source, target, ...attributes })),
}));
