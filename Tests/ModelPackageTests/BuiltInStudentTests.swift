import Foundation
import ModelPackage
import Processor
import Testing
import TinyNets
import _TestSupport

/// The shipped students against their teacher, both also computed by code of their own.
@Suite struct BuiltInStudentTests {
  struct Bar: CustomTestStringConvertible, Sendable {
    var name: String
    var unitBox: (rmse: Double, largest: Double)
    var physicalBoxLargest: Double
    var goldenLargest: Double
    var testDescription: String { name }
  }

  static let bars = [
    Bar(name: "tiny-2x16", unitBox: (0.006, 0.06), physicalBoxLargest: 0.3, goldenLargest: 0.02),
    Bar(name: "tiny-2x64", unitBox: (0.003, 0.03), physicalBoxLargest: 0.1, goldenLargest: 0.01),
    Bar(name: "tiny-3x128", unitBox: (0.003, 0.03), physicalBoxLargest: 0.1, goldenLargest: 0.01),
    Bar(name: "tiny-4x256", unitBox: (0.003, 0.03), physicalBoxLargest: 0.1, goldenLargest: 0.01),
  ]

  static func network(_ id: String) throws -> Network {
    try ModelRegistry.builtInNetwork(id)
  }

  static func box(_ bounds: [FeatureDomain.Bounds], rows: Int) -> [[Double]] {
    var generator = SeededGenerator(seed: 77)
    return (0..<rows).map { _ in bounds.map { generator.uniform($0.lower, $0.upper) } }
  }

  static func errors(_ name: String, _ rows: [[Double]]) throws -> (rmse: Double, largest: Double) {
    let teacher = try PlainTeacher("vmaf_v0.6.1")
    let scores = try Self.network(name).predict(rows.flatMap { $0.map(Float.init) })
    var squares = 0.0
    var largest = 0.0
    for (row, score) in zip(rows, scores) {
      let error = abs(Double(score) - teacher.clippedScore(row))
      squares += error * error
      largest = max(largest, error)
    }
    return ((squares / Double(rows.count)).squareRoot(), largest)
  }

  @Test(arguments: bars)
  func followsTheTeacherInBothBoxes(_ bar: Bar) throws {
    let unit = try Self.errors(bar.name, Self.box(FeatureDomain.vmaf.unit, rows: 1_500))
    #expect(unit.rmse <= bar.unitBox.rmse)
    #expect(unit.largest <= bar.unitBox.largest)
    let physical = try Self.errors(bar.name, Self.box(FeatureDomain.vmaf.physical, rows: 1_500))
    #expect(physical.largest <= bar.physicalBoxLargest)
  }

  @Test(arguments: bars)
  func meetsTheGoldenPoints(_ bar: Bar) throws {
    let student = try Self.network(bar.name)
    let points = try goldenFrames()
    #expect(points.count > 50)
    var scores: [Double] = []
    for point in points {
      let score = student(point.features)[0]
      #expect(abs(score - point.score) <= bar.goldenLargest, "\(point.clip)")
      #expect((0...100).contains(score))
      scores.append(score)
    }
    // Points that differ by more than twice the bar keep their order.
    for i in points.indices {
      for j in points.indices where points[i].score > points[j].score + 2 * bar.goldenLargest {
        #expect(scores[i] > scores[j])
      }
    }
  }

  @Test(arguments: ModelRegistry.builtInIdentifiers)
  func agreesWithAPlainSecondComputation(_ name: String) throws {
    let student = try Self.network(name)
    let plain = try PlainStudent(safeTensors: student.safeTensors().encoded())
    let rows =
      Self.box(FeatureDomain.vmaf.physical, rows: 40) + Self.box(FeatureDomain.vmaf.unit, rows: 40)
    for row in rows {
      let score = student(row)[0]
      #expect(abs(score - plain.score(row)) < 3e-4)
    }
  }

  @Test func plainTeacherIsLibvmafs() throws {
    let teacher = try PlainTeacher("vmaf_v0.6.1")
    for point in try goldenFrames() {
      #expect(abs(teacher.clippedScore(point.features) - point.score) < 1e-6)
    }
  }

  /// The negative model is the same function: only the extractors' gain limits differ.
  @Test func negTeacherIsTheSameFunction() throws {
    let teacher = try PlainTeacher("vmaf_v0.6.1")
    let neg = try PlainTeacher("vmaf_v0.6.1neg")
    for row in Self.box(FeatureDomain.vmaf.physical, rows: 100) {
      #expect(teacher.score(row) == neg.score(row))
    }
  }

  @Test(arguments: [
    [Double](repeating: 1e30, count: 6), [Double](repeating: -1e30, count: 6),
    [0, 0, 0, 0, 0, 1e9], [1.1, 1.1, 1.1, 1.1, 1.1, 0], [0, 0, 0, 0, 0, 0],
  ])
  func neverLeavesTheRange(_ row: [Double]) throws {
    for name in ModelRegistry.builtInIdentifiers {
      #expect((0...100).contains(try Self.network(name)(row)[0]))
    }
  }

  @Test(arguments: InstructionSet.supported)
  func allInstructionSetsGiveTheSameBits(_ set: InstructionSet) throws {
    let student = try Self.network("tiny-2x16")
    let rows = Self.box(FeatureDomain.vmaf.physical, rows: 20).flatMap { $0.map(Float.init) }
    #expect(student.predict(rows, on: set) == student.predict(rows, on: .scalar))
  }

  /// The sidecar's teacher and scales are those of the weights, and its recipe is the committed one.
  @Test(arguments: ModelRegistry.builtInIdentifiers)
  func committedRecipesMadeTheStudents(_ id: String) throws {
    let model = try ModelRegistry(folders: [], userFolder: nil).load(id)
    let sidecar = try #require(model.sidecar)
    let network = try Self.network(id)
    let recipe = try Recipe(
      contentsOf: Self.root.appending(path: "recipes/\(id.dropFirst("tiny-".count)).json").path)
    let text = Array(try recipe.json())
    #expect(network.metadata["recipe"] == String(decoding: text, as: UTF8.self))
    #expect(sidecar.training.recipe == (try JSONValue(json: text)))
    #expect(sidecar.training.recipeSHA256 == sha256(text))
    #expect(
      network.architecture
        == (try Architecture(recipe.architecture, activation: recipe.activation)))
    #expect(sidecar.features.map(\.name) == FeatureDomain.vmaf.names)
    #expect(sidecar.features.map { Float($0.mean ?? .nan) } == network.inputMean)
    #expect(sidecar.features.map { Float($0.scale ?? .nan) } == network.inputScale)
    #expect(sidecar.training.data.isEmpty && sidecar.evaluation.sets.count >= 2)
  }

  /// The cards cannot say anything else than the sidecars.
  @Test(arguments: ModelRegistry.builtInIdentifiers)
  func cardsAreMadeOfTheSidecars(_ id: String) throws {
    let sidecar = try #require(ModelRegistry(folders: [], userFolder: nil).load(id).sidecar)
    let card = try String(
      contentsOf: Self.root.appending(path: "docs/models/\(id).md"), encoding: .utf8)
    #expect(card == sidecar.modelCard(), "run tinyvmaf models card \(id) > docs/models/\(id).md")
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
}
