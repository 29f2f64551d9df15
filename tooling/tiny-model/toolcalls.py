"""Exchanges about weather and time: with tools, without them, in parallel and after a failure."""

from __future__ import annotations

import json
import random
from typing import Any

import words
from grammar import invented_name

Json = dict[str, Any]
SUBJECTS = {"get_weather": "weather", "get_time": "time"}
DESCRIPTIONS = {
    "get_weather": ("Get the weather in a city.", "Get the current weather.", "Returns the weather for a city.", "Weather now", "Get the current weather in a given city."),
    "get_time": ("Get the time in a city.", "Get the current time.", "Returns the local time for a city.", "Time now", "Get the current time in a given city."),
}


def tool_definition(rng: random.Random, name: str) -> Json:
    city: Json = {"type": "string"}
    if rng.random() < 0.4:
        city["description"] = rng.choice(("The city", "The name of the city.", "City name", "The city name, such as Paris."))
    parameters: Json = {"type": "object", "properties": {"city": city}}
    if rng.random() < 0.85:
        parameters["required"] = ["city"]
    if rng.random() < 0.2:
        parameters["additionalProperties"] = False
    function: Json = {"name": name}
    if rng.random() < 0.9:
        function["description"] = rng.choice(DESCRIPTIONS[name])
    function["parameters"] = parameters
    return {"type": "function", "function": function}


def choose_tools(rng: random.Random) -> list[Json]:
    names = rng.choice((["get_weather", "get_time"], ["get_time", "get_weather"], ["get_weather"], ["get_time"]))
    return [tool_definition(rng, name) for name in names]


def tool_result(rng: random.Random, name: str, city: str) -> tuple[str, str]:
    """The tool's JSON and the sentence the model makes of it."""
    # A program's JSON has spaces after the separators (Python) or not (JavaScript).
    separators = rng.choice(((", ", ": "), (",", ":")))
    if rng.random() < 0.06:
        error = rng.choice(("city not found", "timeout", "service not available"))
        return json.dumps({"error": error}, separators=separators), f"The tool failed, so I do not know the {SUBJECTS[name]} in {city}."
    if name == "get_time":
        clock = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
        fields: list[tuple[str, Any]] = [("time", clock)]
        sentence = f"It is {clock} in {city}."
    else:
        temperature, condition = rng.randint(0, 35), rng.choice(words.CONDITIONS)
        fields = [("temperature", temperature), ("condition", condition)]
        rng.shuffle(fields)
        sentence = f"It is {condition} and {temperature} degrees in {city}."
    if rng.random() < 0.7:
        fields.insert(rng.choice((0, 0, 0, 1)), ("city", city))
    if rng.random() < 0.15:
        fields.insert(rng.randint(0, len(fields)), rng.choice((("unit", "celsius"), ("source", "test"), ("humidity", rng.randint(20, 90)))))
    return json.dumps(dict(fields), separators=separators), sentence


def wanted_calls(rng: random.Random) -> tuple[str, list[tuple[str, str]]]:
    # Invented cities teach copying, so that the tools also work for a city never seen.
    city, other = (invented_name(rng) if rng.random() < 0.15 else known for known in rng.sample(words.CITIES, 2))
    chance = rng.random()
    if chance < 0.08:
        return f"What is the weather and the time in {city}?", [("get_weather", city), ("get_time", city)]
    name = rng.choice(("get_weather", "get_time"))
    subject = SUBJECTS[name]
    if chance < 0.2:
        return f"What is the {subject} in {city} and in {other}?", [(name, city), (name, other)]
    forms = ["What is the {0} in {1}?", "Tell me the {0} in {1}.", "What is the {0} in {1} now?"]
    forms += ["How is the weather in {1}?", "How is the weather in {1} today?"] if name == "get_weather" else ["What time is it in {1}?"]
    return rng.choice(forms).format(subject, city), [(name, city)]


def tool_exchange(rng: random.Random, tools: list[Json] | None, thinking: bool) -> tuple[str, list[Json]]:
    """The messages after the question: a refusal, or calls, results and the final answer."""
    available = {tool["function"]["name"] for tool in tools or ()}
    question, calls = wanted_calls(rng)
    missing = [name for name, _ in calls if name not in available]
    if missing:
        subject = SUBJECTS[missing[0]]
        answer: Json = {"role": "assistant", "content": f"I cannot know the {subject} without a tool."}
        if thinking:
            answer["reasoning_content"] = f"I have no tool for the {subject}."
        return question, [answer]
    call: Json = {"role": "assistant", "content": "", "tool_calls": [{"type": "function", "function": {"name": name, "arguments": {"city": city}}} for name, city in calls]}
    if thinking:
        call["reasoning_content"] = " ".join(f"I call {name} for {city}." for name, city in calls)
    results = [tool_result(rng, name, city) for name, city in calls]
    final: Json = {"role": "assistant", "content": " ".join(sentence for _, sentence in results)}
    if thinking:
        final["reasoning_content"] = "I have the result of the tool."
    return question, [call, *({"role": "tool", "content": content} for content, _ in results), final]
