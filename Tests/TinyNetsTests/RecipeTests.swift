import Foundation
import Testing

@testable import TinyNets

@Suite struct RecipeTests {
  @Test func survivesJSON() throws {
    let recipe = DistillationTests.recipe()
    #expect(try Recipe(json: recipe.json()) == recipe)
    #expect(try recipe.json() == recipe.json())
  }

  @Test(arguments: [
    ("", "no JSON"), ("[]", "another type"), ("{}", "missing"),
    (#"{"name":3}"#, "name"),
  ])
  func refusesOtherText(_ text: String, _ part: String) {
    #expect {
      try Recipe(json: Data(text.utf8))
    } throws: {
      $0 is RecipeError && "\($0)".contains(part)
    }
  }

  @Test func namesTheWrongValue() throws {
    let text = String(decoding: try DistillationTests.recipe().json(), as: UTF8.self)
    func error(_ from: String, _ to: String) -> String {
      let changed = text.replacingOccurrences(of: from, with: to)
      #expect(changed != text)
      do {
        _ = try Recipe(json: Data(changed.utf8))
        return "no error"
      } catch {
        return "\(error)"
      }
    }
    #expect(error("\"6-6-1\"", "\"6-0-1\"").contains("a layer of 0"))
    #expect(error("\"6-6-1\"", "\"5-6-1\"").contains("6 inputs"))
    #expect(error("\"silu\"", "\"tanh\"").contains("activation"))
    #expect(error("\"steps\" : 30", "\"steps\" : -30").contains("steps must be positive"))
    #expect(error("\"steps\" : 30", "\"step\" : 30").contains("steps"))
    #expect(error("\"rows\" : 500", "\"rows\" : 0").contains("numbers of rows"))
    #expect(error("\"zeros\" : 0.04", "\"zeros\" : -1").contains("zeros"))
    #expect(error("\"zeros\" : 0.04", "\"nothing\" : 0.04").contains("mix"))
    #expect(error("\"plane\"", "\"\"").contains("teacher"))
    #expect(error("\"batchSize\" : 64", "\"batchsize\" : 64").contains("'stages[0].batchsize'"))
    #expect(error("\"epsilon\"", "\"eps\"").contains("'stages[0].optimizer.eps'"))
  }

  @Test func refusesARecipeWithoutStages() {
    var recipe = DistillationTests.recipe()
    recipe.stages = []
    #expect(throws: RecipeError.self) { try Distillation(recipe) }
  }
}
