# onnxruntime-genai on the same file: python genai.py TASK
import json
import resource
import sys
import time

import onnxruntime_genai as og

task = json.loads(sys.argv[1])
with open(task["prompts"], encoding="utf-8") as file:
    prompts = json.load(file)

begin = time.perf_counter()
config = og.Config(task["folder"])
config.overlay(json.dumps({"model": {"decoder": {"session_options": {"intra_op_num_threads": task["threads"]}}}}))
model = og.Model(config)
tokenizer = og.Tokenizer(model)
load_ms = (time.perf_counter() - begin) * 1000

runs = []
for prompt in prompts:
    params = og.GeneratorParams(model)
    params.set_search_options(max_length=len(prompt["ids"]) + task["tokens"], do_sample=False)
    generator = og.Generator(model, params)
    started = time.perf_counter()
    generator.append_tokens(prompt["ids"])
    times = []
    while not generator.is_done() and len(times) < task["tokens"]:
        generator.generate_next_token()
        times.append(time.perf_counter())
    runs.append(
        {
            "timeToFirstTokenMs": (times[0] - started) * 1000,
            "decodeTokensPerSecond": (len(times) - 1) / (times[-1] - times[0]),
            "text": tokenizer.decode(generator.get_sequence(0)[len(prompt["ids"]) :]),
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
    del generator
print(json.dumps({"loadMs": load_ms, "runs": runs}))
