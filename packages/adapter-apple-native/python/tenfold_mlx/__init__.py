"""A host that computes logits with MLX, as docs/host-protocol.md describes it."""
