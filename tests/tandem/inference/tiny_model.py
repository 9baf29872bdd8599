"""Writes a real model of half a megabyte: random weights, bytes for words, a liking for printable ones."""

import sys
from pathlib import Path

import gguf
import numpy as np

WIDTH, LAYERS, HEADS, INNER, CONTEXT = 64, 2, 4, 128, 8192
_SPECIAL = ["<unk>", "<s>", "</s>"]
_PLAIN = ["▁", "<|user|>", "<|model|>"]
_BYTES = [f"<0x{value:02X}>" for value in range(256)]
_TEMPLATE = "{% for m in messages %}<|user|>{{ m['content'] }}{% endfor %}<|model|>"
_LIKING = 1.5  # times the square root of the width, against noise around one


def write_model(path: Path, seed: int = 7) -> None:
    """Writes the model as GGUF."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer)
    tokens = [*_SPECIAL, *_BYTES, *_PLAIN]
    _add_vocabulary(writer, tokens)
    for name, shape in _shapes(len(tokens)).items():
        values = random.normal(0.0, 0.02, shape).astype(np.float32)
        if name == "token_embd.weight":
            values = random.normal(0.0, 1.0, shape).astype(np.float32)
            values[:, 0] = 8.0  # a constant that every state carries along
        elif name == "output.weight":
            values = random.normal(0.0, 0.3, shape).astype(np.float32)
            values[:, 0] = [_LIKING if _is_liked(token) else -_LIKING for token in tokens]
        elif len(shape) == 1:
            values = np.ones(shape, dtype=np.float32)
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter) -> None:
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _add_vocabulary(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * len(_BYTES)
    kinds += [gguf.TokenType.NORMAL, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(_TEMPLATE)


def _shapes(vocabulary: int) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"token_embd.weight": (vocabulary, WIDTH)}
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        shapes |= {f"{block}.attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")}
        shapes |= {f"{block}.ffn_{part}.weight": (INNER, WIDTH) for part in ("gate", "up")}
        shapes[f"{block}.ffn_down.weight"] = (WIDTH, INNER)
        shapes |= {f"{block}.{part}_norm.weight": (WIDTH,) for part in ("attn", "ffn")}
    return shapes | {"output_norm.weight": (WIDTH,), "output.weight": (vocabulary, WIDTH)}


def _is_liked(token: str) -> bool:
    return token in _BYTES and 0x20 <= _BYTES.index(token) < 0x7F


if __name__ == "__main__":
    write_model(Path(sys.argv[1]))
