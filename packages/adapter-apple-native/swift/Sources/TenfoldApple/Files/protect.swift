import Foundation

/// Models are large and can be fetched again: they stay out of backups, and can be read as soon as a device was unlocked once, so that downloads go on.
func protect(_ url: URL) throws {
  #if canImport(Darwin)
    var url = url
    var values = URLResourceValues()
    values.isExcludedFromBackup = true
    try url.setResourceValues(values)
  #endif
  #if os(iOS)
    try FileManager.default.setAttributes([.protectionKey: FileProtectionType.completeUntilFirstUserAuthentication], ofItemAtPath: url.path)
  #endif
}
