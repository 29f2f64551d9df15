/** What programs need to find themselves and their libraries. Everything else, secrets first, stays here. */
const inherited = ["PATH", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SystemRoot", "windir"];
/** Where Vulkan's loader finds a driver that is not in its usual place. */
const drivers = ["VK_ICD_FILENAMES", "VK_DRIVER_FILES"];

/** The environment of a host process: the few variables that programs need, and those that are given. */
export function hostEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  // biome-ignore lint/style/noProcessEnv: a list of names is handed on, nothing is decided by their values
  const own = process.env;
  const kept = [...inherited, ...drivers].flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]));
  // Electron's program is Node only when it is told so; others do not know the name.
  const electron = process.versions.electron ? { ELECTRON_RUN_AS_NODE: "1" } : {};
  return { ...Object.fromEntries(kept), ...electron, ...more };
}
