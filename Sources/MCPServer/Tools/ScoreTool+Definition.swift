import Features

extension ScoreTool {
  /// What clients see.
  static func definition(_ limits: ServerLimits) -> ToolDefinition {
    ToolDefinition(
      name: "vmaf_score", title: "VMAF score",
      description: """
        Perceptual quality of a distorted video against its reference, 0 (worst) to 100, by exact \
        VMAF or one of its small neural students. Takes encoded files, Y4M and raw YUV; one \
        reference and one or several distorted videos. Returns the pooled score, percentiles, the \
        worst frames and warnings about the inputs (such as another frame rate, which makes a score \
        meaningless). Scores of every frame are in the linked resource. About 93 and above looks \
        like the reference to most viewers; a difference of 6 is visible to most of them.
        """,
      aliases: ScoreJob.aliases,
      example: [
        "reference": "/videos/source.mkv", "distorted": ["/videos/low.mp4", "/videos/high.mp4"],
        "model": ["vmaf_v0.6.1", "tiny"],
      ],
      input: ScoreJob.properties(ladder: limits.ladder) + [
        .optional(
          "pooling",
          .choice(
            ["mean", "harmonic_mean", "min", "max", "p1", "p5", "p10"],
            "How scores of frames become \"score\"; all are in \"pooled\" anyway.",
            default: "mean")),
        .optional(
          "worst", .integer(0...50, "How many of the worst frames to list.", default: 5)),
        .optional(
          "precision",
          Schema(
            kind: .either([.integer(1...17, ""), .string("")]),
            description: "Significant digits, or max (default), or legacy (six decimals).",
            defaultValue: "max")),
      ],
      output: [
        .required("reference", .string("The resolved path of the reference.")),
        .required("video", .video),
        .required("frames", .integer(0...Int.max, "How many frames were read.")),
        .optional("model", .string("The first model.")),
        .optional("score", .number("The first model's score of the first distorted video.")),
        .required(
          "results",
          .list(of: .object(resultProperties, ""), "One for each distorted video, in order.")),
        .required(
          "findings",
          .list(
            of: .string(""), "Notes and warnings about the inputs; read them before the score.")),
      ])
  }

  private static var resultProperties: [Schema.Property] {
    [
      .required("distorted", .string("The resolved path of the distorted video.")),
      .required(
        "scores",
        .list(
          of: .object(
            [
              .required("name", .string("The name of the scores.")),
              .required("model", .string("The model.")),
              .required("kind", .choice(["teacher", "student"], "Exact model or student.")),
              .required("unit", .string("What the score measures, such as VMAF.")),
              .required("score", .number("The score, pooled as asked for.")),
              .optional(
                "out_of_domain_frames",
                .integer(
                  0...Int.max,
                  "Frames unlike all that a student was trained and measured on: do not trust it.")),
              .optional(
                "interval",
                .object(
                  [
                    .required(
                      "level", .number("The share of videos whose true score lies inside.")),
                    .required("low", .number("The lower end.")),
                    .required("high", .number("The upper end.")),
                    .required("unit", .string("What the ends measure.")),
                    .required("method", .string("How the width was found.")),
                  ], "Where the true score lies, for models that say so.")),
              .optional(
                "pooled",
                .map(of: .number(""), "min, max, mean, harmonic_mean and low percentiles.")),
            ], ""), "One for each model, in order.")),
      .optional(
        "worst_frames",
        .list(
          of: .object(
            [
              .required("frame", .integer(0...Int.max, "The number of the frame, from 0.")),
              .required("score", .number("The first model's score of it.")),
              .optional("seconds", .number("Its time.")),
            ], ""), "The frames with the lowest scores, the lowest first.")),
      .required(
        "resource", .string("Address of the scores and features of every frame.")),
    ]
  }
}

extension Schema {
  /// The size and layout of frames.
  static let video = Schema.object(
    [
      .required("width", .integer(1...Int.max, "Luma samples in a row.")),
      .required("height", .integer(1...Int.max, "Luma rows.")),
      .required("pixel_format", .string("400, 420, 422 or 444.")),
      .required("bit_depth", .integer(8...16, "Bits per sample.")),
      .optional("frame_rate", .number("Frames per second.")),
    ], "The frames that were compared.")
}
