export interface PackageResults {
  readonly name: string;
  readonly hasTests: boolean;
  readonly report?: {
    readonly passed: number;
    readonly failed: readonly { readonly name: string; readonly reason: string }[];
    readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  };
  readonly coverage?: { readonly total: { readonly lines: { readonly total: number; readonly covered: number } } };
}

export declare function summarize(results: {
  readonly packages: readonly PackageResults[];
  readonly tasks: readonly { readonly package: string; readonly task: string; readonly exitCode?: number }[];
  readonly code: number | undefined;
}): { readonly lines: readonly string[]; readonly failed: number };
