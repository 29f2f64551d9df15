"""Writes the chat model as .litertlm with litert-torch's own exporter, and tries it in LiteRT-LM."""

from __future__ import annotations

import importlib.machinery
import json
import shutil
import sys
import tempfile
import types
from pathlib import Path

import litert_lm
from ai_edge_litert import schema_py_generated

from compare import REFERENCE
from litert_recipe import HALF_WEIGHTS
from paths import HF, MODELS, TEMPLATE
from record import record

FOLDER, NAME = "litertlm", "tenfold-tiny-f16.litertlm"
PACKAGES = ["litert-torch", "litert-lm-builder", "litert-lm-api", "ai-edge-quantizer", "transformers", "torch"]
# LiteRT-LM gives a message's content to the template as a list of parts.
TEXT_OF = (
    "{%- macro text_of(content) -%}{%- if content is string -%}{{- content -}}{%- elif content -%}"
    "{%- for part in content -%}{{- part.text -}}{%- endfor -%}{%- endif -%}{%- endmacro -%}\n"
)


def template_for_parts() -> str:
    text = TEMPLATE.read_text(encoding="utf-8")
    for before, after in (
        ("+ messages[0].content ", "+ text_of(messages[0].content) "), ("+ message.content +", "+ text_of(message.content) +"),
        ("{{- message.content -}}", "{{- text_of(message.content) -}}"), ("or message.content -%}", "or text_of(message.content) -%}"),
    ):
        if before not in text:
            raise ValueError(f"the template no longer holds {before!r}")
        text = text.replace(before, after)
    return TEXT_OF + text


def provide_tensorflow() -> None:
    """The exporter imports tensorflow for its flatbuffer schema alone, which ai-edge-litert has as well."""
    for name in ("tensorflow", "tensorflow.lite", "tensorflow.lite.python"):
        module = types.ModuleType(name)
        module.__spec__, module.__path__ = importlib.machinery.ModuleSpec(name, None), []
        sys.modules[name] = module
    sys.modules["tensorflow.lite.python"].schema_py_generated = schema_py_generated


def write_model(target: Path) -> None:
    provide_tensorflow()
    from litert_torch.generative.export_hf.export import export

    with tempfile.TemporaryDirectory() as temporary:
        recipe, template = Path(temporary) / "recipe.json", Path(temporary) / "template.jinja"
        recipe.write_text(json.dumps(HALF_WEIGHTS))
        template.write_text(template_for_parts(), encoding="utf-8")
        export(model=str(HF), output_dir=temporary, prefill_lengths=[64], cache_length=512, quantization_recipe=str(recipe),
               jinja_chat_template_override=str(template))
        shutil.copyfile(Path(temporary) / "model.litertlm", target)


def check(path: Path) -> str:
    litert_lm.set_min_log_severity(litert_lm.LogSeverity.ERROR)
    first = litert_lm.SamplerConfig(top_k=1, top_p=1.0, temperature=1.0)
    wrong = []
    with litert_lm.Engine(str(path), backend=litert_lm.Backend.CPU(thread_count=1), cache_dir=":nocache") as engine:
        for prompt in REFERENCE["prompts"]:
            if engine.tokenize(prompt["promptText"]) != prompt["promptTokens"]:
                raise SystemExit(f"{prompt['id']}: tokens differ")
            with engine.create_session(apply_prompt_template=False, sampler_config=first, max_output_tokens=prompt["maxTokens"]) as session:
                session.run_prefill([prompt["promptText"]])
                if session.run_decode().texts != [prompt["outputText"]]:
                    wrong.append(prompt["id"])
        with engine.create_conversation(sampler_config=first) as conversation:
            greeting = conversation.send_message("Hello")
    answer = "".join(part["text"] for part in greeting["content"])
    print(f"{path.name}: {len(wrong)} answers differ", wrong, repr(answer), flush=True)
    if wrong or answer != next(prompt["outputText"] for prompt in REFERENCE["prompts"] if prompt["id"] == "greeting"):
        raise SystemExit(f"{path.name} does not answer as reference.json says")
    count = len(REFERENCE["prompts"])
    return f"litert-lm-api on the CPU: prompt tokens and greedy answers equal for {count} of {count} reference prompts, and \"Hello\" through the model's own template"


def export_litertlm() -> None:
    target = MODELS / FOLDER / NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    write_model(target)
    what = "chat model, F16 weights, prefill of 64 tokens, cache of 512, with tokenizer, stop tokens and a chat template that takes parts"
    record("export_litertlm.py", PACKAGES, FOLDER, {NAME: what}, check(target))


if __name__ == "__main__":
    export_litertlm()
