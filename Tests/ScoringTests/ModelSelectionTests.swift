import Features
import Scoring
import Testing
import VMAFModel

@Suite struct ModelSelectionTests {
  @Test(arguments: [
    "vmaf_v0.6.1", "version=vmaf_v0.6.1neg:name=neg", "phone", "path=model.json", "model.json",
    "vmaf_4k_v0.6.1:disable_clip:adm.adm_enhn_gain_limit=1.2",
  ])
  func libvmafsGrammarIsATeacher(_ text: String) throws {
    #expect(try ModelSelection(text) == .teacher(ModelSpecification(text)))
  }

  @Test(arguments: [
    ("tiny", "tiny-2x64", nil), ("version=tiny", "tiny-2x64", nil),
    ("tiny:3x128", "tiny-3x128", nil), ("tiny-4x256", "tiny-4x256", nil),
    ("2x16", "tiny-2x16", nil), ("tiny:name=student", "tiny-2x64", "student"),
    ("tiny:2x16:name=small", "tiny-2x16", "small"),
  ])
  func studentsOfTheRegistry(_ text: String, _ identifier: String, _ name: String?) throws {
    let expected = StudentSelection(source: .identifier(identifier), name: name)
    #expect(try ModelSelection(text) == .student(expected))
    #expect(try ModelSelection(expected.description) == .student(expected))
  }

  @Test(arguments: ["path=a/b.onnx", "a/b.onnx"])
  func studentsInFiles(_ text: String) throws {
    let expected = StudentSelection(source: .path("a/b.onnx"))
    #expect(try ModelSelection(text) == .student(expected))
    #expect(try ModelSelection(text + ":name=mine").description == "path=a/b.onnx:name=mine")
  }

  @Test func studentsTakeOptionsOfFeatures() throws {
    let text = "tiny:adm.adm_enhn_gain_limit=1:vif.vif_enhn_gain_limit=1:name=neg"
    guard case .student(let selection) = try ModelSelection(text) else {
      Issue.record("no student")
      return
    }
    #expect(selection.overloads.map(\.extractor) == [.adm, .vif] && selection.name == "neg")
    #expect(try ModelSelection(selection.description) == .student(selection))
  }

  @Test(arguments: ["tiny:name=", "tiny:2x64:3x128", "tiny:x.y=1", "tiny:disable_clip", "tiny:"])
  func whatIsNotInTheGrammarIsRefused(_ text: String) {
    #expect(throws: StudentError.self) { try ModelSelection(text) }
  }

  @Test(arguments: [
    ("tiny-2x65", "tiny-2x64"), ("tinny", "tiny"), ("vmaf_v0.61", "vmaf_v0.6.1"),
    ("neg", "vmaf_v0.6.1neg"), ("fone", "phone"),
  ])
  func unknownNamesAreMatchedWithTheNearest(_ text: String, _ suggestion: String) throws {
    let error = #expect(throws: StudentError.self) { try ModelSelection(text) }
    guard case .unknownModel(text, suggestion: let found, known: _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == suggestion)
    #expect(error?.description.hasSuffix("did you mean \"\(suggestion)\"?") == true)
  }
}
