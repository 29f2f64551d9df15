require 'json'

package = JSON.parse(File.read(File.join(__dir__, 'package.json')))

Pod::Spec.new do |s|
  s.name = 'TenfoldApple'
  s.version = package['version']
  s.summary = package['description']
  s.license = package['license']
  s.author = 'Tenfold'
  s.homepage = 'https://www.npmjs.com/package/@tenfold/adapter-apple-native'
  s.source = { git: '', tag: s.version.to_s }
  # As swift/Package.swift has it; Foundation Models want iOS 26, and say so where it is older.
  s.platforms = { ios: '17.0' }
  s.swift_version = '6.0'
  s.static_framework = true

  # One module, so that the Swift package's own `import TenfoldApple` names itself.
  s.source_files = 'ios/**/*.swift', 'swift/Sources/TenfoldApple/**/*.swift', 'swift/Sources/TenfoldAppleLibraries/**/*.swift'
  s.resource_bundles = { 'TenfoldApple_privacy' => ['ios/PrivacyInfo.xcprivacy'] }
  s.frameworks = 'CoreML', 'Metal'
  s.weak_frameworks = 'FoundationModels'
  s.dependency 'ExpoModulesCore'
  s.pod_target_xcconfig = { 'DEFINES_MODULE' => 'YES', 'SWIFT_STRICT_CONCURRENCY' => 'complete' }

  # The versions of swift/Package.swift: a test compares them.
  raise 'TenfoldApple needs React Native 0.75 or newer, whose pods may use Swift packages.' unless respond_to?(:spm_dependency, true)

  spm_dependency(
    s,
    url: 'https://github.com/ml-explore/mlx-swift',
    requirement: { kind: 'exactVersion', version: '0.31.4' },
    products: %w[MLX]
  )
  spm_dependency(
    s,
    url: 'https://github.com/ml-explore/mlx-swift-lm',
    requirement: { kind: 'exactVersion', version: '3.31.4' },
    products: %w[MLXLLM MLXLMCommon]
  )
  spm_dependency(
    s,
    url: 'https://github.com/huggingface/swift-transformers',
    requirement: { kind: 'exactVersion', version: '1.3.0' },
    products: %w[Transformers]
  )
end
