import type { ModelMetadata } from "../../contract/installed-model.ts";
import type { ModelFile } from "../format-handler.ts";
import type { Refusal } from "../invalid-format.ts";
import { createPagedReader } from "../paged-reader.ts";
import { createProtobufWalker } from "../protobuf.ts";

/** The message LlmMetadata, which says how a model is prompted and how many tokens it takes. @throws TenfoldError `invalid-format`. */
export async function readLlmMetadata(part: ModelFile, refuse: Refusal, signal?: AbortSignal): Promise<Pick<ModelMetadata, "contextLength" | "chatTemplate">> {
  const walker = createProtobufWalker(createPagedReader(part, { refuse, ...(signal ? { signal } : {}) }), { mostFields: 100_000 });
  const described: Pick<ModelMetadata, "contextLength" | "chatTemplate"> = {};
  await walker.walk({ start: 0, end: part.sizeBytes }, "the metadata", async (field) => {
    if (field.number === 5 && field.wire === "varint" && field.value > 0) described.contextLength = field.value;
    if (field.number === 7) described.chatTemplate = await walker.text(field, "the chat template");
  });
  return described;
}
