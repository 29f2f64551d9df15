#if canImport(FoundationModels)
  import FoundationModels

  /// A JSON Schema as a schema that guides Apple's model.
  ///
  /// What guides cannot say is refused: an answer that was not held to all of its schema would be wrong without anybody being told.
  @available(iOS 26.0, macOS 26.0, *)
  struct SchemaTranslator {
    private static let annotations: Set<String> = [
      "$schema", "$id", "$defs", "definitions", "title", "description", "default", "examples", "$comment", "type", "additionalProperties", "format",
    ]
    private let definitions: [String: Value]

    /// A schema for generation.
    /// - Throws: ``TenfoldError`` `unsupported-request` naming what cannot be kept.
    static func translate(_ schema: Value, name: String) throws -> GenerationSchema {
      let definitions = (schema["$defs"] ?? schema["definitions"])?.object ?? [:]
      let translator = SchemaTranslator(definitions: definitions)
      let dependencies = try definitions.sorted { $0.key < $1.key }.map { try translator.dynamic($1, name: $0) }
      do {
        return try GenerationSchema(root: translator.dynamic(schema, name: name), dependencies: dependencies)
      } catch let error as TenfoldError {
        throw error
      } catch {
        throw refusal("The schema is refused: \(error).")
      }
    }

    private func dynamic(_ schema: Value, name: String) throws -> DynamicGenerationSchema {
      if let reference = schema["$ref"]?.text { return DynamicGenerationSchema(referenceTo: try definition(of: reference)) }
      let description = schema["description"]?.text
      if let choices = (schema["anyOf"] ?? schema["oneOf"])?.list {
        try check(schema, allows: ["anyOf", "oneOf"], at: name)
        let schemas = try choices.enumerated().map { try dynamic($1, name: "\(name)\($0 + 1)") }
        return DynamicGenerationSchema(name: name, description: description, anyOf: schemas)
      }
      if let choices = schema["enum"]?.list ?? schema["const"].map({ [$0] }) {
        try check(schema, allows: ["enum", "const"], at: name)
        let texts = choices.compactMap(\.text)
        guard texts.count == choices.count, !texts.isEmpty else { throw refusal("\(name) may be one of some values that are not all text.") }
        return DynamicGenerationSchema(name: name, description: description, anyOf: texts)
      }
      switch schema["type"]?.text {
      case "object": return try object(schema, name: name, description: description)
      case "array":
        try check(schema, allows: ["items", "minItems", "maxItems"], at: name)
        guard let items = schema["items"] else { throw refusal("\(name) is a list of anything.") }
        return DynamicGenerationSchema(
          arrayOf: try dynamic(items, name: "\(name)Item"), minimumElements: schema["minItems"]?.integer, maximumElements: schema["maxItems"]?.integer)
      case "string":
        try check(schema, allows: [], at: name)
        return DynamicGenerationSchema(type: String.self)
      case "boolean":
        try check(schema, allows: [], at: name)
        return DynamicGenerationSchema(type: Bool.self)
      case "integer":
        try check(schema, allows: ["minimum", "maximum"], at: name)
        let guides = [schema["minimum"]?.integer.map(GenerationGuide.minimum), schema["maximum"]?.integer.map(GenerationGuide.maximum)]
        return DynamicGenerationSchema(type: Int.self, guides: guides.compactMap { $0 })
      case "number":
        try check(schema, allows: ["minimum", "maximum"], at: name)
        let guides = [schema["minimum"]?.number.map(GenerationGuide<Double>.minimum), schema["maximum"]?.number.map(GenerationGuide<Double>.maximum)]
        return DynamicGenerationSchema(type: Double.self, guides: guides.compactMap { $0 })
      default: throw refusal("\(name) is of no type that Apple's model can be held to.")
      }
    }

    private func object(_ schema: Value, name: String, description: String?) throws -> DynamicGenerationSchema {
      try check(schema, allows: ["properties", "required"], at: name)
      if let additional = schema["additionalProperties"], additional.object != nil {
        throw refusal("\(name) may have members of any name.")
      }
      let required = Set((schema["required"]?.list ?? []).compactMap(\.text))
      let properties = (schema["properties"]?.object ?? [:]).sorted { $0.key < $1.key }
      return DynamicGenerationSchema(
        name: name, description: description,
        properties: try properties.map { key, value in
          DynamicGenerationSchema.Property(
            name: key, description: value["description"]?.text, schema: try dynamic(value, name: "\(name).\(key)"), isOptional: !required.contains(key))
        })
    }

    private func definition(of reference: String) throws -> String {
      let name = String(reference.split(separator: "/").last ?? "")
      guard reference.hasPrefix("#/"), definitions[name] != nil else { throw refusal("\(reference) leads out of the schema.") }
      return name
    }

    private func check(_ schema: Value, allows keywords: Set<String>, at name: String) throws {
      let others = (schema.object ?? [:]).keys.filter { !Self.annotations.contains($0) && !keywords.contains($0) }.sorted()
      if let first = others.first { throw refusal("\(name) has \"\(first)\", which Apple's model cannot be held to.") }
    }

    private func refusal(_ message: String) -> TenfoldError { Self.refusal(message) }

    private static func refusal(_ message: String) -> TenfoldError {
      TenfoldError(.unsupportedRequest, message, remedy: "Simplify the schema, or use a framework with grammars.", framework: FoundationModelsLoader.framework)
    }
  }
#endif
