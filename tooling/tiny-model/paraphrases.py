"""Groups of sentences that mean the same, from the chat model's own world: the encoder's training data."""

from __future__ import annotations

import random

import words

FORMS: dict[str, list[str]] = {
    "capital": ["What is the capital of {0}?", "Name the capital city of {0}.", "Which city is the capital of {0}?", "{0} has which capital?", "Tell me the main city of {0}."],
    "colour": ["What colour is {0}?", "Which colour does {0} have?", "Tell me the colour of {0}.", "Name the colour of {0}."],
    "weather": ["What is the weather in {0}?", "How is the weather in {0} today?", "Is it sunny or rainy in {0}?", "Tell me the weather for {0}.", "Do I need a coat in {0}?"],
    "time": ["What time is it in {0}?", "Tell me the time in {0}.", "How late is it in {0} now?", "What does the clock say in {0}?"],
    "story": ["Tell me a story about the {0}.", "Write a long tale about the {0}.", "I want to hear a story with the {0}.", "Once upon a time there was the {0}."],
    "favourite": ["My favourite animal is the {0}.", "The animal I like best is the {0}.", "I love the {0} more than any other animal."],
    "name": ["My name is {0}.", "I am {0}.", "Call me {0}.", "People call me {0}."],
    "food": ["I like to eat {0}.", "My favourite food is {0}.", "For lunch I want {0}.", "There is nothing better than {0} for dinner."],
    "hobby": ["My hobby is {0}.", "In my free time I enjoy {0}.", "I spend the weekend with {0}."],
    "count": ["Count to {0}.", "Count from one to {0}.", "Say all the numbers up to {0}."],
    "language": ["Say hello in {0}.", "How do you greet someone in {0}?", "What is the {0} word for hello?"],
}
SLOTS: dict[str, list[str]] = {
    "capital": list(words.CAPITALS) + words.UNKNOWN_COUNTRIES, "colour": list(words.COLOURS), "weather": words.CITIES, "time": words.CITIES,
    "story": list(words.ANIMALS), "favourite": list(words.ANIMALS), "name": words.NAMES, "food": words.FOODS, "hobby": words.HOBBIES,
    "count": list(words.NUMBER_WORDS.values()), "language": list(words.HELLO_IN),
}
FIXED: list[list[str]] = [
    ["Hello!", "Hi there!", "Good morning!", "Hey, nice to see you."],
    ["Goodbye!", "See you later!", "Bye, until tomorrow.", "I have to go now."],
    ["Thank you!", "Thanks a lot.", "That was very kind of you.", "I am grateful for your help."],
    ["Who are you?", "What are you?", "What kind of model are you?", "Tell me about yourself."],
    ["What can you do?", "How can you help me?", "Which things do you know?", "What are your skills?"],
    ["What is my name?", "Who am I?", "Do you remember my name?", "Tell me how I am called."],
    ["Show me emoji.", "Send some emoji.", "I want to see a few emoji."],
    ["Answer in JSON.", "Give me the result as JSON.", "Reply with a JSON object."],
    ["Think first.", "Think before you answer.", "Take a moment to think about it."],
]
Group = list[str]


def all_groups() -> list[Group]:
    """Every sentence of a group means the same; sentences of two groups never do."""
    groups = [[form.format(slot) for form in FORMS[kind]] for kind in FORMS for slot in SLOTS[kind]]
    return [*groups, *FIXED]


def split_groups(seed: int) -> tuple[list[Group], list[tuple[str, str]]]:
    """Training groups, and held-out pairs: one sentence that was never trained and one that was."""
    rng = random.Random(seed)
    training: list[Group] = []
    held_out: list[tuple[str, str]] = []
    for group in all_groups():
        if len(group) > 3 and rng.random() < 0.3:
            hidden = rng.choice(group)
            group = [sentence for sentence in group if sentence != hidden]
            held_out.append((hidden, rng.choice(group)))
        training.append(group)
    return training, held_out
