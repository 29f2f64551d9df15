export type { NamedTensor } from "../formats/named-tensor.ts";
export { fileNameOfUrl } from "./file-name-of-url.ts";
export { type InspectFilesOptions, type Inspection, inspectFiles } from "./inspect-files.ts";
export { type InspectOptions, type InspectTarget, inspectModel, type ModelInspection } from "./inspect-model.ts";
export { openRemoteFile, type ReadCost, type RemoteFile, type RemoteFileOptions } from "./remote-file.ts";
