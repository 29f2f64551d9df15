// swift-tools-version: 6.0
import Foundation
import PackageDescription

// On Linux there is no Apple SDK: stubs declare what the sources use of it, and the packages that compute on Apple's systems only are left out.
#if os(Linux)
  let dependencies: [Package.Dependency] = []
  let coreDependencies: [Target.Dependency] = ["CoreML", "FoundationModels"]
  let hostDependencies: [Target.Dependency] = ["TenfoldApple"]
  let surroundings: [Target] = [
    .target(name: "CoreML", path: "Stubs/CoreML"),
    .target(name: "FoundationModels", path: "Stubs/FoundationModels"),
  ]
#else
  let dependencies: [Package.Dependency] = [
    .package(url: "https://github.com/ml-explore/mlx-swift", exact: "0.31.4"),
    .package(url: "https://github.com/ml-explore/mlx-swift-lm", exact: "3.31.4"),
    .package(url: "https://github.com/huggingface/swift-transformers", exact: "1.3.0"),
  ]
  let coreDependencies: [Target.Dependency] = []
  let hostDependencies: [Target.Dependency] = ["TenfoldApple", "TenfoldAppleLibraries"]
  let surroundings: [Target] = [
    .target(
      name: "TenfoldAppleLibraries",
      dependencies: [
        "TenfoldApple",
        .product(name: "MLX", package: "mlx-swift"),
        .product(name: "MLXLLM", package: "mlx-swift-lm"),
        .product(name: "MLXLMCommon", package: "mlx-swift-lm"),
        .product(name: "Transformers", package: "swift-transformers"),
      ]
    )
  ]
#endif

// What npm brings has the sources alone.
let hasTests = FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/Tests")
let tests: [Target] =
  hasTests ? [.testTarget(name: "TenfoldAppleTests", dependencies: ["TenfoldApple"] + coreDependencies)] : []

let package = Package(
  name: "TenfoldApple",
  platforms: [.iOS(.v17), .macOS(.v14)],
  products: [
    .library(name: "TenfoldApple", targets: ["TenfoldApple"]),
    .executable(name: "tenfold-apple-host", targets: ["tenfold-apple-host"]),
  ],
  dependencies: dependencies,
  targets: surroundings + tests + [
    .target(name: "TenfoldApple", dependencies: coreDependencies),
    .executableTarget(name: "tenfold-apple-host", dependencies: hostDependencies),
    // Answers by a script, for tests of the protocol: no product.
    .executableTarget(name: "scripted-host", dependencies: ["TenfoldApple"]),
  ],
  swiftLanguageModes: [.v6]
)
