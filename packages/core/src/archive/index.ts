export type { ArchiveMember } from "./archive-member.ts";
export { type ExtractArchiveOptions, type ExtractedFile, extractArchive } from "./extract-archive.ts";
export { type ArchiveLimits, defaultArchiveLimits } from "./limits.ts";
export { type ReadArchiveOptions, readArchive } from "./read-archive.ts";
