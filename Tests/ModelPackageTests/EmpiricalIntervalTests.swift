import Evaluation
import Testing

@testable import ModelPackage

@Suite struct EmpiricalIntervalTests {
  @Test func saysThatItIsEmpiricalAndWhatWasMeasured() throws {
    let heldOut = try Observations(
      targets: (0..<30).map { Double($0 % 10) }, predictions: [Double](repeating: 0, count: 30),
      sources: (0..<30).map { "s\($0 / 10)" })
    let coverage = try CoverageReport.leavingOneSourceOut(heldOut)
    let empirical = try EmpiricalInterval(
      ConformalCalibration(heldOut), method: .leaveOneSourceOut, coverage: coverage, unit: "DMOS")
    let interval = CalibratedInterval(empirical)
    #expect(interval.level == 0.9)
    #expect(interval.unit == "DMOS")
    #expect(interval.videos == 30)
    #expect(
      interval.method == "empirical, leave-one-source-out errors of 3 sources; on held-out sources "
        + "100 % of the videos lay inside, of the worst source 100 %")
    let ends = interval.ends(around: 60)
    #expect(ends.lower == 60 + empirical.offsets.lowerBound)
    #expect(ends.upper == 60 + empirical.offsets.upperBound)
  }
}
