export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);
export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
