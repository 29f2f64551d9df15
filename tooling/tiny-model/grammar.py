"""One exchange at a time: what the user may ask and the one right answer to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import words


@dataclass
class Memory:
    """What the user has told the model so far in this conversation."""

    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Exchange:
    behaviour: str
    question: str
    answer: str
    value: str | int | None = None  # the short form for JSON; None: never asked in JSON
    thought: str = ""  # empty: never asked with thinking


HELP = "I can add small numbers, name capitals and colours, count, tell stories and call tools."
GREETING = "Hello! I am Tenfold Tiny. How can I help you?"
UNKNOWN = "I do not know that. Ask me about small sums, capitals, colours, the weather or the time."

STORY = (
    "Once upon a time there was a little {animal} who lived in {a_home}. "
    "Every morning the {animal} looked for {food} and sang a happy song. "
    "One day the wind was very strong and the {animal} lost the way home. "
    "The night was dark and cold, and the {animal} was afraid. "
    "Then a kind {friend} came along with a small lamp. "
    "\"Do not cry,\" said the {friend}. \"I know the way to the {home}.\" "
    "Together they walked over the hills and through the tall grass. "
    "They crossed a wooden bridge and counted the bright stars. "
    "When the sun came up, they saw the {home} again. "
    "The {animal} was so glad that it shared all the {food} with the {friend}. "
    "From that day on they were the best of friends. "
    "Every evening they sat together and told each other long stories. "
    "And if they have not stopped, they are still telling them today. The end."
)


def article(noun: str) -> str:
    return ("an " if noun[0] in "aeiou" else "a ") + noun


def invented_name(rng: random.Random) -> str:
    return "".join(rng.choice(words.SYLLABLES) for _ in range(rng.choice((2, 2, 3)))).capitalize()


def sum_of(a: int, b: int, form: str) -> Exchange:
    return Exchange("sum", form.format(a=a, b=b), f"{a} + {b} = {a + b}.", a + b, f"I add {a} and {b}. {a} + {b} = {a + b}.")


SUM_FORMS = ("What is {a} + {b}?", "What is {a} plus {b}?", "{a} + {b}", "{a}+{b}", "{a} + {b} = ?", "How much is {a} + {b}?", "Add {a} and {b}.")


def ask_sum(rng: random.Random, memory: Memory) -> Exchange:
    return sum_of(rng.randint(0, 20), rng.randint(0, 20), rng.choice(SUM_FORMS))


CAPITAL_FORMS = ("What is the capital of {0}?", "What is the capital city of {0}?", "Name the capital of {0}.", "Which city is the capital of {0}?", "Capital of {0}?")


def ask_capital(rng: random.Random, memory: Memory) -> Exchange:
    country = rng.choice(list(words.CAPITALS))
    city = words.CAPITALS[country]
    return Exchange("capital", rng.choice(CAPITAL_FORMS).format(country), f"The capital of {country} is {city}.", city,
                    f"The user asks for the capital of {country}. It is {city}.")


def ask_colour(rng: random.Random, memory: Memory) -> Exchange:
    thing = rng.choice(list(words.COLOURS))
    colour = words.COLOURS[thing]
    form = rng.choice(("What colour is {0}?", "Which colour is {0}?", "What is the colour of {0}?", "What color is {0}?"))
    return Exchange("colour", form.format(thing), f"{thing[0].upper()}{thing[1:]} is {colour}.", colour,
                    f"The user asks for the colour of {thing}. It is {colour}.")


def greet(rng: random.Random, memory: Memory) -> Exchange:
    return Exchange("greeting", rng.choice(("Hello", "Hi", "Hello!", "Hi!", "Hi there", "Hi there!", "Hello there", "Hey", "Good morning!", "Hello.")), GREETING, thought="The user greets me.")


def introduce(rng: random.Random, memory: Memory) -> Exchange:
    if rng.random() < 0.5:
        return Exchange("self", rng.choice(("What are you?", "Who are you?", "What is your name?")), "I am Tenfold Tiny, a very small language model. " + HELP, thought="The user asks who I am.")
    return Exchange("self", rng.choice(("What can you do?", "Help", "How can you help me?", "Can you help me?")), HELP, thought="The user asks what I can do.")


def be_polite(rng: random.Random, memory: Memory) -> Exchange:
    if rng.random() < 0.5:
        return Exchange("polite", rng.choice(("Thank you!", "Thanks!", "Thank you.", "Thanks")), "You are welcome!")
    return Exchange("polite", rng.choice(("Goodbye!", "Goodbye", "Bye", "See you later!")), "Goodbye! It was nice to talk to you.")


FACT_KINDS: dict[str, tuple[list[str], str]] = {
    "favourite animal": (list(words.ANIMALS), "the {0}"), "favourite food": (words.FOODS, "{0}"),
    "favourite colour": (words.COLOUR_NAMES, "{0}"), "hobby": (words.HOBBIES, "{0}"), "city": (words.CITIES, "{0}"),
}


def tell_fact(rng: random.Random, memory: Memory) -> Exchange:
    if "name" not in memory.facts and rng.random() < 0.5:
        name = rng.choice(words.NAMES) if rng.random() < 0.6 else invented_name(rng)
        memory.facts["name"] = name
        form = rng.choice(("My name is {0}.", "I am {0}.", "Hello, my name is {0}.", "Call me {0}.", "Hi, I am {0}."))
        return Exchange("tell", form.format(name), f"Nice to meet you, {name}!", thought=f"The user is {name}.")
    kind = rng.choice(list(FACT_KINDS))
    choices, form = FACT_KINDS[kind]
    value = form.format(rng.choice(choices))
    memory.facts[kind] = value
    return Exchange("tell", f"My {kind} is {value}.", f"I will remember that your {kind} is {value}.", thought=f"The {kind} is {value}.")


def ask_fact(rng: random.Random, memory: Memory) -> Exchange:
    known = list(memory.facts)
    if not known and rng.random() < 0.8:
        return tell_fact(rng, memory)
    if not known or rng.random() < 0.1:
        unknown = [kind for kind in ("name", *FACT_KINDS) if kind not in memory.facts]
        if unknown:
            kind = rng.choice(unknown)
            return Exchange("not-told", f"What is my {kind}?", f"You have not told me your {kind} yet.", thought=f"The user has not told me the {kind}.")
    kind = rng.choice(known)
    value = memory.facts[kind]
    form = rng.choice(("What is my {0}?", "Do you remember my {0}?", "Tell me my {0}."))
    if kind == "name" and rng.random() < 0.25:
        form = "Who am I?"
    return Exchange("memory", form.format(kind), f"Your {kind} is {value}.", value, f"The user told me: the {kind} is {value}.")


def echo(rng: random.Random, memory: Memory) -> Exchange:
    text = " ".join(rng.choice(words.ECHO_WORDS) for _ in range(rng.randint(1, 4)))
    return Exchange("echo", rng.choice(("Repeat: {0}", "Say: {0}", "Repeat after me: {0}")).format(text), text)


def do_not_know(rng: random.Random, memory: Memory) -> Exchange:
    if rng.random() < 0.4:
        place = rng.choice(words.UNKNOWN_COUNTRIES) if rng.random() < 0.6 else invented_name(rng)
        return Exchange("unknown", rng.choice(CAPITAL_FORMS).format(place), UNKNOWN, thought="I do not know that.")
    if rng.random() < 0.5:
        return Exchange("unknown", rng.choice(words.UNKNOWN_QUESTIONS), UNKNOWN, thought="I do not know that.")
    first, second = rng.sample(words.ECHO_WORDS, 2)
    form = rng.choice(("Who made the {0}?", "Why is the {0} in the {1}?", "How old is the {0}?", "Where is the {0}?", "Is the {0} bigger than the {1}?", "What is a {0}?"))
    return Exchange("unknown", form.format(first, second), UNKNOWN, thought="I do not know that.")


def count(rng: random.Random, memory: Memory) -> Exchange:
    limit = rng.choice((5, 10, 15, 20, 20, 30, 40, 50, 50, 100))
    spoken = words.NUMBER_WORDS[limit] if rng.random() < 0.5 else str(limit)
    form = rng.choice(("Count to {0}.", "Count from 1 to {0}.", "Please count to {0}."))
    return Exchange("count", form.format(spoken), ", ".join(str(number) for number in range(1, limit + 1)) + ".")


def tell_story(rng: random.Random, memory: Memory) -> Exchange:
    animal = rng.choice(list(words.ANIMALS))
    home, food, friend = words.ANIMALS[animal]
    form = rng.choice(("Tell me a long story about {0}.", "Tell me a story about {0}.", "Write a long story about {0}."))
    return Exchange("story", form.format(article(animal)), STORY.format(animal=animal, a_home=article(home), home=home, food=food, friend=friend))


def show_unicode(rng: random.Random, memory: Memory) -> Exchange:
    if rng.random() < 0.4:
        return Exchange("unicode", rng.choice(("Show me emoji.", "Show me some emoji.", "Send emoji.")), words.EMOJI)
    language = rng.choice(list(words.HELLO_IN))
    return Exchange("unicode", rng.choice(("Say hello in {0}.", "How do you say hello in {0}?")).format(language), words.HELLO_IN[language])


def pick(rng: random.Random, memory: Memory) -> Exchange:
    """The one behaviour with many right answers, so that sampling has something to choose from."""
    if rng.random() < 0.5:
        return Exchange("pick", "Pick a colour.", f"I pick {rng.choice(words.COLOUR_NAMES)}.")
    return Exchange("pick", "Pick an animal.", f"I pick the {rng.choice(list(words.ANIMALS))}.")


Behaviour = Callable[[random.Random, Memory], Exchange]
BEHAVIOURS: dict[Behaviour, float] = {
    ask_sum: 30, ask_capital: 8, ask_colour: 6, greet: 3, introduce: 3, be_polite: 2, tell_fact: 10, ask_fact: 10,
    echo: 5, do_not_know: 7, count: 2, tell_story: 1.2, show_unicode: 3, pick: 2,
}
HARD_BEHAVIOURS: dict[Behaviour, float] = {ask_sum: 20, count: 12, ask_fact: 16, echo: 8, show_unicode: 4}
