export { sliceFile } from "./file-slice.ts";
export { createRefusal, type Refusal } from "./invalid-format.ts";
export { type LitertLmSection, readLitertLmSections } from "./litertlm/sections.ts";
export { readZipDirectory, type ZipEntry } from "./zip-directory.ts";
