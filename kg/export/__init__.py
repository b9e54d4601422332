"""Forms in which other programs take the graph, one small file each."""
