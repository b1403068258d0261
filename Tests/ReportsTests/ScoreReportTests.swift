import Features
import Reports
import Testing

@Suite struct ScoreReportTests {
  /// The first columns of a real report, with digits behind the printed ones that give the printed
  /// pooled values.
  private func report(frames: Int = 3) -> ScoreReport {
    let columns: [(String, [Double])] = [
      ("integer_adm2", [0.8856238, 0.8641618, 0.8664288]),
      ("VMAF_integer_feature_motion_sad_score", [0, 6.581273, 6.072999]),
      ("psnr_y", [28.697677, 27.9, 28.1]), ("vmaf", [58.498002, 57.509731, 58.882426]),
    ]
    return ScoreReport(
      version: "3.2.0", framesPerSecond: 474.312, width: 352, height: 288,
      table: FeatureTable(
        frames: Array(0..<frames),
        columns: columns.map {
          .init(name: FeatureName($0.0), values: Array($0.1.prefix(frames)))
        }),
      aggregates: [
        .init(name: FeatureName("apsnr_y"), value: 28.210820),
        .init(name: FeatureName("apsnr_cb"), value: 35.690249),
        .init(name: FeatureName("apsnr_cr"), value: 36.119646),
      ])
  }

  @Test func json() {
    #expect(
      report().text(as: .json) == """
        {
          "version": "3.2.0",
          "fps": 474.31,
          "frames": [
            {
              "frameNum": 0,
              "metrics": {
                "integer_adm2": 0.885624,
                "VMAF_integer_feature_motion_sad_score": 0.000000,
                "psnr_y": 28.697677,
                "vmaf": 58.498002
              }
            },
            {
              "frameNum": 1,
              "metrics": {
                "integer_adm2": 0.864162,
                "VMAF_integer_feature_motion_sad_score": 6.581273,
                "psnr_y": 27.900000,
                "vmaf": 57.509731
              }
            },
            {
              "frameNum": 2,
              "metrics": {
                "integer_adm2": 0.866429,
                "VMAF_integer_feature_motion_sad_score": 6.072999,
                "psnr_y": 28.100000,
                "vmaf": 58.882426
              }
            }
          ],
          "pooled_metrics": {
            "integer_adm2": {
              "min": 0.864162,
              "max": 0.885624,
              "mean": 0.872071,
              "harmonic_mean": 0.872022
            },
            "VMAF_integer_feature_motion_sad_score": {
              "min": 0.000000,
              "max": 6.581273,
              "mean": 4.218091,
              "harmonic_mean": 1.356107
            },
            "psnr_y": {
              "min": 27.900000,
              "max": 28.697677,
              "mean": 28.232559,
              "harmonic_mean": 28.228654
            },
            "vmaf": {
              "min": 57.509731,
              "max": 58.882426,
              "mean": 58.296720,
              "harmonic_mean": 58.291055
            }
          },
          "aggregate_metrics": {
            "apsnr_y": 28.210820,
            "apsnr_cb": 35.690249,
            "apsnr_cr": 36.119646
          }
        }

        """)
  }

  @Test func xml() {
    var report = report(frames: 1)
    report.framesPerSecond = 295.33
    #expect(
      report.text(as: .xml) == """
        <VMAF version="3.2.0">
          <params qualityWidth="352" qualityHeight="288" />
          <fyi fps="295.33" />
          <frames>
            <frame frameNum="0" integer_adm2="0.885624" \
        VMAF_integer_feature_motion_sad_score="0.000000" psnr_y="28.697677" vmaf="58.498002" />
          </frames>
          <pooled_metrics>
            <metric name="integer_adm2" min="0.885624" max="0.885624" mean="0.885624" \
        harmonic_mean="0.885624" />
            <metric name="VMAF_integer_feature_motion_sad_score" min="0.000000" max="0.000000" \
        mean="0.000000" harmonic_mean="0.000000" />
            <metric name="psnr_y" min="28.697677" max="28.697677" mean="28.697677" \
        harmonic_mean="28.697677" />
            <metric name="vmaf" min="58.498002" max="58.498002" mean="58.498002" \
        harmonic_mean="58.498002" />
          </pooled_metrics>
          <aggregate_metrics apsnr_y="28.210820" apsnr_cb="35.690249" apsnr_cr="36.119646" />
        </VMAF>

        """)
    report.aggregates = []
    #expect(report.text(as: .xml).hasSuffix("  <aggregate_metrics />\n</VMAF>\n"))
  }

  @Test func csv() {
    #expect(
      report().text(as: .csv) == """
        Frame,integer_adm2,VMAF_integer_feature_motion_sad_score,psnr_y,vmaf,
        0,0.885624,0.000000,28.697677,58.498002,
        1,0.864162,6.581273,27.900000,57.509731,
        2,0.866429,6.072999,28.100000,58.882426,

        """)
  }

  @Test func subtitles() {
    #expect(
      report(frames: 2).text(as: .sub) == """
        {0}{1}frame: 0|integer_adm2: 0.885624|VMAF_integer_feature_motion_sad_score: 0.000000|\
        psnr_y: 28.697677|vmaf: 58.498002|
        {1}{2}frame: 1|integer_adm2: 0.864162|VMAF_integer_feature_motion_sad_score: 6.581273|\
        psnr_y: 27.900000|vmaf: 57.509731|

        """)
  }

  @Test func subsampledFramesKeepTheirNumbers() {
    let table = FeatureTable(
      frames: [0, 5], columns: [.init(name: FeatureName("vmaf"), values: [90, 80])])
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: 1, width: 1, height: 1, table: table)
    #expect(report.text(as: .csv) == "Frame,vmaf,\n0,90.000000,\n5,80.000000,\n")
    #expect(report.text(as: .sub).hasSuffix("{5}{6}frame: 5|vmaf: 80.000000|\n"))
    #expect(report.text(as: .json).contains("\"mean\": 85.000000"))
  }

  @Test func morePoolings() {
    var report = report()
    report.poolings += Pooling.lowPercentiles
    let json = report.text(as: .json)
    #expect(
      json.contains("\"harmonic_mean\": 58.291055,\n      \"p1\": 57.529496,\n      \"p5\": "))
  }

  @Test func noFrames() {
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: .nan, width: 1, height: 1,
      table: FeatureTable(frames: [], columns: [.init(name: FeatureName("vmaf"), values: [])]))
    #expect(
      report.text(as: .json) == """
        {
          "version": "3.2.0",
          "fps": null,
          "frames": [
          ],
          "pooled_metrics": {
            "vmaf": {
            }
          },
          "aggregate_metrics": {
          }
        }

        """)
    #expect(report.text(as: .csv) == "Frame,vmaf,\n")
  }

  @Test func valuesThatAreNotFinite() {
    let table = FeatureTable(
      frames: [0],
      columns: [
        .init(name: FeatureName("a"), values: [.nan]),
        .init(name: FeatureName("b"), values: [.infinity]),
        .init(name: FeatureName("c"), values: [1]),
      ])
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: .infinity, width: 1, height: 1, table: table,
      aggregates: [.init(name: FeatureName("d"), value: -.infinity)])
    let json = report.text(as: .json)
    #expect(json.contains("\"fps\": null,"))
    #expect(json.contains("        \"a\": null,        \"b\": null,        \"c\": 1.000000\n"))
    #expect(json.contains("\"mean\": null,\n"))
    #expect(json.contains("    \"d\": null\n"))
    #expect(report.text(as: .csv) == "Frame,a,b,c,\n0,nan,inf,1.000000,\n")
    #expect(report.text(as: .xml).contains("fps=\"inf\""))
    #expect(report.text(as: .xml).contains("d=\"-inf\""))
  }

  @Test func namesAreEscaped() {
    let table = FeatureTable(
      frames: [0], columns: [.init(name: FeatureName("a\"<&\n"), values: [1])])
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: 1, width: 1, height: 1, table: table)
    #expect(report.text(as: .json).contains("\"a\\\"<&\\u000a\": 1.000000"))
    #expect(report.text(as: .xml).contains("<metric name=\"a&quot;&lt;&amp;\n\" min"))
  }

  @Test(arguments: [
    (1.0, "1.000000"), (1.0000002879111023, "1.0000002879111023"),
    (6.212162589e-7, "0.0000006212162589"), (0.9999999, "1.000000"), (1e-6, "0.000001"),
    (9.9e-7, "0.0000009900000000"), (-2.5, "-2.500000"), (-1e-8, "-0.0000000100000000"),
    (0, "0.000000"), (4_294_967_296.5, "4294967296.500000"), (1e-300, "0.0000000000000000"),
    (2_147_483_647.0000005, "2147483647.0000004768371582"),
  ])
  func numbers(value: Double, text: String) {
    let table = FeatureTable(
      frames: [0], columns: [.init(name: FeatureName("x"), values: [value])])
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: 1, width: 1, height: 1, table: table)
    #expect(report.text(as: .csv) == "Frame,x,\n0,\(text),\n")
  }

  @Test(arguments: [0.1, 1 / 3.0, 97.42823046293, 1e-7, 100, 2.2250738585072014e-308])
  func fullPrecisionReadsBack(value: Double) throws {
    let table = FeatureTable(
      frames: [0], columns: [.init(name: FeatureName("x"), values: [value])])
    let report = ScoreReport(
      version: "3.2.0", framesPerSecond: 1, width: 1, height: 1, table: table, precision: .max)
    let fields = report.text(as: .csv).split(separator: ",")
    #expect(Double(try #require(fields.dropLast().last)) == value)
  }

  // MARK: - What libvmaf has not

  /// A student's column, a model of whole videos, and what both say beside their scores.
  private var withStudents: ScoreReport {
    var report = report(frames: 2)
    report.aggregates = []
    report.table.append(.init(name: FeatureName("tiny-2x64"), values: [58.5, 57.5]))
    let interval = ScoreReport.Prediction.Interval(
      level: 0.9, low: 51.25, high: 64.5, unit: "DMOS", method: "split \"conformal\"")
    report.predictions = [
      .init(name: FeatureName("tiny-2x64"), score: 58, outOfDomainFrames: 1),
      .init(
        name: FeatureName("clip"), score: 60.5, outOfDomainFrames: 0, interval: interval),
    ]
    return report
  }

  @Test func jsonOfStudents() {
    let text = withStudents.text(as: .json)
    #expect(
      text.contains(
        """
            "tiny-2x64": {
              "min": 57.500000,
              "max": 58.500000,
              "mean": 58.000000,
              "harmonic_mean": 57.995763,
              "ood": 1
            },
            "clip": {
              "mean": 60.500000,
              "ood": 0,
              "interval": {"level": 0.9, "low": 51.250000, "high": 64.500000, \
        "unit": "DMOS", "method": "split \\"conformal\\""}
            }
          },
        """))
    #expect(text.contains("\"tiny-2x64\": 57.500000\n      }"))
  }

  @Test func xmlOfStudents() {
    let text = withStudents.text(as: .xml)
    #expect(
      text.contains(
        """
            <metric name="tiny-2x64" min="57.500000" max="58.500000" mean="58.000000" \
        harmonic_mean="57.995763" ood="1" />
            <metric name="clip" mean="60.500000" ood="0" interval_level="0.9" \
        interval_low="51.250000" interval_high="64.500000" interval_unit="DMOS" \
        interval_method="split &quot;conformal&quot;" />
          </pooled_metrics>
        """))
  }

  @Test func linesOfStudents() {
    #expect(withStudents.text(as: .csv).contains(",vmaf,tiny-2x64,\n"))
    #expect(withStudents.text(as: .sub).contains("|tiny-2x64: 58.500000|\n"))
  }
}
