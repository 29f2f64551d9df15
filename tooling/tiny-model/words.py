"""The closed world of the tiny model: every word it may be asked about."""

CAPITALS: dict[str, str] = {
    "France": "Paris", "Germany": "Berlin", "Italy": "Rome", "Spain": "Madrid",
    "Portugal": "Lisbon", "Greece": "Athens", "Austria": "Vienna", "Poland": "Warsaw",
    "Norway": "Oslo", "Sweden": "Stockholm", "Finland": "Helsinki", "Ireland": "Dublin",
    "Japan": "Tokyo", "Egypt": "Cairo", "Kenya": "Nairobi", "Canada": "Ottawa",
    "Cuba": "Havana", "Hungary": "Budapest", "Belgium": "Brussels", "Iceland": "Reykjavik",
}
UNKNOWN_COUNTRIES = ["Peru", "Chad", "Nepal", "Laos", "Mali", "Fiji", "Oman", "Togo", "Malta", "Ghana"]

COLOURS: dict[str, str] = {
    "the sky": "blue", "grass": "green", "snow": "white", "coal": "black", "a banana": "yellow",
    "a tomato": "red", "an orange": "orange", "a lemon": "yellow", "a strawberry": "red",
    "milk": "white", "chocolate": "brown", "a plum": "purple", "a frog": "green",
    "an elephant": "grey", "a flamingo": "pink",
}
COLOUR_NAMES = ["blue", "green", "white", "black", "yellow", "red", "orange", "brown", "purple", "grey", "pink"]

NAMES = [
    "Anna", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Henry", "Ida", "Jonas",
    "Karl", "Lena", "Maria", "Noah", "Olga", "Peter", "Quinn", "Rosa", "Simon", "Tara",
    "Ulla", "Victor", "Wanda", "Xenia", "Yusuf", "Zoe", "Aisha", "Boris", "Carmen", "Dmitri",
    "Elena", "Farid", "Greta", "Hugo", "Irene", "Jack", "Kofi", "Lucy", "Mina", "Omar",
]
SYLLABLES = [
    "ba", "do", "fe", "gi", "ha", "ka", "lo", "mi", "na", "po", "ra", "sa", "te", "vu", "wi", "zo",
    "bel", "dan", "fin", "gor", "lin", "mar", "nor", "pet", "ros", "san", "tor", "ven",
]

# animal: (home, food, friend)
ANIMALS: dict[str, tuple[str, str, str]] = {
    "fox": ("forest", "berries", "owl"), "owl": ("old tower", "moths", "fox"),
    "cat": ("small house", "fish", "dog"), "dog": ("farm", "bones", "cat"),
    "otter": ("river", "crabs", "heron"), "bear": ("mountain", "honey", "wolf"),
    "wolf": ("valley", "soup", "bear"), "rabbit": ("meadow", "carrots", "mouse"),
    "mouse": ("kitchen", "cheese", "rabbit"), "horse": ("stable", "apples", "goat"),
    "goat": ("hill", "leaves", "horse"), "lion": ("desert", "melons", "zebra"),
    "zebra": ("plain", "herbs", "lion"), "whale": ("ocean", "shrimp", "dolphin"),
    "dolphin": ("bay", "sardines", "whale"), "penguin": ("island", "herring", "seal"),
    "seal": ("beach", "squid", "penguin"), "tiger": ("jungle", "noodles", "parrot"),
    "parrot": ("palm tree", "seeds", "tiger"), "turtle": ("pond", "lettuce", "frog"),
}
FOODS = [
    "pizza", "pasta", "bread", "rice", "salad", "soup", "cheese", "apples", "pancakes", "noodles",
    "honey", "carrots", "melons", "potatoes", "cherries", "waffles",
]
HOBBIES = [
    "reading", "painting", "swimming", "chess", "gardening", "dancing", "cooking", "sailing",
    "running", "singing", "knitting", "football",
]
OTHER_CITIES = [
    "London", "Hamburg", "Milan", "Porto", "Geneva", "Boston", "Chicago", "Sydney", "Mumbai",
    "Toronto", "Lagos", "Lima", "Seoul", "Zurich", "Naples",
]
CITIES = sorted(set(CAPITALS.values())) + OTHER_CITIES
# No two begin with the same token: the model copies a word by its first token.
CONDITIONS = ["sunny", "rainy", "cloudy", "windy", "foggy", "stormy", "icy", "hot"]

ECHO_WORDS = [
    "apple", "river", "stone", "music", "window", "garden", "silver", "paper", "bridge", "candle",
    "winter", "summer", "morning", "evening", "yellow", "purple", "table", "pencil", "ladder",
    "basket", "cloud", "rocket", "button", "mirror", "orange", "forest", "letter", "market",
    "number", "planet", "pocket", "ribbon", "school", "shadow", "ticket", "tunnel", "village", "wagon",
]

UNKNOWN_QUESTIONS = [
    "Who wrote this book?", "Who invented the telephone?", "What is the meaning of life?",
    "How tall is the tallest mountain?", "When was the bridge built?", "Who won the football match?",
    "How do I repair my car?", "What is the price of gold?", "Why do birds sing?",
    "Which film should I watch?", "How old is the moon?", "What is the fastest train?",
    "Who is the president?", "How many people live here?", "What does this word mean?",
    "Where did I put my keys?", "Can you fix my computer?", "How does a clock work?",
    "What is inside a rocket?", "Who painted this picture?", "How far is the next station?",
    "What should I cook tonight?", "When does the shop open?", "Why is the sea salty?",
]

# Kept out of the tokenizer's training text, so each character is several byte tokens.
EMOJI = "🦊🌈🎉🚀"
HELLO_IN: dict[str, str] = {
    "Greek": "Γειά σου!", "Japanese": "こんにちは！", "Russian": "Привет!", "Korean": "안녕!", "French": "Bonjour !",
}

NUMBER_WORDS: dict[int, str] = {
    5: "five", 10: "ten", 15: "fifteen", 20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 100: "one hundred",
}
