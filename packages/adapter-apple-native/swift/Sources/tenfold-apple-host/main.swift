import Foundation
import TenfoldApple

#if canImport(TenfoldAppleLibraries)
  import TenfoldAppleLibraries
  let frameworks = AppleFrameworks(cacheFolder: AppleFrameworks.defaultCacheFolder).addingLibraries()
#else
  let frameworks = AppleFrameworks(cacheFolder: AppleFrameworks.defaultCacheFolder)
#endif

if CommandLine.arguments.contains("--describe") {
  FileHandle.standardOutput.write(try HostDescription(frameworks: frameworks.support).value.json())
} else {
  await runHost(loaders: frameworks.loaders)
}
