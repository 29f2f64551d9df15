import { writeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { scriptedModel } from "./scripted-model.mjs";

/** An adapter whose model does what a prompt says to the process it runs in. */
export function hostAdapter(settings = {}) {
  return {
    framework: "scripted",
    formats: ["gguf"],
    probe: async () => ({ available: true, frameworkVersion: "1", accelerators: ["cpu"] }),
    async load(model, context, options) {
      if (settings.fails === "load") throw new RangeError("no such weights");
      if (settings.fails === "exit") process.exit(7);
      if (settings.fails === "never") await new Promise(() => setInterval(() => {}, 1000));
      options.onProgress?.(0.5);
      context.log("info", `loading ${model.id}`);
      const first = model.files[0] ? new TextDecoder().decode(await model.files[0].read({ start: 1, end: 4 })) : "";
      options.onProgress?.(1);
      const { model: scripted } = scriptedModel();
      return {
        ...scripted,
        async *generate(request) {
          const acts = {
            segfault: () => process.kill(process.pid, "SIGSEGV"),
            abort: () => {
              writeSync(2, "GGML_ASSERT(n_head > 0) failed\n");
              process.abort();
            },
            print: () => writeSync(1, "native code prints to stdout\n"),
            flood: () => writeSync(2, "x".repeat(60_000)),
            garbage: () => writeSync(3, "not a frame at all, but native code that writes where it should not"),
            block: () => {
              for (;;);
            },
            allocate: () => {
              const kept = [];
              for (;;) kept.push(Buffer.alloc(16 * 1024 * 1024, 1));
            },
          };
          const [act, argument] = request.prompt.split(" ");
          acts[act]?.();
          const asked = {
            connect: () =>
              new Promise((resolve) =>
                connect(Number(argument), "127.0.0.1")
                  .on("connect", () => resolve("connected"))
                  .on("error", ({ code }) => resolve(code)),
              ),
            write: () =>
              writeFile(argument, Buffer.alloc(4096)).then(
                () => "written",
                ({ code }) => code,
              ),
            read: () =>
              readFile(argument).then(
                () => "read",
                ({ code }) => code,
              ),
            rights: async () => (await readFile("/proc/self/status", "utf8")).match(/^(CapEff|NoNewPrivs):\t(.*)$/gm).join(" "),
          };
          if (asked[act]) {
            yield* scripted.generate({ ...request, prompt: await asked[act]() });
            return;
          }
          const told = {
            environment: () => JSON.stringify(process.env),
            user: () => String(process.getuid?.()),
            file: () => first,
            options: () => JSON.stringify({ contextSize: options.contextSize, isolation: options.isolation }),
            process: () => String(process.pid),
            bytes: () => String(request.sampling?.logitBias?.[3]),
          };
          yield* scripted.generate(told[request.prompt] ? { ...request, prompt: told[request.prompt]() } : request);
        },
      };
    },
  };
}
