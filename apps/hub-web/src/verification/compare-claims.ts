import type { BroughtFile } from "./bring-artifact.ts";
import type { Check } from "./check.ts";

/** Whether the bytes are what was claimed of them. */
export function compareClaims(files: readonly BroughtFile[]): Check {
  const wrong = files.flatMap(({ artifact: { path, sizeBytes, sha256 }, chunkList }) => {
    if (chunkList.sizeBytes === 0) return [`${path} is empty`];
    if (sizeBytes !== undefined && sizeBytes.value !== chunkList.sizeBytes)
      return [`${path} has ${chunkList.sizeBytes} bytes, and ${sizeBytes.evidence.by} says ${sizeBytes.value}`];
    if (sha256 !== undefined && sha256.value !== chunkList.sha256)
      return [`${path} has the SHA-256 ${chunkList.sha256}, and ${sha256.evidence.by} says ${sha256.value}`];
    return [];
  });
  if (wrong.length > 0) return { name: "files", outcome: "failed", detail: `${wrong.join("; ")}.` };
  const claimed = files.filter(({ artifact }) => artifact.sha256 !== undefined).length;
  const count = files.length === 1 ? "One file was" : `${files.length} files were`;
  const against =
    claimed === files.length ? "all is what was claimed" : claimed === 0 ? "nobody had claimed a digest" : `${claimed} of them against a claimed digest`;
  return { name: "files", outcome: "passed", detail: `${count} read and hashed; ${against}.` };
}
