import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ProgressEvent } from "@tenfold/core";
import { collectResult } from "./collect-result.ts";
import { toSdkError } from "./errors.ts";
import { progressPart } from "./load-progress.ts";
import { toRequest } from "./request.ts";
import type { ModelParts, ServedModel } from "./served-model.ts";
import { toStreamParts } from "./stream-parts.ts";

export function createLanguageModel({ provider, modelId, open }: ModelParts): LanguageModelV4 {
  /** Loads the model if need be and answers. Rejects with the AI SDK's errors. */
  async function* answer(call: LanguageModelV4CallOptions, onProgress?: (event: ProgressEvent) => void): AsyncGenerator<LanguageModelV4StreamPart> {
    const signal = call.abortSignal;
    let bytes: ProgressEvent["bytes"];
    try {
      const model = await open({
        signal,
        onProgress(event) {
          bytes = event.bytes ?? bytes;
          onProgress?.(event);
        },
      });
      const { request, warnings } = toRequest(call, model);
      const metadata = bytes ? { download: { receivedBytes: bytes.received, totalBytes: bytes.total } } : {};
      const answering = () => ({ modelId: nameOf(model, modelId), ...(model.framework ? { framework: model.framework } : {}), ...variantOf(model) });
      yield* toStreamParts(model.generate({ ...request, ...(signal ? { signal } : {}) }), { warnings, answering, metadata });
    } catch (error) {
      throw toSdkError(error, { modelId, modelType: "languageModel", asked: call.prompt });
    }
  }

  return {
    specificationVersion: "v4",
    provider,
    modelId,
    // The SDK fetches what stands at an address: nothing that runs here would.
    supportedUrls: {},
    doGenerate: (call) => collectResult(answer(call)),
    async doStream(call) {
      const left = new AbortController();
      const abortSignal = call.abortSignal ? AbortSignal.any([call.abortSignal, left.signal]) : left.signal;
      let report: ((event: ProgressEvent) => void) | undefined;
      const parts = answer({ ...call, abortSignal }, (event) => report?.(event));
      // What fails before the first word rejects here, where the SDK tries again. Whoever wants to see the download cannot wait for it.
      let first = call.includeRawChunks ? undefined : await parts.next();
      return {
        stream: new ReadableStream<LanguageModelV4StreamPart>(
          {
            start(controller) {
              report = (event) => controller.enqueue(progressPart(modelId, event));
            },
            async pull(controller) {
              try {
                const next = first ?? (await parts.next());
                first = undefined;
                if (next.done) controller.close();
                else controller.enqueue(next.value);
              } catch (error) {
                if (abortSignal.aborted) throw error;
                controller.enqueue({ type: "error", error });
                controller.close();
              }
            },
            async cancel(reason) {
              report = undefined;
              left.abort(reason);
              await parts.return(undefined).catch(() => {});
            },
          },
          { highWaterMark: 0 },
        ),
      };
    },
  };
}

const variantOf = ({ variant }: ServedModel) => (variant ? { variant: variant.id } : {});

/** "tenfold-tiny:gguf-q8_0", or the name that the model goes by here. */
const nameOf = ({ id, variant }: ServedModel, name: string) => (id === undefined || variant === undefined ? name : `${id}:${variant.id}`);
