export { encodeGguf, type HeaderTensor, type HeaderValue } from "./encode-gguf.ts";
export { encodeModelHeader, type ModelHeader, publishedModels } from "./model-header.ts";
export { writeHollowModel } from "./write-hollow-model.ts";
