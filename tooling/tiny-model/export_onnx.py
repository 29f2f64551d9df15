"""Builds the two ONNX decoders by hand: standard operators only, and one GroupQueryAttention for each layer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from paths import HF, MODELS

HIDDEN_MASK = np.float32(-1e9)


class Graph:
    """Collects nodes and constants; every method returns the name of a value."""

    def __init__(self, weights: dict[str, np.ndarray], config: dict) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}
        self.weights, self.config = weights, config

    def node(self, operator: str, *inputs: str, outputs: list[str] | None = None, domain: str = "", **attributes: object) -> str:
        outputs = outputs or [f"{operator.lower()}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(operator, list(inputs), outputs, name=f"{operator}_{len(self.nodes)}", domain=domain, **attributes))
        return outputs[0]

    def constant(self, name: str, value: object, kind: type = np.int64) -> str:
        self.constants.setdefault(name, np.asarray(value, dtype=kind))
        return name

    def weight(self, name: str) -> str:
        self.constants.setdefault(name, self.weights[name])
        return name

    def linear(self, values: str, name: str) -> str:
        stored = name.removesuffix(".weight") + ".matmul"
        self.constants[stored] = np.ascontiguousarray(self.weights[name].T)
        return self.node("MatMul", values, stored)

    def rms_norm(self, values: str, name: str) -> str:
        squared = self.node("Mul", values, values)
        mean = self.node("ReduceMean", squared, self.constant("last_axis", [-1]), keepdims=1)
        root = self.node("Sqrt", self.node("Add", mean, self.constant("epsilon", self.config["rms_norm_eps"], np.float32)))
        return self.node("Mul", self.node("Div", values, root), self.weight(name))

    def feed_forward(self, values: str, prefix: str) -> str:
        gate = self.linear(values, f"{prefix}.gate_proj.weight")
        activated = self.node("Mul", gate, self.node("Sigmoid", gate))
        return self.linear(self.node("Mul", activated, self.linear(values, f"{prefix}.up_proj.weight")), f"{prefix}.down_proj.weight")


def rotary_tables(config: dict) -> tuple[np.ndarray, np.ndarray]:
    half = config["head_dim"] // 2
    frequencies = config["rope_theta"] ** (-np.arange(half) / half)
    angles = np.arange(config["max_position_embeddings"])[:, None] * frequencies
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


class PlainAttention:
    """Opset operators only; positions follow the cache length, so left padding needs no position ids."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        cosine, sine = rotary_tables(graph.config)
        g = graph
        zero, one = g.constant("zero", 0), g.constant("one", 1)
        past = g.node("Gather", g.node("Shape", "past_key_values.0.key"), g.constant("two", 2), axis=0)
        new = g.node("Gather", g.node("Shape", "input_ids"), one, axis=0)
        total = g.node("Add", past, new)
        query_positions = g.node("Range", past, total, one)
        key_positions = g.node("Range", zero, total, one)
        self.cosine = g.node("Gather", g.constant("cosine_table", cosine, np.float32), query_positions, axis=0)
        self.sine = g.node("Gather", g.constant("sine_table", sine, np.float32), query_positions, axis=0)
        visible = g.node("LessOrEqual", key_positions, g.node("Unsqueeze", query_positions, g.constant("second_axis", [1])))
        present = g.node("Cast", "attention_mask", to=TensorProto.BOOL)
        present = g.node("Unsqueeze", present, g.constant("middle_axes", [1, 2]))
        self.mask = g.node("Where", g.node("And", visible, present), g.constant("shown", 0, np.float32), g.constant("hidden", HIDDEN_MASK, np.float32))

    def rotate(self, values: str) -> str:
        g = self.graph
        half = g.config["head_dim"] // 2
        first, second = f"first_{len(g.nodes)}", f"second_{len(g.nodes)}"
        g.node("Split", values, g.constant("halves", [half, half]), outputs=[first, second], axis=-1)
        left = g.node("Sub", g.node("Mul", first, self.cosine), g.node("Mul", second, self.sine))
        right = g.node("Add", g.node("Mul", second, self.cosine), g.node("Mul", first, self.sine))
        return g.node("Concat", left, right, axis=-1)

    def heads(self, values: str, count: int) -> str:
        shaped = self.graph.node("Reshape", values, self.graph.constant(f"{count}_heads", [0, 0, count, self.graph.config["head_dim"]]))
        return self.graph.node("Transpose", shaped, perm=[0, 2, 1, 3])

    def attend(self, query: str, key: str, value: str, layer: int) -> str:
        g, config = self.graph, self.graph.config
        heads, kv_heads, size = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
        query = self.rotate(self.heads(query, heads))
        key, value = self.rotate(self.heads(key, kv_heads)), self.heads(value, kv_heads)
        key = g.node("Concat", f"past_key_values.{layer}.key", key, outputs=[f"present.{layer}.key"], axis=2)
        value = g.node("Concat", f"past_key_values.{layer}.value", value, outputs=[f"present.{layer}.value"], axis=2)
        # Query heads of one group share a key head: [batch, kv, group, sequence, size] against [batch, kv, 1, total, size].
        query = g.node("Reshape", query, g.constant("grouped", [0, kv_heads, heads // kv_heads, -1, size]))
        key, value = (g.node("Unsqueeze", part, g.constant("group_axis", [2])) for part in (key, value))
        scores = g.node("MatMul", query, g.node("Transpose", key, perm=[0, 1, 2, 4, 3]))
        scores = g.node("Mul", scores, g.constant("scale", size**-0.5, np.float32))
        scores = g.node("Add", scores, g.node("Unsqueeze", self.mask, g.constant("second_axis", [1])))
        mixed = g.node("MatMul", g.node("Softmax", scores, axis=-1), value)
        mixed = g.node("Reshape", mixed, g.constant("ungrouped", [0, heads, -1, size]))
        return g.node("Reshape", g.node("Transpose", mixed, perm=[0, 2, 1, 3]), g.constant("joined", [0, 0, heads * size]))


class GroupQueryAttention:
    """onnxruntime's own operator, with the inputs the onnxruntime-genai model builder gives it."""

    def __init__(self, graph: Graph) -> None:
        self.graph = g = graph
        cosine, sine = rotary_tables(graph.config)
        g.constant("cos_cache", cosine, np.float32)
        g.constant("sin_cache", sine, np.float32)
        used = g.node("ReduceSum", "attention_mask", g.constant("second_axis", [1]), keepdims=0)
        self.lengths = g.node("Cast", g.node("Sub", used, g.constant("one", 1)), to=TensorProto.INT32)
        total = g.node("Gather", g.node("Shape", "attention_mask"), g.constant("one", 1), axis=0)
        self.total = g.node("Cast", total, to=TensorProto.INT32)

    def attend(self, query: str, key: str, value: str, layer: int) -> str:
        g, config = self.graph, self.graph.config
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        outputs = [f"attention.{layer}", f"present.{layer}.key", f"present.{layer}.value"]
        return g.node("GroupQueryAttention", query, key, value, *past, self.lengths, self.total, "cos_cache", "sin_cache",
                      outputs=outputs, domain="com.microsoft", num_heads=config["num_attention_heads"],
                      kv_num_heads=config["num_key_value_heads"], do_rotary=1, rotary_interleaved=0, scale=config["head_dim"] ** -0.5)


def build_model(weights: dict[str, np.ndarray], config: dict, grouped: bool) -> onnx.ModelProto:
    graph = Graph(weights, config)
    embedding = graph.weight("model.embed_tokens.weight")
    hidden = graph.node("Gather", embedding, "input_ids", axis=0)
    attention = GroupQueryAttention(graph) if grouped else PlainAttention(graph)
    for layer in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{layer}"
        normed = graph.rms_norm(hidden, f"{prefix}.input_layernorm.weight")
        projected = [graph.linear(normed, f"{prefix}.self_attn.{name}_proj.weight") for name in "qkv"]
        mixed = graph.linear(attention.attend(*projected, layer), f"{prefix}.self_attn.o_proj.weight")
        hidden = graph.node("Add", hidden, mixed)
        normed = graph.rms_norm(hidden, f"{prefix}.post_attention_layernorm.weight")
        hidden = graph.node("Add", hidden, graph.feed_forward(normed, f"{prefix}.mlp"))
    normed = graph.rms_norm(hidden, "model.norm.weight")
    graph.node("MatMul", normed, graph.node("Transpose", embedding, perm=[1, 0]), outputs=["logits"])

    tokens, total = ["batch_size", "sequence_length"], "total_sequence_length" if grouped else "past_sequence_length + sequence_length"
    cache = ["batch_size", config["num_key_value_heads"], None, config["head_dim"]]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, tokens), helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch_size", total])]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [*tokens, config["vocab_size"]])]
    for layer in range(config["num_hidden_layers"]):
        for part in ("key", "value"):
            cache[2] = "past_sequence_length"
            inputs.append(helper.make_tensor_value_info(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, cache))
            cache[2] = total
            outputs.append(helper.make_tensor_value_info(f"present.{layer}.{part}", TensorProto.FLOAT, cache))
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    opsets = [helper.make_opsetid("", 18)] + ([helper.make_opsetid("com.microsoft", 1)] if grouped else [])
    model = helper.make_model(helper.make_graph(graph.nodes, "tenfold-tiny", inputs, outputs, constants), opset_imports=opsets, producer_name="tenfold tiny-model")
    model.ir_version = 9
    return model


def genai_config(config: dict) -> dict[str, object]:
    return {
        "model": {
            "type": "llama", "vocab_size": config["vocab_size"], "context_length": config["max_position_embeddings"],
            "bos_token_id": config["bos_token_id"], "eos_token_id": config["eos_token_id"], "pad_token_id": config["pad_token_id"],
            "decoder": {
                "session_options": {"log_id": "onnxruntime-genai", "provider_options": []}, "filename": "model.onnx",
                "head_size": config["head_dim"], "hidden_size": config["hidden_size"], "num_hidden_layers": config["num_hidden_layers"],
                "num_attention_heads": config["num_attention_heads"], "num_key_value_heads": config["num_key_value_heads"],
                "inputs": {"input_ids": "input_ids", "attention_mask": "attention_mask", "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value"},
                "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"},
            },
        },
        "search": {"do_sample": False, "num_beams": 1, "min_length": 0, "max_length": config["max_position_embeddings"], "past_present_share_buffer": True, "temperature": 1.0, "top_k": 1, "top_p": 1.0, "repetition_penalty": 1.0},
    }


def export_onnx() -> None:
    config = json.loads((HF / "config.json").read_text())
    weights = {name: value.astype(np.float32) for name, value in load_file(HF / "model.safetensors").items()}
    for folder, grouped in ((MODELS / "onnx", False), (MODELS / "onnx-gqa", True)):
        folder.mkdir(parents=True, exist_ok=True)
        model = build_model(weights, config, grouped)
        onnx.checker.check_model(model)
        onnx.save(model, folder / "model.onnx")
    (MODELS / "onnx-gqa" / "genai_config.json").write_text(json.dumps(genai_config(config), indent=2) + "\n")


if __name__ == "__main__":
    export_onnx()
