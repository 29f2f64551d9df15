#if canImport(FoundationModels)
  import Foundation
  import FoundationModels

  /// A tool that is not called but reported: whoever asked calls it, and comes back with what it gave.
  @available(iOS 26.0, macOS 26.0, *)
  struct ReportedTool: Tool {
    /// Ends the session's turn, and says with what.
    struct Asked: Error { let arguments: GeneratedContent }

    let name: String
    let description: String
    let parameters: GenerationSchema

    init(_ tool: GenerateRequest.Tool) throws {
      name = tool.name
      description = tool.description
      parameters = try SchemaTranslator.translate(tool.parameters, name: tool.name)
    }

    func call(arguments: GeneratedContent) async throws -> String { throw Asked(arguments: arguments) }
  }
#endif
