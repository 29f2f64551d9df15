export interface WorkspacePackage {
  readonly name: string;
  /** Relative to the root: "packages/core". */
  readonly folder: string;
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: a package.json holds whatever its tools want
  readonly manifest: any;
}

export declare function workspacePackages(): readonly WorkspacePackage[];
export declare function withDependencies(name: string, packages?: readonly WorkspacePackage[]): Set<WorkspacePackage>;
export declare function findPackages(names: readonly string[], packages?: readonly WorkspacePackage[]): readonly WorkspacePackage[];
