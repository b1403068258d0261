import Testing

@testable import Evaluation

private let targets = [0, 10, 20, 20, 40, 55, 70, 85, 100, 100, 100, 62.5]
private let predictions = [1.5, 8, 24, 20, 35, 60, 66, 90, 97, 100, 100, 60]
private let sources = ["b", "b", "b", "b", "a", "a", "a", "a", "c", "c", "c", "c"]

@Suite struct AccuracyTests {
  let rows: Observations

  init() throws {
    rows = try Observations(targets: targets, predictions: predictions, sources: sources)
  }

  @Test func errorsEqualNumpy() {
    let accuracy = Accuracy(rows)
    // e = p - t; (e**2).mean()**.5, abs(e).mean(), abs(e).max(), e.mean()
    #expect(abs(accuracy.rmse - 3.272358986011977) < 1e-14)
    #expect(abs(accuracy.mae - 2.6666666666666665) < 1e-14)
    #expect(accuracy.maxError == 5)
    #expect(abs(accuracy.bias + 0.08333333333333333) < 1e-14)
    #expect(accuracy[.krocc] == accuracy.krocc && accuracy[.maxError] == 5)
  }

  @Test func undefinedCorrelationIsNil() throws {
    let constant = try Observations(
      targets: [1, 2, 3], predictions: [2, 2, 2], sources: ["a", "a", "a"])
    let accuracy = Accuracy(constant)
    #expect(accuracy.plcc == nil && accuracy.srocc == nil && accuracy.krocc == nil)
    #expect(abs(accuracy.rmse - (2.0 / 3).squareRoot()) < 1e-15)
  }

  @Test func bandsHoldEveryRowOnce() throws {
    let bands = try rows.errorsByBand()
    #expect(bands.map(\.rows) == [2, 2, 2, 2, 4])
    #expect(bands[0].lower == nil && bands[0].upper == 20 && bands[4].upper == nil)
    #expect(bands[1].maxError == 4 && bands[1].bias == 2)  // both targets are the edge, 20
    let empty = try rows.errorsByBand(edges: [-1, 200])
    #expect(empty.map(\.rows) == [0, 12, 0])
    #expect(empty[0].rmse == nil)
    #expect(throws: EvaluationError.self) { try rows.errorsByBand(edges: [3, 3]) }
  }

  @Test func sourcesAreSortedAndSeparate() {
    let errors = rows.errorsBySource()
    #expect(errors.map(\.source) == ["a", "b", "c"])
    #expect(errors.map(\.rows) == [4, 4, 4])
    #expect(errors[0].bias == 0.25)  // (-5 + 5 - 4 + 5) / 4
    #expect(errors[2].bias == -1.375 && errors[2].maxError == 3)
  }
}

@Suite struct LogisticFitTests {
  @Test func fitEqualsScipy() throws {
    // f = lambda x,b1,b2,b3,b4: b2+(b1-b2)/(1+exp(-(x-b3)/abs(b4)))
    // x = linspace(0,100,60); y = f(x,92,8,55,12) + 3*sin(arange(60)*1.7)
    // curve_fit(f, x, y, p0=[y.max(), y.min(), x.mean(), x.std()], xtol=ftol=gtol=1e-15)
    let logistic = { (x: Double) in 8 + 84 / (1 + exponential(-(x - 55) / 12)) }
    let x = (0..<60).map { Double($0) * 100 / 59 }
    let y = (0..<60).map { logistic(x[$0]) + 3 * sine(Double($0) * 1.7) }
    let rows = try Observations(
      targets: y, predictions: x, sources: [String](repeating: "s", count: 60))
    let fit = try LogisticFit(rows)
    #expect(abs(fit.b1 - 91.66289187376866) < 1e-5)
    #expect(abs(fit.b2 - 8.20815138024691) < 1e-5)
    #expect(abs(fit.b3 - 54.95119097632848) < 1e-5)
    #expect(abs(fit.b4 - 11.863406561655564) < 1e-5)
    #expect(abs(fit.rmse - 2.1015794643855865) < 1e-9)
    #expect(abs(try #require(fit.plcc) - 0.9976514866444287) < 1e-9)
    #expect(try LogisticFit(rows) == fit)
    #expect(abs(fit(55) - (fit.b1 + fit.b2) / 2) < 1)
  }

  @Test func nearlyLinearDataStaysFinite() throws {
    let x = (0..<40).map(Double.init)
    let rows = try Observations(
      targets: x.map { 3 * $0 + 1 }, predictions: x,
      sources: [String](repeating: "s", count: 40))
    let fit = try LogisticFit(rows)
    #expect(try #require(fit.plcc) > 0.9999)
    #expect([fit.b1, fit.b2, fit.b3, fit.b4, fit.rmse].allSatisfy { $0.isFinite })
  }

  @Test func constantsAndFewRowsAreErrors() throws {
    let few = try Observations(targets: [1, 2], predictions: [1, 2], sources: ["a", "b"])
    #expect(throws: EvaluationError.tooFewRows(count: 2, required: 5)) { try LogisticFit(few) }
    let flat = try Observations(
      targets: [1, 2, 3, 4, 5], predictions: [0.1, 0.1, 0.1, 0.1, 0.1],
      sources: ["a", "b", "c", "d", "e"])
    #expect(throws: EvaluationError.constant(column: "prediction")) { try LogisticFit(flat) }
  }
}

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private func exponential(_ x: Double) -> Double { exp(x) }
private func sine(_ x: Double) -> Double { sin(x) }
