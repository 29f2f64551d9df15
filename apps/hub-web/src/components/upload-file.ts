import type { HashMessage } from "./hash-worker.ts";

export interface UploadStep {
  readonly stage: "reading" | "uploading";
  readonly doneBytes: number;
  readonly totalBytes: number;
}

const pieceBytes = 8 * 1024 * 1024;

/** Hashes a file, then sends it in pieces; what an earlier attempt has sent is not sent again. Answers the upload's id. */
export async function uploadFile(file: File, onStep: (step: UploadStep) => void, signal: AbortSignal): Promise<string> {
  const sha256 = await hashFile(file, (doneBytes) => onStep({ stage: "reading", doneBytes, totalBytes: file.size }), signal);
  const { Upload } = await import("tus-js-client");
  signal.throwIfAborted();
  return new Promise<string>((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: "/api/uploads",
      chunkSize: pieceBytes,
      retryDelays: [0, 1000, 3000, 10_000, 30_000],
      metadata: { name: file.name, sha256 },
      // The same bytes, whatever they are called: what was broken off is found by them.
      fingerprint: async () => `tenfold ${sha256} ${file.size}`,
      removeFingerprintOnSuccess: true,
      onProgress: (doneBytes, totalBytes) => onStep({ stage: "uploading", doneBytes, totalBytes: totalBytes ?? file.size }),
      onError: reject,
      onSuccess: () => resolve(upload.url?.split("/").at(-1) ?? ""),
    });
    signal.addEventListener("abort", () => void upload.abort().then(() => reject(signal.reason)), { once: true });
    upload.findPreviousUploads().then((earlier) => {
      if (earlier[0]) upload.resumeFromPreviousUpload(earlier[0]);
      upload.start();
    }, reject);
  });
}

function hashFile(file: File, onProgress: (doneBytes: number) => void, signal: AbortSignal): Promise<string> {
  const worker = new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" });
  return new Promise<string>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    worker.onerror = () => reject(new Error("The file could not be read."));
    worker.onmessage = ({ data }: MessageEvent<HashMessage>) => {
      if ("doneBytes" in data) onProgress(data.doneBytes);
      else if ("sha256" in data) resolve(data.sha256);
      else reject(new Error(data.error));
    };
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
