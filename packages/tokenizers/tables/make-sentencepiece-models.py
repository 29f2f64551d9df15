"""Trains the small SentencePiece models of the tests and records what the library makes of some texts with them.

pip install sentencepiece==0.2.3; python tables/make-sentencepiece-models.py
"""

import io
import json
from pathlib import Path

import sentencepiece

folder = Path(__file__).parent.parent / "test" / "models"
lines = [line for line in (folder / "training.txt").read_text().split("\n") if line.strip()]
# Runs of one character are left out: there the library's 32-bit sums tie where 64-bit ones do not.
texts = [
    "The quick brown fox jumps over the lazy dog. I've been there, haven't you?",
    "  two  spaces before,   three inside and one behind ",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich.",
    "Съешь же ещё этих мягких французских булок, да выпей чаю.",
    "天地玄黃，宇宙洪荒。私はガラスを食べられます。나는 유리를 먹을 수 있어요",
    "ฉันกินกระจกได้ मैं काँच खा सकता हूँ أنا قادر على أكل الزجاج אני יכול",
    "if (a && b || !c) { x += 1; } // comment",
    "😀 unknown 🤯 and \u4e5d\u5341",
    "x",
    "",
]
models = {
    "unigram": dict(model_type="unigram"),
    "unigram-bytes": dict(model_type="unigram", byte_fallback=True, normalization_rule_name="identity"),
    "bpe": dict(model_type="bpe", byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False),
    "bpe-user-defined": dict(
        model_type="bpe",
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        add_dummy_prefix=False,
        user_defined_symbols=["<table>", "\n\n"],
    ),
}
golden = {}
for name, options in models.items():
    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines * 3),
        model_writer=written,
        vocab_size=1200,
        character_coverage=0.98,
        hard_vocab_limit=False,
        pad_id=3,
        num_threads=1,
        **options,
    )
    (folder / f"{name}.model").write_bytes(written.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=written.getvalue())
    golden[name] = [{"text": text, "ids": processor.encode(text), "decoded": processor.decode(processor.encode(text))} for text in texts]
(folder / "golden.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n")
