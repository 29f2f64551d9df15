"""mlx-lm by itself on the same folder: python mlx_lm_alone.py TASK"""

import json
import resource
import sys
import time

import mlx.core as mx
from mlx_lm import load
from mlx_lm.generate import generate_step

task = json.loads(sys.argv[1])
with open(task["prompts"], encoding="utf-8") as file:
    prompts = json.load(file)

begin = time.perf_counter()
model, tokenizer = load(task["folder"])
load_ms = (time.perf_counter() - begin) * 1000

runs = []
for prompt in prompts:
    started = time.perf_counter()
    times, tokens, cpu = [], [], []
    for token, _ in generate_step(mx.array(prompt["ids"]), model, max_tokens=task["tokens"]):
        tokens.append(token)
        times.append(time.perf_counter())
        cpu.append(time.process_time())
    runs.append(
        {
            "timeToFirstTokenMs": (times[0] - started) * 1000,
            "decodeTokensPerSecond": (len(times) - 1) / (times[-1] - times[0]),
            "decodeCpuMsPerToken": (cpu[-1] - cpu[0]) * 1000 / (len(cpu) - 1),
            "text": tokenizer.decode(tokens),
            "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        }
    )
print(json.dumps({"loadMs": load_ms, "runs": runs}))
