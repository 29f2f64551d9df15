export function createAdapterPackage(options: { root: URL; name: string | undefined; title?: string | undefined }): { folder: string; next: string[] };
