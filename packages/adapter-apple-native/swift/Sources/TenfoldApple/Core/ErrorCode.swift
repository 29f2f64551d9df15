/// What can be wrong, by the names that all of Tenfold has for it: `packages/catalog` defines them, and a test compares.
public enum ErrorCode: String, Sendable, CaseIterable {
  case invalidInput = "invalid-input"
  case illegalTransition = "illegal-transition"
  case conflict
  case forbidden
  case catalogUnreachable = "catalog-unreachable"
  case invalidManifest = "invalid-manifest"
  case untrustedCatalog = "untrusted-catalog"
  case expiredCatalog = "expired-catalog"
  case unsupportedSchemaVersion = "unsupported-schema-version"
  case unknownModel = "unknown-model"
  case unknownVariant = "unknown-variant"
  case ambiguousModel = "ambiguous-model"
  case revoked
  case noDigest = "no-digest"
  case noSource = "no-source"
  case network
  case httpStatus = "http-status"
  case unauthorized
  case licenceNotAccepted = "licence-not-accepted"
  case timeout
  case digestMismatch = "digest-mismatch"
  case sizeMismatch = "size-mismatch"
  case diskFull = "disk-full"
  case storageFailed = "storage-failed"
  case storeLocked = "store-locked"
  case notInstalled = "not-installed"
  case invalidFormat = "invalid-format"
  case unsupportedFormat = "unsupported-format"
  case frameworkUnavailable = "framework-unavailable"
  case noAdapter = "no-adapter"
  case loadFailed = "load-failed"
  case outOfMemory = "out-of-memory"
  case crashedBefore = "crashed-before"
  case templateFailed = "template-failed"
  case contextOverflow = "context-overflow"
  case unsupportedRequest = "unsupported-request"
  case generationFailed = "generation-failed"
  case invalidToolCall = "invalid-tool-call"
  case busy
  case disposed
  case crashed
}
