/** Packs built packages, and the workspace packages that they need, into `folder`. Resolves to a map from name to tarball. */
export declare function packPackages(names: readonly string[], options: { readonly folder: string }): Promise<Map<string, string>>;

/**
 * Packs the packages and installs them into `folder` with plain npm, as someone outside of the workspace would.
 * The packages must have been built. `others` are dependencies from the registry, name to version.
 */
export declare function installPacked(
  names: readonly string[],
  options: { readonly folder: string; readonly others?: Readonly<Record<string, string>> },
): Promise<void>;
