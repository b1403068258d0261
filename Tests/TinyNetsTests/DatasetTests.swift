import Testing
import TinyNets

@Suite struct DatasetTests {
  static func dataset(groups: Int, rows: Int = 4) throws -> Dataset {
    var dataset = Dataset(featureNames: ["a", "b"], targetNames: ["vmaf"])
    for group in 0..<groups {
      let features = (0..<rows * 2).map { Double($0 * (group + 1)) }
      try dataset.append(
        features: features, targets: (0..<rows).map(Double.init), group: "source\(group)")
    }
    return dataset
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
  func refusesNumbersThatAreNotFinite(_ value: Double) throws {
    var dataset = Dataset(featureNames: ["a", "b"], targetNames: ["vmaf"])
    #expect {
      try dataset.append(features: [0, 1, 2, value], targets: [1, 2], group: "Tennis")
    } throws: {
      "\($0)".hasPrefix("row 1 of 'Tennis' has") && "\($0)".contains("in column 'b'")
    }
    #expect {
      try dataset.append(features: [0, 1], targets: [value], group: "Tennis")
    } throws: {
      "\($0)".contains("row 0 of 'Tennis'") && "\($0)".contains("'vmaf'")
    }
    #expect(throws: DatasetError.self) {
      try dataset.append(features: [0, 1], targets: [1], group: "Tennis", weights: [value])
    }
    #expect(dataset.count == 0)
    #expect(dataset.groupNames.isEmpty)
  }

  @Test func refusesUnequalCounts() throws {
    var dataset = Dataset(featureNames: ["a", "b"])
    #expect(throws: DatasetError.self) {
      try dataset.append(features: [1, 2, 3], targets: [1], group: "g")
    }
    #expect(throws: DatasetError.self) {
      try dataset.append(features: [1, 2], targets: [1, 2], group: "g")
    }
    #expect(throws: DatasetError.self) {
      try dataset.append(features: [1, 2], targets: [1], group: "g", weights: [])
    }
    #expect(throws: DatasetError.self) {
      try dataset.append(features: [1, 2], targets: [1], group: "g", weights: [-1])
    }
  }

  @Test func splitsByGroup() throws {
    let dataset = try Self.dataset(groups: 3)
    let (training, heldOut) = try dataset.split(holdingOut: ["source1"])
    #expect(training.groupNames == ["source0", "source2"])
    #expect(training.count == 8)
    #expect(heldOut.groupNames == ["source1"])
    #expect(heldOut.features == [0, 2, 4, 6, 8, 10, 12, 14])
    #expect(heldOut.groups == [0, 0, 0, 0])
  }

  @Test func refusesSplitsThatLeaveNothing() throws {
    let dataset = try Self.dataset(groups: 2)
    #expect(throws: DatasetError.unknownGroup("other", known: ["source0", "source1"])) {
      try dataset.split(holdingOut: ["other"])
    }
    #expect(throws: DatasetError.emptyPart(heldOut: [], isTraining: false)) {
      try dataset.split(holdingOut: [])
    }
    #expect(
      throws: DatasetError.emptyPart(heldOut: ["source0", "source1"], isTraining: true)
    ) {
      try dataset.split(holdingOut: ["source0", "source1"])
    }
    #expect(throws: DatasetError.oneSource("source0")) {
      try Self.dataset(groups: 1).split(holdingOut: ["source0"])
    }
  }
}
