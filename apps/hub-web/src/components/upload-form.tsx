"use client";

import { useRef, useState } from "react";
import { formatBytes } from "../format/format-bytes.ts";
import { type ApiFailure, api, apiFailure } from "./api-client.ts";
import { Button } from "./button.tsx";
import { described } from "./described.ts";
import { FailureNote } from "./failure-note.tsx";
import { goTo } from "./go-to.ts";
import panel from "./panel.module.css";
import { type UploadStep, uploadFile } from "./upload-file.ts";

/** Sends a file to the hub. One that was broken off, even by closing the page, goes on when it is chosen again. */
export function UploadForm() {
  const input = useRef<HTMLInputElement>(null);
  const stop = useRef<AbortController>(undefined);
  const [step, setStep] = useState<UploadStep>();
  const [failure, setFailure] = useState<Pick<ApiFailure, "message" | "remedy">>();

  const send = async () => {
    const file = input.current?.files?.[0];
    if (file === undefined || step !== undefined) return;
    setFailure(undefined);
    setStep({ stage: "reading", doneBytes: 0, totalBytes: file.size });
    stop.current = new AbortController();
    try {
      const uploadId = await uploadFile(file, setStep, stop.current.signal);
      await goTo(described(await api.imports.describeUpload.mutate({ uploadId })));
    } catch (error) {
      if (!stop.current.signal.aborted) setFailure(uploadFailure(error));
    }
    setStep(undefined);
  };

  return (
    <div className={panel.panel}>
      <label>
        <span className="visually-hidden">Model file</span>
        <input ref={input} type="file" disabled={step !== undefined} />
      </label>
      <p className={panel.quiet}>
        One file of a model. Your browser hashes it first; pieces that arrived are kept for a week, so that an upload goes on where it was broken off.
      </p>
      {step && (
        <div className={panel.progress} role="status">
          <span>
            {step.stage === "reading" ? "Reading" : "Uploading"}: {formatBytes(step.doneBytes)} of {formatBytes(step.totalBytes)}
          </span>
          <progress aria-label="Upload" max={step.totalBytes} value={step.doneBytes} />
        </div>
      )}
      <FailureNote failure={failure} />
      <div>
        {step === undefined ? (
          <Button onClick={() => void send()}>Upload</Button>
        ) : (
          <Button onClick={() => stop.current?.abort(new Error("stopped"))}>Stop</Button>
        )}
      </div>
    </div>
  );
}

/** The protocol's client tells what the hub answered in its own words. */
function uploadFailure(error: unknown): Pick<ApiFailure, "message" | "remedy"> {
  const answer = (error as { originalResponse?: { getBody(): string; getStatus(): number } | null }).originalResponse;
  if (answer) return { message: answer.getBody() || `The hub answered ${answer.getStatus()}.`, remedy: undefined };
  return error instanceof Error && error.constructor.name === "DetailedError"
    ? { message: "The hub could not be reached.", remedy: "Choose the file again: it goes on where it was." }
    : apiFailure(error);
}
