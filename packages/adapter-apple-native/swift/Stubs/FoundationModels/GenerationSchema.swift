import Foundation

public protocol PromptRepresentable {}
extension String: PromptRepresentable {}

public protocol ConvertibleFromGeneratedContent {}
public protocol Generable: ConvertibleFromGeneratedContent {}
extension String: Generable {}
extension Int: Generable {}
extension Double: Generable {}
extension Bool: Generable {}

public struct GeneratedContent: Generable, PromptRepresentable, Equatable, Sendable {
  public let jsonString: String
  public init(json: String) throws {
    _ = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
    jsonString = json
  }
}

public struct GenerationGuide<Value>: Sendable {
  /// For tests.
  public let words: String
}

extension GenerationGuide where Value == Int {
  public static func minimum(_ value: Int) -> GenerationGuide { .init(words: "≥\(value)") }
  public static func maximum(_ value: Int) -> GenerationGuide { .init(words: "≤\(value)") }
}

extension GenerationGuide where Value == Double {
  public static func minimum(_ value: Double) -> GenerationGuide { .init(words: "≥\(value)") }
  public static func maximum(_ value: Double) -> GenerationGuide { .init(words: "≤\(value)") }
}

public struct DynamicGenerationSchema: Sendable {
  public struct Property: Sendable {
    let words: String
    public init(name: String, description: String? = nil, schema: DynamicGenerationSchema, isOptional: Bool = false) {
      words = "\(name)\(isOptional ? "?" : ""): \(schema.words)"
    }
  }

  /// For tests.
  public let words: String
  let name: String?
  let references: Set<String>

  public init(name: String, description: String? = nil, properties: [Property]) {
    words = "\(name){\(properties.map(\.words).joined(separator: ", "))}"
    self.name = name
    references = []
  }

  public init(name: String, description: String? = nil, anyOf choices: [DynamicGenerationSchema]) {
    words = "(\(choices.map(\.words).joined(separator: " | ")))"
    self.name = name
    references = []
  }

  public init(name: String, description: String? = nil, anyOf choices: [String]) {
    words = "\"\(choices.joined(separator: "|"))\""
    self.name = name
    references = []
  }

  public init(arrayOf itemSchema: DynamicGenerationSchema, minimumElements: Int? = nil, maximumElements: Int? = nil) {
    words = "[\(itemSchema.words)]\(minimumElements.map { "\($0)" } ?? "")..\(maximumElements.map { "\($0)" } ?? "")"
    name = nil
    references = []
  }

  public init<Value: Generable>(type: Value.Type, guides: [GenerationGuide<Value>] = []) {
    words = "\(type)\(guides.map(\.words).joined())"
    name = nil
    references = []
  }

  public init(referenceTo name: String) {
    words = "→\(name)"
    self.name = nil
    references = [name]
  }
}

public struct GenerationSchema: Sendable {
  /// For tests.
  public let words: String
  public init(root: DynamicGenerationSchema, dependencies: [DynamicGenerationSchema]) throws {
    words = ([root.words] + dependencies.map(\.words)).joined(separator: "; ")
  }
}
