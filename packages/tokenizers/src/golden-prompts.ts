/** The conversations of `goldenFamilies`, by name. */
export type GoldenConversation = "question" | "turns" | "tools" | "result";

export interface GoldenFamily {
  readonly name: string;
  /** Told by what only its templates write. */
  readonly isWrittenBy: (source: string) => boolean;
  readonly prompts: Readonly<Partial<Record<GoldenConversation, string>>>;
  /** What the publisher's own tokenizer makes of prompts; of the vocabulary of that size alone. */
  readonly tokens?: { readonly vocabularySize: number; readonly of: Readonly<Partial<Record<GoldenConversation, readonly number[]>>> };
}

/**
 * What the templates of well-known models make of the same conversations, as transformers 5 renders them with Jinja 2: from the files of the models, Phi 4's
 * from its published format. Tenfold Tiny's come from Python's tokenizers and Jinja 3. The date is 26 November 2026.
 */
export const goldenFamilies: readonly GoldenFamily[] = [
  {
    name: "DeepSeek V3",
    isWrittenBy: (source) => source.includes("<｜User｜>"),
    prompts: {
      question: "<｜begin▁of▁sentence｜><｜User｜>What is 2 + 2?<｜Assistant｜>",
      turns: '<｜begin▁of▁sentence｜>Answer in French.<｜User｜>Hello<｜Assistant｜>Bonjour<｜end▁of▁sentence｜><｜User｜>And "goodbye"?<｜Assistant｜>',
    },
  },
  {
    name: "Phi 4",
    isWrittenBy: (source) => source.includes("<|im_sep|>"),
    prompts: {
      question: "<|im_start|>user<|im_sep|>What is 2 + 2?<|im_end|><|im_start|>assistant<|im_sep|>",
      turns:
        '<|im_start|>system<|im_sep|>Answer in French.<|im_end|><|im_start|>user<|im_sep|>Hello<|im_end|><|im_start|>assistant<|im_sep|>Bonjour<|im_end|><|im_start|>user<|im_sep|>And "goodbye"?<|im_end|><|im_start|>assistant<|im_sep|>',
    },
  },
  {
    name: "Llama 3.2",
    isWrittenBy: (source) => source.includes("<|start_header_id|>") && source.includes("Cutting Knowledge Date"),
    prompts: {
      question:
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Nov 2026\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nWhat is 2 + 2?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
      turns:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nCutting Knowledge Date: December 2023\nToday Date: 26 Nov 2026\n\nAnswer in French.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHello<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nBonjour<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd "goodbye"?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      tools:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nEnvironment: ipython\nCutting Knowledge Date: December 2023\nToday Date: 26 Nov 2026\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nGiven the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.\n\n{\n    "type": "function",\n    "function": {\n        "name": "get_weather",\n        "description": "The weather in a city.",\n        "parameters": {\n            "type": "object",\n            "properties": {\n                "city": {\n                    "type": "string"\n                }\n            },\n            "required": [\n                "city"\n            ]\n        }\n    }\n}\n\nWeather in Paris?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
      result:
        '<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\nEnvironment: ipython\nCutting Knowledge Date: December 2023\nToday Date: 26 Nov 2026\n\n<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nGiven the following functions, please respond with a JSON for a function call with its proper arguments that best answers the given prompt.\n\nRespond in the format {"name": function name, "parameters": dictionary of argument name and its value}.Do not use variables.\n\n{\n    "type": "function",\n    "function": {\n        "name": "get_weather",\n        "description": "The weather in a city.",\n        "parameters": {\n            "type": "object",\n            "properties": {\n                "city": {\n                    "type": "string"\n                }\n            },\n            "required": [\n                "city"\n            ]\n        }\n    }\n}\n\nWeather in Paris?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n{"name": "get_weather", "parameters": {"city": "Paris"}}<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n"{\\"sky\\":\\"clear\\"}"<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n',
    },
  },
  {
    name: "Gemma 3",
    isWrittenBy: (source) => source.includes("<start_of_turn>"),
    prompts: {
      question: "<bos><start_of_turn>user\nWhat is 2 + 2?<end_of_turn>\n<start_of_turn>model\n",
      turns:
        '<bos><start_of_turn>user\nAnswer in French.\n\nHello<end_of_turn>\n<start_of_turn>model\nBonjour<end_of_turn>\n<start_of_turn>user\nAnd "goodbye"?<end_of_turn>\n<start_of_turn>model\n',
    },
  },
  {
    name: "Mistral Nemo",
    isWrittenBy: (source) => source.includes("[AVAILABLE_TOOLS]") && source.includes('"[INST]"'),
    prompts: {
      question: "<s>[INST]What is 2 + 2?[/INST]",
      turns: '<s>[INST]Hello[/INST]Bonjour</s>[INST]Answer in French.\n\nAnd "goodbye"?[/INST]',
      tools:
        '<s>[AVAILABLE_TOOLS][{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}][/AVAILABLE_TOOLS][INST]Weather in Paris?[/INST]',
      result:
        '<s>[AVAILABLE_TOOLS][{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}][/AVAILABLE_TOOLS][INST]Weather in Paris?[/INST][TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}, "id": "call00001"}]</s>[TOOL_RESULTS]{"content": {"sky":"clear"}, "call_id": "call00001"}[/TOOL_RESULTS]',
    },
  },
  {
    name: "Qwen 3",
    isWrittenBy: (source) => source.includes("enable_thinking") && source.includes("You may call one or more functions"),
    prompts: {
      question: "<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n",
      turns:
        '<|im_start|>system\nAnswer in French.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nBonjour<|im_end|>\n<|im_start|>user\nAnd "goodbye"?<|im_end|>\n<|im_start|>assistant\n',
      tools:
        '<|im_start|>system\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n<|im_start|>user\nWeather in Paris?<|im_end|>\n<|im_start|>assistant\n',
      result:
        '<|im_start|>system\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}\n</tools>\n\nFor each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n<|im_start|>user\nWeather in Paris?<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call><|im_end|>\n<|im_start|>user\n<tool_response>\n{"sky":"clear"}\n</tool_response><|im_end|>\n<|im_start|>assistant\n',
    },
  },
  {
    name: "SmolLM2",
    isWrittenBy: (source) => source.includes("<|im_start|>") && source.includes("named SmolLM"),
    prompts: {
      question:
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n",
      turns:
        '<|im_start|>system\nAnswer in French.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nBonjour<|im_end|>\n<|im_start|>user\nAnd "goodbye"?<|im_end|>\n<|im_start|>assistant\n',
    },
  },
  {
    name: "Tenfold Tiny",
    isWrittenBy: (source) => source.includes("\\nYou can call these tools:") && source.includes("\\nThink first."),
    prompts: {
      question: "<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n",
      turns:
        '<|im_start|>system\nAnswer in French.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\nBonjour<|im_end|>\n<|im_start|>user\nAnd "goodbye"?<|im_end|>\n<|im_start|>assistant\n',
      tools:
        '<|im_start|>system\nYou can call these tools:\n{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}<|im_end|>\n<|im_start|>user\nWeather in Paris?<|im_end|>\n<|im_start|>assistant\n',
      result:
        '<|im_start|>system\nYou can call these tools:\n{"type": "function", "function": {"name": "get_weather", "description": "The weather in a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}<|im_end|>\n<|im_start|>user\nWeather in Paris?<|im_end|>\n<|im_start|>assistant\n<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call><|im_end|>\n<|im_start|>tool\n<tool_response>\n{"sky":"clear"}\n</tool_response><|im_end|>\n<|im_start|>assistant\n',
    },
    tokens: {
      vocabularySize: 1024,
      of: {
        question: [1, 292, 207, 341, 297, 229, 26, 320, 229, 26, 39, 2, 207, 1, 287, 207],
        turns: [
          1, 388, 207, 540, 323, 578, 300, 86, 485, 22, 2, 207, 1, 292, 207, 577, 2, 207, 1, 287, 207, 42, 302, 82, 311, 2, 207, 1, 292, 207, 41, 270, 277, 79,
          668, 886, 10, 39, 2, 207, 1, 287, 207,
        ],
      },
    },
  },
];
