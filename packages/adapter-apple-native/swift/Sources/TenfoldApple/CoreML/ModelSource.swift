import Foundation

/// Where Core ML opens a model: it goes by the end of a name, and stores name folders otherwise.
struct ModelSource {
  let url: URL
  private let copy: URL?

  /// - Throws: ``TenfoldError`` `invalid-input` where the model has no file that Core ML could open, `storage-failed`.
  init(_ request: LoadRequest) throws {
    let endings = ["mlpackage", "mlmodelc", "mlmodel"]
    let names = request.directory.flatMap { try? FileManager.default.contentsOfDirectory(atPath: $0.path) } ?? []
    if let directory = request.directory, let name = names.sorted().first(where: { endings.contains(($0 as NSString).pathExtension) }) {
      self.init(url: directory.appendingPathComponent(name), copy: nil)
    } else if let directory = request.directory, request.files.count > 1 {
      guard endings.contains(request.format) else {
        throw TenfoldError(.unsupportedFormat, "Core ML opens .mlpackage, .mlmodelc and .mlmodel, not \(request.format).", framework: "core-ml")
      }
      if directory.pathExtension == request.format {
        self.init(url: directory, copy: nil)
      } else {
        // On APFS a copy shares its blocks with the original: it takes neither time nor space.
        let copy = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).\(request.format)", isDirectory: true)
        do {
          try FileManager.default.copyItem(at: directory, to: copy)
        } catch {
          throw TenfoldError.from(error, .storageFailed, "The model cannot be shown to Core ML under a name that it takes", framework: "core-ml")
        }
        self.init(url: copy, copy: copy)
      }
    } else if let location = request.files.first?.location {
      self.init(url: location, copy: nil)
    } else {
      throw TenfoldError(.invalidInput, "The model has no file that Core ML could open.", framework: "core-ml")
    }
  }

  private init(url: URL, copy: URL?) {
    self.url = url
    self.copy = copy
  }

  /// Once the model is compiled or loaded. A compiled model that was copied stays open until the process ends.
  func removeCopy() {
    guard let copy, copy.pathExtension != "mlmodelc" else { return }
    try? FileManager.default.removeItem(at: copy)
  }
}
