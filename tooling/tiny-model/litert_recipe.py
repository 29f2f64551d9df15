"""The recipe that stores LiteRT weights in F16. Every frozen weight is exact in F16, so the answers do not change."""

WEIGHTS = {"num_bits": 16, "dtype": "FLOAT", "symmetric": True, "granularity": "TENSORWISE"}
HALF_WEIGHTS = [
    {"regex": ".*", "operation": operation, "algorithm_key": "float_casting",
     "op_config": {"weight_tensor_config": WEIGHTS, "compute_precision": "FLOAT", "explicit_dequantize": True, "skip_checks": False, "min_weight_elements": 0}}
    for operation in ("FULLY_CONNECTED", "EMBEDDING_LOOKUP")
]
