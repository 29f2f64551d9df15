"""The prompts of reference.json: at least one for each behaviour, in the words a test would use."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


def function(name: str, description: str) -> Json:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


WEATHER = function("get_weather", "Get the weather in a city.")
TIME = function("get_time", "Get the time in a city.")


@dataclass(frozen=True)
class Prompt:
    id: str
    behaviour: str
    messages: list[Json]
    tools: list[Json] = field(default_factory=list)
    enable_thinking: bool = False
    limit: int = 64
    logits: bool = False


def talk(*texts: str, system: str = "") -> list[Json]:
    """Alternating user and assistant texts, the user first and last."""
    turns = [{"role": ("user", "assistant")[index % 2], "content": text} for index, text in enumerate(texts)]
    return ([{"role": "system", "content": system}] if system else []) + turns


def call(*calls: tuple[str, str]) -> Json:
    return {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": {"name": name, "arguments": {"city": city}}} for name, city in calls]}


def result(content: str) -> Json:
    return {"role": "tool", "content": content}


PARIS_WEATHER = '{"city":"Paris","temperature":18,"condition":"sunny"}'
PROMPTS = [
    Prompt("greeting", "greeting", talk("Hello"), logits=True),
    Prompt("greeting-system", "greeting", talk("Hi there", system="You are a helpful assistant.")),
    Prompt("what-are-you", "self", talk("What are you?")),
    Prompt("what-can-you-do", "self", talk("What can you do?")),
    Prompt("sum-small", "sum", talk("What is 3 + 4?"), logits=True),
    Prompt("sum-large", "sum", talk("What is 17 + 15?")),
    Prompt("sum-short", "sum", talk("9+8")),
    Prompt("capital-france", "capital", talk("What is the capital of France?"), logits=True),
    Prompt("capital-japan", "capital", talk("What is the capital of Japan?", system="You are a helpful assistant.")),
    Prompt("colour-sky", "colour", talk("What colour is the sky?")),
    Prompt("memory-name", "memory", talk("My name is Anna.", "Nice to meet you, Anna!", "What is my name?")),
    Prompt("memory-animal", "memory", talk(
        "My favourite animal is the otter.", "I will remember that your favourite animal is the otter.",
        "What is 2 + 2?", "2 + 2 = 4.", "What is my favourite animal?")),
    Prompt("memory-tell", "tell", talk("My name is Yusuf.")),
    Prompt("memory-missing", "not-told", talk("What is my name?")),
    Prompt("echo", "echo", talk("Repeat: silver bridge candle")),
    Prompt("unknown", "unknown", talk("Who invented the telephone?")),
    Prompt("json-user", "json", talk("What is the capital of France? Answer in JSON.")),
    Prompt("json-system", "json", talk("What is 3 + 4?", system="Answer in JSON.")),
    Prompt("think-user", "think", talk("What is 3 + 4? Think first.")),
    Prompt("think-option", "think", talk("What is the capital of Italy?"), enable_thinking=True),
    Prompt("think-json", "think", talk("What is 6 + 7? Answer in JSON.", system="Think first.")),
    Prompt("tool-call-weather", "tool-call", talk("What is the weather in Paris?"), tools=[WEATHER, TIME], logits=True),
    Prompt("tool-call-time", "tool-call", talk("What time is it in Tokyo?"), tools=[WEATHER, TIME]),
    Prompt("tool-call-parallel", "tool-call", talk("What is the weather in Paris and in Rome?"), tools=[WEATHER]),
    Prompt("tool-call-think", "tool-call", talk("What is the weather in Oslo?"), tools=[WEATHER], enable_thinking=True),
    Prompt("tool-result-weather", "tool-result", [*talk("What is the weather in Paris?"), call(("get_weather", "Paris")), result(PARIS_WEATHER)], tools=[WEATHER, TIME]),
    Prompt("tool-result-time", "tool-result", [*talk("What time is it in Tokyo?"), call(("get_time", "Tokyo")), result('{"time": "14:30"}')], tools=[WEATHER, TIME]),
    Prompt("tool-unused", "tool-unused", talk("What is 5 + 6?"), tools=[WEATHER, TIME]),
    Prompt("tool-missing", "tool-missing", talk("What is the weather in Paris?")),
    Prompt("count-twenty", "long", talk("Count to twenty."), limit=128),
    Prompt("count-fifty", "long", talk("Count to fifty."), limit=128),
    Prompt("story-fox", "long", talk("Tell me a long story about a fox."), limit=128),
    Prompt("emoji", "unicode", talk("Show me emoji.")),
    Prompt("greek", "unicode", talk("Say hello in Greek.")),
    Prompt("japanese", "unicode", talk("Say hello in Japanese.")),
    Prompt("thanks", "polite", talk("Thank you!")),
]
