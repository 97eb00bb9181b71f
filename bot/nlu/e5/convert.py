"""Writing the encoder as an int8 ONNX model, with the vocabulary cut down to what our languages use.

    python -m bot.nlu.e5.convert FOLDER        writes FOLDER/encoder.onnx and FOLDER/vocabulary.npz

Weights become int8 with one scale an output; activations are quantised as they come. One sentence at a time goes in
("ids", int64, shape (tokens,)) and two vectors of length 1 come out ("embedding", float32, (2, 384)): the mean over its
pieces after the last layer, which says what it means, and after the middle one, which still knows how it is worded.
The marks of beginning and end, which say nothing of it, are left out of both.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import List, Optional, Tuple

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper
from onnx.onnx_ml_pb2 import ModelProto, NodeProto

from bot.nlu.e5.layout import ENCODER, VERSION, VOCABULARY
from bot.nlu.e5.weights import Vocabulary, Weights, find, read

OPSET = 17
_USED = re.compile("[▁ -~À-žƠơƯưẠ-ỹ、-〿㐀-䶿一-鿿！-｠°²³×“”‘’…–—•]+")


def build(folder: Path) -> None:
    """Write both files; raises WeightsProblem when the package's model cannot be read."""
    weights = read(find())
    kept = kept_pieces(weights.vocabulary)
    folder.mkdir(parents=True, exist_ok=True)
    model = _Graph(weights, kept).model()
    checker.check_model(model)
    (folder / ENCODER).write_bytes(model.SerializeToString())
    _write_vocabulary(weights.vocabulary, kept, folder / VOCABULARY)


def kept_pieces(vocabulary: Vocabulary) -> np.ndarray:
    """Ids of the special pieces and of those written in letters of our languages."""
    special = {vocabulary.begin, vocabulary.end, vocabulary.unknown}
    return np.array(
        [number for number, piece in enumerate(vocabulary.pieces) if number in special or _USED.fullmatch(piece)]
    )


def _write_vocabulary(vocabulary: Vocabulary, kept: np.ndarray, path: Path) -> None:
    place = {int(number): index for index, number in enumerate(kept)}
    np.savez_compressed(
        path,
        version=np.array(VERSION),
        pieces=np.array([vocabulary.pieces[number] for number in kept]),
        scores=vocabulary.scores[kept],
        special=np.array([place[vocabulary.begin], place[vocabulary.end], place[vocabulary.unknown]]),
        unknown_score=np.array(vocabulary.scores.min() - 10.0, dtype=np.float32),
        normal_from=np.array(list(vocabulary.normal)),
        normal_to=np.array(list(vocabulary.normal.values())),
    )


class _Graph:
    """Builds the graph node by node; every method returns the name of its result."""

    def __init__(self, weights: Weights, kept: np.ndarray) -> None:
        self._weights = weights
        self._kept = kept
        self._nodes: List[NodeProto] = []
        self._constants: List[TensorProto] = []

    def model(self) -> ModelProto:
        shape = self._weights.shape
        states = [self._embedded()]
        for layer in range(shape.layers):
            states.append(self._layer(states[-1], f"l{layer}"))
        means = [self._mean(states[layer]) for layer in (shape.layers, shape.layers // 2)]
        self._node("LpNormalization", self._node("Concat", *means, axis=0), axis=1, p=2, output="embedding")
        graph = helper.make_graph(
            self._nodes,
            "e5",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [2, shape.hidden])],
            self._constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)

    def _embedded(self) -> str:
        shape, weights = self._weights.shape, self._weights
        pieces = len(weights.vocabulary.pieces)
        table, scales = _int8(weights.packed("emb.word", pieces, shape.hidden)[self._kept], axis=1)
        words = self._node("Cast", self._node("Gather", self._constant("words", table), "ids"), to=TensorProto.FLOAT)
        scale = self._node("Gather", self._constant("word_scales", scales.reshape(-1, 1)), "ids")
        places = weights.plain("emb.pos").reshape(shape.positions, shape.hidden)
        places = places + weights.plain("emb.type")[: shape.hidden]
        length = self._node("Shape", "ids")
        zero, one = self._constant("zero", np.array([0])), self._constant("one", np.array([1]))
        place = self._node("Slice", self._constant("places", places.astype(np.float32)), zero, length, zero, one)
        return self._normed(self._node("Add", self._node("Mul", words, scale), place), "emb.ln")

    def _mean(self, state: str) -> str:
        first, last = self._constant("first", np.array([1])), self._constant("last", np.array([-1]))
        pieces = self._node("Slice", state, first, last, self._constant("rows", np.array([0])))
        return self._node("ReduceMean", pieces, axes=[0], keepdims=1)

    def _layer(self, state: str, name: str) -> str:
        shape = self._weights.shape
        mixed = self._dense(self._attention(state, name), [f"{name}.ao"], shape.hidden, shape.hidden)
        state = self._normed(self._node("Add", state, mixed), f"{name}.aln")
        inner = self._gelu(self._dense(state, [f"{name}.fi"], shape.inner, shape.hidden))
        outer = self._dense(inner, [f"{name}.fo"], shape.hidden, shape.inner)
        return self._normed(self._node("Add", state, outer), f"{name}.oln")

    def _attention(self, state: str, name: str) -> str:
        shape = self._weights.shape
        size = shape.hidden // shape.heads
        joined = self._dense(state, [f"{name}.{part}" for part in "qkv"], shape.hidden, shape.hidden)
        split = self._constant("thirds", np.array([shape.hidden] * 3))
        query, key, value = self._split(joined, split)
        heads = self._constant("heads", np.array([-1, shape.heads, size]))
        query = self._node("Transpose", self._node("Reshape", query, heads), perm=[1, 0, 2])
        key = self._node("Transpose", self._node("Reshape", key, heads), perm=[1, 2, 0])
        value = self._node("Transpose", self._node("Reshape", value, heads), perm=[1, 0, 2])
        scale = self._constant("attention_scale", np.array(size**-0.5, dtype=np.float32))
        shares = self._node("Softmax", self._node("Mul", self._node("MatMul", query, key), scale), axis=-1)
        found = self._node("Transpose", self._node("MatMul", shares, value), perm=[1, 0, 2])
        return self._node("Reshape", found, self._constant("flat", np.array([-1, shape.hidden])))

    def _dense(self, state: str, names: List[str], rows: int, columns: int) -> str:
        """state @ W.T + b for one tensor, or several side by side, in int8."""
        matrix = np.concatenate([self._weights.packed(f"{name}.w", rows, columns) for name in names])
        bias = np.concatenate([self._weights.plain(f"{name}.b") for name in names])
        table, scales = _int8(matrix, axis=1)
        values, scale, zero = self._quantised(state)
        label = names[0]
        product = self._nodes_out(
            "MatMulInteger",
            [
                values,
                self._constant(f"{label}.w", np.ascontiguousarray(table.T)),
                zero,
                self._constant(f"{label}.zero", np.zeros(len(table), dtype=np.int8)),
            ],
        )
        whole = self._node("Mul", scale, self._constant(f"{label}.scale", scales))
        scaled = self._node("Mul", self._node("Cast", product, to=TensorProto.FLOAT), whole)
        return self._node("Add", scaled, self._constant(f"{label}.b", bias))

    def _quantised(self, state: str) -> Tuple[str, str, str]:
        outputs = [f"{state}_int", f"{state}_scale", f"{state}_zero"]
        self._nodes.append(helper.make_node("DynamicQuantizeLinear", [state], outputs))
        return outputs[0], outputs[1], outputs[2]

    def _gelu(self, state: str) -> str:
        root = self._constant("root2", np.array(2**0.5, dtype=np.float32))
        one = self._constant("one_float", np.array(1, dtype=np.float32))
        half = self._constant("half", np.array(0.5, dtype=np.float32))
        error = self._node("Erf", self._node("Div", state, root))
        return self._node("Mul", self._node("Mul", state, self._node("Add", error, one)), half)

    def _normed(self, state: str, name: str) -> str:
        scale = self._constant(f"{name}.w", self._weights.plain(f"{name}.w"))
        bias = self._constant(f"{name}.b", self._weights.plain(f"{name}.b"))
        return self._node("LayerNormalization", state, scale, bias, axis=-1, epsilon=self._weights.shape.epsilon)

    def _split(self, joined: str, sizes: str) -> List[str]:
        outputs = [f"{joined}_{part}" for part in range(3)]
        self._nodes.append(helper.make_node("Split", [joined, sizes], outputs, axis=1))
        return outputs

    def _node(self, kind: str, *inputs: str, output: Optional[str] = None, **attributes: object) -> str:
        return self._nodes_out(kind, list(inputs), output, **attributes)

    def _nodes_out(self, kind: str, inputs: List[str], output: Optional[str] = None, **attributes: object) -> str:
        name = output or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def _constant(self, name: str, value: np.ndarray) -> str:
        if not any(known.name == name for known in self._constants):
            self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def _int8(matrix: np.ndarray, axis: int) -> Tuple[np.ndarray, np.ndarray]:
    """The matrix in int8 and the scale of each row."""
    scales = np.maximum(np.abs(matrix).max(axis=axis), 1e-9) / 127
    return np.round(matrix / scales[:, None]).astype(np.int8), scales.astype(np.float32)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
