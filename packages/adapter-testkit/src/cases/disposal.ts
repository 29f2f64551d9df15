import { TenfoldError } from "@tenfold/catalog";
import type { LoadedModel } from "@tenfold/core";
import { assert, equal, refused, rejection } from "../assertions.ts";
import { collect } from "../collect.ts";
import { type ConformanceCase, needsChat } from "../conformance-case.ts";
import { damagesOf } from "../damages.ts";
import { greedy, story } from "../prompts.ts";

const mebibyte = 1024 * 1024;
/** Of resident memory, over all loads after those to warm up: allocators keep some, a leaked model is several times this. */
export const memoryGrowthLimitBytes = 48 * mebibyte;

function totalBytes(model: LoadedModel): number {
  const { weightsBytes, kvCacheBytes, computeBytes } = model.memory();
  return weightsBytes + kvCacheBytes + computeBytes;
}

export const disposalCases: readonly ConformanceCase[] = [
  {
    id: "dispose-twice",
    title: "disposing twice is allowed",
    async run({ load }) {
      const model = await load();
      await model.dispose();
      await model.dispose();
    },
  },
  {
    id: "use-after-dispose",
    title: "use after dispose is a clear error",
    async run({ load }) {
      const model = await load();
      await model.dispose();
      await refused(collect(model.generate(greedy(story, 2))), "generating after dispose", "disposed");
      await refused(model.countTokens("Hello"), "counting after dispose", "disposed");
      if (model.tokenizer) await refused(model.tokenizer.encode("Hello"), "encoding after dispose", "disposed");
      if (model.embed) await refused(model.embed(["Hello"]), "embedding after dispose", "disposed");
    },
  },
  {
    id: "dispose-while-generating",
    title: "disposing ends a running answer with an error, and a waiting one too",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      let disposing: Promise<void> | undefined;
      const running = (async () => {
        for await (const event of model.generate({ messages: story, sampling: { temperature: 0 }, maxTokens: 200 }))
          if (event.type === "text") disposing ??= model.dispose();
      })();
      const waiting = rejection(collect(model.generate(greedy(story, 100))), "the answer that waited");
      const [error, other] = await Promise.all([rejection(running, "the answer that was running"), waiting]);
      assert(TenfoldError.is(error, "disposed"), `the running answer ended with ${String(error)}, expected disposed`);
      assert(TenfoldError.is(other, "disposed"), `the waiting answer ended with ${String(other)}, expected disposed`);
      await disposing;
    },
  },
  {
    id: "memory-stated",
    title: "a loaded model says what memory it takes",
    async run({ shared, model }) {
      const { weightsBytes, kvCacheBytes, computeBytes } = (await shared()).memory();
      assert(
        [weightsBytes, kvCacheBytes, computeBytes].every((bytes) => Number.isFinite(bytes) && bytes >= 0),
        "a figure is not a number of bytes",
      );
      const files = model.files.reduce((sum, file) => sum + file.sizeBytes, 0);
      assert(weightsBytes > files / 10 && weightsBytes < files * 10 + mebibyte, `the weights take ${weightsBytes} bytes for files of ${files}`);
    },
  },
  {
    id: "memory-limit",
    title: "a load takes no more memory than it may, or is refused",
    async run({ load, shared }) {
      const whole = totalBytes(await shared());
      const roomy = 2 * whole + mebibyte;
      assert(totalBytes(await load({ memoryLimitBytes: roomy })) <= roomy, "a model with room enough takes more than it may");
      const tight = Math.floor(whole / 2);
      let taken: number;
      try {
        taken = totalBytes(await load({ memoryLimitBytes: tight }));
      } catch (error) {
        assert(TenfoldError.is(error, "out-of-memory"), `a load above the limit failed with ${String(error)}, expected out-of-memory`);
        return;
      }
      assert(taken <= tight, `the model takes ${taken} bytes, ${tight} were allowed`);
    },
  },
  {
    id: "trim",
    title: "dropping caches cuts no answer off and changes none",
    needs: needsChat,
    async run({ load }) {
      const model = await load();
      // A framework that keeps nothing has nothing to drop.
      if (!model.trim) return;
      const before = await collect(model.generate(greedy(story, 8)));
      await model.trim();
      const after = await collect(model.generate(greedy(story, 8)));
      equal(after.finish.usage.cachedTokens, 0, "cachedTokens after the caches were dropped");
      equal(after.text, before.text, "the answer after the caches were dropped");
      let trimming: Promise<void> | undefined;
      let text = "";
      for await (const event of model.generate(greedy(story, 8))) {
        if (event.type !== "text") continue;
        trimming ??= model.trim();
        text += event.text;
      }
      await trimming;
      equal(text, before.text, "the answer during which the caches were dropped");
    },
  },
  {
    id: "memory-returns",
    title: "memory returns after many loads",
    needs: (capabilities, { processMemory }) => needsChat(capabilities) ?? (processMemory ? undefined : "the memory of the process cannot be told here"),
    async run({ adapter, model, context, loadOptions, processMemory, memoryLoads = 20 }) {
      const once = async () => {
        const loaded = await adapter.load(model, context, { ...loadOptions });
        await collect(loaded.generate(greedy(story, 2)));
        await loaded.dispose();
      };
      const growthOver = async (loads: number) => {
        const before = processMemory?.() ?? 0;
        for (let load = 0; load < loads; load += 1) await once();
        return (processMemory?.() ?? 0) - before;
      };
      await growthOver(Math.ceil(memoryLoads / 4));
      let grown = await growthOver(memoryLoads);
      // Allocators keep for later what they had once; what is lost is lost again by the next loads.
      if (grown >= memoryGrowthLimitBytes) grown = await growthOver(memoryLoads);
      assert(
        grown < memoryGrowthLimitBytes,
        `${memoryLoads} loads left ${Math.round(grown / mebibyte)} MiB behind, ${memoryGrowthLimitBytes / mebibyte} are allowed`,
      );
    },
  },
  {
    id: "damaged-file",
    title: "a damaged file is refused and leaves the process alive",
    needs: (capabilities, { damage }) => needsChat(capabilities) ?? (damage ? undefined : "files cannot be written here"),
    async run({ adapter, model, context, loadOptions, damage, shared }) {
      for (const { title, change } of damagesOf(model.variant.format)) {
        const damaged = await damage?.(model, change);
        assert(damaged, "no damaged copy was made");
        try {
          const load = adapter.load(damaged.model, context, { ...loadOptions }).then(async (loaded) => loaded.dispose());
          await refused(load, `loading a file with ${title}`, "invalid-format", "load-failed");
        } finally {
          await damaged.remove();
        }
      }
      equal((await collect((await shared()).generate(greedy(story, 3)))).finish.usage.completionTokens, 3, "completionTokens afterwards");
    },
  },
];
