export { defaultHome } from "./node/default-home.ts";
export { type FileLockOptions, type LockOwner, lockFile, tryLockFile } from "./node/file-lock.ts";
export { createNodeFiles } from "./node/files.ts";
export { type NodePlatformOptions, nodePlatform } from "./node/platform.ts";
