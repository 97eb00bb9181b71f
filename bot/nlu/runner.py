"""Run a loaded model's graph in an order found once.

Rasa's own runner plans the graph anew at every message and hands it to dask, which costs more than what the nodes of a
light pipeline do. A loaded model's graph does not change, so here its order is found when it is first asked for.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any, Dict, List, Optional, Tuple

from rasa.core import processor
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage

Step = Tuple[str, GraphNode, Tuple[str, ...]]
"""A node's name, the node, and the names whose outputs it needs."""


class OrderedRunner(GraphRunner):
    """Calls the nodes that the targets need, each after those it needs itself."""

    def __init__(self, schema: GraphSchema, nodes: Dict[str, GraphNode]) -> None:
        self._schema = schema
        self._nodes = nodes
        self._plans: Dict[Tuple[str, ...], List[Step]] = {}

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Optional[List[GraphNodeHook]] = None,
    ) -> OrderedRunner:
        """A runner whose nodes are loaded, or are loaded when they run, as the schema says."""
        nodes = {
            name: GraphNode.from_schema_node(name, node, model_storage, execution_context, hooks)
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, nodes)

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """The outputs of `targets` (of the schema's own when none are named).

        Raises GraphRunError when an input is missing, GraphComponentException when a component fails.
        """
        wanted = tuple(targets or self._schema.target_names)
        found = dict(inputs or {})
        for name, node, needs in self._plan(wanted):
            _, found[name] = node(*[(need, found[need]) for need in needs if need in found])
        return {target: found[target] for target in wanted}

    def _plan(self, targets: Tuple[str, ...]) -> List[Step]:
        if targets not in self._plans:
            self._plans[targets] = self._planned(targets)
        return self._plans[targets]

    def _planned(self, targets: Tuple[str, ...]) -> List[Step]:
        needed = self._schema.minimal_graph_schema(list(targets)).nodes
        order = TopologicalSorter({name: node.needs.values() for name, node in needed.items()}).static_order()
        return [
            (name, self._nodes[name], tuple(needed[name].needs.values())) for name in order if name in needed
        ]  # the rest of the order are inputs


def install() -> None:
    """Use it for every model loaded from now on."""
    processor.DaskGraphRunner = OrderedRunner
