import Corpus
import Foundation
import Testing
import VideoIO

@Suite struct PairsFileTests {
  func corpus() throws -> ScratchCorpus {
    let corpus = try ScratchCorpus()
    for name in ["ref/a.yuv", "ref/b.mkv", "dis/a1.yuv", "dis/a, 2.yuv", "dis/b1.mp4"] {
      try corpus.write(name, size: 1)
    }
    return corpus
  }

  @Test func linesAreReadBack() throws {
    let corpus = try corpus()
    let format = VideoFormat(
      width: 64, height: 48, pixelFormat: PixelFormat(chroma: .yuv422, bitDepth: 10))
    let pairs = [
      VideoPair(
        id: "A/\"1\"", source: "A", reference: corpus.path("ref/a.yuv"),
        distorted: corpus.path("dis/a, 2.yuv"), rawFormat: format,
        frameRate: FrameRate(30000, 1001), humanScore: 3.25),
      VideoPair(
        id: "plain", source: "B", reference: corpus.path("ref/b.mkv"),
        distorted: corpus.path("dis/b1.mp4")),
    ]
    let lines = try pairs.map { try PairsFile.line(of: $0, relativeTo: "/elsewhere") }
    try corpus.write("written.jsonl", text: lines.joined(separator: "\n"))
    #expect(try PairsFile.read(corpus.path("written.jsonl")) == pairs)
  }

  @Test func readsCSVAndJSONLinesAlike() throws {
    let corpus = try corpus()
    try corpus.write(
      "pairs.csv",
      text: """
        \u{FEFF}source,reference,distorted,score,width,height,pixel_format,bitdepth,id,frame_rate\r
        A,ref/a.yuv,dis/a1.yuv,3.5,64,48,422,10,first,30000/1001\r
        A,ref/a.yuv,"dis/a, 2.yuv",,64,48,,,,\r

        "B ""b\"\"\",ref/b.mkv,\(corpus.path("dis/b1.mp4")),80,,,,,,
        """)
    try corpus.write(
      "pairs.jsonl",
      text: [
        #"{"source":"A","reference":"ref/a.yuv","distorted":"dis/a1.yuv","score":3.5,"width":64,"#
          + #""height":48,"pixel_format":422,"bitdepth":10,"id":"first","frame_rate":"30000/1001"}"#,
        "",
        #"{"source":"A","reference":"ref/a.yuv","distorted":"dis/a, 2.yuv","score":null,"#
          + #""width":64,"height":48}"#,
        #"{"source":"B \"b\"","reference":"ref/b.mkv","distorted":"dis/b1.mp4","score":80}"#,
      ].joined(separator: "\n"))
    let pairs = try PairsFile.read(corpus.path("pairs.csv"))
    #expect(pairs == (try PairsFile.read(corpus.path("pairs.jsonl"))))
    #expect(pairs.map(\.id) == ["first", "A/a, 2", "B \"b\"/b1"])
    #expect(pairs.map(\.humanScore) == [3.5, nil, 80])
    #expect(pairs[0].frameRate == FrameRate(30000, 1001))
    #expect(pairs[0].rawFormat?.pixelFormat == PixelFormat(chroma: .yuv422, bitDepth: 10))
    #expect(pairs[1].rawFormat?.pixelFormat == PixelFormat(chroma: .yuv420, bitDepth: 8))
    #expect(pairs[2].rawFormat == nil)
    #expect(pairs[0].reference == corpus.path("ref/a.yuv"))
    #expect(pairs[2].distorted == corpus.path("dis/b1.mp4"))
  }

  @Test(arguments: [
    ("", 0, "empty"),
    ("reference,distorted,source\n", 0, "no pair"),
    ("reference,distorted\nref/b.mkv,dis/b1.mp4", 1, "no column \"source\""),
    ("reference,distorted,source,scroe\n", 1, "unknown column \"scroe\""),
    ("reference,distorted,source,source\n", 1, "twice"),
    ("reference,distorted,source\nref/b.mkv,dis/b1.mp4\n", 2, "2 fields under 3 columns"),
    ("reference,distorted,source\n\nref/b.mkv,,B\n", 3, "distorted is missing"),
    ("reference,distorted,source\nref/b.mkv,\"dis/b1.mp4,B\n", 2, "never closed"),
    ("reference,distorted,source\n\"a\"b,c,d\n", 2, "after a closing quote"),
    ("reference,distorted,source\nref/no.mkv,dis/b1.mp4,B\n", 2, "there is no file"),
    ("reference,distorted,source\nref/a.yuv,dis/a1.yuv,A\n", 2, "needs width and height"),
    ("reference,distorted,source,score\nref/b.mkv,dis/b1.mp4,B,nan\n", 2, "not a number"),
    ("reference,distorted,source,score\nref/b.mkv,dis/b1.mp4,B,good\n", 2, "not a number"),
    ("reference,distorted,source,width\nref/b.mkv,dis/b1.mp4,B,7\n", 2, "together"),
    ("reference,distorted,source,width,height\nref/b.mkv,dis/b1.mp4,B,x,1\n", 2, "not an integer"),
    ("reference,distorted,source,bitdepth\nref/b.mkv,dis/b1.mp4,B,32\n", 2, "bitdepth 32"),
    ("reference,distorted,source,frame_rate\nref/b.mkv,dis/b1.mp4,B,x\n", 2, "frame_rate"),
    (
      "reference,distorted,source\nref/b.mkv,dis/b1.mp4,B\nref/b.mkv,dis/b1.mp4,B\n", 3,
      "already that of line 2"
    ),
    (#"{"reference":"ref/b.mkv","distorted":"dis/b1.mp4"}"#, 1, "source is missing"),
    ("{}\n{\"refrence\":\"x\"}", 2, "unknown column"),
    ("{\"source\":\"x\"}\nhello", 2, "not valid JSON"),
    (#"{"source":["x"]}"#, 1, "source"),
  ])
  func errorsNameTheLine(text: String, line: Int, says: String) throws {
    let corpus = try corpus()
    try corpus.write("pairs", text: text)
    let path = corpus.path("pairs")
    let error = #expect(throws: CorpusError.self) { try PairsFile.read(path) }
    guard case .pairsFile(_, let found, let reason) = error else {
      Issue.record("\(String(describing: error)) is no error of a pairs file")
      return
    }
    #expect(found == line, "\(reason)")
    #expect(reason.contains(says), "\(reason)")
    if line > 0 { #expect(error?.description.contains("pairs, line \(line): ") == true) }
  }

  @Test func rawFormatOfTheCallerFillsGaps() throws {
    let corpus = try corpus()
    try corpus.write("p.csv", text: "reference,distorted,source\nref/a.yuv,dis/gone.yuv,A\n")
    let format = VideoFormat(
      width: 8, height: 8, pixelFormat: PixelFormat(chroma: .yuv420, bitDepth: 8))
    let pairs = try PairsFile.read(
      corpus.path("p.csv"), rawFormat: format, checkingFiles: false)
    #expect(pairs.map(\.rawFormat) == [format])
  }
}
